//! A provider's Responses events → chat chunks.
//!
//! Text, refusals, reasoning and the arguments of calls come as deltas, and once more whole when they are
//! done. A server that sends a part without deltas is understood too: its whole is passed on then. What that
//! takes is kept in [`Speech`] and [`Calls`]: how far each went, never what it said.

use super::calls::Calls;
use super::chunk::Head;
use super::fold::{Message, finish_reason};
use super::speech::{Speech, said};
use crate::sse::{Event, write_comment, write_event};
use crate::translate::failure::{self, Failure};
use crate::translate::stream::Step;
use crate::translate::{View, tokens};
use crate::usage::Usage;
use crate::wire::json::Fields;

/// The state between two events.
#[derive(Clone, Debug)]
pub(in crate::translate) struct Chunks {
    head: Head,
    begun: bool,
    usage: Option<Usage>,
    speech: Speech,
    calls: Calls,
}

impl Chunks {
    pub(in crate::translate) fn new(view: View) -> Self {
        Self {
            head: Head::new(view),
            begun: false,
            usage: None,
            speech: Speech::default(),
            calls: Calls::default(),
        }
    }

    pub(in crate::translate) fn usage(&self) -> Option<Usage> {
        self.usage
    }

    pub(in crate::translate) fn event(
        &mut self,
        event: Event<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Step, Failure> {
        if event.data == b"[DONE]" {
            // Some servers add it; Responses do not define it, and it ends nothing.
            return Ok(Step::Waiting);
        }
        let event = Fields::parse(event.data).map_err(Failure::malformed)?;
        let kind = event.text("type").ok_or_else(|| Failure::malformed("an event without `type`"))?;
        match kind.as_ref() {
            "keepalive" => write_comment(out, b" keep-alive"),
            "response.failed" => return Err(failed(&event)),
            "error" => return Err(failure::of_event(&event)),
            "response.completed" | "response.incomplete" => return self.finish(&event, out),
            kind => {
                self.begin(&event, out)?;
                self.proceed(kind, &event, out)?;
            }
        }
        Ok(if self.has_content() { Step::Content } else { Step::Waiting })
    }

    fn has_content(&self) -> bool {
        self.speech.begun() || !self.calls.is_empty()
    }

    /// Before anything else: the chunk that opens the message. The first event has what all chunks repeat.
    fn begin(&mut self, event: &Fields<'_>, out: &mut Vec<u8>) -> Result<(), Failure> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        if let Some(response) = event.set("response").and_then(|response| Fields::of(response).ok()) {
            self.head.take(&response);
        }
        self.head.delta(out, None, |delta| {
            delta.value("role", "assistant");
            delta.value("content", "");
            Ok(())
        })
    }

    fn proceed(&mut self, kind: &str, event: &Fields<'_>, out: &mut Vec<u8>) -> Result<(), Failure> {
        match kind {
            "response.output_item.added" => self.calls.item(&self.head, event, false, out),
            "response.output_item.done" => self.calls.item(&self.head, event, true, out),
            "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta" => {
                self.calls.argument(&self.head, event, "delta", out)
            }
            "response.function_call_arguments.done" => {
                self.calls.argument(&self.head, event, "arguments", out)
            }
            "response.custom_tool_call_input.done" => self.calls.argument(&self.head, event, "input", out),
            "response.output_text.annotation.added" => self.speech.annotation(&self.head, event, out),
            kind => said(kind).map_or(Ok(()), |said| self.speech.say(&self.head, said, event, out)),
        }
    }

    fn finish(&mut self, event: &Fields<'_>, out: &mut Vec<u8>) -> Result<Step, Failure> {
        let response =
            event.set("response").ok_or_else(|| Failure::malformed("an end without its response"))?;
        let response = Fields::of(response).map_err(Failure::malformed)?;
        self.usage = response.set("usage").and_then(tokens::of_responses);
        self.begin(event, out)?;
        let mut calls = !self.calls.is_empty();
        if let Some(output) = response.set("output").filter(|_| !self.has_content()) {
            let message = Message::of(output)?;
            calls = message.has_calls();
            if output.get() != "[]" {
                self.head.delta(out, None, |delta| message.write(delta, true))?;
            }
        }
        self.head.finish(out, finish_reason(&response, calls)?)?;
        if let Some(usage) = &self.usage {
            self.head.usage(out, usage);
        }
        write_event(out, b"", b"[DONE]");
        Ok(Step::Done)
    }
}

fn failed(event: &Fields<'_>) -> Failure {
    let response = event.set("response").and_then(|response| Fields::of(response).ok());
    match response.and_then(|response| response.set("error")) {
        Some(error) => failure::of_error(error),
        None => failure::of_event(&Fields::default()),
    }
}
