//! What a request says of a key.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::super::duration::{expiry, instant, milliseconds};
use super::super::field::{Change, Field};
use super::super::fields::Fields;
use super::super::models;
use super::super::rules::RuleChanges;
use crate::api::Problem;
use crate::record::{KeyRow, ModelBudget};

/// Every setting of a key, in `/key/generate`, `/key/update` and `/key/regenerate` alike.
pub(super) struct KeyChanges {
    key_alias: Change<String>,
    user_id: Change<String>,
    team_id: Change<String>,
    rules: RuleChanges,
    model_max_budget: Change<BTreeMap<String, ModelBudget>>,
    aliases: Change<BTreeMap<String, String>>,
    router_settings: Change<Map<String, Value>>,
    expires_ms: Change<u64>,
    blocked: Change<bool>,
}

impl KeyChanges {
    /// Reads them; a duration counts from now.
    pub(super) fn of(fields: &mut Fields) -> Result<Self, Problem> {
        Ok(Self {
            key_alias: fields.take("key_alias").name()?,
            user_id: fields.take("user_id").name()?,
            team_id: fields.take("team_id").name()?,
            rules: RuleChanges::of(fields)?,
            model_max_budget: models::budgets(&fields.take("model_max_budget"))?,
            aliases: models::aliases(&fields.take("aliases"))?,
            router_settings: models::router_settings(&fields.take("router_settings"))?,
            expires_ms: expires(&fields.take("duration"), &fields.take("expires"), Timestamp::now())?,
            blocked: fields.take("blocked").flag()?,
        })
    }

    /// The alias that the key shall have.
    pub(super) fn key_alias(&self) -> Option<&str> {
        self.key_alias.as_given()
    }

    /// The team that the key shall be in.
    pub(super) fn team_id(&self) -> Option<&str> {
        self.team_id.as_given()
    }

    /// Makes the changes.
    pub(super) fn apply(self, row: &mut KeyRow) {
        self.key_alias.apply(&mut row.key_alias);
        self.user_id.apply(&mut row.user_id);
        self.team_id.apply(&mut row.team_id);
        self.rules.apply(&mut row.rules);
        self.model_max_budget.apply_or_empty(&mut row.model_max_budget);
        self.aliases.apply_or_empty(&mut row.aliases);
        self.router_settings.apply_or_empty(&mut row.router_settings);
        self.expires_ms.apply(&mut row.expires_ms);
        self.blocked.apply_or_empty(&mut row.blocked);
    }
}

/// `duration` from now, or `expires`: the end of a key's validity, in milliseconds since the Unix epoch.
pub(in super::super) fn expires(
    duration: &Field,
    expires: &Field,
    now: Timestamp,
) -> Result<Change<u64>, Problem> {
    let span =
        duration.text()?.try_map(|text| expiry(&text, now).map_err(|message| duration.wrong(message)))?;
    let end = expires.text()?.try_map(|text| match instant(&text) {
        Ok(end) if end > now => Ok(end),
        Ok(_) => Err(expires.wrong("is past: give a time to come, or block the key")),
        Err(message) => Err(expires.wrong(message)),
    })?;
    Ok(match (span, end) {
        (Change::Set(_), Change::Set(_)) => {
            return Err(expires.wrong("is given beside `duration`: keep one of them"));
        }
        (Change::Set(Some(end)), _) | (_, Change::Set(end)) => Change::Set(milliseconds(end)),
        (Change::Set(None) | Change::Unset, _) | (_, Change::Unset) => Change::Unset,
        (Change::Keep, Change::Keep) => Change::Keep,
    })
}
