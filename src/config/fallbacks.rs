//! `fallbacks` and `default_fallbacks`: where a request goes when a whole group has failed.

use super::cursor::Cursor;
use super::names::Names;
use super::router::Settings;
use crate::route::Fallback;

/// LiteLLM's name for "every group that has no entry of its own".
const ANY_GROUP: &str = "*";

/// Reads both; an entry for `*` counts as `default_fallbacks`.
pub(super) fn read(settings: &Settings<'_>, names: &Names) -> (Vec<Fallback>, Vec<String>) {
    let mut fallbacks: Vec<Fallback> = Vec::new();
    let mut defaults: Vec<String> = Vec::new();
    let entries = settings.get("fallbacks").map(|at| at.list("a list such as `- gpt-4.1: [gpt-4.1-paid]`"));
    for entry in entries.into_iter().flatten() {
        let Some((from, at)) = one_key(&entry) else { continue };
        if from == ANY_GROUP {
            defaults.extend(targets(&at, None, names));
            continue;
        }
        let Some(from) = names.group(&at, from) else { continue };
        let to = targets(&at, Some(&from), names);
        if fallbacks.iter().any(|known| known.from == from) {
            at.warning(
                format!("without effect: an earlier entry for `{from}` counts"),
                "write one entry for each group".to_owned(),
            );
        } else if !to.is_empty() {
            fallbacks.push(Fallback { from, to });
        }
    }
    if let Some(at) = settings.get("default_fallbacks") {
        let more = targets(&at, None, names);
        defaults.extend(more.into_iter().filter(|group| !defaults.contains(group)).collect::<Vec<_>>());
    }
    (fallbacks, defaults)
}

/// LiteLLM's `{group: [groups]}`.
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

/// The groups of a list, each once.
fn targets(list: &Cursor<'_>, from: Option<&str>, names: &Names) -> Vec<String> {
    let mut groups: Vec<String> = Vec::new();
    for at in list.list("a list of model groups") {
        if at.value().is_object() {
            at.error(
                "found a mapping, expected a model group's name",
                "fallbacks that change the request's parameters are not supported".to_owned(),
            );
            continue;
        }
        let Some(group) = at.text().and_then(|name| names.group(&at, &name)) else { continue };
        if from == Some(group.as_str()) {
            at.warning(
                format!("`{group}` falls back to itself; this step is left out"),
                "its own deployments are tried first in any case".to_owned(),
            );
        } else if groups.contains(&group) {
            at.warning(format!("`{group}` stands here twice; it is tried once"), None);
        } else {
            groups.push(group);
        }
    }
    groups
}
