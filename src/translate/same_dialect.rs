//! What the pairs of one dialect share: members pass as they were written, by an allow-list on the way up.

use super::defined::defines;
use super::hints;
use crate::wire::json::Fields;
use crate::wire::write::{self, Members};
use crate::wire::{Api, Dialect};

/// A request in the client's own dialect.
pub(super) struct Passing<'r> {
    pub(super) dialect: Dialect,
    /// The dialect's own.
    pub(super) api: Api,
    pub(super) fields: &'r Fields<'r>,
    /// The provider's name of the model.
    pub(super) model: &'r str,
    pub(super) stream: bool,
}

impl Passing<'_> {
    /// Writes every member that the API defines, in the client's order, with the deployment's model and the
    /// stream flag. Leaves out `apart`, which are the caller's to write, and names in `dropped` what the API does not
    /// define, hints inside members among it.
    pub(super) fn write(&self, members: &mut Members<'_>, apart: &[&str], dropped: &mut Vec<String>) {
        members.value("model", self.model);
        for (name, value) in self.fields.iter() {
            match name {
                "model" => {}
                "stream" if defines(self.api, name) => {}
                _ if !defines(self.api, name) => dropped.push(name.to_owned()),
                _ if apart.contains(&name) => {}
                _ => {
                    let text = hints::without(self.dialect, name, value, &[], dropped);
                    members.name(name).extend_from_slice(text.as_bytes());
                }
            }
        }
        if self.stream {
            members.value("stream", &true);
        }
    }
}

/// An object of the provider's with the public name of the model where the provider has its own.
pub(super) fn with_model(out: &mut Vec<u8>, fields: &Fields<'_>, model: &str) {
    write::object(out, |members| {
        for (name, value) in fields.iter() {
            match name {
                "model" => members.value(name, model),
                _ => members.raw(name, value),
            }
        }
    });
}
