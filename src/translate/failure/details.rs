//! What Anthropic's errors say beside type and message:
//! `"details":{"error_code":"thread_not_found"}`, with more members for some of the codes.
//!
//! Programs go on by the code: Anthropic's SDK sends a conversation again whole, for instance. Source: the error types of
//! its SDK of November 2026 (types/shared/error_details.py).

use serde_json::{Map, Value};

use super::read::{MAX_TEXT, bounded};
use crate::wire::json::{Fields, Kind};
use crate::wire::value;

/// Member of the details, and what it is called here.
const CODE: &str = "error_code";

/// The details of an error object, and their code. Google's `details` are a list, and none; those that are larger than
/// 8 KiB come down to their code.
pub(super) fn of(error: &Fields<'_>) -> Option<(String, Box<Map<String, Value>>)> {
    let raw = error.set("details").filter(|details| Kind::of(details) == Kind::Object)?;
    let code = bounded(&Fields::of(raw).ok()?.text(CODE)?);
    let whole = (raw.get().len() <= MAX_TEXT).then(|| value::parse(raw.get().as_bytes()).ok()).flatten();
    let details = match whole {
        Some(Value::Object(members)) => members,
        _ => Map::from_iter([(CODE.to_owned(), Value::from(code.clone()))]),
    };
    Some((code, Box::new(details)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn read(error: &Value) -> Option<(String, Value)> {
        let error = error.to_string();
        let (code, details) = of(&Fields::parse(error.as_bytes()).unwrap())?;
        Some((code, Value::Object(*details)))
    }

    #[test]
    fn details_are_an_object_with_a_code_and_bounded() {
        let told = json!({"error_code": "thread_unsupported_request", "unsupported": ["thinking"]});
        let code = "thread_unsupported_request".to_owned();
        assert_eq!(read(&json!({"details": told})), Some((code, told)));
        for details in [
            json!([{"@type": "a"}]),
            json!("text"),
            json!(null),
            json!({"code": 1}),
            json!({"error_code": 1}),
        ] {
            assert_eq!(read(&json!({"details": details})), None, "{details}");
        }
        let large = json!({"error_code": "a", "rest": "x".repeat(MAX_TEXT)});
        assert_eq!(read(&json!({"details": large})), Some(("a".to_owned(), json!({"error_code": "a"}))));
    }
}
