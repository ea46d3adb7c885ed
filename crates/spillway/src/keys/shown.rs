//! What a person sees of an answer.

use serde_json::{Map, Value};

use super::Action;

/// Columns of a list: their heads and where they are in a key.
const COLUMNS: [(&str, &str); 10] = [
    ("ALIAS", "key_alias"),
    ("KEY", "key_name"),
    ("USER", "user_id"),
    ("TEAM", "team_id"),
    ("SPEND", "spend"),
    ("BUDGET", "max_budget"),
    ("RPM", "rpm_limit"),
    ("TPM", "tpm_limit"),
    ("EXPIRES", "expires"),
    ("TOKEN", "token"),
];
/// The column that says that a key is blocked.
const STATE: &str = "STATE";

/// An answer as lines of text.
pub fn text(action: &Action, answer: &Value) -> String {
    match action {
        Action::List(_) => list(answer),
        Action::Delete(_) => deleted(answer),
        Action::Info(_) => fields(answer.get("info").and_then(Value::as_object)),
        Action::Generate(_) => {
            format!("{}\nthe key is shown this once: keep it now\n", fields(answer.as_object()))
        }
        Action::Update(_) | Action::Block(_) | Action::Unblock(_) => fields(answer.as_object()),
    }
}

fn list(answer: &Value) -> String {
    let keys = listed(answer, "keys");
    let heads = COLUMNS.iter().map(|(head, _)| (*head).to_owned()).chain([STATE.to_owned()]);
    let mut rows: Vec<Vec<String>> = vec![heads.collect()];
    rows.extend(keys.iter().map(row));
    let mut text = table(&rows);
    if let Some(total) =
        answer.get("total_count").and_then(Value::as_u64).filter(|total| *total > keys.len() as u64)
    {
        text.push_str(&format!("{} of {total} keys\n", keys.len()));
    }
    text
}

/// The elements of an answer's list.
fn listed<'a>(answer: &'a Value, name: &str) -> &'a [Value] {
    answer.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn row(key: &Value) -> Vec<String> {
    let cell = |name: &str| key.get(name).filter(|value| !is_nothing(value)).map_or("-".to_owned(), plain);
    let is_blocked = key.get("blocked").and_then(Value::as_bool).unwrap_or_default();
    let state = if is_blocked { "blocked" } else { "-" };
    COLUMNS.iter().map(|(_, name)| cell(name)).chain([state.to_owned()]).collect()
}

/// Rows in columns that are as wide as they must be.
fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

fn deleted(answer: &Value) -> String {
    listed(answer, "deleted_keys").iter().map(|token| format!("deleted  {}\n", plain(token))).collect()
}

/// Every field that says something, one a line.
fn fields(fields: Option<&Map<String, Value>>) -> String {
    let told = fields.into_iter().flatten().filter(|(_, value)| !is_nothing(value));
    let rows: Vec<Vec<String>> = told.map(|(name, value)| vec![name.clone(), plain(value)]).collect();
    table(&rows)
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

fn plain(value: &Value) -> String {
    match value {
        // A control character would be the terminal's to obey.
        Value::String(text) if !text.chars().any(char::is_control) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().map(plain).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
