//! Tool calls as chat completions nest them.

use serde::Serialize;

use crate::translate::conversation::{ToolKind, Words};
use crate::wire::write::Members;

/// What a function is called with that is called with nothing. Clients parse the argument as JSON.
pub(super) const NOTHING: &str = "{}";

/// `function`, `custom`
fn tool(kind: ToolKind) -> &'static str {
    match kind {
        ToolKind::Function => "function",
        ToolKind::Custom => "custom",
    }
}

/// What its argument is called.
fn argument_of(kind: ToolKind) -> &'static str {
    match kind {
        ToolKind::Function => "arguments",
        ToolKind::Custom => "input",
    }
}

/// Writes a call: its id, its tool, and the argument as far as it is known.
pub(super) fn write(
    members: &mut Members<'_>,
    kind: ToolKind,
    id: &Words<'_>,
    name: &Words<'_>,
    argument: &(impl Serialize + ?Sized),
) {
    members.value("id", id);
    members.value("type", tool(kind));
    members.object(tool(kind), |members| {
        members.value("name", name);
        members.value(argument_of(kind), argument);
    });
}

/// Writes the next of a call's argument.
pub(super) fn write_argument(members: &mut Members<'_>, kind: ToolKind, piece: &Words<'_>) {
    members.object(tool(kind), |called| called.value(argument_of(kind), piece));
}
