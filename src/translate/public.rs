//! What clients see in the place of a provider's own names: the model's, and the ids of responses.

use serde_json::value::RawValue;

use super::View;
use crate::wire::json::{Fields, text};
use crate::wire::write::{self, Members};

/// Writes a provider's response, or an object about one, for the client.
pub(super) fn response(out: &mut Vec<u8>, fields: &Fields<'_>, view: &View) {
    write::object(out, |members| {
        for (name, value) in fields.iter() {
            match name {
                // Of a response that was made long ago the client's name may not be known any more.
                "model" if !view.model.is_empty() => members.value(name, &view.model),
                "id" | "previous_response_id" => id(members, name, value, view),
                _ => members.raw(name, value),
            }
        }
    });
}

fn id(members: &mut Members<'_>, name: &str, value: &RawValue, view: &View) {
    match text(value).filter(|_| view.ids.is_some()) {
        Some(provider_id) => members.value(name, &view.response_id(&provider_id, true)),
        None => members.raw(name, value),
    }
}
