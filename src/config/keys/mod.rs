//! `spillway_settings.keys`: virtual keys that stand in the file.
//!
//! | module | room |
//! |---|---|
//! | `identity` | the key or its hash |
//! | `models` | what it may use, by which names |
//! | `budgets` | how much it may spend |
//! | `per_model` | limits and budgets of single model groups |
//! | `fallbacks` | where its requests go after a failure |

mod budgets;
mod fallbacks;
mod identity;
mod models;
mod per_model;

use serde_json::{Map, Value};

pub(super) use identity::hash;

use super::cursor::Cursor;
use super::guardrails::Guardrails;
use super::names::Names;
use super::section::Section;
use super::{format, limits, moment};
use crate::keys::{Key, LONGEST_NAME};

/// What a key may refer to.
pub(super) struct Referred<'a> {
    pub names: &'a Names,
    pub guardrails: &'a Guardrails,
    pub master_key_hash: Option<&'a str>,
}

/// What LiteLLM keeps in a key's metadata, and is a field of the key here.
const NOT_METADATA: [&str; 3] = ["guardrails", "model_rpm_limit", "model_tpm_limit"];

/// Reads the list.
pub(super) fn read(list: &Cursor<'_>, referred: &Referred<'_>) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for entry in list.list("a list of keys") {
        if !entry.value().is_object() {
            entry.unexpected_secret("a mapping", "write `- key: os.environ/NAME` and set NAME".to_owned());
            continue;
        }
        let Some(section) = entry.section() else { continue };
        let key = key(&section, referred);
        section.close(&format::KEY);
        let Some(key) = key else { continue };
        check_unique(&entry, &key, &keys, referred);
        keys.push(key);
    }
    keys
}

fn check_unique(entry: &Cursor<'_>, key: &Key, keys: &[Key], referred: &Referred<'_>) {
    if referred.master_key_hash == Some(key.hash.as_str()) {
        entry.error("this is the master key", "give each key a value of its own".to_owned());
    }
    if keys.iter().any(|known| known.hash == key.hash) {
        entry.error("an earlier entry has the same key", "write one entry for each key".to_owned());
    }
    if let Some(alias) =
        key.alias.as_deref().filter(|alias| keys.iter().any(|k| k.alias.as_deref() == Some(alias)))
    {
        entry.error(
            format!("an earlier key has the alias `{alias}`"),
            "aliases are unique: spend is reported by them".to_owned(),
        );
    }
}

fn key(section: &Section<'_>, referred: &Referred<'_>) -> Option<Key> {
    let hash = identity::read(section);
    let names = referred.names;
    let key = Key {
        hash: String::new(),
        alias: name(section, "key_alias"),
        user_id: name(section, "user_id"),
        team_id: name(section, "team_id"),
        models: models::allowed(section, names),
        aliases: models::aliases(section, names),
        limits: limits::read(section),
        budget: budgets::of_key(section),
        expires_ms: section.get("expires").and_then(|at| expires(&at)),
        blocked: section.boolean("blocked").unwrap_or(false),
        metadata: section.get("metadata").and_then(|at| metadata(&at)).unwrap_or_default(),
        guardrails: guardrails(section, referred.guardrails),
        fallbacks: fallbacks::read(section, names),
        ..Key::default()
    };
    let (model_limits, model_budgets) = per_model::read(section, names);
    Some(Key { hash: hash?, model_limits, model_budgets, ..key })
}

/// What spend is reported and charged by.
fn name(section: &Section<'_>, key: &'static str) -> Option<String> {
    let at = section.get(key)?;
    let name = at.text()?;
    let length = name.chars().count();
    if length > LONGEST_NAME {
        at.error(format!("has {length} characters, expected at most {LONGEST_NAME}"), None);
    }
    Some(name)
}

fn expires(at: &Cursor<'_>) -> Option<u64> {
    let moment = moment::parse(&at.text()?);
    if moment.is_none() {
        at.unexpected("a moment such as `2027-01-31` or `2027-01-31T12:00:00Z`");
    }
    moment
}

fn metadata(at: &Cursor<'_>) -> Option<Map<String, Value>> {
    let fields = at.fields()?;
    for (name, value) in fields.iter().filter(|(name, _)| NOT_METADATA.contains(&name.as_str())) {
        at.at_key(name, value).error(
            format!("`{name}` stands in the key itself, not in its metadata"),
            "move it up".to_owned(),
        );
    }
    Some(fields.clone())
}

fn guardrails(section: &Section<'_>, known: &Guardrails) -> Vec<String> {
    let listed = section.get("guardrails").map(|at| at.list("a list of guardrails' names"));
    listed.into_iter().flatten().filter_map(|at| known.named(&at)).collect()
}
