//! The two notations that Envoy's API repeats everywhere.

use std::time::Duration;

use serde_json::{Value, json};

/// A named extension: `{name, typed_config: {"@type", …fields}}`. `message` is the proto's full name;
/// `fields` is an object.
pub fn extension(name: &str, message: &str, fields: Value) -> Value {
    json!({ "name": name, "typed_config": any(message, fields) })
}

/// A `google.protobuf.Any`.
pub fn any(message: &str, fields: Value) -> Value {
    let mut tagged = serde_json::Map::new();
    tagged.insert("@type".to_owned(), Value::String(format!("type.googleapis.com/{message}")));
    if let Value::Object(fields) = fields {
        tagged.extend(fields);
    }
    Value::Object(tagged)
}

/// A `google.protobuf.Duration` in JSON: seconds with a fraction, to the millisecond.
pub fn duration(value: Duration) -> String {
    match value.subsec_millis() {
        0 => format!("{}s", value.as_secs()),
        millis => format!("{}.{millis:03}s", value.as_secs()),
    }
}

/// As [`duration`], from milliseconds.
pub fn millis(value: u64) -> String {
    duration(Duration::from_millis(value))
}
