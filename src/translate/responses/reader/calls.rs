//! Tool calls: Responses number them among all output items.

use serde_json::value::RawValue;

use crate::translate::conversation::{ToolKind, Words};
use crate::translate::failure::Failure;
use crate::translate::told::{MAX_CALLS, Told};
use crate::wire::json::Fields;

/// The calls that were told, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls(Vec<Call>);

#[derive(Clone, Debug)]
struct Call {
    output_index: u64,
    /// Whether any of its argument was told.
    argued: bool,
}

/// The kind of call that an output item is.
pub(super) fn kind_of(item: &Fields<'_>) -> Option<ToolKind> {
    match item.text("type").as_deref() {
        Some("function_call") => Some(ToolKind::Function),
        Some("custom_tool_call") => Some(ToolKind::Custom),
        _ => None,
    }
}

/// What its argument is called.
pub(super) fn argument_of(kind: ToolKind) -> &'static str {
    match kind {
        ToolKind::Function => "arguments",
        ToolKind::Custom => "input",
    }
}

impl Calls {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells a call at its first sight; items that are none are not told.
    pub(super) fn announce<'e>(
        &mut self,
        item: &Fields<'e>,
        output_index: u64,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        let Some(kind) = kind_of(item) else { return Ok(()) };
        if self.position(output_index).is_some() {
            return Ok(());
        }
        if self.0.len() == MAX_CALLS {
            return Err(Failure::malformed(format!("more than {MAX_CALLS} tool calls")));
        }
        let of = |name: &str| {
            let word = if kind == ToolKind::Function { "function" } else { "custom" };
            let value = item.set(name).map(Words::Json);
            value.ok_or_else(|| Failure::malformed(format!("a {word} call without `{name}`")))
        };
        told.push(Told::Call { kind, id: of("call_id")?, name: of("name")? });
        self.0.push(Call { output_index, argued: false });
        Ok(())
    }

    /// Tells the next of a call's argument, or, where none of it was told before, all of it.
    pub(super) fn argue<'e>(
        &mut self,
        output_index: u64,
        piece: Option<&'e RawValue>,
        whole: bool,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        let unknown = || Failure::malformed("an argument for a tool call that was not announced");
        let position = self.position(output_index).ok_or_else(unknown)?;
        let last = position + 1 == self.0.len();
        let call = self.0.get_mut(position).ok_or_else(unknown)?;
        let Some(piece) = piece.filter(|piece| piece.get() != "\"\"" && !(whole && call.argued)) else {
            return Ok(());
        };
        if !last {
            return Err(Failure::malformed("an argument for a tool call after the next one had begun"));
        }
        call.argued = true;
        told.push(Told::Argument(Words::Json(piece)));
        Ok(())
    }

    fn position(&self, output_index: u64) -> Option<usize> {
        self.0.iter().position(|call| call.output_index == output_index)
    }
}
