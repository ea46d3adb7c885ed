//! Tool calls, whole and in pieces.

use serde_json::value::RawValue;

use super::fields_of;
use crate::translate::conversation::{ToolKind, Words};
use crate::translate::failure::Failure;
use crate::translate::told::{MAX_CALLS, Told};
use crate::wire::json::{Fields, Kind, elements};

/// The calls that were told so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    /// Made-up ids begin with it.
    answer: String,
    /// Their indices, in the order in which they began.
    begun: Vec<u64>,
    /// The id of the last one, as the provider gave it.
    last_id: String,
}

impl Calls {
    /// Takes the id of the answer.
    pub(super) fn of_answer(&mut self, id: Option<&str>) {
        self.answer = id.map_or_else(|| "call".to_owned(), |id| format!("call_{id}"));
    }

    pub(super) fn any(&self) -> bool {
        !self.begun.is_empty()
    }

    /// The calls of a message.
    pub(super) fn whole<'e>(&mut self, calls: &'e RawValue, told: &mut Vec<Told<'e>>) -> Result<(), Failure> {
        for call in list(calls)? {
            self.begin(&call, None, told)?;
        }
        Ok(())
    }

    /// The next pieces of calls.
    pub(super) fn pieces<'e>(
        &mut self,
        calls: &'e RawValue,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        list(calls)?.into_iter().try_for_each(|call| self.piece(&call, told))
    }

    fn piece<'e>(&mut self, call: &Fields<'e>, told: &mut Vec<Told<'e>>) -> Result<(), Failure> {
        let index: Option<u64> = call.read("index");
        if self.is_new(call, index)? {
            return self.begin(call, index, told);
        }
        let (kind, called) = called(call)?;
        let Some(argument) = called.as_ref().and_then(|called| argument(called, kind)) else { return Ok(()) };
        if index.is_some_and(|index| self.begun.last() != Some(&index)) {
            return Err(Failure::malformed("a piece of a tool call after the next one began"));
        }
        told.push(Told::Argument(argument));
        Ok(())
    }

    /// Whether a piece begins a call. Some servers number every call 0, or none: there a name begins one, with
    /// another id than the last.
    fn is_new(&self, call: &Fields<'_>, index: Option<u64>) -> Result<bool, Failure> {
        let Some(last) = self.begun.last() else { return Ok(true) };
        if let Some(index) = index.filter(|index| index != last) {
            return Ok(!self.begun.contains(&index));
        }
        let id = call.text("id").filter(|id| !id.is_empty());
        let other_id = id.map_or(index.is_none(), |id| id != self.last_id);
        Ok(other_id && called(call)?.1.is_some_and(|called| name(&called).is_some()))
    }

    fn begin<'e>(
        &mut self,
        call: &Fields<'e>,
        index: Option<u64>,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        if self.begun.len() == MAX_CALLS {
            return Err(Failure::malformed(format!("more than {MAX_CALLS} tool calls")));
        }
        let (kind, called) = called(call)?;
        let name = called.as_ref().and_then(name);
        let name = name.ok_or_else(|| Failure::malformed("a tool call without `name`"))?;
        let position = self.begun.len();
        let given = call.text("id").filter(|id| !id.is_empty());
        self.last_id = given.as_deref().unwrap_or_default().to_owned();
        let id = match given {
            Some(id) => Words::Plain(id),
            None => Words::from(format!("{}_{position}", self.answer)),
        };
        self.begun.push(index.unwrap_or(position as u64));
        told.push(Told::Call { kind, id, name });
        told.extend(called.as_ref().and_then(|called| argument(called, kind)).map(Told::Argument));
        Ok(())
    }
}

fn list(calls: &RawValue) -> Result<Vec<Fields<'_>>, Failure> {
    let calls = elements(calls).map_err(|error| Failure::malformed(format!("`tool_calls`: {error}")))?;
    calls.into_iter().map(|call| fields_of(Some(call), "a tool call")).collect()
}

/// The kind of a call, and the object that tells the tool and its argument.
fn called<'e>(call: &Fields<'e>) -> Result<(ToolKind, Option<Fields<'e>>), Failure> {
    let (kind, called) = match call.set("custom") {
        Some(custom) => (ToolKind::Custom, Some(custom)),
        None => (ToolKind::Function, call.set("function")),
    };
    let called = called.map(|called| fields_of(Some(called), "a tool call")).transpose()?;
    Ok((kind, called))
}

fn name<'e>(called: &Fields<'e>) -> Option<Words<'e>> {
    called.text("name").filter(|name| !name.is_empty()).map(Words::Plain)
}

/// The argument or a piece of it, if there is any. A few servers write an object instead of its text.
fn argument<'e>(called: &Fields<'e>, kind: ToolKind) -> Option<Words<'e>> {
    let argument = match kind {
        ToolKind::Function => called.set("arguments"),
        ToolKind::Custom => called.set("input"),
    }?;
    match Kind::of(argument) {
        Kind::Text if argument.get() == "\"\"" => None,
        Kind::Text => Some(Words::Json(argument)),
        Kind::Object => Some(Words::from(argument.get())),
        _ => None,
    }
}
