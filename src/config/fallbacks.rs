//! Where a request goes when a whole group has failed: `fallbacks`, `default_fallbacks`,
//! `context_window_fallbacks`, `content_policy_fallbacks`.

use super::cursor::Cursor;
use super::names::Names;
use super::router::Settings;
use super::targets;
use crate::route::{Fallback, Target};

/// LiteLLM's name for "every group that has no entry of its own".
pub(super) const ANY_GROUP: &str = "*";

/// The fallbacks of a file, by kind.
pub(super) struct Fallbacks {
    pub general: Vec<Fallback>,
    /// For groups without an entry in `general`.
    pub default: Vec<Target>,
    /// An entry for `*` stands among the others.
    pub context_window: Vec<Fallback>,
    /// As `context_window`.
    pub content_policy: Vec<Fallback>,
}

/// Reads every kind. An entry of `fallbacks` for `*` counts as `default_fallbacks`.
pub(super) fn read(settings: &Settings<'_>, names: &Names) -> Fallbacks {
    let kind = |key| settings.get(key).map(|at| entries(&at, names)).unwrap_or_default();
    let (any, general): (Vec<_>, Vec<_>) =
        kind("fallbacks").into_iter().partition(|entry| entry.from == ANY_GROUP);
    let mut default: Vec<Target> = any.into_iter().flat_map(|entry| entry.to).collect();
    if let Some(at) = settings.get("default_fallbacks") {
        for target in targets::list(&at, None, names) {
            if !default.contains(&target) {
                default.push(target);
            }
        }
    }
    Fallbacks {
        general,
        default,
        context_window: kind("context_window_fallbacks"),
        content_policy: kind("content_policy_fallbacks"),
    }
}

/// The entries of one kind, each group, and each name that a pattern serves, once.
pub(super) fn entries(list: &Cursor<'_>, names: &Names) -> Vec<Fallback> {
    let mut fallbacks: Vec<Fallback> = Vec::new();
    for entry in list.list("a list such as `- gpt-4.1: [gpt-4.1-paid]`") {
        let Some((from, at)) = one_key(&entry) else { continue };
        let from = if from == ANY_GROUP { Some(from.to_owned()) } else { names.group_or_served(&at, from) };
        let to = targets::list(&at, from.as_deref(), names);
        let Some(from) = from else { continue };
        if fallbacks.iter().any(|known| known.from == from) {
            at.warning(
                format!("without effect: an earlier entry for `{from}` counts"),
                "write one entry for each group".to_owned(),
            );
        } else if !to.is_empty() {
            fallbacks.push(Fallback { from, to });
        }
    }
    fallbacks
}

/// LiteLLM's `{group: [targets]}`.
fn one_key<'a>(entry: &Cursor<'a>) -> Option<(&'a str, Cursor<'a>)> {
    let fields = entry.fields()?;
    let mut pairs = fields.iter();
    match (pairs.next(), pairs.next()) {
        (Some((from, value)), None) => Some((from, entry.at_key(from, value))),
        _ => {
            entry.error(
                format!("found {} keys, expected one: a group, with the groups to try then", fields.len()),
                "write an entry for each group: `- gpt-4.1: [gpt-4.1-paid]`".to_owned(),
            );
            None
        }
    }
}
