//! YAML's merge key: `<<: *anchor`, `<<: [*a, *b]`. A mapping's own keys win, then earlier mappings.

use serde_json::{Map, Value};
use spillway_filter::config::{Path, Problem};

use super::value::Problems;

pub const MERGE: &str = "<<";

/// Applies every merge key below a value, innermost first.
pub fn apply(value: &mut Value, path: &Path, problems: &Problems) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                apply(item, &path.index(index), problems);
            }
        }
        Value::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                apply(value, &path.key(key), problems);
            }
            if let Some(merged) = fields.shift_remove(MERGE) {
                merge(fields, merged, &path.key(MERGE), problems);
            }
        }
        _ => {}
    }
}

/// What two merge keys of one mapping merge: the later one's mappings win, as in PyYAML, by which LiteLLM reads.
pub fn both(later: Value, earlier: Value) -> Value {
    Value::Array([later, earlier].into_iter().flat_map(mappings).collect())
}

fn mappings(merged: Value) -> Vec<Value> {
    match merged {
        Value::Array(items) => items,
        one => vec![one],
    }
}

fn merge(fields: &mut Map<String, Value>, merged: Value, path: &Path, problems: &Problems) {
    for mapping in mappings(merged) {
        let Value::Object(mapping) = mapping else {
            problems.borrow_mut().push(Problem {
                path: path.to_string(),
                message: "only a mapping can be merged".to_owned(),
                help: Some("write `<<: *anchor` or `<<: [*a, *b]`".to_owned()),
            });
            continue;
        };
        for (key, value) in mapping {
            fields.entry(key).or_insert(value);
        }
    }
}
