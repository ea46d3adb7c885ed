//! A `function_call` or `custom_tool_call` item.

use super::events::{Events, Slot};
use super::head::Called;
use super::kept::Kept;
use crate::translate::conversation::{ToolKind, Words};
use crate::translate::responses::custom;
use crate::wire::write;

/// A call that is being written.
#[derive(Clone, Debug)]
pub(super) struct Call {
    slot: Slot,
    kind: ToolKind,
    id: Kept,
    namespace: Option<String>,
    name: Kept,
    argument: Kept,
    /// Whether the call says that nothing of its argument is sealed.
    is_sealing: bool,
    /// The function's argument that holds the text of a custom tool's: see [`custom`].
    wrapped: Option<Kept>,
}

impl Call {
    /// Opens a call, `kind` to the provider. Gives how many bytes it takes, too.
    pub(super) fn open(
        slot: Slot,
        kind: ToolKind,
        id: &Words<'_>,
        called: Called<'_>,
        events: &mut Events,
        out: &mut Vec<u8>,
    ) -> (Self, usize) {
        let wrapped = (kind != called.kind).then(Kept::default);
        let kind = called.kind;
        let (namespace, is_sealing) = (called.namespace.map(str::to_owned), called.is_sealing);
        let (mut kept_id, mut name) = (Kept::default(), Kept::default());
        let kept = kept_id.push(id) + name.push(&called.name);
        let argument = Kept::default();
        let call = Self { slot, kind, id: kept_id, namespace, name, argument, is_sealing, wrapped };
        let item = call.item("in_progress");
        events.with_item("response.output_item.added", &call.slot, &item, out);
        (call, kept)
    }

    /// Writes the next of the argument. Gives how many bytes it takes.
    pub(super) fn argue(&mut self, words: &Words<'_>, events: &mut Events, out: &mut Vec<u8>) -> usize {
        if let Some(wrapped) = &mut self.wrapped {
            return wrapped.push(words);
        }
        let kind = match self.kind {
            ToolKind::Function => "response.function_call_arguments.delta",
            ToolKind::Custom => "response.custom_tool_call_input.delta",
        };
        events.inside(kind, &self.slot, out, |event| event.value("delta", words));
        self.argument.push(words)
    }

    /// Writes the end of the call. Gives the item.
    pub(super) fn close(mut self, status: &str, events: &mut Events, out: &mut Vec<u8>) -> Vec<u8> {
        if let Some(wrapped) = self.wrapped.take() {
            self.argue(&Words::from(custom::unwrapped(wrapped.text())), events, out);
        }
        if self.kind == ToolKind::Function && self.argument.is_empty() && status == "completed" {
            // Some servers say nothing for a function that takes nothing; clients read JSON.
            self.argue(&Words::from("{}"), events, out);
        }
        let kind = match self.kind {
            ToolKind::Function => "response.function_call_arguments.done",
            ToolKind::Custom => "response.custom_tool_call_input.done",
        };
        events.inside(kind, &self.slot, out, |event| {
            if self.kind == ToolKind::Function {
                self.name.write(event.name("name"));
            }
            self.argument.write(event.name(self.member()));
        });
        let item = self.item(status);
        events.with_item("response.output_item.done", &self.slot, &item, out);
        item
    }

    fn member(&self) -> &'static str {
        match self.kind {
            ToolKind::Function => "arguments",
            ToolKind::Custom => "input",
        }
    }

    fn item(&self, status: &str) -> Vec<u8> {
        let mut item = Vec::new();
        write::object(&mut item, |members| {
            members.value("id", &self.slot.id);
            members.value(
                "type",
                match self.kind {
                    ToolKind::Function => "function_call",
                    ToolKind::Custom => "custom_tool_call",
                },
            );
            if self.kind == ToolKind::Function {
                // The reference defines none for the other kind.
                members.value("status", status);
            }
            self.argument.write(members.name(self.member()));
            self.id.write(members.name("call_id"));
            if let Some(namespace) = &self.namespace {
                members.value("namespace", namespace);
            }
            self.name.write(members.name("name"));
            if self.is_sealing {
                members.array("encrypted_function_args", |_| ());
            }
        });
        item
    }
}
