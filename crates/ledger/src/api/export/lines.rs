//! Rows as JSON lines: one object in each, as the list has it.

use crate::store::SpendRow;

/// Writes a row.
pub(super) fn write(row: &SpendRow, out: &mut Vec<u8>) {
    // A row is made of texts, numbers and what was read as JSON: it can always be written.
    if serde_json::to_writer(&mut *out, row).is_ok() {
        out.push(b'\n');
    }
}
