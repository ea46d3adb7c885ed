//! A provider's Responses events → chat chunks.
//!
//! Text, refusals, reasoning and the arguments of calls come as deltas, and once more whole when they are
//! done. A server that sends a part without deltas is understood too: its whole is passed on then. What that
//! takes is kept in [`Parts`] and [`Call`]: how far each went, never what it said.

use serde_json::value::RawValue;

use super::chunk::Head;
use super::fold::{Message, REASONING_BREAK, ToolKind, finish_reason, write_call};
use super::output_text::{is_citation, write_citation};
use crate::sse::{Event, write_comment, write_event};
use crate::translate::failure::{self, Failure};
use crate::translate::stream::Step;
use crate::translate::{View, tokens};
use crate::usage::Usage;
use crate::wire::json::{Fields, text};

/// Most tool calls of one answer.
const MAX_CALLS: usize = 1024;

/// The state between two events.
#[derive(Debug)]
pub(in crate::translate) struct Chunks {
    head: Head,
    begun: bool,
    /// Something besides the role was written.
    spoke: bool,
    usage: Option<Usage>,
    text: Parts,
    refusal: Parts,
    reasoning: Parts,
    /// In the order of their chat indices.
    calls: Vec<Call>,
    /// Characters of the text so far, and before the part that is being written.
    characters: u64,
    part_start: u64,
}

/// Which part came last: (index of the output item, index of the part in it).
#[derive(Debug, Default)]
struct Parts {
    last: Option<(u64, u64)>,
}

/// A tool call that was announced to the client.
#[derive(Debug)]
struct Call {
    kind: ToolKind,
    output_index: u64,
    /// Whether any of its argument was written.
    argued: bool,
}

/// Where a piece of an answer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Channel {
    Text,
    Refusal,
    Reasoning,
}

impl Chunks {
    pub(in crate::translate) fn new(view: View) -> Self {
        let id = format!("chatcmpl-{}", view.created_s);
        Self {
            head: Head { view, id, service_tier: None },
            begun: false,
            spoke: false,
            usage: None,
            text: Parts::default(),
            refusal: Parts::default(),
            reasoning: Parts::default(),
            calls: Vec::new(),
            characters: 0,
            part_start: 0,
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
            "response.created" | "response.queued" | "response.in_progress" => self.begin(&event, out)?,
            "response.output_item.added" => self.item(&event, false, out)?,
            "response.output_item.done" => self.item(&event, true, out)?,
            "response.output_text.annotation.added" => self.annotation(&event, out)?,
            "response.completed" | "response.incomplete" => return self.finish(&event, out),
            "response.failed" => return Err(failed(&event)),
            "error" => return Err(failure::of_event(&event)),
            "keepalive" => write_comment(out, b" keep-alive"),
            "response.function_call_arguments.delta" | "response.custom_tool_call_input.delta" => {
                self.argument(&event, "delta", out)?;
            }
            "response.function_call_arguments.done" => self.argument(&event, "arguments", out)?,
            "response.custom_tool_call_input.done" => self.argument(&event, "input", out)?,
            kind => {
                if let Some((channel, part, member)) = said(kind) {
                    self.say(channel, &event, part, member, out)?;
                }
            }
        }
        Ok(if self.spoke { Step::Content } else { Step::Waiting })
    }

    /// Takes what all chunks share from the first event, and opens the message.
    fn begin(&mut self, event: &Fields<'_>, out: &mut Vec<u8>) -> Result<(), Failure> {
        if let Some(response) = event.set("response").and_then(|response| Fields::of(response).ok())
            && !self.begun
        {
            self.head.service_tier = response.text("service_tier").map(|tier| tier.into_owned());
            if let Some(id) = response.text("id") {
                self.head.id = id.into_owned();
            }
        }
        self.open(out)
    }

    fn open(&mut self, out: &mut Vec<u8>) -> Result<(), Failure> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        self.head.delta(out, None, |delta| {
            delta.value("role", "assistant");
            delta.value("content", "");
            Ok(())
        })
    }

    /// A piece of text, refusal or reasoning: the next one, or all of a part that had no deltas.
    fn say(
        &mut self,
        channel: Channel,
        event: &Fields<'_>,
        part: &str,
        member: &str,
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let piece = event.get(member).and_then(|piece| Some((piece, text(piece)?)));
        let (piece, words) =
            piece.ok_or_else(|| Failure::malformed(format!("an event without its `{member}`")))?;
        let at = (index(event, "output_index"), index(event, part));
        let parts = match channel {
            Channel::Text => &mut self.text,
            Channel::Refusal => &mut self.refusal,
            Channel::Reasoning => &mut self.reasoning,
        };
        if words.is_empty() || (member != "delta" && parts.had(at)) {
            return Ok(());
        }
        let (first, new) = (parts.last.is_none(), parts.last != Some(at));
        parts.last = Some(at);
        self.open(out)?;
        self.spoke = true;
        match channel {
            Channel::Text => self.count(&words, new),
            Channel::Reasoning if new && !first => self.head.delta(out, None, |delta| {
                delta.value(channel.member(), REASONING_BREAK);
                Ok(())
            })?,
            _ => {}
        }
        let logprobs = event.set("logprobs").filter(|logprobs| logprobs.get() != "[]");
        self.head.delta(out, logprobs, |delta| {
            delta.raw(channel.member(), piece);
            Ok(())
        })
    }

    fn count(&mut self, words: &str, new_part: bool) {
        if new_part {
            self.part_start = self.characters;
        }
        let characters = u64::try_from(words.chars().count()).unwrap_or(u64::MAX);
        self.characters = self.characters.saturating_add(characters);
    }

    fn annotation(&mut self, event: &Fields<'_>, out: &mut Vec<u8>) -> Result<(), Failure> {
        let Some(annotation) = event.set("annotation") else { return Ok(()) };
        let annotation = Fields::of(annotation).map_err(Failure::malformed)?;
        if !is_citation(&annotation) {
            return Ok(());
        }
        self.open(out)?;
        self.spoke = true;
        self.head.delta(out, None, |delta| {
            delta.array("annotations", |array| {
                array.object(|members| write_citation(members, &annotation, self.part_start));
            });
            Ok(())
        })
    }

    /// An output item begins or is done. Calls are announced with their first sight.
    fn item(&mut self, event: &Fields<'_>, done: bool, out: &mut Vec<u8>) -> Result<(), Failure> {
        let Some(item) = event.set("item") else { return Ok(()) };
        let item = Fields::of(item).map_err(Failure::malformed)?;
        let Some(kind) = ToolKind::of_item(&item) else { return Ok(()) };
        let output_index = index(event, "output_index");
        if self.position(output_index).is_none() {
            self.announce(kind, output_index, &item, out)?;
        }
        if done { self.argue(output_index, item.set(kind.argument()), true, out) } else { Ok(()) }
    }

    fn announce(
        &mut self,
        kind: ToolKind,
        output_index: u64,
        item: &Fields<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        if self.calls.len() == MAX_CALLS {
            return Err(Failure::malformed(format!("more than {MAX_CALLS} tool calls")));
        }
        self.open(out)?;
        self.spoke = true;
        let position = self.calls.len();
        self.calls.push(Call { kind, output_index, argued: false });
        self.head.delta(out, None, |delta| {
            delta.array("tool_calls", |array| {
                array.object(|call| {
                    call.value("index", &position);
                    write_call(call, kind, item, None)
                })
            })
        })
    }

    fn argument(&mut self, event: &Fields<'_>, member: &str, out: &mut Vec<u8>) -> Result<(), Failure> {
        self.argue(index(event, "output_index"), event.set(member), member != "delta", out)
    }

    /// A piece of a call's argument, or all of it.
    fn argue(
        &mut self,
        output_index: u64,
        piece: Option<&RawValue>,
        whole: bool,
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let unknown = || Failure::malformed("an argument for a tool call that was not announced");
        let position = self.position(output_index).ok_or_else(unknown)?;
        let call = self.calls.get_mut(position).ok_or_else(unknown)?;
        let Some(piece) = piece.filter(|piece| piece.get() != "\"\"" && !(whole && call.argued)) else {
            return Ok(());
        };
        call.argued = true;
        let kind = call.kind;
        self.head.delta(out, None, |delta| {
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
        self.calls.iter().position(|call| call.output_index == output_index)
    }

    fn finish(&mut self, event: &Fields<'_>, out: &mut Vec<u8>) -> Result<Step, Failure> {
        let response =
            event.set("response").ok_or_else(|| Failure::malformed("an end without its response"))?;
        let response = Fields::of(response).map_err(Failure::malformed)?;
        self.usage = response.set("usage").and_then(tokens::of_responses);
        self.begin(event, out)?;
        let mut calls = !self.calls.is_empty();
        if let Some(output) = response.set("output").filter(|_| !self.spoke) {
            let message = Message::of(output)?;
            calls = message.has_calls();
            if output.get() != "[]" {
                self.head.delta(out, None, |delta| message.write(delta, true))?;
            }
        }
        self.head.finish(out, finish_reason(&response, calls)?)?;
        if let Some(usage) = self.usage.filter(|_| self.head.view.include_usage) {
            self.head.usage(out, &usage);
        }
        write_event(out, b"", b"[DONE]");
        Ok(Step::Done)
    }
}

impl Parts {
    /// Whether a part had deltas. Parts come one after the other.
    fn had(&self, at: (u64, u64)) -> bool {
        self.last.is_some_and(|last| at <= last)
    }
}

impl Channel {
    /// The member of a chat delta.
    fn member(self) -> &'static str {
        match self {
            Self::Text => "content",
            Self::Refusal => "refusal",
            Self::Reasoning => "reasoning_content",
        }
    }
}

/// Events that hold words: where they go, what numbers their part, and which member holds them.
fn said(kind: &str) -> Option<(Channel, &'static str, &'static str)> {
    Some(match kind {
        "response.output_text.delta" => (Channel::Text, "content_index", "delta"),
        "response.output_text.done" => (Channel::Text, "content_index", "text"),
        "response.refusal.delta" => (Channel::Refusal, "content_index", "delta"),
        "response.refusal.done" => (Channel::Refusal, "content_index", "refusal"),
        "response.reasoning_summary_text.delta" => (Channel::Reasoning, "summary_index", "delta"),
        "response.reasoning_summary_text.done" => (Channel::Reasoning, "summary_index", "text"),
        "response.reasoning_text.delta" => (Channel::Reasoning, "content_index", "delta"),
        "response.reasoning_text.done" => (Channel::Reasoning, "content_index", "text"),
        _ => return None,
    })
}

fn index(event: &Fields<'_>, name: &str) -> u64 {
    event.read(name).unwrap_or_default()
}

fn failed(event: &Fields<'_>) -> Failure {
    let response = event.set("response").and_then(|response| Fields::of(response).ok());
    match response.and_then(|response| response.set("error")) {
        Some(error) => failure::of_error(error),
        None => failure::of_event(&Fields::default()),
    }
}
