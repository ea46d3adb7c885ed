//! `router_settings.fallbacks` of a key: where its requests go when a whole group has failed.

use std::collections::BTreeMap;

use crate::config::cursor::Cursor;
use crate::config::fallbacks::{ANY_GROUP, entries};
use crate::config::format;
use crate::config::names::Names;
use crate::config::section::Section;
use crate::route::{Fallback, Target};

/// Reads the key's `router_settings`.
pub fn read(section: &Section<'_>, names: &Names) -> BTreeMap<String, Vec<String>> {
    let Some(settings) = section.section("router_settings") else { return BTreeMap::new() };
    let listed = settings.get("fallbacks");
    settings.close(&format::KEY_ROUTER);
    let Some(at) = listed else { return BTreeMap::new() };
    entries(&at, names).into_iter().filter_map(|entry| plain(&at, entry)).collect()
}

/// An entry that names groups and nothing else, on both sides.
fn plain(at: &Cursor<'_>, entry: Fallback) -> Option<(String, Vec<String>)> {
    if entry.from == ANY_GROUP {
        at.error(
            "found an entry for `*`, and a key's fallbacks are for groups by name",
            "write an entry for each group, or `router_settings.default_fallbacks` for the whole file"
                .to_owned(),
        );
        return None;
    }
    if let Some(target) = entry.to.iter().find(|target| target.overrides.is_some()) {
        at.error(
            format!("`{}` stands here with parameters, and a key's fallbacks are names only", target.model),
            "write it in `router_settings.fallbacks` of the whole file".to_owned(),
        );
        return None;
    }
    let models = entry.to.into_iter().map(|Target { model, .. }| model).collect();
    Some((entry.from, models))
}
