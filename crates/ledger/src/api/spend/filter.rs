//! Parameters that narrow the spend log, of every endpoint that lists it.

use crate::api::Problem;
use crate::api::params::Params;
use crate::calendar;
use crate::secret::key_hash;
use crate::store::{Place, SpendFilter};

/// Their names.
pub(super) const NAMES: [&str; 17] = [
    "start_date",
    "end_date",
    "request_id",
    "api_key",
    "key_alias",
    "user_id",
    "team_id",
    "end_user",
    "session_id",
    "model",
    "model_group",
    "tag",
    "call_type",
    "status",
    "min_spend",
    "max_spend",
    "after",
];

/// What `status` may be.
const STATUSES: [&str; 2] = ["success", "failure"];

/// Reads them. LiteLLM's pages call the status `status_filter`.
pub(super) fn read(params: &Params) -> Result<SpendFilter, Problem> {
    let filter = SpendFilter {
        span: params.span()?,
        request_id: params.owned("request_id"),
        api_key: params.text("api_key").map(hashed),
        key_alias: params.owned("key_alias"),
        user: params.owned("user_id"),
        team: params.owned("team_id"),
        end_user: params.owned("end_user"),
        session: params.owned("session_id"),
        model: params.owned("model"),
        model_group: params.owned("model_group"),
        tag: params.owned("tag"),
        call_type: params.owned("call_type"),
        status: match params.word("status", &STATUSES)? {
            Some(status) => Some(status),
            None => params.word("status_filter", &STATUSES)?,
        },
        min_spend_nanodollars: params.nanodollars("min_spend")?,
        max_spend_nanodollars: params.nanodollars("max_spend")?,
    };
    match (filter.min_spend_nanodollars, filter.max_spend_nanodollars) {
        (Some(least), Some(most)) if least > most => {
            Err(Problem::invalid("`min_spend` is more than `max_spend`").at("min_spend"))
        }
        _ => Ok(filter),
    }
}

/// `after`: where the list goes on.
pub(super) fn after(params: &Params) -> Result<Option<Place>, Problem> {
    let Some(text) = params.text("after") else { return Ok(None) };
    let place = text.split_once(',').and_then(|(time, id)| {
        let (start_time, _) = calendar::moment(time)?;
        Some(Place { start_time, request_id: id.to_owned() })
    });
    place.map(Some).ok_or_else(|| {
        let expected = "the `startTime` and the `request_id` of the last row, with a comma between";
        Problem::invalid(format!("`after` is `{text}`; expected {expected}")).at("after")
    })
}

/// A key is stored by its hash; one that is asked for in plain, as LiteLLM allows, is hashed first.
pub(in crate::api) fn hashed(key: &str) -> String {
    if key.starts_with("sk-") { key_hash(key) } else { key.to_owned() }
}
