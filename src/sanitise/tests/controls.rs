#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::json;

use super::{STRICT, TESTING, accepted, going_on, minimal};
use crate::sanitise::{Controls, MockTesting};
use crate::wire::Dialect::{Chat, Compact, Messages, Responses};

#[test]
fn controls_are_taken_out_on_every_dialect() {
    let sent = r#""mock_testing_fallbacks":true,"disable_fallbacks":false,"num_retries":2,"guardrails":["g","g"],
        "tags":["a"],"litellm_metadata":{"tags":["b","a"],"x":1,"guardrails":["h"],"user_api_key":"k"},
        "metadata":{"tags":["c"],"guardrails":["g","i"],"spend_logs_metadata":{"job":7},"mine":"yes"}"#;
    for dialect in [Chat, Responses, Compact, Messages] {
        let body = minimal(dialect, sent);
        let request = accepted(dialect, &body, TESTING);
        let stores = matches!(dialect, Chat | Responses);
        let kept = if stores { r#""metadata":{"mine":"yes"}"# } else { "" };
        assert_eq!(going_on(&request, &body), minimal(dialect, kept));
        let metadata = json!({"x": 1, "spend_logs_metadata": {"job": 7}, "mine": "yes"});
        let expected = Controls {
            mock_testing: Some(MockTesting::Fallbacks),
            disable_fallbacks: false,
            num_retries: Some(2),
            guardrails: ["g", "h", "i"].map(str::to_owned).to_vec(),
            tags: ["a", "b", "c"].map(str::to_owned).to_vec(),
            metadata: metadata.as_object().unwrap().clone(),
            ..Controls::default()
        };
        assert_eq!(request.controls, expected);
        let dropped: &[&str] = match dialect {
            Compact => &["litellm_metadata.user_api_key", "metadata"],
            Messages => &["litellm_metadata.user_api_key", "metadata.mine"],
            _ => &["litellm_metadata.user_api_key"],
        };
        assert_eq!(request.dropped, dropped);
    }
}

#[test]
fn a_null_control_is_as_good_as_none() {
    let sent = r#""mock_testing_fallbacks":null,"disable_fallbacks":null,"num_retries":null,"guardrails":null,
        "tags":null,"litellm_metadata":null,"fallbacks":null,"mock_response":null"#;
    let body = minimal(Chat, sent);
    let request = accepted(Chat, &body, STRICT);
    assert_eq!(request.controls, Controls::default());
    assert_eq!(going_on(&request, &body), minimal(Chat, ""));
}

#[test]
fn a_session_is_recorded_by_either_of_litellm_s_names() {
    for (sent, session) in [
        (r#""litellm_trace_id":"t","litellm_session_id":"s""#, Some("s")),
        (r#""litellm_session_id":"s","litellm_trace_id":"t""#, Some("s")),
        (r#""litellm_trace_id":"t","litellm_session_id":null"#, Some("t")),
        (r#""litellm_session_id":"""#, None),
    ] {
        for dialect in [Chat, Responses, Compact, Messages] {
            let body = minimal(dialect, sent);
            let request = accepted(dialect, &body, STRICT);
            assert_eq!(request.controls.session.as_deref(), session, "{sent}");
            assert_eq!((going_on(&request, &body), request.dropped.len()), (minimal(dialect, ""), 0));
        }
    }
    let long = format!(r#""litellm_session_id":"{}""#, "s".repeat(257));
    for sent in [&long, r#""litellm_trace_id":7"#] {
        assert_eq!(super::refused(Chat, &minimal(Chat, sent), STRICT).status, 400);
    }
}

#[test]
fn what_a_client_of_litellm_s_may_say_and_nobody_heeds_is_named() {
    let sent = r#""cache":{"no-cache":true},"no-log":true,"timeout":5"#;
    for dialect in [Chat, Responses, Compact, Messages] {
        let body = minimal(dialect, sent);
        let request = accepted(dialect, &body, STRICT);
        assert_eq!(going_on(&request, &body), minimal(dialect, ""));
        assert_eq!(request.dropped, ["cache", "no-log", "timeout"]);
    }
    let request = accepted(Chat, &minimal(Chat, r#""cache":null"#), STRICT);
    assert_eq!(request.dropped.len(), 0);
}

#[test]
fn a_mock_that_is_off_needs_no_permission() {
    let request = accepted(Chat, &minimal(Chat, r#""mock_testing_fallbacks":false"#), STRICT);
    assert_eq!(request.controls.mock_testing, None);
}

#[test]
fn the_spend_log_gets_what_the_provider_does_not() {
    let request =
        accepted(Responses, &minimal(Responses, r#""metadata":{"n":1.5,"s":"x","_litellm_a":1}"#), STRICT);
    assert_eq!(serde_json::Value::Object(request.controls.metadata), json!({"n": 1.5, "s": "x"}));
}

#[test]
fn fallbacks_in_both_of_litellm_s_forms() {
    let sent = r#""fallbacks":["a",{"model":"b","temperature":0}],
        "context_window_fallbacks":[{"m":["c",{"model":"d","max_tokens":5}]}]"#;
    let body = minimal(Chat, sent);
    let request = accepted(Chat, &body, STRICT);
    assert_eq!(going_on(&request, &body), minimal(Chat, ""));
    let told = |targets: Option<Vec<crate::sanitise::Target>>| -> Vec<String> {
        let one = |target: crate::sanitise::Target| {
            let overrides = serde_json::Value::Object(target.overrides);
            format!("{} {:?} {} {overrides}", target.path, target.from, target.model)
        };
        targets.unwrap().into_iter().map(one).collect()
    };
    assert_eq!(
        told(request.controls.fallbacks),
        [r#"fallbacks[0] None a {}"#, r#"fallbacks[1] None b {"temperature":0}"#,]
    );
    assert_eq!(
        told(request.controls.context_window_fallbacks),
        [
            r#"context_window_fallbacks[0].m[0] Some("m") c {}"#,
            r#"context_window_fallbacks[0].m[1] Some("m") d {"max_tokens":5}"#,
        ]
    );
}

#[test]
fn fallbacks_that_are_none_are_refused_by_name() {
    for (sent, at) in [
        (r#""fallbacks":"a""#, "fallbacks"),
        (r#""fallbacks":["a",1]"#, "fallbacks[1]"),
        (r#""fallbacks":[{"temperature":0}]"#, "fallbacks[0]"),
        (r#""fallbacks":[{"m":[[]]}]"#, "fallbacks[0].m[0]"),
        (r#""fallbacks":[{"model":"b","stream":true}]"#, "fallbacks[0].stream"),
        (r#""fallbacks":[""]"#, "fallbacks[0]"),
    ] {
        let refused = crate::sanitise::request(Chat, minimal(Chat, sent).as_bytes(), &STRICT).unwrap_err();
        assert_eq!((refused.status, refused.param.as_deref()), (400, Some(at)), "{sent}");
    }
}
