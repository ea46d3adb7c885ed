//! The API's answers → told pieces.
//!
//! Text, refusals, reasoning and the arguments of calls come as deltas, and once more whole when they are done.
//! A server that sends a part without deltas is understood too: its whole is told then. What that takes is kept
//! in [`Heard`] and [`Calls`]: how far each went, never what it said. A whole answer is read by the same code:
//! none of its parts was heard before.
//!
//! Items that no other API has a word for (searches that the provider made, say) leave their traces in the text
//! only.

mod calls;
mod heard;
mod logprobs;

use serde_json::value::RawValue;

use crate::sse::Event;
use crate::translate::conversation::{Home, Seal, Words};
use crate::translate::failure::{self, Failure};
use crate::translate::tokens::{self, searches};
use crate::translate::told::{Begun, Finish, Told};
use crate::wire::json::{Fields, Kind, elements};
use calls::{Calls, kind_of};
use heard::{Heard, Piece, piece};

/// Reads the API's answers, whole ones and streams.
#[derive(Clone, Debug, Default)]
pub(in crate::translate) struct Reader {
    begun: bool,
    heard: Heard,
    calls: Calls,
    /// Searches that the provider made, and charges for.
    searches: u64,
}

impl Reader {
    /// A whole 2xx body without `error`.
    pub(in crate::translate) fn whole<'e>(
        &mut self,
        fields: &Fields<'e>,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        let output = fields.get("output").ok_or_else(|| Failure::malformed("a response without `output`"))?;
        if fields.set("id").is_none() {
            return Err(Failure::malformed("a response without `id`"));
        }
        self.begin(Some(fields), told);
        self.output(output, told)?;
        self.close(fields, told)
    }

    /// One event of a stream.
    pub(in crate::translate) fn event<'e>(
        &mut self,
        event: Event<'e>,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        if event.data == b"[DONE]" {
            // Some servers add it; Responses do not define it, and it ends nothing.
            return Ok(());
        }
        let event = Fields::parse(event.data).map_err(Failure::malformed)?;
        let kind = event.text("type").ok_or_else(|| Failure::malformed("an event without `type`"))?;
        match kind.as_ref() {
            "keepalive" => {
                told.push(Told::Alive);
                Ok(())
            }
            "response.failed" => Err(self.failed(&event, told)),
            "error" => Err(failure::of_event(&event)),
            "response.completed" | "response.incomplete" => self.finish(&event, told),
            kind => {
                let response = event.set("response").and_then(|response| Fields::of(response).ok());
                self.begin(response.as_ref(), told);
                self.proceed(kind, &event, told)
            }
        }
    }

    /// Before anything else: what the first event knows of the answer.
    fn begin<'e>(&mut self, response: Option<&Fields<'e>>, told: &mut Vec<Told<'e>>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let words = |name| {
            let value = response.and_then(|response| response.set(name))?;
            (Kind::of(value) == Kind::Text).then_some(Words::Json(value))
        };
        told.push(Told::Begun(Begun { id: words("id"), service_tier: words("service_tier") }));
    }

    fn proceed<'e>(
        &mut self,
        kind: &str,
        event: &Fields<'e>,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        let at = index(event, "output_index");
        match kind {
            "response.output_item.added" => match event.set("item") {
                Some(item) => self.calls.announce(&members_of(item)?, at, told),
                None => Ok(()),
            },
            "response.output_item.done" => match event.set("item") {
                Some(item) => self.item(&members_of(item)?, at, told),
                None => Ok(()),
            },
            "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta" => {
                self.calls.argue(at, event.set("delta"), false, told)
            }
            "response.function_call_arguments.done" => {
                self.calls.argue(at, event.set("arguments"), true, told)
            }
            "response.custom_tool_call_input.done" => self.calls.argue(at, event.set("input"), true, told),
            "response.output_text.annotation.added" => match event.set("annotation") {
                Some(annotation) => self.heard.annotation(annotation, told),
                None => Ok(()),
            },
            kind => piece(kind).map_or(Ok(()), |piece| self.heard.event(piece, event, told)),
        }
    }

    fn finish<'e>(&mut self, event: &Fields<'e>, told: &mut Vec<Told<'e>>) -> Result<(), Failure> {
        let response =
            event.set("response").ok_or_else(|| Failure::malformed("an end without its response"))?;
        let response = Fields::of(response).map_err(Failure::malformed)?;
        self.begin(Some(&response), told);
        if let Some(output) = response.set("output").filter(|_| !self.has_content()) {
            self.searches = 0;
            self.output(output, told)?;
        }
        self.close(&response, told)
    }

    fn has_content(&self) -> bool {
        self.heard.any() || !self.calls.is_empty()
    }

    fn output<'e>(&mut self, output: &'e RawValue, told: &mut Vec<Told<'e>>) -> Result<(), Failure> {
        let items = elements(output).map_err(|error| Failure::malformed(format!("`output`: {error}")))?;
        for (at, item) in (0..).zip(items) {
            self.item(&members_of(item)?, at, told)?;
        }
        Ok(())
    }

    /// An item that is whole: what of it was not told yet.
    fn item<'e>(&mut self, item: &Fields<'e>, at: u64, told: &mut Vec<Told<'e>>) -> Result<(), Failure> {
        if let Some(kind) = kind_of(item) {
            self.calls.announce(item, at, told)?;
            return self.calls.argue(at, item.set(calls::argument_of(kind)), true, told);
        }
        match item.text("type").as_deref() {
            Some("message") => self.parts(item, "content", at, told),
            Some("reasoning") => {
                self.parts(item, "summary", at, told)?;
                self.parts(item, "content", at, told)?;
                self.seal(item, told);
                Ok(())
            }
            Some("web_search_call") => {
                self.searches = self.searches.saturating_add(searches::searches(item).into());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn parts<'e>(
        &mut self,
        item: &Fields<'e>,
        list: &str,
        at: u64,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        let Some(parts) = item.set(list) else { return Ok(()) };
        let parts = elements(parts).map_err(|error| Failure::malformed(format!("`{list}`: {error}")))?;
        for (index, part) in (0..).zip(parts) {
            let part = members_of(part)?;
            if let Some(piece) = Piece::of_part(&part) {
                self.heard.part(piece, &part, (at, index), told)?;
            }
        }
        Ok(())
    }

    fn seal<'e>(&mut self, item: &Fields<'e>, told: &mut Vec<Told<'e>>) {
        let sealed = item.set("encrypted_content").filter(|sealed| Kind::of(sealed) == Kind::Text);
        if let Some(data) = sealed {
            let id = item.set("id").map(Words::Json);
            told.push(Told::Seal(Seal { home: Home::OpenAi, id, data: Words::Json(data), redacted: false }));
            self.heard.sealed();
        }
    }

    fn close<'e>(&mut self, response: &Fields<'e>, told: &mut Vec<Told<'e>>) -> Result<(), Failure> {
        told.extend(tokens::in_responses(response, || self.searches).map(Told::Usage));
        told.push(Told::Finished(finish_of(response, !self.calls.is_empty())?));
        told.push(Told::End);
        Ok(())
    }

    /// Why there is no answer. What was counted for it all the same is told first.
    fn failed(&self, event: &Fields<'_>, told: &mut Vec<Told<'_>>) -> Failure {
        let response = event.set("response").and_then(|response| Fields::of(response).ok());
        let usage = response.as_ref().and_then(|told| tokens::in_responses(told, || self.searches));
        told.extend(usage.map(Told::Usage));
        match response.and_then(|response| response.set("error")) {
            Some(error) => failure::of_error(error),
            None => failure::of_event(&Fields::default()),
        }
    }

    /// Searches that came so far.
    pub(in crate::translate) fn searches(&self) -> u64 {
        self.searches
    }
}

/// How the answer ended. A call that the model's bound or a filter cut off must not look whole, so the bound
/// and the filter come first.
fn finish_of<'e>(response: &Fields<'_>, calls: bool) -> Result<Finish<'e>, Failure> {
    let details = response.set("incomplete_details").and_then(|details| Fields::of(details).ok());
    match response.text("status").as_deref() {
        Some("incomplete") | None if details.is_some() => {
            let reason = details.as_ref().and_then(|details| details.text("reason"));
            let filtered = reason.as_deref() == Some("content_filter");
            Ok(if filtered { Finish::Filtered } else { Finish::Length })
        }
        Some("incomplete") => Ok(Finish::Length),
        Some("completed") | None => Ok(if calls { Finish::Calls } else { Finish::Stop }),
        Some("failed") => Err(failure::of_event(&Fields::default())),
        Some(status) => Err(Failure::malformed(format!("a response that ended as `{status}`"))),
    }
}

/// A number that the reference requires; servers that leave it out have one item, or one part.
fn index(event: &Fields<'_>, name: &str) -> u64 {
    event.read(name).unwrap_or_default()
}

fn members_of(value: &RawValue) -> Result<Fields<'_>, Failure> {
    Fields::of(value).map_err(|error| Failure::malformed(format!("`output`: {error}")))
}
