//! A provider's chat completions, whole and in chunks → told pieces.
//!
//! The first choice is the answer; over the bridge no other is asked for. An answer is complete when `[DONE]`
//! came, or when the provider closed after the `finish_reason`: it has said everything then.

mod calls;
mod finish;
mod message;

use serde_json::value::RawValue;

use crate::sse::Event;
use crate::translate::conversation::Words;
use crate::translate::failure::{self, Failure};
use crate::translate::tokens;
use crate::translate::told::{Begun, Finish, Told};
use crate::wire::json::{Fields, elements};

use calls::Calls;

/// Reads the API's answers, whole ones and streams.
#[derive(Clone, Debug, Default)]
pub(in crate::translate) struct Reader {
    begun: bool,
    finished: bool,
    calls: Calls,
}

impl Reader {
    /// A whole 2xx body without `error`.
    pub(in crate::translate) fn whole<'e>(
        &mut self,
        fields: &Fields<'e>,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        let choices = choices(fields, "a completion")?;
        let Some(choice) = choices.first() else {
            return Err(Failure::malformed("a completion whose `choices` are empty"));
        };
        self.begin(fields, told);
        let message = fields_of(choice.set("message"), "a choice without `message`")?;
        message::whole(&message, choice, &mut self.calls, told)?;
        told.extend(tokens::in_chat(fields).map(Told::Usage));
        self.finish(choice, told)?;
        self.complete(told);
        Ok(())
    }

    /// One event of a stream.
    pub(in crate::translate) fn event<'e>(
        &mut self,
        event: Event<'e>,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        if event.data == b"[DONE]" {
            if !self.begun {
                return Err(Failure::cut_off());
            }
            self.complete(told);
            return Ok(());
        }
        let fields = Fields::parse(event.data).map_err(Failure::malformed)?;
        if let Some(error) = fields.set("error") {
            return Err(failure::of_error(error));
        }
        for choice in choices(&fields, "a chunk")? {
            self.begin(&fields, told);
            if let Some(delta) = choice.set("delta") {
                let delta = fields_of(Some(delta), "a delta")?;
                message::delta(&delta, &choice, &mut self.calls, told)?;
            }
            self.finish(&choice, told)?;
        }
        told.extend(tokens::in_chat(&fields).map(Told::Usage));
        Ok(())
    }

    /// The provider closed.
    pub(in crate::translate) fn end(&mut self, told: &mut Vec<Told<'_>>) -> Result<(), Failure> {
        if !self.finished {
            return Err(Failure::cut_off());
        }
        self.complete(told);
        Ok(())
    }

    /// Chunks before the first choice tell nothing: Azure's has no id, but what its filters made of the prompt.
    fn begin<'e>(&mut self, fields: &Fields<'e>, told: &mut Vec<Told<'e>>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let id = fields.text("id").filter(|id| !id.is_empty());
        self.calls.of_answer(id.as_deref());
        told.push(Told::Begun(Begun {
            id: id.map(Words::Plain),
            service_tier: fields.text("service_tier").map(Words::Plain),
        }));
    }

    fn finish<'e>(&mut self, choice: &Fields<'e>, told: &mut Vec<Told<'e>>) -> Result<(), Failure> {
        if let Some(error) = choice.set("error") {
            return Err(failure::of_error(error));
        }
        if let Some(finish) = finish::of(choice, self.calls.any())? {
            self.finished = true;
            told.push(Told::Finished(finish));
        }
        Ok(())
    }

    fn complete(&mut self, told: &mut Vec<Told<'_>>) {
        if !std::mem::replace(&mut self.finished, true) {
            told.push(Told::Finished(if self.calls.any() { Finish::Calls } else { Finish::Stop }));
        }
        told.push(Told::End);
    }
}

/// The first choice, if there is one; `what` for errors.
fn choices<'e>(fields: &Fields<'e>, what: &str) -> Result<Vec<Fields<'e>>, Failure> {
    let list =
        fields.get("choices").ok_or_else(|| Failure::malformed(format!("{what} without `choices`")))?;
    let list = elements(list).map_err(|error| Failure::malformed(format!("`choices`: {error}")))?;
    let mut first = Vec::new();
    for choice in list {
        let choice = fields_of(Some(choice), "a choice")?;
        if choice.read::<u64>("index").unwrap_or(0) == 0 {
            first.push(choice);
        }
    }
    Ok(first)
}

fn fields_of<'e>(value: Option<&'e RawValue>, what: &str) -> Result<Fields<'e>, Failure> {
    let value = value.ok_or_else(|| Failure::malformed(what))?;
    Fields::of(value).map_err(|error| Failure::malformed(format!("{what}: {error}")))
}
