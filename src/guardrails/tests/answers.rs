//! What of an answer is looked at, and what becomes of it.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::Dialect::{Chat, Compact, Completions, Embeddings, Messages, Responses};
use super::*;
use crate::wire::Stored;

/// On answers.
pub(super) fn post_call(guardrail: Guardrail) -> Guardrail {
    Guardrail { modes: Modes { default: vec![Mode::PostCall], ..Modes::default() }, ..guardrail }
}

fn answer(settings: &Guardrail, dialect: Dialect, body: &str) -> Verdict {
    let compiled = Compiled::new(std::slice::from_ref(settings)).unwrap();
    let selection = compiled.select(&[], &[], &[]).unwrap();
    compiled.scan(&selection, Stage::Answer, dialect, body.as_bytes(), &|| 0)
}

/// Where the word stands, by the record.
const READ: &[(Dialect, &str, &str)] = &[
    (Chat, r#"{"choices":[{"index":0,"message":{"content":"@"}}]}"#, "choices[0].message.content"),
    (Chat, r#"{"choices":[{},{"message":{"refusal":"@"}}]}"#, "choices[1].message.refusal"),
    (Chat, r#"{"choices":[{"message":{"reasoning_content":"@"}}]}"#, "choices[0].message.reasoning_content"),
    (Chat, r#"{"choices":[{"message":{"reasoning":"@"}}]}"#, "choices[0].message.reasoning"),
    (
        Chat,
        r#"{"choices":[{"message":{"thinking_blocks":[{"thinking":"@"}]}}]}"#,
        "choices[0].message.thinking_blocks[0].thinking",
    ),
    (
        Chat,
        r#"{"choices":[{"message":{"tool_calls":[{"function":{"name":"@"}}]}}]}"#,
        "choices[0].message.tool_calls[0].function.name",
    ),
    (
        Chat,
        r#"{"choices":[{"message":{"tool_calls":[{"function":{"arguments":"{\"@\":1}"}}]}}]}"#,
        "choices[0].message.tool_calls[0].function.arguments",
    ),
    (
        Chat,
        r#"{"choices":[{"message":{"annotations":[{"url_citation":{"title":"@"}}]}}]}"#,
        "choices[0].message.annotations[0].url_citation.title",
    ),
    (
        Chat,
        r#"{"choices":[{"message":{"annotations":[{"url_citation":{"url":"https://@"}}]}}]}"#,
        "choices[0].message.annotations[0].url_citation.url",
    ),
    (
        Chat,
        r#"{"choices":[{"message":{"audio":{"transcript":"@"}}}]}"#,
        "choices[0].message.audio.transcript",
    ),
    (Chat, r#"{"choices":[{"message":{"a_new_field":["@"]}}]}"#, "choices[0].message.a_new_field[0]"),
    (Completions, r#"{"choices":[{"text":"@"}]}"#, "choices[0].text"),
    (
        Responses,
        r#"{"output":[{"content":[{"type":"output_text","text":"@"}]}]}"#,
        "output[0].content[0].text",
    ),
    (Responses, r#"{"output":[{"content":[{"refusal":"@"}]}]}"#, "output[0].content[0].refusal"),
    (Responses, r#"{"output":[{"summary":[{"text":"@"}]}]}"#, "output[0].summary[0].text"),
    (Responses, r#"{"output":[{"name":"@","arguments":"{}"}]}"#, "output[0].name"),
    (Responses, r#"{"output":[{"arguments":"{\"a\":\"@\"}"}]}"#, "output[0].arguments"),
    (Responses, r#"{"output":[{"type":"custom_tool_call","input":"@"}]}"#, "output[0].input"),
    (Responses, r#"{"output":[{"code":"print('@')"}]}"#, "output[0].code"),
    (
        Responses,
        r#"{"output":[{"content":[{"annotations":[{"filename":"@.pdf"}]}]}]}"#,
        "output[0].content[0].annotations[0].filename",
    ),
    (Compact, r#"{"output":[{"content":[{"text":"@"}]}]}"#, "output[0].content[0].text"),
    (Dialect::Stored(Stored::Get), r#"{"output":[{"content":[{"text":"@"}]}]}"#, "output[0].content[0].text"),
    (Messages, r#"{"content":[{"type":"text","text":"@"}]}"#, "content[0].text"),
    (Messages, r#"{"content":[{"type":"thinking","thinking":"@"}]}"#, "content[0].thinking"),
    (Messages, r#"{"content":[{"type":"tool_use","name":"t","input":{"a":["@"]}}]}"#, "content[0].input"),
    (
        Messages,
        r#"{"content":[{"type":"text","citations":[{"cited_text":"@"}]}]}"#,
        "content[0].citations[0].cited_text",
    ),
];

const UNREAD: &[(Dialect, &str)] = &[
    (Chat, r#"{"id":"@","model":"@","object":"@","system_fingerprint":"@","usage":{"@":"@"},"choices":[]}"#),
    (Chat, r#"{"choices":[{"finish_reason":"@","message":{"role":"@"}}]}"#),
    (Chat, r#"{"choices":[{"message":{"tool_calls":[{"id":"@","type":"@"}]}}]}"#),
    (Chat, r#"{"choices":[{"message":{"audio":{"id":"@","data":"@"}}}]}"#),
    (Chat, r#"{"choices":[{"message":{"content":"x"},"logprobs":{"content":[{"token":"@","bytes":[1]}]}}]}"#),
    (
        Responses,
        r#"{"instructions":"@","tools":[{"name":"@"}],"metadata":{"@":"@"},"input":"@","prompt":{"id":"@ @"}}"#,
    ),
    (
        Responses,
        r#"{"text":{"format":{"name":"@ @"}},"reasoning":{"x":"@"},"user":"@","tool_choice":{"name":"@"}}"#,
    ),
    (Responses, r#"{"output":[{"encrypted_content":"@","id":"@","status":"@"}]}"#),
    (
        Messages,
        r#"{"model":"@","usage":{"@":"@"},"content":[{"type":"thinking","thinking":"","signature":"@"}]}"#,
    ),
    (Messages, r#"{"content":[{"type":"redacted_thinking","data":"@"}]}"#),
    (Embeddings, r#"{"data":[{"embedding":"@"}]}"#),
];

#[test]
fn every_text_that_the_model_wrote_is_looked_at() {
    let needle = post_call(guardrail("g", vec![word("needle", Action::Block)], vec![]));
    for (dialect, template, path) in READ {
        let verdict = answer(&needle, *dialect, &template.replace('@', "NEEDLE"));
        assert!(matches!(verdict.outcome, Outcome::Blocked(_)), "{template}");
        assert_eq!(verdict.records[0].match_details[0]["path"], *path, "{template}");
        assert_eq!(verdict.records[0].guardrail_mode, "post_call");
    }
}

#[test]
fn what_tells_of_an_answer_or_repeats_the_request_is_not() {
    let needle = post_call(guardrail("g", vec![word("needle", Action::Block)], vec![]));
    for (dialect, template) in UNREAD {
        let verdict = answer(&needle, *dialect, &template.replace('@', "needle"));
        assert_eq!(verdict.outcome, Outcome::Pass, "{template}");
    }
}

#[test]
fn the_tokens_of_a_masked_text_go_with_it_and_others_stay() {
    let secret = post_call(guardrail("g", vec![word("secret", Action::Mask)], vec![]));
    let logprobs = r#"{"content":[{"token":"sec","bytes":[115]},{"token":"ret"}]}"#;
    let choice =
        |text: &str, logprobs: &str| format!(r#"{{"logprobs":{logprobs},"message":{{"content":"{text}"}}}}"#);
    let two = |first: &str, second: &str| format!(r#"{{"choices":[{first},{second}]}}"#);
    let body = two(&choice("a secret", logprobs), &choice("no", logprobs));
    let expected = two(&choice("a [KEYWORD_REDACTED]", "null"), &choice("no", logprobs));
    assert_eq!(masked(answer(&secret, Chat, &body)), expected);

    let part = |text: &str, logprobs: &str| {
        format!(r#"{{"output":[{{"content":[{{"text":"{text}","logprobs":{logprobs}}}]}}]}}"#)
    };
    let body = part("a secret", r#"[{"token":" secret"}]"#);
    assert_eq!(masked(answer(&secret, Responses, &body)), part("a [KEYWORD_REDACTED]", "[]"));

    let body = r#"{"choices":[{"text":"secret","logprobs":{"tokens":["secret"],"token_logprobs":[-1]}}]}"#;
    let expected = r#"{"choices":[{"text":"[KEYWORD_REDACTED]","logprobs":null}]}"#;
    assert_eq!(masked(answer(&secret, Completions, body)), expected);
}

#[test]
fn an_answer_that_cannot_be_read_is_withheld() {
    let reject = blocked(answer(&post_call(block_word()), Chat, "{\"choices\":"));
    assert_eq!(reject.status, 502);
    assert_eq!(
        reject.message,
        "Guardrails cannot check the provider's answer, and it is withheld: the answer is not valid JSON: \
         expected a value at byte 11."
    );
}

#[test]
fn what_no_rule_can_read_is_refused_where_somebody_says_so() {
    let words = vec![word("needle", Action::Block)];
    let lax = guardrail("g", words.clone(), vec![]);
    let strict = || {
        let filter = ContentFilter {
            blocked_words: words.clone(),
            refuse_unscanned: true,
            ..ContentFilter::default()
        };
        Guardrail { kind: Kind::ContentFilter(filter), ..lax.clone() }
    };
    for (dialect, part, found) in [
        (Chat, r#"{"type":"image_url","image_url":{"url":"https://a/b.png"}}"#, Some("an image")),
        (
            Chat,
            r#"{"type":"im\u0061ge_url","image_url":{"url":"data:image/png;base64,AA"}}"#,
            Some("an image"),
        ),
        (Chat, r#"{"type":"input_audio","input_audio":{"data":"AA","format":"wav"}}"#, Some("a sound")),
        (Chat, r#"{"type":"file","file":{"file_id":"f"}}"#, Some("a file")),
        (Chat, r#"{"type":"video_url","video_url":{"url":"https://a/b.mp4"}}"#, Some("a film")),
        (Chat, r#"{"type":"audio_url","audio_url":{"url":"https://a/b.wav"}}"#, Some("a sound")),
        (Chat, r#"{"type":"document_url","document_url":"https://a/b.pdf"}"#, Some("a file")),
        (Chat, r#"{"type":"text","text":"image_url"}"#, None),
        // Without a type, and with one that says nothing of it.
        (Chat, r#"{"image_url":"https://a/b.png"}"#, Some("an image")),
        (Chat, r#"{"im\u0061ge_url":{"url":"https://a/b.png"}}"#, Some("an image")),
        (Chat, r#"{"video_url":"https://a/b.mp4"}"#, Some("a film")),
        (Chat, r#"{"video_url":{"url":"https://a/b.mp4"}}"#, Some("a film")),
        (Chat, r#"{"audio_url":"https://a/b.mp3","type":null}"#, Some("a sound")),
        (Chat, r#"{"input_audio":{"data":"AA","format":"wav"}}"#, Some("a sound")),
        (Chat, r#"{"document_url":"https://a/b.pdf"}"#, Some("a file")),
        (Chat, r#"{"file":{"file_id":"f"}}"#, Some("a file")),
        (Chat, r#"{"type":"text","text":"a","image_url":"https://a/b.png"}"#, Some("an image")),
        (Chat, r#"{"type":"text","text":"a","image_url":null}"#, None),
        (Responses, r#"{"type":"input_image","file_id":"f"}"#, Some("an image")),
        (Responses, r#"{"type":"input_file","file_url":"https://a/b.pdf"}"#, Some("a file")),
        (Responses, r#"{"type":"image_generation_call","result":"AA"}"#, Some("an image")),
        (Responses, r#"{"type":"image_generation_call","result":null}"#, None),
        (Messages, r#"{"type":"image","source":{"type":"file","file_id":"f"}}"#, Some("an image")),
        (Messages, r#"{"type":"document","source":{"type":"base64","data":"AA"}}"#, Some("a file")),
        (Messages, r#"{"source":{"type":"url","url":"https://a"},"type":"document"}"#, Some("a file")),
        (Messages, r#"{"type":"document","source":{"type":"text","data":"a"}}"#, None),
        (Messages, r#"{"type":"document","source":{"type":"content","content":[{"type":"text"}]}}"#, None),
        (Messages, r#"{"type":"tool_use","input":{"type":"image"}}"#, None),
        (Messages, r#"{"type":"tool_use","input":{"content":[{"image_url":"https://a/b.png"}]}}"#, None),
    ] {
        let body = format!(r#"{{"messages":[{{"content":[{part}]}}]}}"#);
        assert_eq!(run(std::slice::from_ref(&lax), dialect, &body).outcome, Outcome::Pass, "{part}");
        let verdict = run(&[strict()], dialect, &body);
        let Some(found) = found else {
            assert_eq!(verdict.outcome, Outcome::Pass, "{part}");
            continue;
        };
        let record = verdict.records[0].clone();
        assert_eq!(record.guardrail_status, GuardrailStatus::GuardrailIntervened);
        assert_eq!(record.match_details[0]["path"], "messages[0].content[0]");
        let reject = blocked(verdict);
        let message = format!("Content blocked: the request holds {found} that guardrails cannot read");
        assert_eq!(reject.message, message, "{part}");
        assert_eq!(reject.details.unwrap()["path"], "messages[0].content[0]", "{part}");
    }
    let tells = Modes { default: vec![Mode::LoggingOnly], ..Modes::default() };
    let body = r#"{"messages":[{"content":[{"type":"image"}]}]}"#;
    let verdict = run(&[Guardrail { modes: tells, ..strict() }], Messages, body);
    assert_eq!(verdict.outcome, Outcome::Pass);
    assert_eq!(verdict.records[0].guardrail_status, GuardrailStatus::GuardrailFlagged);
}
