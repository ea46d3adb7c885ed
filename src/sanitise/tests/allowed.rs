//! Parameters that no dialect defines and the configuration allows, and `extra_body`.

#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{DROPPING, Policy, STRICT, accepted, going_on, minimal, refused};
use crate::wire::Dialect::{Chat, Compact, Responses};

fn allowing(names: &[&str], drop_params: bool) -> Policy {
    Policy { drop_params, allowed: names.iter().map(|name| (*name).to_owned()).collect(), ..STRICT }
}

#[test]
fn an_allowed_name_goes_on_as_it_came() {
    let sent = r#""knob": 4.0e0 ,"guide":{"messages":[{"x":1}]}"#;
    for dialect in [Chat, Responses, Compact] {
        let body = minimal(dialect, sent);
        let request = accepted(dialect, &body, allowing(&["knob", "guide"], false));
        assert_eq!((request.body, request.dropped), (None, vec![]), "{body}");
        let reject = refused(dialect, &body, allowing(&["knob"], false));
        assert_eq!(reject.param.as_deref(), Some("guide"));
    }
}

#[test]
fn what_is_nested_is_never_allowed() {
    let body = r#"{"model":"m","messages":[{"role":"user","content":"hi","knob":1}]}"#;
    let reject = refused(Chat, body, allowing(&["knob"], false));
    assert_eq!(reject.param.as_deref(), Some("messages[0].knob"));
}

#[test]
fn extra_body_stands_for_its_members() {
    let body = minimal(Chat, r#""extra_body":{"knob":4,"dial":0.50},"seed":1"#);
    let request = accepted(Chat, &body, allowing(&["knob", "dial"], false));
    assert_eq!(going_on(&request, &body), minimal(Chat, r#""knob":4,"dial":0.50,"seed":1"#));
    assert_eq!(request.dropped, Vec::<String>::new());
    for nothing in ["null", "{}"] {
        let body = minimal(Chat, &format!(r#""extra_body":{nothing}"#));
        assert_eq!(going_on(&accepted(Chat, &body, STRICT), &body), minimal(Chat, ""));
    }
}

#[test]
fn what_extra_body_may_not_say_is_refused_or_dropped_by_name() {
    let body = minimal(Chat, r#""extra_body":{"knob":4,"api_key":"k","temperature":1}"#);
    let reject = refused(Chat, &body, allowing(&["knob"], false));
    assert_eq!(
        (reject.code, reject.param.as_deref()),
        (Some("unknown_parameter"), Some("extra_body.api_key"))
    );
    let request = accepted(Chat, &body, allowing(&["knob"], true));
    assert_eq!(going_on(&request, &body), minimal(Chat, r#""knob":4"#));
    assert_eq!(request.dropped, ["extra_body.api_key", "extra_body.temperature"]);
}

#[test]
fn a_parameter_is_given_once() {
    let body = minimal(Chat, r#""knob":1,"extra_body":{"knob":4}"#);
    let reject = refused(Chat, &body, allowing(&["knob"], true));
    assert_eq!(
        (reject.code, reject.param.as_deref()),
        (Some("duplicate_parameter"), Some("extra_body.knob"))
    );
    let reject = refused(Chat, &minimal(Chat, r#""extra_body":[]"#), DROPPING);
    assert_eq!((reject.code, reject.param.as_deref()), (Some("invalid_type"), Some("extra_body")));
}

#[test]
fn a_caller_may_have_its_own_parameters_dropped_and_may_not_widen_what_is_allowed() {
    let body = minimal(
        Chat,
        r#""knob":1,"drop_params":true,"additional_drop_params":["seed"],"allowed_openai_params":["knob"]"#,
    );
    let request = accepted(Chat, &body, STRICT);
    assert_eq!(going_on(&request, &body), minimal(Chat, ""));
    assert_eq!(request.dropped, ["knob", "allowed_openai_params"]);
    assert!(request.controls.drop_params);
    assert_eq!(request.controls.additional_drop_params, ["seed"]);
    // To ask for what the configuration does not do changes nothing.
    let request = accepted(Chat, &minimal(Chat, r#""knob":1,"drop_params":false"#), DROPPING);
    assert_eq!(request.dropped, ["knob"]);
}
