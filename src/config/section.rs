//! A mapping of the file: its keys are read by name, and those that nobody read are reported.

use std::cell::RefCell;

use serde_json::{Map, Value};

use super::cursor::{Cursor, Text};
use super::suggest::did_you_mean;

/// Names, separated by spaces, that share one explanation of what happens instead.
pub(super) type Notes = &'static [(&'static str, &'static str)];

/// LiteLLM's keys that a section may hold though they have no effect.
#[derive(Clone, Copy, Default)]
pub(super) struct Known {
    /// Left aside with a warning.
    pub ignored: Notes,
    /// Not left aside silently: to ignore them would be unsafe.
    pub refused: Notes,
    /// What becomes of a key that neither Spillway nor LiteLLM knows.
    pub unknown: Unknown,
}

/// What becomes of a key that nobody knows.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Unknown {
    /// A warning: LiteLLM's own sections, where LiteLLM itself says nothing.
    #[default]
    Warned,
    /// An error: Spillway's own section, and rules that would fail open.
    Refused,
    /// Free form.
    Allowed,
}

/// A mapping that is being read.
pub(super) struct Section<'a> {
    at: Cursor<'a>,
    fields: &'a Map<String, Value>,
    read: RefCell<Vec<&'static str>>,
}

impl<'a> Section<'a> {
    pub fn new(at: Cursor<'a>, fields: &'a Map<String, Value>) -> Self {
        Self { at, fields, read: RefCell::default() }
    }

    /// The mapping itself.
    pub fn at(&self) -> &Cursor<'a> {
        &self.at
    }

    /// A key's value; `null` counts as absent.
    pub fn get(&self, key: &'static str) -> Option<Cursor<'a>> {
        let mut read = self.read.borrow_mut();
        if !read.contains(&key) {
            read.push(key);
        }
        let value = self.fields.get(key).filter(|value| !value.is_null())?;
        Some(self.at.at_key(key, value))
    }

    /// A key's value; its absence is an error.
    pub fn need(&self, key: &'static str, expected: &str) -> Option<Cursor<'a>> {
        let found = self.get(key);
        if found.is_none() {
            self.at.missing(key, format!("missing, expected {expected}"), None);
        }
        found
    }

    pub fn section(&self, key: &'static str) -> Option<Section<'a>> {
        self.get(key)?.section()
    }

    pub fn text(&self, key: &'static str) -> Option<String> {
        self.get(key)?.text()
    }

    pub fn sourced_text(&self, key: &'static str) -> Option<Text> {
        self.get(key)?.sourced_text()
    }

    pub fn boolean(&self, key: &'static str) -> Option<bool> {
        self.get(key)?.boolean()
    }

    pub fn count(&self, key: &'static str, most: u64) -> Option<u32> {
        self.get(key)?.count(most)
    }

    /// Reports every key that nobody read.
    pub fn close(&self, known: Known) {
        for (key, value) in self.fields {
            if !self.read.borrow().contains(&key.as_str()) {
                self.report(key, &self.at.at_key(key, value), known);
            }
        }
    }

    fn report(&self, key: &str, at: &Cursor<'_>, known: Known) {
        let read = self.read.borrow();
        let exact = |name: &str| name == key;
        let wide = |name: &str| name.contains('*') && matches(name, key);
        // A key that is nearly one that is read is rather misspelt than one of a whole family.
        let hint = did_you_mean(key, read.iter().copied());
        let family = hint.is_none();
        let note = |notes| note(notes, exact).or_else(|| note(notes, wide).filter(|_| family));
        if let Some(note) = note(known.refused) {
            at.error("LiteLLM's setting; Spillway cannot do what it asks for", note.to_owned());
        } else if let Some(note) = note(known.ignored) {
            at.warning("LiteLLM's setting, without effect here", note.to_owned());
        } else {
            match known.unknown {
                Unknown::Allowed => {}
                Unknown::Warned => {
                    at.warning("unknown key, without effect", hint.or_else(|| known.hint(key)))
                }
                Unknown::Refused => at.error("unknown key", hint.or_else(|| Some(expected_keys(&read)))),
            }
        }
    }
}

impl Known {
    /// A name of the tables that a key was probably meant to be.
    fn hint(self, key: &str) -> Option<String> {
        let names =
            [self.ignored, self.refused].into_iter().flatten().flat_map(|(names, _)| names.split(' '));
        did_you_mean(key, names.filter(|name| !name.contains('*')))
    }
}

fn note(notes: Notes, is_meant: impl Fn(&str) -> bool) -> Option<&'static str> {
    notes.iter().find(|(names, _)| names.split(' ').any(&is_meant)).map(|(_, note)| *note)
}

/// Whether a name of a table, with a `*` at either end or both, means a key.
fn matches(name: &str, key: &str) -> bool {
    match (name.strip_prefix('*'), name.strip_suffix('*')) {
        (Some(rest), Some(_)) => key.contains(rest.trim_end_matches('*')),
        (Some(end), None) => key.ends_with(end),
        (None, Some(start)) => key.starts_with(start),
        (None, None) => name == key,
    }
}

fn expected_keys(read: &[&str]) -> String {
    format!("the keys here are {}", read.join(", "))
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::matches;

    #[test]
    fn a_star_in_a_table_stands_for_anything() {
        for (name, key, expected) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("aws_*", "aws_region_name", true),
            ("*_cost_per_*", "input_cost_per_image", true),
            ("*_cost_per_*", "input_cost", false),
            ("*_token", "hf_token", true),
        ] {
            assert_eq!(matches(name, key), expected, "{name} {key}");
        }
    }
}
