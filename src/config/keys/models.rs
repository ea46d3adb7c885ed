//! What a key may use, and by which names.

use std::collections::{BTreeMap, HashSet};

use crate::config::names::Names;
use crate::config::patterns::is_pattern;
use crate::config::section::Section;

/// LiteLLM's name for "every model".
const ALL_MODELS: &str = "all-proxy-models";

/// `models`: the groups, names and patterns that a key may use; empty for all.
pub fn allowed(section: &Section<'_>, names: &Names) -> Vec<String> {
    let mut groups = Vec::new();
    let mut all = false;
    let listed = section.get("models").map(|at| at.list("a list of model groups"));
    for at in listed.into_iter().flatten() {
        match at.text() {
            Some(name) if name == ALL_MODELS => all = true,
            Some(name) => groups.extend(names.allowed(&at, &name)),
            None => {}
        }
    }
    let mut seen = HashSet::new();
    groups.retain(|group| seen.insert(group.clone()));
    if all { Vec::new() } else { groups }
}

/// `aliases`: what the key's clients call a model → what is meant.
pub fn aliases(section: &Section<'_>, names: &Names) -> BTreeMap<String, String> {
    let mut aliases = BTreeMap::new();
    let Some(at) = section.get("aliases") else { return aliases };
    for (alias, value) in at.fields().into_iter().flatten() {
        let entry = at.at_key(alias, value);
        if is_pattern(alias) {
            entry.error(
                format!("the alias `{alias}` has a `*`, and stands for one name only"),
                "write an entry for each name that clients use".to_owned(),
            );
        }
        if let Some(model) = entry.text().and_then(|name| names.model(&entry, &name)) {
            aliases.insert(alias.clone(), model);
        }
    }
    aliases
}
