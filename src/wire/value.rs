//! JSON as a [`Value`] in which a name is nothing but a name.
//!
//! With its feature `raw_value`, `serde_json` takes an object whose first member is called `$serde_json::private::RawValue` for
//! a text to parse in the object's place, with a bound on depth of its own. Who may choose names could so nest JSON in
//! texts until the stack ends, or have a stored row read as something else. What others have written is read here.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// What the names begin with that `serde_json` keeps for itself.
pub const PRIVATE: &str = "$serde_json::private::";

/// Reads a text.
///
/// # Errors
/// What is not JSON, is nested more than 127 levels deep, or has a number that is out of range.
pub fn parse(json: &[u8]) -> serde_json::Result<Value> {
    serde_json::from_slice::<Plain>(json).map(|plain| plain.0)
}

/// For `deserialize_with`: an object whose members are read so.
///
/// # Errors
/// As [`parse`], and anything that is no object.
pub fn map<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, Value>, D::Error> {
    match Plain::deserialize(deserializer)? {
        Plain(Value::Object(members)) => Ok(members),
        _ => Err(D::Error::custom("expected an object")),
    }
}

/// For `deserialize_with`: an array whose elements are read so.
///
/// # Errors
/// As [`parse`], and anything that is no array.
pub fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Value>, D::Error> {
    match Plain::deserialize(deserializer)? {
        Plain(Value::Array(elements)) => Ok(elements),
        _ => Err(D::Error::custom("expected an array")),
    }
}

/// A value as it is written.
struct Plain(Value);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Plain)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Plain(element)) = elements.next_element()? {
            list.push(element);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((name, Plain(value))) = members.next_entry()? {
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn reads_what_serde_json_reads() {
        for json in [
            "null",
            "true",
            "-7",
            "18446744073709551615",
            "1.5e3",
            r#""a\u00e9\ud83d\ude00""#,
            r#"[1, [], {}, {"b": 1, "a": [null]}]"#,
            r#"{"a": 1, "a": 2}"#,
            "",
            "[1,",
            "1e999",
            r#""\ud800""#,
            "1 2",
        ] {
            assert_eq!(parse(json.as_bytes()).ok(), serde_json::from_str(json).ok(), "{json}");
        }
    }

    #[test]
    fn a_private_name_is_a_name() {
        let json = r#"{"$serde_json::private::RawValue": "{\"a\": 1}"}"#;
        let read: Value = serde_json::from_str(json).unwrap();
        assert_eq!(read, serde_json::json!({"a": 1}), "what this is for");
        assert_eq!(parse(json.as_bytes()).unwrap()[format!("{PRIVATE}RawValue")], r#"{"a": 1}"#);
    }

    #[test]
    fn depth_has_a_bound() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parse(nested(127).as_bytes()).is_ok());
        assert!(parse(nested(128).as_bytes()).is_err());
    }
}
