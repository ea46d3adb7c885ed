//! JSON expectations with wildcards.
//!
//! An expectation is JSON whose strings may be `<any>` (anything that is there), `<string>`, `<number>`,
//! `<uuid>`, or `<contains: TEXT>`. Everything else must be equal. Objects are compared whole, unless the
//! expectation has the key `"..."`: then further keys are allowed.

use serde_json::Value;

/// Compares, and says where the two differ first.
///
/// # Errors
/// The path of the first difference, what was expected, and what was found.
pub fn check(expected: &Value, found: &Value) -> Result<(), String> {
    compare(expected, found, "$")
}

fn compare(expected: &Value, found: &Value, path: &str) -> Result<(), String> {
    match (expected, found) {
        (Value::String(pattern), _) => text(pattern, found, path),
        (Value::Object(wanted), Value::Object(got)) => {
            let open = wanted.contains_key("...");
            for (key, value) in wanted.iter().filter(|(key, _)| *key != "...") {
                let there = got.get(key).ok_or_else(|| format!("{path}.{key}: missing in {found}"))?;
                compare(value, there, &format!("{path}.{key}"))?;
            }
            match got.keys().find(|key| !open && !wanted.contains_key(*key)) {
                Some(extra) => Err(format!("{path}.{extra}: not expected, in {found}")),
                None => Ok(()),
            }
        }
        (Value::Array(wanted), Value::Array(got)) => {
            if wanted.len() != got.len() {
                let (wanted, got) = (wanted.len(), got.len());
                return Err(format!("{path}: expected {wanted} items, found {got}: {found}"));
            }
            let mut pairs = wanted.iter().zip(got).enumerate();
            pairs.try_for_each(|(index, (one, other))| compare(one, other, &format!("{path}[{index}]")))
        }
        _ if expected == found => Ok(()),
        _ => Err(format!("{path}: expected {expected}, found {found}")),
    }
}

fn text(pattern: &str, found: &Value, path: &str) -> Result<(), String> {
    let part = pattern.strip_prefix("<contains: ").and_then(|rest| rest.strip_suffix('>'));
    let holds = match (pattern, part) {
        ("<any>", _) => true,
        ("<string>", _) => found.is_string(),
        ("<number>", _) => found.is_number(),
        ("<uuid>", _) => found.as_str().is_some_and(is_uuid),
        (_, Some(part)) => found.as_str().is_some_and(|text| text.contains(part)),
        _ => found.as_str() == Some(pattern),
    };
    if holds { Ok(()) } else { Err(format!("{path}: expected {pattern:?}, found {found}")) }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::check;

    #[test]
    fn equal_unless_a_wildcard_says_otherwise() {
        assert!(check(&json!({"a": [1, "<any>"]}), &json!({"a": [1, null]})).is_ok());
        assert!(check(&json!({"a": "<number>"}), &json!({"a": "1"})).is_err());
        assert!(check(&json!("<contains: ell>"), &json!("hello")).is_ok());
    }

    #[test]
    fn a_further_key_is_a_difference_unless_allowed() {
        assert_eq!(
            check(&json!({"a": 1}), &json!({"a": 1, "b": 2})).unwrap_err(),
            r#"$.b: not expected, in {"a":1,"b":2}"#
        );
        assert!(check(&json!({"a": 1, "...": true}), &json!({"a": 1, "b": 2})).is_ok());
    }
}
