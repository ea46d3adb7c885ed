//! What is not read, to the letter: every exemption is one that text could hide behind.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::Dialect::{Chat, Messages, Responses};
use super::*;

/// `@` stands for a phrase that blocks.
const READ: &[(Dialect, &str)] = &[
    (Chat, r#"{"messages":[{"content":[{"type":"file","file":{"filename":"@.pdf"}}]}]}"#),
    (Chat, r#"{"messages":[{"content":[{"type":"image_url","image_url":{"url":"https://a/?q=@"}}]}]}"#),
    (Chat, r#"{"tools":[{"function":{"parameters":{"default":{"@":1}}}}]}"#),
    (Chat, r#"{"tools":[{"function":{"parameters":{"@":{}}}}]}"#),
    (Chat, r#"{"tools":[{"function":{"parameters":{"$defs":{"@":{}}}}}]}"#),
    (Chat, r#"{"stop":["@"]}"#),
    (Chat, r#"{"messages":[{"metadata":{"x":"@"}}]}"#),
    (Chat, r#"{"messages":[{"role":"@","content":""}]}"#),
    (Chat, r#"{"messages":[{"id":"@"}]}"#),
    (Responses, r#"{"prompt":{"id":"p","variables":{"a":"@"}}}"#),
    (Responses, r#"{"tools":[{"type":"mcp","server_label":"l","server_description":"@"}]}"#),
    (Messages, r#"{"messages":[{"content":[{"type":"tool_use","input":{"@":null}}]}]}"#),
    (Messages, r#"{"messages":[{"content":[{"type":"thinking","thinking":"@","signature":"s"}]}]}"#),
    (Messages, r#"{"messages":[{"content":[{"type":"document","title":"@"}]}]}"#),
    (Chat, r#"{"messages":[{"content":[{"type":"thinking","thinking":[{"type":"text","text":"@"}]}]}]}"#),
    (Chat, r#"{"messages":[{"extra_content":{"google":{"other":"@"}}}]}"#),
];

const UNREAD: &[(Dialect, &str)] = &[
    (Chat, r#"{"metadata":{"a":"@"}}"#),
    (Chat, r#"{"m\u0065tadata":{"a":"@"}}"#),
    (Chat, r#"{"litellm_metadata":{"a":"@"}}"#),
    (Chat, r#"{"model":"@"}"#),
    (Chat, r#"{"user":"@","safety_identifier":"@","prompt_cache_key":"@"}"#),
    (Responses, r#"{"previous_response_id":"@"}"#),
    (Responses, r#"{"tools":[{"type":"mcp","headers":{"x":"@"},"authorization":"@"}]}"#),
    (Messages, r#"{"metadata":{"user_id":"@"}}"#),
    (Messages, r#"{"mcp_servers":[{"type":"url","authorization_token":"@"}]}"#),
];

#[test]
fn labels_schemas_and_addresses_are_read_where_they_hold_text() {
    for (dialect, template) in READ {
        let body = template.replace('@', "a forbidden phrase");
        assert!(is_blocked(&block_word(), *dialect, &body), "{body}");
    }
}

#[test]
fn what_no_model_reads_is_not_read() {
    for (dialect, template) in UNREAD {
        let body = template.replace('@', "forbidden phrase");
        assert!(!is_blocked(&block_word(), *dialect, &body), "{body}");
    }
}

/// A word that is part of the API's own vocabulary does not make the API unusable.
#[test]
fn the_api_s_own_words_are_not_read() {
    let words = ["object", "string", "user", "auto", "high", "text", "title", "prop", "call", "json", "min"];
    let words = words.iter().map(|keyword| word(keyword, Action::Block)).collect();
    let settings = guardrail("g", words, vec![]);
    for (dialect, body) in [
        (
            Chat,
            r#"{"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}],"tool_choice":"auto"}"#,
        ),
        (
            Chat,
            r#"{"messages":[{"role":"tool","tool_call_id":"call_1","content":"hi"}],"modalities":["text"]}"#,
        ),
        (
            Chat,
            r#"{"tools":[{"function":{"parameters":{"type":"object","title":"T","properties":{"a":{"type":
                ["string","null"],"minLength":1}}}}}],"response_format":{"type":"json_object"}}"#,
        ),
        (
            Responses,
            r#"{"reasoning":{"effort":"high"},"text":{"format":{"type":"text"}},"truncation":"auto"}"#,
        ),
        (Responses, r#"{"input":[{"type":"function_call","call_id":"call_1","status":"high"}]}"#),
    ] {
        assert!(!is_blocked(&settings, dialect, body), "{body}");
    }
}

/// `@` stands for data: 200 bytes of what base64 is made of, with the word in it.
#[test]
fn base64_is_read_where_it_may_be_text() {
    let words = vec![word("forbidden", Action::Block)];
    let settings = guardrail("g", words, vec![]);
    let data = format!("{}forbidden{}", "A".repeat(100), "b".repeat(91));
    for (dialect, template, is_read) in [
        (Chat, r#"{"content":[{"image_url":{"url":"data:image/png;base64,@"}}]}"#, false),
        (Chat, r#"{"content":[{"image_url":{"url":"@"}}]}"#, true),
        (Chat, r#"{"content":[{"image_url":{"url":"https://a/@"}}]}"#, true),
        (Chat, r#"{"content":[{"image_url":{"url":"data:how to forbidden;base64,@"}}]}"#, true),
        (Chat, r#"{"content":[{"image_url":{"url":"data:text/plain,@"}}]}"#, true),
        (Chat, r#"{"content":[{"video_url":{"url":"data:video/mp4;base64,@"}}]}"#, false),
        (Chat, r#"{"content":[{"document_url":"data:application/pdf;base64,@"}]}"#, false),
        (Chat, r#"{"content":[{"document_url":"https://a/@"}]}"#, true),
        (Chat, r#"{"content":[{"input_audio":{"data":"@","format":"wav"}}]}"#, false),
        (Chat, r#"{"content":[{"input_audio":{"data":"@ "}}]}"#, true),
        (Chat, r#"{"content":[{"input_audio":{"data":"forbidden"}}]}"#, true),
        (Chat, r#"{"content":[{"text":"@"}]}"#, true),
        (Chat, r#"{"content":"data:image/png;base64,@"}"#, true),
        (Responses, r#"{"content":[{"image_url":"data:image/png;base64,@"}]}"#, false),
        (Responses, r#"{"content":[{"file_data":"@"}]}"#, false),
        (Responses, r#"{"content":[{"file_data":"one\nforbidden\n@"}]}"#, true),
        (Responses, r#"{"input":[{"type":"image_generation_call","result":"@"}]}"#, false),
        (Messages, r#"{"source":{"type":"base64","data":"@"}}"#, false),
        (Messages, r#"{"source":{"data":"@","type":"base64"}}"#, false),
        (Messages, r#"{"source":{"type":"base64","data":"@!"}}"#, true),
        (Messages, r#"{"source":{"type":"text","data":"@"}}"#, true),
        (Messages, r#"{"source":{"data":"@","type":"text"}}"#, true),
        (Messages, r#"{"source":{"type":"base64","data":"@","type":"text"}}"#, true),
        (Messages, r#"{"source":{"data":"@"}}"#, true),
        (Messages, r#"{"content":[{"type":"redacted_thinking","data":"@"}]}"#, false),
        (Messages, r#"{"content":[{"type":"tool_use","input":{"type":"base64","data":"@"}}]}"#, true),
    ] {
        let body = template.replace('@', &data);
        assert_eq!(is_blocked(&settings, dialect, &body), is_read, "{template}");
    }
}
