//! JSON in strings, and the caller's own JSON: looked at as a whole and text by text, and still JSON afterwards.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::Dialect::{Chat, Messages, Responses};
use super::*;

const CASES: &[(Dialect, &str, &str)] = &[
    // Bytes around a match stay as they were written.
    (
        Responses,
        "{ \"input\" :\t\"a\\u0020\\/ secret \\ud83d\\ude00 é\" , \"n\": 1.50e+3}\n",
        "{ \"input\" :\t\"a\\u0020\\/ [KEYWORD_REDACTED] \\ud83d\\ude00 é\" , \"n\": 1.50e+3}\n",
    ),
    // At the borders of a string, and next to each other.
    (Responses, r#"{"input":"secret"}"#, r#"{"input":"[KEYWORD_REDACTED]"}"#),
    (Responses, r#"{"input":"secretSecret"}"#, r#"{"input":"[KEYWORD_REDACTED][KEYWORD_REDACTED]"}"#),
    // Written with escapes, beside escapes, over a surrogate pair's end.
    (Responses, r#"{"input":"\u0073\u0065cr\u0065t"}"#, r#"{"input":"[KEYWORD_REDACTED]"}"#),
    (
        Responses,
        r#"{"input":"\ud83d\ude00secret\ud83d"}"#,
        r#"{"input":"\ud83d\ude00[KEYWORD_REDACTED]\ud83d"}"#,
    ),
    (Responses, r#"{"input":"\\u0073ecret"}"#, r#"{"input":"\\u0073ecret"}"#),
    (Responses, r#"{"input":"gr\u00f6\u00dfe"}"#, r#"{"input":"[KEYWORD_REDACTED]"}"#),
    // Overlapping: the first one's replacement, and nothing of either is left.
    (Responses, r#"{"input":"my.secret@a.org"}"#, r#"{"input":"[EMAIL_REDACTED]"}"#),
    (Responses, r#"{"input":"secretary@a.org"}"#, r#"{"input":"[EMAIL_REDACTED]"}"#),
    // A name that stands twice is read twice.
    (
        Responses,
        r#"{"input":"secret","input":"secret"}"#,
        r#"{"input":"[KEYWORD_REDACTED]","input":"[KEYWORD_REDACTED]"}"#,
    ),
    // JSON in a string stays JSON, with its own escapes and white space.
    (
        Chat,
        r#"{"arguments":"{ \"q\": \"a secret\\n\", \"n\": 123456789 }"}"#,
        r#"{"arguments":"{ \"q\": \"a [KEYWORD_REDACTED]\\n\", \"n\": \"[NUMBER_REDACTED]\" }"}"#,
    ),
    (Chat, r#"{"content":"{\"q\":\"\\u0073ecret\"}"}"#, r#"{"content":"{\"q\":\"[KEYWORD_REDACTED]\"}"}"#),
    (Chat, r#"{"content":"\"\\u0073ecret\""}"#, r#"{"content":"\"[KEYWORD_REDACTED]\""}"#),
    (
        Chat,
        r#"{"content":"{\"q\":\"{\\\"r\\\":\\\"\\\\u0073ecret\\\"}\"}"}"#,
        r#"{"content":"{\"q\":\"{\\\"r\\\":\\\"[KEYWORD_REDACTED]\\\"}\"}"}"#,
    ),
    // What begins with an escape's letter begins no address.
    (Chat, r#"{"arguments":"{\"a\":\"\\nb@c.org\"}"}"#, r#"{"arguments":"{\"a\":\"\\n[EMAIL_REDACTED]\"}"}"#),
    // A match over a name and its value is masked in both, and the document stays one.
    (
        Chat,
        r#"{"arguments":"{\"user\":\"x\",\"password\": \"hunter2\"}"}"#,
        r#"{"arguments":"{\"user\":\"x\",\"[PASSWORD_REDACTED]\": \"[PASSWORD_REDACTED]\"}"}"#,
    ),
    (
        Messages,
        r#"{"input":{"password":"hunter2"}}"#,
        r#"{"input":{"[PASSWORD_REDACTED]":"[PASSWORD_REDACTED]"}}"#,
    ),
    // JSON that is cut off is text.
    (Chat, r#"{"content":"{\"q\":\"a secret"}"#, r#"{"content":"{\"q\":\"a [KEYWORD_REDACTED]"}"#),
    (Chat, r#"{"content":"{secret}"}"#, r#"{"content":"{[KEYWORD_REDACTED]}"}"#),
    (Chat, r#"{"content":"[123-45-6789]"}"#, r#"{"content":"[[US_SSN_REDACTED]]"}"#),
    // Numbers and literals of the caller's own JSON; no others.
    (Messages, r#"{"input":{"a":[123456789,-1]}}"#, r#"{"input":{"a":["[NUMBER_REDACTED]",-1]}}"#),
    (Chat, r#"{"seed":123456789}"#, r#"{"seed":123456789}"#),
    // Names, and where they are repeated. Members are not lost when names become equal.
    (
        Chat,
        r#"{"parameters":{"properties":{"secret":{"type":"string"}},"required":["secret"]}}"#,
        r#"{"parameters":{"properties":{"[KEYWORD_REDACTED]":{"type":"string"}},"required":["[KEYWORD_REDACTED]"]}}"#,
    ),
    (
        Messages,
        r#"{"input":{"a@b.org":1,"c@d.org":2,"x":{"e@f.org":3}}}"#,
        r#"{"input":{"[EMAIL_REDACTED]":1,"[EMAIL_REDACTED]_2":2,"x":{"[EMAIL_REDACTED]":3}}}"#,
    ),
];

#[test]
fn only_matches_are_replaced() {
    for (dialect, body, expected) in CASES {
        let masked = match run(&[masking()], *dialect, body).outcome {
            Outcome::Masked(masked) => String::from_utf8(masked).unwrap(),
            Outcome::Pass => (*body).to_owned(),
            Outcome::Blocked(reject) => panic!("{body}: {}", reject.message),
        };
        assert_eq!(masked, *expected);
    }
}

#[test]
fn a_match_counts_once_however_deep_it_stands() {
    for (body, expected) in [
        (r#"{"content":"secret"}"#, 1),
        (r#"{"content":"{\"q\":\"secret\"}"}"#, 1),
        (r#"{"content":"{\"q\":\"\\u0073ecret\"}"}"#, 1),
        (r#"{"content":"{\"q\":\"[\\\"secret\\\",\\\"secret\\\"]\"}"}"#, 2),
        (r#"{"content":"{\"q\":\"{\\\"r\\\":\\\"\\\\\\\"secret\\\\\\\"\\\"}\"}"}"#, 1),
        (r#"{"arguments":{"q":"secret","secret":"\u0073ecret"}}"#, 3),
    ] {
        let verdict = run(&[masking()], Chat, body);
        assert_eq!(verdict.records[0].masked_entity_count["blocked_word"], expected, "{body}");
    }
}

/// In JSON in a string an escape is written with one more backslash, and means the same.
#[test]
fn json_in_a_string_is_read_decoded() {
    let compiled = block_word();
    for (template, is_json) in [
        (r#"{"arguments":"{\"q\":\"@\"}"}"#, true),
        (r#"{"arguments":"{\"@\":[]}"}"#, true),
        (r#"{"content":" [\"@\"]\n"}"#, true),
        (r#"{"content":"\"@\""}"#, true),
        (r#"{"content":"@"}"#, false),
        (r#"{"arguments":"{\"q\":\"@"}"#, false),
        (r#"{"content":"Read this: {\"q\":\"@\"}"}"#, false),
    ] {
        let body = template.replace('@', r"forbidden\\u0020phrase");
        assert_eq!(is_blocked(&compiled, Chat, &body), is_json, "{body}");
    }
}

/// In chat completions and Responses the arguments of a call are JSON in a string, with Anthropic an object.
#[test]
fn arguments_of_a_call_leave_the_same_records_in_every_dialect() {
    for arguments in [
        r#"{"q":"a secret"}"#,
        r#"{"to":["a@b.org","c@d.org"],"id":123456789,"secret":true}"#,
        r#"{"user":"x","password":"hunter2"}"#,
        r#"{"text":"a\nb@c.org \u0073ecret"}"#,
    ] {
        let parsed: Value = serde_json::from_str(arguments).unwrap();
        let call = json!({"id": "c", "type": "function", "function": {"name": "f", "arguments": arguments}});
        let bodies = [
            (Chat, json!({"messages": [{"role": "assistant", "tool_calls": [call]}]}).to_string()),
            (
                Responses,
                json!({"input": [{"type": "function_call", "call_id": "c", "name": "f", "arguments": arguments}]})
                    .to_string(),
            ),
            (
                Messages,
                r#"{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"f","input":@}]}]}"#
                    .replace('@', arguments),
            ),
        ];
        let verdicts = bodies.map(|(dialect, body)| run(&[masking()], dialect, body));
        let [chat, responses, messages] = verdicts.each_ref().map(without_paths);
        assert_eq!(chat, responses, "{arguments}");
        assert_eq!(chat, messages, "{arguments}");
        let arguments_sent = verdicts.map(|verdict| match verdict.outcome {
            Outcome::Masked(body) => {
                let body: Value = serde_json::from_slice(&body).unwrap();
                let strings = ["/messages/0/tool_calls/0/function/arguments", "/input/0/arguments"];
                let string = strings.iter().find_map(|path| body.pointer(path));
                let object = body.pointer("/messages/0/content/0/input").cloned();
                object.unwrap_or_else(|| serde_json::from_str(string.unwrap().as_str().unwrap()).unwrap())
            }
            other => panic!("{arguments}: {other:?}"),
        });
        assert_eq!(arguments_sent[0], arguments_sent[1]);
        assert_eq!(arguments_sent[0], arguments_sent[2]);
        assert_ne!(arguments_sent[0], parsed);
    }
}

/// A record without where things were, which is another field in every dialect.
fn without_paths(verdict: &Verdict) -> Value {
    let mut record = serde_json::to_value(&verdict.records).unwrap();
    for detail in record[0]["match_details"].as_array_mut().unwrap() {
        detail["path"] = Value::Null;
    }
    record
}
