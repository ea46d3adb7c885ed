//! `metadata`: the caller's own notes, among which LiteLLM's clients put controls.
//!
//! OpenAI's API defines it as strings for the provider to store. The gateway's own readers of it (tags,
//! guardrails, the spend log) take other types as well, so entries part by type: strings go on to the
//! provider, anything else goes to the spend log only and is named as dropped.
//!
//! Anthropic's API defines one entry, `user_id`; every other one is a note for the gateway.

use serde_json::Value;
use serde_json::value::RawValue;

use super::controls::Controls;
use super::{Dropped, Fate, read};
use crate::reject::Reject;
use crate::wire::check::path_below;
use crate::wire::json::{Fields, Kind};
use crate::wire::{Dialect, internal, schema, value};

/// Most bytes of `metadata`, and of `litellm_metadata`, as JSON. OpenAI's own bound is about 9 KB.
pub(super) const MAX_BYTES: usize = 32 * 1024;

/// Parts the field `metadata`.
///
/// # Errors
/// 400 where it is no object, too large, or holds a control with a wrong value.
pub(super) fn part(
    dialect: Dialect,
    raw: &str,
    controls: &mut Controls,
    dropped: &mut Dropped,
) -> Result<Fate, Reject> {
    let defined = schema::request(dialect).defined().any(|name| name == "metadata");
    let Some(fields) = fields("metadata", raw)? else {
        return Ok(if defined { Fate::Stays } else { Fate::Goes });
    };
    let mut staying = Vec::new();
    let mut all_stay = true;
    for (name, value) in fields.iter() {
        let entry = Entry { top: "metadata", name, value };
        let own = entry.take(controls, dropped)? && defined;
        if own && entry.is_defined(dialect) && !internal::stays_here(name) {
            staying.push(entry);
            continue;
        }
        all_stay = false;
        if own {
            dropped.name(entry.path());
        }
    }
    Ok(match (defined, all_stay) {
        (false, _) => {
            dropped.name("metadata".to_owned());
            Fate::Goes
        }
        (true, true) => Fate::Stays,
        (true, false) if staying.is_empty() => Fate::Goes,
        (true, false) => Fate::Becomes(object(&staying)),
    })
}

/// Takes the field `litellm_metadata`, all of which is for the gateway.
///
/// # Errors
/// As [`part`].
pub(super) fn of_gateway(raw: &str, controls: &mut Controls, dropped: &mut Dropped) -> Result<(), Reject> {
    if let Some(fields) = fields("litellm_metadata", raw)? {
        for (name, value) in fields.iter() {
            Entry { top: "litellm_metadata", name, value }.take(controls, dropped)?;
        }
    }
    Ok(())
}

/// The field's entries; `None` for `null`.
fn fields<'a>(top: &str, raw: &'a str) -> Result<Option<Fields<'a>>, Reject> {
    if raw == "null" {
        return Ok(None);
    }
    if raw.len() > MAX_BYTES {
        return Err(read::too_long(top, MAX_BYTES, raw.len()));
    }
    Fields::parse(raw.as_bytes()).map(Some).map_err(|_| read::wrong_type(top, raw, "an object"))
}

/// One entry.
struct Entry<'a> {
    top: &'static str,
    name: &'a str,
    value: &'a RawValue,
}

impl Entry<'_> {
    fn path(&self) -> String {
        path_below(self.top, self.name)
    }

    /// Whether the provider's API has a place for it.
    fn is_defined(&self, dialect: Dialect) -> bool {
        match dialect {
            Dialect::Messages => {
                self.name == "user_id" && matches!(Kind::of(self.value), Kind::Text | Kind::Null)
            }
            _ => Kind::of(self.value) == Kind::Text,
        }
    }

    /// Gives the entry to those whom it is for; tells whether it is the caller's own, and not a control.
    fn take(&self, controls: &mut Controls, dropped: &mut Dropped) -> Result<bool, Reject> {
        let raw = self.value.get();
        match self.name {
            "tags" => controls.add_tags(&self.path(), raw)?,
            "guardrails" => controls.add_guardrails(&self.path(), raw)?,
            "spend_logs_metadata" => {
                if !matches!(Kind::of(self.value), Kind::Object | Kind::Null) {
                    return Err(read::wrong_type(&self.path(), raw, "an object"));
                }
                self.log(controls)?;
            }
            name if internal::in_metadata(name) => dropped.name(self.path()),
            _ => {
                self.log(controls)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Notes the entry for the spend log; the first of two with one name counts.
    fn log(&self, controls: &mut Controls) -> Result<(), Reject> {
        let value = value::parse(self.value.get().as_bytes()).map_err(|_| {
            let message = format!("'{}' holds a number that is out of range.", self.path());
            Reject::invalid(message).at(self.path())
        })?;
        controls.metadata.entry(self.name).or_insert(value);
        Ok(())
    }
}

/// An object of these entries, names and values as JSON.
fn object(entries: &[Entry<'_>]) -> String {
    let fields: Vec<String> =
        entries.iter().map(|entry| format!("{}:{}", Value::from(entry.name), entry.value.get())).collect();
    format!("{{{}}}", fields.join(","))
}
