#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{DROPPING, STRICT, accepted, chat_body, going_on, minimal, responses_body};
use crate::wire::Dialect::{self, Chat, Compact, Messages, Responses};

#[test]
fn a_right_body_is_left_as_it_came() {
    for (dialect, body) in [
        (Chat, chat_body("")),
        (Responses, responses_body("")),
        (Compact, responses_body("")),
        (Chat, chat_body(r#" "metadata" : { "a":"b" } "#)),
        (Chat, chat_body(r#""metadata":{},"store":true,"stop":null,"n":1"#)),
        (Chat, chat_body(r#""metadata":null,"logit_bias":{"50256":-100}"#)),
        (Responses, responses_body(r#""metadata":{"custom_key":"value"},"text":{"format":{"type":"text"}}"#)),
        (Responses, r#"{"model":"m","prompt":{"id":"p","variables":{"city":"Rome"}}}"#.to_owned()),
        (Compact, r#"{"model":"m","previous_response_id":"resp_1"}"#.to_owned()),
        (
            Messages,
            minimal(Messages, r#""metadata":{"user_id":"u"},"system":"s","thinking":{"type":"adaptive"}"#),
        ),
        (Messages, minimal(Messages, r#""metadata":{"user_id":null},"stop_sequences":["x"],"top_k":4"#)),
    ] {
        let request = accepted(dialect, &body, STRICT);
        assert_eq!((request.body, request.dropped), (None, vec![]), "{body}");
    }
}

/// Dialect, fields that are sent, fields that go on, names of what was dropped.
const PARTED: &[(Dialect, &str, &str, &[&str])] = &[
    (Chat, r#""tags":["a"],"top_p":1.0e-1,"seed":7"#, r#""top_p":1.0e-1,"seed":7"#, &[]),
    (
        Chat,
        r#""metadata":{"a":"b","_litellm_foo":"x"}"#,
        r#""metadata":{"a":"b"}"#,
        &["metadata._litellm_foo"],
    ),
    (Chat, r#""metadata":{"tags":["a"],"k":"\u00e9"}"#, r#""metadata":{"k":"\u00e9"}"#, &[]),
    (Chat, r#""metadata":{"é\n":"b","n":1}"#, r#""metadata":{"é\n":"b"}"#, &["metadata.n"]),
    (
        Chat,
        r#""metadata":{"user_api_key_hash":"x"},"seed":1"#,
        r#""seed":1"#,
        &["metadata.user_api_key_hash"],
    ),
    (
        Responses,
        r#""metadata":{"a":{"b":1}},"client_metadata":{"x":"y"}"#,
        "",
        &["metadata.a", "client_metadata"],
    ),
    (
        Responses,
        r#""prompt_cache_options":{"comparison_response_id":"resp_1","ttl":"30m"}"#,
        r#""prompt_cache_options":{"ttl":"30m"}"#,
        &["prompt_cache_options.comparison_response_id"],
    ),
    (Compact, r#""metadata":{"a":"b"},"instructions":"x""#, r#""instructions":"x""#, &["metadata"]),
    (Compact, r#""metadata":null"#, "", &[]),
    (Compact, r#""tools":[],"parallel_tool_calls":true"#, "", &["tools", "parallel_tool_calls"]),
    (
        Messages,
        r#""metadata":{"user_id":"u","team":"a","tags":["t"]},"fallbacks":["n"]"#,
        r#""metadata":{"user_id":"u"}"#,
        &["metadata.team"],
    ),
    (Messages, r#""metadata":{"team":7}"#, "", &["metadata.team"]),
    (
        Chat,
        r#""tools":[{"type":"function","function":{"name":"f"},"cache_control":{"type":"ephemeral","scope":"global"}}]"#,
        r#""tools":[{"type":"function","function":{"name":"f"},"cache_control":{"type":"ephemeral"}}]"#,
        &["tools[0].cache_control.scope"],
    ),
];

#[test]
fn bodies_part_into_what_goes_on_and_what_does_not() {
    for (dialect, sent, kept, dropped) in PARTED {
        let body = minimal(*dialect, sent);
        let request = accepted(*dialect, &body, STRICT);
        assert_eq!(going_on(&request, &body), minimal(*dialect, kept), "{sent}");
        assert_eq!(request.dropped, *dropped, "{sent}");
    }
}

#[test]
fn a_replayed_answer_is_never_refused() {
    let body = r#"{"model":"m","messages":[{"role":"user","content":"hi"},
        {"role":"assistant","content":"a","refusal":null,"annotations":[],"reasoning_content":"t","function_call":null,
         "audio":{"id":"au","data":"AA","expires_at":1,"transcript":"x"},
         "tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"ok","cache_control":{"type":"ephemeral"}}]}]}"#;
    let request = accepted(Chat, body, STRICT);
    let expected = body
        .replace(r#","annotations":[]"#, "")
        .replace(r#","data":"AA","expires_at":1,"transcript":"x""#, "")
        .replace(r#""index":0,"#, "");
    assert_eq!(going_on(&request, body), expected);
    assert_eq!(
        request.dropped,
        [
            "messages[1].annotations",
            "messages[1].audio.data",
            "messages[1].audio.expires_at",
            "messages[1].audio.transcript",
            "messages[1].tool_calls[0].index",
        ]
    );
}

#[test]
fn items_of_an_answer_are_input_again() {
    let body = r#"{"model":"m","input":[
        {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"s"}],"encrypted_content":"e","status":"completed"},
        {"type":"message","id":"msg_1","role":"assistant","status":"completed","phase":"final_answer","content":[
          {"type":"output_text","text":"t","annotations":[{"type":"url_citation","url":"u","title":"t","start_index":0,"end_index":1}],"logprobs":[]}]},
        {"type":"function_call","id":"fc","call_id":"c","name":"f","arguments":"{}","status":"completed"},
        {"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"x"}]},
        {"type":"shell_call_output","call_id":"s","output":[{"stdout":"o","stderr":"","outcome":{"type":"exit","exit_code":0}}]},
        {"type":"compaction","id":"cmp","encrypted_content":"e"}]}"#;
    for dialect in [Responses, Compact] {
        let request = accepted(dialect, body, STRICT);
        assert_eq!((request.body, request.dropped), (None, vec![]));
    }
}

#[test]
fn what_responses_define_by_now_is_left_as_it_came() {
    let body = r#"{"model":"m","background":true,"background_options":{"completion_window":"2h","continuation_id":"c"},
        "access_programs":{"cyber":"standard"},"image":{"context_compression":"auto"},
        "prompt_cache_options":{"mode":"explicit","ttl":"30m","prewarm":true},
        "tools":[{"type":"image_generation","output_format":"svg","svg":{"model":"s","reasoning":{"effort":"low"}},
          "complexity":"low"},{"type":"image_generation","output_format":"gif","frame_count":9,"frame_duration_ms":200}],
        "input":[{"role":"user","content":[{"type":"input_text","text":"hi","prompt_cache_breakpoint":{"mode":"explicit",
          "ttl":"12h"}}]},{"type":"configuration_update","reasoning":{"effort":"low"},"text":{"format":{"type":"text"}}}]}"#;
    let request = accepted(Responses, body, STRICT);
    assert_eq!((request.body, request.dropped), (None, vec![]));
    let body = responses_body(r#""image":{"context_compression":"auto"}"#);
    assert_eq!(accepted(Compact, &body, STRICT).body, None);
    let body = chat_body("").replace(
        r#""hi""#,
        r#"[{"type":"text","text":"hi","prompt_cache_breakpoint":{"mode":"explicit","ttl":"12h"}}]"#,
    );
    assert_eq!(accepted(Chat, &body, STRICT).body, None);
}

/// Of the beta `responses_multi_agent=v1`.
#[test]
fn what_openais_agents_did_is_left_as_it_came() {
    let body = r#"{"model":"m","multi_agent":{"enabled":true,"max_concurrent_subagents":2},"input":[
        {"type":"multi_agent_call","id":"mac_1","call_id":"1","action":"spawn_agent","arguments":"{}",
         "agent":{"agent_name":"/lead"}},
        {"type":"multi_agent_call_output","call_id":"1","action":"spawn_agent","agent":{"agent_name":"/lead"},"output":[
          {"type":"output_text","text":"x","annotations":[{"type":"url_citation","url":"u","title":"t","start_index":0,
           "end_index":1}]}]}]}"#;
    let request = accepted(Responses, body, STRICT);
    assert_eq!((request.body, request.dropped), (None, vec![]));
}

/// As OpenAI answers with it, and its SDKs send it back.
#[test]
fn a_picture_that_was_made_is_left_as_it_came() {
    let body = r#"{"model":"m","input":[
        {"type":"image_generation_call","id":"ig_1","status":"completed","result":"AA==","action":"generate",
         "background":"opaque","output_format":"svg","quality":"medium","size":"1024x1024","revised_prompt":"a cat",
         "svg_usage":{"model":"gpt-5","input_tokens":1,"output_tokens":2,"reasoning_tokens":1,"total_tokens":3}},
        {"type":"image_generation_call","id":"ig_2","status":"failed","result":null,"error":{"code":"moderation_blocked",
         "message":"No.","param":null,"type":"image_generation_user_error",
         "moderation_details":{"categories":["violence"],"moderation_stage":"input"}}}]}"#;
    for dialect in [Responses, Compact] {
        let request = accepted(dialect, body, STRICT);
        assert_eq!((request.body, request.dropped), (None, vec![]));
    }
}

/// As Codex sends it where agents speak with each other.
#[test]
fn what_agents_tell_each_other_is_left_as_it_came() {
    let body = r#"{"model":"m","input":[
        {"type":"agent_message","id":"amsg_1","author":"/lead","recipient":"/lead/w","content":[
          {"type":"input_text","text":"Message Type: NEW_TASK"},
          {"type":"input_image","image_url":"data:image/png;base64,AA==","detail":"high"},
          {"type":"encrypted_content","encrypted_content":"gAAAA"}]},
        {"type":"function_call","call_id":"1","namespace":"collaboration","name":"send_message",
         "arguments":"{\"message\":\"gAAAA\"}","encrypted_function_args":["message"]},
        {"type":"function_call_output","output":"x","name":"wait_agent","namespace":"collaboration"}]}"#;
    for dialect in [Responses, Compact] {
        let request = accepted(dialect, body, STRICT);
        assert_eq!((request.body, request.dropped), (None, vec![]));
    }
}

/// As Claude Code sends it: every block of an agent's turn, cache marks, thinking, context management.
#[test]
fn an_agents_messages_are_left_as_they_came() {
    let body = r#"{"model":"m","max_tokens":32000,"stream":true,"metadata":{"user_id":"user_1_account__session_2"},
        "system":[{"type":"text","text":"You are an agent.","cache_control":{"type":"ephemeral","ttl":"1h","scope":"global"}}],
        "thinking":{"type":"enabled","budget_tokens":31999},"output_config":{"effort":"high"},
        "context_management":{"edits":[{"type":"clear_thinking_20251015","keep":"all"}]},
        "tools":[{"name":"Bash","description":"Runs.","input_schema":{"type":"object","properties":{"x":{"type":"string"}}},
          "eager_input_streaming":true,"cache_control":{"type":"ephemeral"}},
          {"type":"web_search_20250305","name":"web_search","max_uses":8,"allowed_domains":["a.example"]}],
        "messages":[{"role":"user","content":[{"type":"text","text":"hi","cache_control":{"type":"ephemeral"}},
          {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}},
          {"type":"document","title":"t","source":{"type":"text","media_type":"text/plain","data":"d"},
           "citations":{"enabled":true}}]},
         {"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},
          {"type":"redacted_thinking","data":"d"},{"type":"text","text":"a","citations":[{"type":"char_location",
           "cited_text":"c","document_index":0,"document_title":null,"start_char_index":0,"end_char_index":1,"file_id":null}]},
          {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"q"}},
          {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result",
           "url":"u","title":"t","encrypted_content":"e","page_age":null}]},
          {"type":"tool_use","id":"toolu_1","name":"Bash","input":{"x":{"any":[1]}},"caller":{"type":"direct"}}]},
         {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","is_error":true,
          "content":[{"type":"text","text":"no"},{"type":"tool_reference","tool_name":"n"}]}]}]}"#;
    let request = accepted(Messages, body, STRICT);
    assert_eq!((&request.body, &request.dropped), (&None, &vec![]));
    assert_eq!((request.stream, request.output_cap), (true, Some(32000)));
    assert_eq!(request.end_user.as_deref(), Some("user_1_account__session_2"));
    let text = "You are an agent.".len() + "Bash".len() + "Runs.".len() + "web_search".len() + "hi".len();
    assert!(request.input_bytes > text as u64);
}

#[test]
fn an_answer_that_comes_back_whole_is_a_message_again() {
    let body = minimal(Messages, "").replace(
        r#"{"role":"user","content":"hi"}"#,
        r#"{"role":"user","content":"hi"},{"id":"msg_1","type":"message","role":"assistant","model":"m","content":
        [{"type":"text","text":"a","parsed_output":null}],"stop_reason":"end_turn","stop_sequence":null,
        "usage":{"input_tokens":1,"output_tokens":2}},{"role":"user","content":"on"}"#,
    );
    let request = accepted(Messages, &body, STRICT);
    assert!(going_on(&request, &body).contains(r#"{"role":"assistant","content":"#), "{request:?}");
    assert_eq!(request.dropped.len(), 7);
}

#[test]
fn under_drop_params_unknown_fields_go_at_any_depth() {
    let body = r#"{ "foo":{"model":1}, "model":"m" ,"messages":[{"x":1,"role":"user","content":[{"type":"text","text":"hi","y":[2]}]}],"bar":3}"#;
    let request = accepted(Chat, body, DROPPING);
    assert_eq!(
        going_on(&request, body),
        r#"{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]}"#
    );
    assert_eq!(request.dropped, ["foo", "bar", "messages[0].x", "messages[0].content[0].y"]);
}

#[test]
fn what_the_gateway_reads_is_told() {
    let request = accepted(
        Chat,
        &chat_body(
            r#""stream":true,"stream_options":{"include_usage":true},"user":"u","safety_identifier":"s",
            "max_tokens":10,"max_completion_tokens":20,"n":3"#,
        ),
        STRICT,
    );
    assert_eq!((request.model.as_str(), request.stream, request.include_usage), ("m", true, true));
    assert_eq!((request.end_user.as_deref(), request.output_cap), (Some("u"), Some(60)));
    assert_eq!(request.input_bytes, 2);

    let request = accepted(
        Responses,
        &responses_body(r#""safety_identifier":"s","max_output_tokens":5,"instructions":"abc""#),
        STRICT,
    );
    assert_eq!((request.stream, request.include_usage), (false, false));
    assert_eq!((request.end_user.as_deref(), request.output_cap), (Some("s"), Some(5)));
    assert_eq!(request.input_bytes, 5);

    let request = accepted(Chat, &chat_body(r#""max_tokens":18446744073709551615,"n":2"#), STRICT);
    assert_eq!(request.output_cap, Some(u64::MAX));
}

#[test]
fn what_codex_sends_is_never_refused() {
    let body = r#"{"model":"m","instructions":"You are Codex","stream":true,"store":false,"tool_choice":"auto",
        "include":["reasoning.encrypted_content"],"parallel_tool_calls":true,"prompt_cache_key":"k",
        "reasoning":{"effort":"medium","summary":"auto","context":"all_turns"},"text":{"verbosity":"low",
        "format":{"type":"json_schema","strict":true,"schema":{},"name":"codex_output_schema"}},
        "client_metadata":{"x-codex-turn-metadata":"{}"},
        "tools":[{"type":"function","name":"f","description":"","strict":false,"defer_loading":true,"parameters":{}},
         {"type":"custom","name":"c","description":"","format":{"type":"grammar","syntax":"lark","definition":"s: /a/"}},
         {"type":"namespace","name":"n","description":"","tools":[{"type":"function","name":"g","parameters":{}}]},
         {"type":"web_search","external_web_access":false,"index_gated_web_access":true,
          "search_content_types":["text","image"],"filters":{"allowed_domains":["a.example"]},
          "user_location":{"type":"approximate","country":"GB"},"search_context_size":"low"},
         {"type":"tool_search","execution":"client","description":"","parameters":{}},{"type":"local_shell"},
         {"type":"image_generation","output_format":"png"}],
        "input":[{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"a"}],
          "phase":"commentary","end_turn":true},
         {"type":"reasoning","id":"rs_1","summary":[],"content":null,"encrypted_content":"g"},
         {"type":"local_shell_call","call_id":"1","status":"completed","action":{"type":"exec","command":["ls"],
          "timeout_ms":1,"working_directory":"/","env":{"A":"b"},"user":"u"}},
         {"type":"function_call","name":"g","namespace":"n","arguments":"{}","call_id":"2"},
         {"type":"function_call_output","call_id":"2","output":[{"type":"input_text","text":"x"},
          {"type":"input_image","image_url":"data:image/png;base64,AA==","detail":"high"}]},
         {"type":"custom_tool_call","status":"completed","call_id":"3","name":"c","input":"a"},
         {"type":"custom_tool_call_output","call_id":"3","output":"x"},
         {"type":"tool_search_call","call_id":"4","status":"completed","execution":"client","arguments":{"query":"q"}},
         {"type":"tool_search_output","call_id":"4","status":"completed","execution":"client",
          "tools":[{"type":"namespace","name":"n","description":"","tools":[]}]},
         {"type":"web_search_call","status":"completed","action":{"type":"search","query":"q","queries":["q"]}},
         {"type":"image_generation_call","id":"ig_1","status":"completed","revised_prompt":"p","result":"AA=="},
         {"type":"compaction","encrypted_content":"g"}]}"#;
    let request = accepted(Responses, body, STRICT);
    assert_eq!(request.dropped, ["client_metadata", "tools[3].index_gated_web_access", "input[0].end_turn",]);
}

#[test]
fn mistrals_own_answer_comes_back_as_it_was() {
    let body = r#"{"model":"m","messages":[{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"reference","reference_ids":[1]}]}]}"#;
    let request = accepted(Chat, body, STRICT);
    assert_eq!((going_on(&request, body).as_str(), request.dropped.len()), (body, 0));
}
