//! `/key/…`.

mod changes;
mod generate;
mod list;
mod of_user;
mod remove;
mod update;

pub(super) use generate::{generate, regenerate, regenerate_at};
pub(super) use list::{info, list};
pub(super) use of_user::NewKey;
pub(super) use remove::delete;
pub(super) use update::{set_blocked, update};

use changes::{KeyChanges, expires};
use generate::{Shown, shown};

use serde_json::json;

use super::field::Field;
use super::minted::{KeyArgument, prefix};
use super::{Problem, missing};
use crate::record::KeyRow;

/// The key that a field names.
fn argument(field: &Field) -> Result<KeyArgument, Problem> {
    let text = field.required(Field::text)?;
    KeyArgument::read(&text).map_err(|message| field.wrong(message))
}

fn no_key(key: &KeyArgument, field: &str) -> Problem {
    missing("key", &key.masked, field)
}

/// What was done, and to which key; never the key.
fn noted(action: &str, row: &KeyRow) {
    let of = json!({"action": action, "token": prefix(&row.token), "key_alias": row.key_alias});
    crate::log::info("administered", of);
}
