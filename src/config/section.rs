//! A mapping of the file: its keys are read by name, and those that nobody read are reported.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::{Map, Value};

use super::cursor::{Cursor, Text};
use super::format::{self, Format, Notes, Unknown, asks_for_nothing, is_no_budget};
use super::suggest::{begins, did_you_mean, nearest};

/// A mapping that is being read.
pub(super) struct Section<'a> {
    at: Cursor<'a>,
    fields: &'a Map<String, Value>,
    read: RefCell<Vec<&'static str>>,
    /// Keys without effect of which all is told.
    settled: RefCell<Vec<&'static str>>,
    /// Where values stand that it does not have itself.
    shared: Option<Rc<Section<'a>>>,
}

impl<'a> Section<'a> {
    pub fn new(at: Cursor<'a>, fields: &'a Map<String, Value>) -> Self {
        Self { at, fields, read: RefCell::default(), settled: RefCell::default(), shared: None }
    }

    /// The same mapping, with the values of another where it has none of its own.
    pub fn with_shared(self, shared: Rc<Section<'a>>) -> Self {
        Self { shared: Some(shared), ..self }
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
        let own = self.fields.get(key).filter(|value| !value.is_null());
        let own = own.map(|value| self.at.at_key(key, value));
        own.or_else(|| self.shared.as_ref()?.get(key))
    }

    /// Of a key that has no effect all is told: it is not reported any more.
    pub fn settle(&self, key: &'static str) {
        self.settled.borrow_mut().push(key);
    }

    /// The value of a key that has no effect, and is reported as such unless it is settled; `null` counts as absent.
    pub fn peeked(&self, key: &str) -> Option<Cursor<'a>> {
        let value = self.fields.get(key).filter(|value| !value.is_null())?;
        Some(self.at.at_key(key, value))
    }

    /// The value of a key or of another name for it: an own one before any of the shared ones.
    pub fn either(&self, key: &'static str, other: &'static str) -> Option<Cursor<'a>> {
        let (one, two) = (self.get(key), self.get(other));
        let is_own = |key| self.fields.get(key).is_some_and(|value| !value.is_null());
        if is_own(other) && !is_own(key) { two } else { one.or(two) }
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

    /// As [`close`](Self::close), for a mapping of which each reader takes what it needs.
    pub fn close_shared(&self, format: &'static Format) {
        for (key, value) in self.fields {
            if !format.has(key) {
                report(key, &self.at.at_key(key, value), format);
            }
        }
    }

    /// Reports every key that nobody read. `format` describes the mapping.
    pub fn close(&self, format: &'static Format) {
        let (read, settled) = (self.read.borrow(), self.settled.borrow());
        debug_assert!(read.iter().all(|key| format.has(key)), "`{}` lacks one of {read:?}", format.name);
        for (key, value) in self.fields {
            if !read.contains(&key.as_str()) && !settled.contains(&key.as_str()) {
                report(key, &self.at.at_key(key, value), format);
            }
        }
    }
}

/// Reports a key that nobody read.
fn report(key: &str, at: &Cursor<'_>, format: &Format) {
    let exact = |name: &str| name == key;
    let wide = |name: &str| name.contains('*') && matches(name, key);
    let names = || format.keys().map(|key| key.name);
    // A key that is nearly one that has an effect is rather misspelt than one of a whole family.
    let hint = did_you_mean(key, names()).filter(|_| !format.has(key));
    let family = hint.is_none();
    let note = |notes| note(notes, exact).or_else(|| note(notes, wide).filter(|_| family));
    let is_empty = at.value().is_null();
    if let Some(note) = note(format.refused) {
        if is_no_budget(key, at.value()) {
            at.warning("without effect: LiteLLM takes 0 for no budget", NO_BUDGET.to_owned());
        } else if !asks_for_nothing(key, at.value()) {
            at.error("LiteLLM's setting; Spillway cannot do what it asks for", note.to_owned());
        }
    } else if let Some(note) = note(format.ignored) {
        if !is_empty {
            at.warning("LiteLLM's setting, without effect here", note.to_owned());
        }
    } else if format.has(key) {
        if !is_empty {
            at.warning("without effect here", OVERRULED.to_owned());
        }
    } else {
        report_unknown(key, at, format, hint);
    }
}

/// Reports a key that no table has. `hint`: one that has an effect here, and that it was probably meant to be.
fn report_unknown(key: &str, at: &Cursor<'_>, format: &Format, hint: Option<String>) {
    let names = || format.keys().map(|key| key.name);
    if format.unknown == Unknown::Refused {
        at.error("unknown key", hint.or_else(|| Some(expected_keys(names()))));
        return;
    }
    if means_guardrails(key, at) {
        let place = if format.has(GUARDRAILS) { "" } else { " They stand at the top of the file" };
        at.error(
            "unknown key: these guardrails would not run",
            format!("did you mean `{GUARDRAILS}`?{place}"),
        );
        return;
    }
    let help = format::where_else(key, format)
        .or(hint)
        .or_else(|| near(key, format))
        .or_else(|| begins(key, names()));
    if help.is_none() && format.unknown == Unknown::Gathered {
        at.gather(key);
    } else {
        at.warning("unknown key, without effect", help);
    }
}

/// The section whose rules fail open where they are left aside.
const GUARDRAILS: &str = "guardrails";

/// Whether a key that nobody knows was probably meant to hold guardrails, and holds anything.
fn means_guardrails(key: &str, at: &Cursor<'_>) -> bool {
    nearest(key, [GUARDRAILS]).is_some() && !asks_for_nothing(key, at.value())
}

/// Of a key that has an effect elsewhere.
const OVERRULED: &str = "another key of the same meaning counts, or what stands beside it has no use for it";

/// Of a budget of 0 that is none.
const NO_BUDGET: &str = "take it out; budgets belong to keys, teams and users, where 0 lets nothing be spent";

/// A name of LiteLLM's that a key was probably meant to be.
fn near(key: &str, format: &Format) -> Option<String> {
    let names =
        [format.ignored, format.refused].into_iter().flatten().flat_map(|(names, _)| names.split(' '));
    did_you_mean(key, names.filter(|name| !name.contains('*')))
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

fn expected_keys(names: impl Iterator<Item = &'static str>) -> String {
    format!("the keys here are {}", names.collect::<Vec<_>>().join(", "))
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
