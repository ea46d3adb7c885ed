//! JSON as people read it: `type: pattern, pattern name: us ssn`.

use serde_json::Value;

/// Characters of the longest text.
const MOST: usize = 2_000;

/// A value without its punctuation.
pub(in crate::ui::page) fn plain(value: &Value) -> String {
    let words = words(value);
    if words.chars().count() > MOST { words.chars().take(MOST).chain(['…']).collect() } else { words }
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(list) => joined(list.iter().map(words), "; "),
        Value::Object(fields) => {
            let pairs = fields.iter().filter(|(_, value)| !value.is_null());
            joined(pairs.map(|(name, value)| format!("{}: {}", name.replace('_', " "), words(value))), ", ")
        }
        other => other.to_string(),
    }
}

fn joined(parts: impl Iterator<Item = String>, separator: &str) -> String {
    parts.collect::<Vec<_>>().join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn punctuation_is_left_out() {
        let found = json!([{"type": "pattern", "pattern_name": "us_ssn", "note": null}, {"part": [1, true]}]);
        assert_eq!(plain(&found), "type: pattern, pattern name: us_ssn; part: 1; true");
        assert_eq!(plain(&json!("x".repeat(3_000))).chars().count(), MOST + 1);
    }
}
