//! Rows as comma-separated values, as RFC 4180 writes them: a header, lines that end with CR LF, quotes around
//! cells that need them.

use serde_json::Value;

use crate::store::{SPEND_COLUMNS, SpendRow};

/// With one of these at its beginning, a spreadsheet takes a cell for a formula.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The names of the columns.
pub(super) fn header() -> Vec<u8> {
    let mut out = Vec::new();
    line(SPEND_COLUMNS.iter().map(|name| (*name).to_owned()), &mut out);
    out
}

/// Writes a row. A null is an empty cell. Unless `raw`, a text that a spreadsheet would take for a formula gets a
/// quote before it, for callers choose some of these texts.
pub(super) fn write(row: &SpendRow, raw: bool, out: &mut Vec<u8>) {
    line(SPEND_COLUMNS.iter().map(|name| cell(row.get(*name), raw)), out);
}

fn line(cells: impl Iterator<Item = String>, out: &mut Vec<u8>) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(quoted(cell).as_bytes());
    }
    out.extend_from_slice(b"\r\n");
}

fn cell(value: Option<&Value>, raw: bool) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) if !raw && text.starts_with(FORMULA) => format!("'{text}"),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn quoted(cell: String) -> String {
    if cell.contains([',', '"', '\r', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        for (value, expected) in [
            (json!(null), ""),
            (json!(0.000_36), "0.00036"),
            (json!(-1), "-1"),
            (json!("plain text"), "plain text"),
            (json!("a,b"), "\"a,b\""),
            (json!("say \"hi\""), "\"say \"\"hi\"\"\""),
            (json!("two\nlines"), "\"two\nlines\""),
            (json!(["nightly"]), "\"[\"\"nightly\"\"]\""),
            (json!({}), "{}"),
        ] {
            assert_eq!(quoted(cell(Some(&value), false)), expected, "{value}");
        }
    }

    #[test]
    fn formulas_are_text_unless_they_are_wanted() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(cell(Some(&json!(formula)), false), format!("'{formula}"));
            assert_eq!(cell(Some(&json!(formula)), true), formula);
        }
        assert_eq!(cell(Some(&json!("a=b")), false), "a=b");
    }

    #[test]
    fn a_line_has_every_column_and_ends_as_the_standard_says() {
        let mut out = Vec::new();
        write(&SpendRow::new(), false, &mut out);
        assert_eq!(out, [b",".repeat(SPEND_COLUMNS.len() - 1), b"\r\n".to_vec()].concat());
        assert!(header().starts_with(b"request_id,call_type,"));
    }
}
