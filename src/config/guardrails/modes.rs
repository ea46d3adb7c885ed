//! `mode`: one, a list of them, or by tag.

use std::collections::BTreeMap;

use crate::config::cursor::Cursor;
use crate::config::format;
use crate::config::section::Section;
use crate::guardrails::{Mode, Modes};

const EXPECTED: &str = "`pre_call`, `during_call`, `post_call` or `logging_only`";

/// Reads the key. A mode that cannot be had is an error.
pub(super) fn read(params: &Section<'_>) -> Option<Modes> {
    let at = params.need("mode", EXPECTED)?;
    if !at.value().is_object() {
        return Some(Modes { default: listed(&at)?, tags: BTreeMap::new() });
    }
    let section = at.section()?;
    let default = section.get("default").and_then(|at| listed(&at)).unwrap_or_default();
    let tags = section.get("tags").map(|at| by_tag(&at)).unwrap_or_default();
    section.close(&format::MODE);
    if default.is_empty() && tags.is_empty() {
        at.error("the guardrail has no mode", format!("expected `default` or `tags` with {EXPECTED}"));
        return None;
    }
    let modes = Modes { default, tags };
    warn_of_weakening(&at, &modes);
    Some(modes)
}

fn warn_of_weakening(at: &Cursor<'_>, modes: &Modes) {
    for (tag, of_tag) in &modes.tags {
        if let Some(mode) = modes.weakened_by(of_tag).next() {
            at.warning(
                format!("the tag `{tag}` does not take the guardrail's `{}` away", mode.name()),
                "tags are a request's own words: what enforces by `default` enforces with every tag. For a guardrail \
                 that only some requests have, give it the `default` `logging_only`, and the tag the mode that enforces"
                    .to_owned(),
            );
        }
    }
}

fn by_tag(at: &Cursor<'_>) -> BTreeMap<String, Vec<Mode>> {
    let Some(tags) = at.value().as_object() else {
        at.unexpected("a mapping from tags to modes");
        return BTreeMap::new();
    };
    tags.iter().filter_map(|(tag, value)| Some((tag.clone(), listed(&at.at_key(tag, value))?))).collect()
}

fn listed(at: &Cursor<'_>) -> Option<Vec<Mode>> {
    let each = if at.value().is_array() { at.list("a list of modes") } else { vec![at.clone()] };
    let mut modes: Vec<Mode> = each.iter().map(mode).collect::<Option<_>>()?;
    modes.sort_unstable();
    modes.dedup();
    if modes.is_empty() {
        at.error("the list of modes is empty", format!("expected {EXPECTED}"));
        return None;
    }
    Some(modes)
}

fn mode(at: &Cursor<'_>) -> Option<Mode> {
    let name = at.text()?;
    let mode = Mode::named(&name);
    if mode.is_none() {
        at.error(format!("mode `{name}` is not supported"), format!("expected {EXPECTED}"));
    }
    mode
}
