//! A line → what is stored of it.

use std::path::Path;

use serde_json::json;

use super::file::Piece;
use crate::intake;
use crate::record::Entry;

/// What Envoy writes for a request without an event.
const NO_EVENT: &[u8] = b"-";

/// What lines came to.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) entries: Vec<Entry>,
    pub(super) malformed: u64,
    /// Where the first line begins that was not taken.
    pub(super) end: u64,
}

impl Read {
    /// Reads lines, up to the first event that ended after `until_us`. A line that is no event is logged by its place,
    /// and costs only itself.
    pub(super) fn of(path: &Path, piece: &Piece, until_us: Option<u64>) -> Self {
        let mut read = Self { end: piece.at + piece.left_out, ..Self::default() };
        if piece.left_out > 0 {
            read.refuse(path, piece.at, "it is longer than any event may be");
        }
        for line in piece.bytes.split_inclusive(|byte| *byte == b'\n') {
            let text = line.trim_ascii();
            match intake::event_of_line(text) {
                _ if text.is_empty() || text == NO_EVENT => {}
                Ok(event) if until_us.is_some_and(|until_us| event.ended_us > until_us) => return read,
                Ok(event) => read.entries.push(Entry::of(event)),
                // Not its message, which may quote what a caller wrote.
                Err(_) => read.refuse(path, read.end, "it is no event"),
            }
            read.end += line.len() as u64;
        }
        read
    }

    fn refuse(&mut self, path: &Path, at: u64, why: &str) {
        self.malformed += 1;
        crate::log::warn("access_log_line_skipped", json!({"file": path, "offset": at, "why": why}));
    }
}
