//! Embeddings, moderations and completions: what they must have, and what the gateway reads of them.

#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{DROPPING, STRICT, accepted, refused};
use crate::wire::Dialect::{Completions, Embeddings, Moderations};

#[test]
fn what_is_defined_goes_on_as_it_came() {
    for (dialect, body) in [
        (Embeddings, r#"{"model":"m","input":"hi"}"#),
        (
            Embeddings,
            r#"{"input":["a","b"],"model":"m","dimensions":8,"encoding_format":"base64","user":"u"}"#,
        ),
        (Moderations, r#"{"input":[{"type":"image_url","image_url":{"url":"https://a"}}]}"#),
        (Completions, r#"{"model":"m","prompt":["a"],"logit_bias":{"50256":-100},"best_of":2,"echo":true}"#),
    ] {
        let request = accepted(dialect, body, STRICT);
        assert_eq!((request.body, request.dropped), (None, vec![]), "{body}");
    }
}

#[test]
fn what_is_not_defined_is_refused_or_dropped() {
    for (dialect, body, name) in [
        (Embeddings, r#"{"model":"m","input":"hi","metadata":{"a":"b"}}"#, "metadata"),
        (Embeddings, r#"{"model":"m","input":"hi","stream":true}"#, "stream"),
        (Moderations, r#"{"model":"m","input":[{"type":"text","text":"a","x":1}]}"#, "input[0].x"),
        (Completions, r#"{"model":"m","prompt":"hi","messages":[]}"#, "messages"),
    ] {
        assert_eq!(accepted(dialect, body, DROPPING).dropped, [name], "{body}");
    }
    let refused = refused(Completions, r#"{"model":"m","prompt":"hi","messages":[]}"#, STRICT);
    assert!(refused.message.contains("The completions API does not define it"), "{}", refused.message);
}

#[test]
fn what_must_be_there_is_named() {
    for (dialect, body, param, code) in [
        (Embeddings, r#"{"input":"hi"}"#, "model", "missing_required_parameter"),
        (Embeddings, r#"{"model":"m"}"#, "input", "missing_required_parameter"),
        (Embeddings, r#"{"model":"m","input":[ ]}"#, "input", "empty_array"),
        (Embeddings, r#"{"model":"m","input":7}"#, "input", "invalid_type"),
        (Moderations, r#"{"model":""}"#, "model", ""),
        (Moderations, r#"{}"#, "input", "missing_required_parameter"),
        (Completions, r#"{"model":"m","prompt":null}"#, "prompt", "invalid_type"),
    ] {
        let reject = refused(dialect, body, STRICT);
        assert_eq!((reject.param.as_deref(), reject.code.unwrap_or_default()), (Some(param), code), "{body}");
    }
}

#[test]
fn a_moderation_without_a_model_is_of_openais_usual_one() {
    for body in [r#"{"input":"hi"}"#, r#"{"input":"hi","model":null}"#] {
        assert_eq!(accepted(Moderations, body, STRICT).model, "omni-moderation-latest");
    }
    assert_eq!(accepted(Moderations, r#"{"input":"hi","model":"m"}"#, STRICT).model, "m");
}

#[test]
fn what_is_read_and_written_is_estimated() {
    for (dialect, body, chars, cap) in [
        (Embeddings, r#"{"model":"m","input":["abc","de"]}"#, 5, Some(0)),
        (Embeddings, r#"{"model":"m","input":[1,2,3]}"#, 12, Some(0)),
        (Embeddings, r#"{"model":"m","input":[[1,2],[3]]}"#, 12, Some(0)),
        (Moderations, r#"{"input":[{"type":"text","text":"abcd"}]}"#, 4, Some(0)),
        (Completions, r#"{"model":"m","prompt":"abc","suffix":"de"}"#, 5, None),
        (Completions, r#"{"model":"m","prompt":"a","max_tokens":10,"n":2,"best_of":3}"#, 1, Some(30)),
        (Completions, r#"{"model":"m","prompt":["a","b"],"max_tokens":10,"n":2}"#, 2, Some(40)),
        (Completions, r#"{"model":"m","prompt":[[1],[2]],"max_tokens":10}"#, 8, Some(20)),
        (Completions, r#"{"model":"m","prompt":[1,2],"max_tokens":10}"#, 8, Some(10)),
    ] {
        let request = accepted(dialect, body, STRICT);
        assert_eq!((request.input_bytes, request.output_cap), (chars, cap), "{body}");
        assert_eq!(request.as_tokens, !body.contains("\"a") && body.contains("[1"), "{body}");
    }
}

#[test]
fn streams_and_users() {
    let body =
        r#"{"model":"m","prompt":"a","stream":true,"stream_options":{"include_usage":true},"user":"u"}"#;
    let request = accepted(Completions, body, STRICT);
    assert_eq!((request.stream, request.include_usage, request.end_user.as_deref()), (true, true, Some("u")));
}
