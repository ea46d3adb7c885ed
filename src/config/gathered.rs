//! Keys that nobody reads where LiteLLM's users write what they like (`model_info`): told in one line for a whole file,
//! so that hundreds of them do not hide what matters.

use std::collections::BTreeSet;

use super::path::Path;
use super::report::{Finding, Severity};

/// Most keys that the line names.
const MOST_NAMED: usize = 8;

/// What was gathered.
#[derive(Default)]
pub(super) struct Gathered {
    first: Option<Path>,
    names: BTreeSet<String>,
    count: usize,
}

impl Gathered {
    pub fn add(&mut self, path: &Path, key: &str) {
        self.first.get_or_insert_with(|| path.clone());
        self.names.insert(key.to_owned());
        self.count += 1;
    }

    /// The line, where the first of them stands.
    pub fn into_finding(self) -> Option<Finding> {
        let path = self.first?;
        let named: Vec<String> = self.names.iter().take(MOST_NAMED).map(|name| format!("`{name}`")).collect();
        let more = if self.names.len() > MOST_NAMED { ", …" } else { "" };
        let places = if self.count == 1 { String::new() } else { format!(", in {} places", self.count) };
        Some(Finding {
            path,
            severity: Severity::Warning,
            message: format!("unknown keys, without effect: {}{more}{places}", named.join(", ")),
            help: Some("for people: nothing here depends on them".to_owned()),
        })
    }
}
