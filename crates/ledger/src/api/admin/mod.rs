//! LiteLLM's administration of keys, teams and users, behind the master key.
//!
//! What differs from LiteLLM differs on purpose: a field that Spillway does not enforce is refused, never
//! ignored; a plain key is in no answer but the one that made it; limits and money are checked as they come in.
//!
//! | module | room |
//! |---|---|
//! | `key` `team` `user` | the endpoints |
//! | `rules` `models` `period` `duration` | settings, each read and checked |
//! | `fields` `field` | a JSON object, read strictly |
//! | `unsupported` | LiteLLM's fields that are refused, and what to do instead |
//! | `minted` | keys: made, masked, hashed |
//! | `answer` | rows as LiteLLM's clients know them |

mod answer;
mod duration;
mod field;
mod fields;
mod key;
mod minted;
mod models;
mod period;
mod rules;
mod team;
mod unsupported;
mod user;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use super::{Gate, Problem};
use crate::store::{Page, Store};
use minted::PlainKey;

/// Who made and changed what the holder of the master key did, by LiteLLM's name.
const ADMINISTRATOR: &str = "default_user_id";

/// Keys that are shown with their team or user, and that one request deletes.
const MOST_KEYS: u32 = 1_000;

/// What the endpoints work with.
struct Admin {
    store: Arc<Store>,
    gate: Arc<Gate>,
}

/// Every path. Whoever mounts them puts the gate before them.
pub(super) fn routes(store: Arc<Store>, gate: Arc<Gate>) -> Router {
    Router::new()
        .route("/key/generate", post(key::generate))
        .route("/key/update", post(key::update))
        .route("/key/regenerate", post(key::regenerate))
        .route("/key/{key}/regenerate", post(key::regenerate_at))
        .route("/key/delete", post(key::delete))
        .route("/key/block", post(key::set_blocked::<true>))
        .route("/key/unblock", post(key::set_blocked::<false>))
        .route("/key/info", get(key::info))
        .route("/key/list", get(key::list))
        .route("/team/new", post(team::new))
        .route("/team/update", post(team::update))
        .route("/team/delete", post(team::delete))
        .route("/team/block", post(team::set_blocked::<true>))
        .route("/team/unblock", post(team::set_blocked::<false>))
        .route("/team/info", get(team::info))
        .route("/team/list", get(team::list))
        .route("/user/new", post(user::new))
        .route("/user/update", post(user::update))
        .route("/user/delete", post(user::delete))
        .route("/user/info", get(user::info))
        .route("/user/list", get(user::list))
        .with_state(Arc::new(Admin { store, gate }))
}

impl Admin {
    /// The key that a caller chose, or a new one.
    fn plain_key(&self, chosen: &field::Field) -> Result<PlainKey, Problem> {
        let Some(text) = chosen.text()?.given() else { return PlainKey::random() };
        if self.gate.is_secret(&text) {
            return Err(chosen.wrong("is the master key, which no limit holds for: choose another"));
        }
        PlainKey::chosen(text).map_err(|message| chosen.wrong(message))
    }

    /// A key may name a team only where there is one: else the team's limits would not hold for it.
    async fn check_team(&self, id: Option<&str>) -> Result<(), Problem> {
        let Some(id) = id else { return Ok(()) };
        match self.store.team(id.to_owned()).await? {
            Some(_) => Ok(()),
            None => {
                Err(Problem::invalid(format!("`team_id`: there is no team `{id}`: make it with /team/new"))
                    .code("unknown_team")
                    .at("team_id"))
            }
        }
    }
}

/// What does not exist, and the field that names it.
fn missing(what: &str, name: &str, field: &str) -> Problem {
    Problem::new(404, "not_found_error", format!("there is no {what} `{name}`")).at(field)
}

/// The first page, of as many as are shown at once.
fn first_page() -> Page {
    Page { number: 1, size: MOST_KEYS }
}
