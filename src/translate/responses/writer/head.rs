//! The response object: what is known of the answer as a whole.

use super::events::Slot;
use crate::response_id::Sealer;
use crate::translate::View;
use crate::translate::conversation::{ToolKind, Words};
use crate::translate::responses::echo;
use crate::translate::responses::namespace::Names;
use crate::translate::tokens;
use crate::translate::told::Begun;
use crate::usage::Usage;
use crate::wire::json::Fields;
use crate::wire::write;

/// Longest part of a provider's id that ids are made of, in bytes. OpenAI takes back items with ids of up to 64.
const MAX_ID: usize = 48;
/// What `service_tier` may say in an answer.
const TIERS: &[&str] = &["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"];

/// What every response object of one answer repeats.
#[derive(Clone, Debug)]
pub(super) struct Head {
    model: String,
    created_s: u64,
    /// The members that are the request's.
    echo: Vec<u8>,
    names: Names,
    /// What the ids of items have in common.
    stem: String,
    /// What the client's id of the response is made with.
    ids: Option<Sealer>,
    id: String,
    tier: &'static str,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Completed,
    /// At its bound.
    Length,
    /// By a filter, or by the model's own refusal.
    Filtered,
}

impl Ending {
    /// The event that ends the stream.
    pub(super) fn event(self) -> &'static str {
        match self {
            Self::Completed => "response.completed",
            Self::Length | Self::Filtered => "response.incomplete",
        }
    }

    /// The status of the item that was open, and of the response.
    pub(super) fn of_item(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Length | Self::Filtered => "incomplete",
        }
    }

    fn reason(self) -> Option<&'static str> {
        match self {
            Self::Completed => None,
            Self::Length => Some("max_output_tokens"),
            Self::Filtered => Some("content_filter"),
        }
    }
}

/// What a call is of.
pub(super) struct Called<'a> {
    /// To the client, who may have offered as a custom tool what the provider knows as a function.
    pub(super) kind: ToolKind,
    pub(super) namespace: Option<&'a str>,
    pub(super) name: Words<'a>,
    /// Whether the client takes an argument for sealed where nothing says that it is not.
    pub(super) is_sealing: bool,
}

impl Head {
    pub(super) fn new(view: View) -> Self {
        let View { model, created_s, echo, ids, .. } = view;
        let echo = if echo.is_empty() { echo::echo(&Fields::default()) } else { echo };
        let names = Names::of_echo(&echo);
        let stem = created_s.to_string();
        let mut head = Self { model, created_s, echo, names, stem, ids, id: String::new(), tier: "default" };
        head.id = head.public_id();
        head
    }

    /// Nobody keeps what was translated, and the id says so.
    fn public_id(&self) -> String {
        let own = format!("resp_{}", self.stem);
        match &self.ids {
            Some(ids) => ids.seal(&own, false),
            None => own,
        }
    }

    /// Takes what the provider told of the answer at its beginning.
    pub(super) fn take(&mut self, begun: &Begun<'_>) {
        let id = begun.id.as_ref().map(Words::text).unwrap_or_default();
        let id =
            ["resp_", "chatcmpl-", "msg_"].iter().find_map(|prefix| id.strip_prefix(prefix)).unwrap_or(&id);
        if !id.is_empty() {
            // OpenAI takes back letters, digits, `_` and `-`.
            let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
            self.stem = id.chars().take(MAX_ID).map(plain).collect();
            self.id = self.public_id();
        }
        let tier = begun.service_tier.as_ref().map(Words::text).unwrap_or_default();
        self.tier = TIERS.iter().find(|known| **known == tier).copied().unwrap_or("default");
    }

    /// The place of an item, with an id of its own.
    pub(super) fn slot(&self, prefix: &str, index: usize) -> Slot {
        Slot { id: format!("{prefix}_{}_{index}", self.stem), index }
    }

    /// What a call by a name is of.
    pub(super) fn called<'a>(&'a self, kind: ToolKind, name: &'a Words<'a>) -> Called<'a> {
        let flat = name.text();
        let kind = if self.names.is_custom(&flat) { ToolKind::Custom } else { kind };
        let is_sealing = self.names.is_sealing(&flat);
        match self.names.inner(&flat) {
            Some((namespace, name)) => {
                Called { kind, namespace: Some(namespace), name: Words::from(name), is_sealing }
            }
            None => Called { kind, namespace: None, name: name.clone(), is_sealing },
        }
    }

    /// Writes the response object; `ending`: `None` while the answer is being made.
    pub(super) fn response(
        &self,
        out: &mut Vec<u8>,
        ending: Option<Ending>,
        output: &[Vec<u8>],
        usage: Option<&Usage>,
    ) {
        write::object(out, |response| {
            response.value("id", &self.id);
            response.value("object", "response");
            response.value("created_at", &self.created_s);
            response.value("status", ending.map_or("in_progress", Ending::of_item));
            response.value("error", &());
            match ending.and_then(Ending::reason) {
                Some(reason) => response.object("incomplete_details", |why| why.value("reason", reason)),
                None => response.value("incomplete_details", &()),
            }
            response.value("model", &self.model);
            response.array("output", |items| {
                output.iter().for_each(|item| items.element().extend_from_slice(item));
            });
            response.value("service_tier", self.tier);
            match usage {
                Some(usage) => response.object("usage", |members| tokens::write_responses(members, usage)),
                None => response.value("usage", &()),
            }
        });
        out.pop();
        out.push(b',');
        out.extend_from_slice(&self.echo);
        out.push(b'}');
    }
}
