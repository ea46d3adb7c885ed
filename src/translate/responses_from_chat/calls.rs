//! Tool calls of a stream: Responses number them among all output items, chat completions from 0.

use serde_json::value::RawValue;

use super::chunk::Head;
use super::fold::{ToolKind, write_call};
use super::speech::index;
use crate::translate::Failure;
use crate::wire::json::Fields;

/// Most tool calls of one answer.
const MAX_CALLS: usize = 1024;

/// The calls that the client knows of, in the order of their chat indices.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls(Vec<Call>);

#[derive(Clone, Debug)]
struct Call {
    kind: ToolKind,
    output_index: u64,
    /// Whether any of its argument was written.
    argued: bool,
}

impl Calls {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// An output item begins or is done. A call is announced at its first sight.
    pub(super) fn item(
        &mut self,
        head: &Head,
        event: &Fields<'_>,
        done: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let Some(item) = event.set("item") else { return Ok(()) };
        let item = Fields::of(item).map_err(Failure::malformed)?;
        let Some(kind) = ToolKind::of_item(&item) else { return Ok(()) };
        let output_index = index(event, "output_index");
        if self.position(output_index).is_none() {
            self.announce(head, kind, output_index, &item, out)?;
        }
        if done { self.argue(head, output_index, item.set(kind.argument()), true, out) } else { Ok(()) }
    }

    /// The next piece of a call's argument (`delta`), or all of it.
    pub(super) fn argument(
        &mut self,
        head: &Head,
        event: &Fields<'_>,
        member: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        self.argue(head, index(event, "output_index"), event.set(member), member != "delta", out)
    }

    fn announce(
        &mut self,
        head: &Head,
        kind: ToolKind,
        output_index: u64,
        item: &Fields<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        if self.0.len() == MAX_CALLS {
            return Err(Failure::malformed(format!("more than {MAX_CALLS} tool calls")));
        }
        let position = self.0.len();
        head.delta(out, None, |delta| {
            delta.array("tool_calls", |array| {
                array.object(|call| {
                    call.value("index", &position);
                    write_call(call, kind, item, None)
                })
            })
        })?;
        self.0.push(Call { kind, output_index, argued: false });
        Ok(())
    }

    fn argue(
        &mut self,
        head: &Head,
        output_index: u64,
        piece: Option<&RawValue>,
        whole: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let unknown = || Failure::malformed("an argument for a tool call that was not announced");
        let position = self.position(output_index).ok_or_else(unknown)?;
        let call = self.0.get_mut(position).ok_or_else(unknown)?;
        let Some(piece) = piece.filter(|piece| piece.get() != "\"\"" && !(whole && call.argued)) else {
            return Ok(());
        };
        call.argued = true;
        let kind = call.kind;
        head.delta(out, None, |delta| {
            delta.array("tool_calls", |array| {
                array.object(|call| {
                    call.value("index", &position);
                    call.object(kind.name(), |tool| tool.raw(kind.argument(), piece));
                });
            });
            Ok(())
        })
    }

    fn position(&self, output_index: u64) -> Option<usize> {
        self.0.iter().position(|call| call.output_index == output_index)
    }
}
