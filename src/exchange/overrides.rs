//! A fallback's own parameters, put in the place of the request's.

use serde_json::{Map, Value};

use crate::wire::json::{Fields, Malformed};
use crate::wire::write;

/// A body with some members replaced, or added behind the others.
pub(crate) fn merged(body: &[u8], overrides: &Map<String, Value>) -> Result<Vec<u8>, Malformed> {
    let fields = Fields::parse(body)?;
    let mut out = Vec::with_capacity(body.len());
    write::object(&mut out, |members| {
        for (name, value) in fields.iter().filter(|(name, _)| !overrides.contains_key(*name)) {
            members.raw(name, value);
        }
        for (name, value) in overrides {
            members.value(name, value);
        }
    });
    Ok(out)
}

/// The parameters as a body of their own.
pub(crate) fn alone(overrides: &Map<String, Value>) -> Vec<u8> {
    // Text and numbers: nothing in it cannot be written.
    serde_json::to_vec(overrides).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn members_are_replaced_and_added() {
        let overrides = json!({"temperature": 0, "top_p": 1});
        let body = merged(br#"{"model":"a","temperature":0.50}"#, overrides.as_object().unwrap()).unwrap();
        assert_eq!(String::from_utf8(body).unwrap(), r#"{"model":"a","temperature":0,"top_p":1}"#);
    }
}
