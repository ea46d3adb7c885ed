//! `spillway_settings.keys`: virtual keys that stand in the file.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use super::cursor::Cursor;
use super::guardrails::Guardrails;
use super::known;
use super::names::Names;
use super::section::Section;
use crate::keys::Key;
use crate::limits::Limits;

/// LiteLLM's name for "every model".
const ALL_MODELS: &str = "all-proxy-models";

/// What a key may refer to.
pub(super) struct Referred<'a> {
    pub names: &'a Names,
    pub guardrails: &'a Guardrails,
    pub master_key_hash: Option<&'a str>,
}

/// SHA-256 of a key, in lower-case hex: the only form in which the filter knows it.
pub(super) fn hash(key: &str) -> String {
    Sha256::digest(key.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

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
        section.close(known::KEY);
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
    let hash = key_hash(section);
    let limit = |name: &'static str| section.get(name)?.whole(1..=u64::MAX);
    let key = Key {
        hash: String::new(),
        alias: section.text("key_alias"),
        user_id: section.text("user_id"),
        team_id: section.text("team_id"),
        models: section.get("models").map(|at| models(&at, referred.names)).unwrap_or_default(),
        limits: Limits { requests: limit("rpm_limit"), tokens: limit("tpm_limit"), parallel: None },
        metadata: section.get("metadata").and_then(|at| metadata(&at)).unwrap_or_default(),
        guardrails: section
            .get("guardrails")
            .map(|at| at.list("a list of guardrails' names"))
            .into_iter()
            .flatten()
            .filter_map(|at| referred.guardrails.named(&at))
            .collect(),
        ..Key::default()
    };
    Some(Key { hash: hash?, ..key })
}

fn key_hash(section: &Section<'_>) -> Option<String> {
    match (section.get("key"), section.get("key_hash")) {
        (Some(key), None) => {
            let value = key.credential()?.value;
            if !value.starts_with("sk-") {
                key.warning("the key does not start with `sk-`, as LiteLLM's keys do", None);
            }
            Some(hash(&value))
        }
        (None, Some(at)) => {
            let hash = at.text()?.to_ascii_lowercase();
            if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Some(hash);
            }
            // Not repeated: it may be the key itself.
            at.error(
                "not a SHA-256 in hex (64 digits)",
                "`printf %s \"$KEY\" | sha256sum` prints it".to_owned(),
            );
            None
        }
        (Some(_), Some(at)) => {
            at.error("`key` and `key_hash` are both set", "keep one of them".to_owned());
            None
        }
        (None, None) => {
            section.at().missing(
                "key",
                "missing, expected the key or its hash",
                "write `key: os.environ/NAME`, or the key's SHA-256 as `key_hash`".to_owned(),
            );
            None
        }
    }
}

/// The groups, names and patterns that a key may use; empty for all.
fn models(list: &Cursor<'_>, names: &Names) -> Vec<String> {
    let mut groups = Vec::new();
    let mut all = false;
    for at in list.list("a list of model groups") {
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

fn metadata(at: &Cursor<'_>) -> Option<serde_json::Map<String, serde_json::Value>> {
    let fields = at.fields()?;
    for (key, value) in fields {
        if key == "guardrails" {
            at.at_key(key, value).error(
                "guardrails stand in the key itself, not in its metadata",
                "move the list up".to_owned(),
            );
        }
    }
    Some(fields.clone())
}
