//! From any dialect to any API, by way of a [`Conversation`](super::conversation::Conversation) there and of [`Told`] pieces back.
//!
//! The one place that knows which dialects can be read and written and which APIs can be written and read.
//! A new API is a folder with `write` and a `Reader`, and a line in each `match` here.

mod alike;

use super::alike::Alike;
use super::conversation::{Home, Tool, What};
use super::failure::Failure;
use super::losses::Losses;
use super::stream::Step;
use super::tally::Tally;
use super::told::Told;
use super::{Answer, Target, View, chat, completions, gemini, messages, responses, tool_names};
use crate::reject::Reject;
use crate::sse::Event;
use crate::wire::json::Fields;
use crate::wire::{Api, Provider};

/// A dialect whose conversations are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Chat,
    Responses,
    Messages,
    Completions,
}

/// An API whose conversations are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    Chat,
    Responses,
    Messages,
    Gemini,
}

impl Made {
    pub(super) fn api(self) -> Api {
        match self {
            Self::Chat => Api::ChatCompletions,
            Self::Responses => Api::Responses,
            Self::Messages => Api::Messages,
            Self::Gemini => Api::GenerateContent,
        }
    }
}

/// Builds the provider's body.
pub(super) fn request(
    from: Side,
    to: Made,
    fields: &Fields<'_>,
    stream: bool,
    target: &Target,
    dropped: &mut Vec<String>,
) -> Result<Vec<u8>, Reject> {
    let mut losses = Losses { api: to.api(), drop: target.drop_params, dropped };
    let mut conversation = match from {
        Side::Chat => chat::read(fields, &mut losses),
        Side::Responses => responses::read(fields, &mut losses),
        Side::Messages => messages::read(fields, &mut losses),
        Side::Completions => completions::read(fields, &mut losses),
    }?;
    conversation.stream = stream;
    conversation.room = fields.room();
    if from == Side::Responses && !takes_custom_tools(to, target) {
        responses::custom_as_functions(&mut conversation, &mut losses);
    }
    if from == Side::Messages && to != Made::Messages {
        tool_names::shorten(&mut conversation);
    }
    keep_what_is_taken(&mut conversation.tools, to, target, &mut losses)?;
    match to {
        Made::Chat => chat::write(conversation, target, &mut losses),
        Made::Responses => responses::write(conversation, target, &mut losses),
        Made::Messages => messages::write(conversation, target, &mut losses),
        Made::Gemini => gemini::write(conversation, target, &mut losses),
    }
}

/// Leaves out the tools of kinds that a deployment does not have.
///
/// # Errors
/// 400 for the first of them, unless parameters may be dropped: see [`Losses::offer`].
fn keep_what_is_taken(
    tools: &mut Vec<Tool<'_>>,
    to: Made,
    target: &Target,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let mut refused = Ok(());
    tools.retain(|tool| {
        let taken = takes(to, &tool.what, target);
        if !taken && refused.is_ok() {
            refused = losses.offer(tool.at);
        }
        taken
    });
    refused
}

fn takes(to: Made, what: &What<'_>, target: &Target) -> bool {
    match (what, to) {
        (What::Function { .. }, _)
        | (What::WebSearch(_), Made::Responses | Made::Messages | Made::Gemini) => true,
        (What::WebSearch(_), Made::Chat) => chat::Flavour::of(target).defines("web_search_options"),
        (What::Custom { .. }, Made::Chat) => chat::Flavour::of(target).custom_tools,
        (What::Custom { .. }, to) => to == Made::Responses,
        (What::Native(native), Made::Responses) => native.home == Home::OpenAi,
        (What::Native(native), Made::Messages) => native.home == Home::Anthropic,
        (What::Native(_), Made::Chat | Made::Gemini) => false,
    }
}

/// Whether a deployment knows tools that are called with text: OpenAI's own do.
fn takes_custom_tools(to: Made, target: &Target) -> bool {
    let is_openai = matches!(target.provider, Provider::OpenAi | Provider::Azure) && !target.chat_only;
    to == Made::Responses || (to == Made::Chat && is_openai)
}

/// Translates a whole answer.
pub(super) fn response(from: Made, to: Side, fields: &Fields<'_>, view: &View) -> Result<Answer, Failure> {
    let mut told = Vec::new();
    match from {
        Made::Chat => chat::Reader::default().whole(fields, &mut told),
        Made::Responses => responses::Reader::default().whole(fields, &mut told),
        Made::Messages => messages::Reader::default().whole(fields, &mut told),
        Made::Gemini => gemini::Reader::default().whole(fields, &mut told),
    }?;
    let usage = told.iter().rev().find_map(|piece| match piece {
        Told::Usage(counted) => Some(*counted),
        _ => None,
    });
    let body = match to {
        Side::Chat => chat::fold(told, view),
        Side::Responses => responses::fold(told, view),
        Side::Messages => messages::fold(told, view),
        Side::Completions => completions::fold(told, view),
    }?;
    Ok(Answer { body, usage })
}

/// A stream between its events.
#[derive(Clone, Debug)]
pub(super) struct Bridge {
    reader: Reader,
    writer: Writer,
    tally: Tally,
    alike: Alike,
}

#[derive(Clone, Debug)]
enum Reader {
    Chat(chat::Reader),
    Responses(responses::Reader),
    Messages(messages::Reader),
    Gemini(gemini::Reader),
}

#[derive(Clone, Debug)]
enum Writer {
    Chat(chat::Writer),
    Responses(responses::Writer),
    Messages(messages::Writer),
    Completions(completions::Writer),
}

impl Bridge {
    pub(super) fn new(from: Made, to: Side, view: View) -> Self {
        let reader = match from {
            Made::Chat => Reader::Chat(chat::Reader::default()),
            Made::Responses => Reader::Responses(responses::Reader::default()),
            Made::Messages => Reader::Messages(messages::Reader::default()),
            Made::Gemini => Reader::Gemini(gemini::Reader::default()),
        };
        let writer = match to {
            Side::Chat => Writer::Chat(chat::Writer::new(view)),
            Side::Responses => Writer::Responses(responses::Writer::new(view)),
            Side::Messages => Writer::Messages(messages::Writer::new(view)),
            Side::Completions => Writer::Completions(completions::Writer::new(view)),
        };
        Self { reader, writer, tally: Tally::default(), alike: Alike::default() }
    }

    pub(super) fn event(&mut self, event: Event<'_>, out: &mut Vec<u8>) -> Result<Step, Failure> {
        if let Some(text) = self.alike.pass(event.data, out) {
            self.said_alike(text);
            return Ok(Step::Content);
        }
        self.alike.forget();
        let mut told = Vec::new();
        // What was told before a failure is passed on: the client has paid for it.
        let result = match &mut self.reader {
            Reader::Chat(reader) => reader.event(event, &mut told),
            Reader::Responses(reader) => {
                let result = reader.event(event, &mut told);
                self.tally.has_searched(reader.searches());
                result
            }
            Reader::Messages(reader) => reader.event(event, &mut told),
            Reader::Gemini(reader) => reader.event(event, &mut told),
        };
        let (text, begin) = (self.only_text(&told), out.len());
        let step = self.pass(told, out)?;
        if let Some(text) = text {
            let out = out.get(begin..).unwrap_or_default();
            self.alike.learn(|| text.template(event.data, out));
        }
        result.map(|()| step)
    }

    /// The provider closed.
    pub(super) fn end(&mut self, out: &mut Vec<u8>) -> Result<Step, Failure> {
        let mut told = Vec::new();
        match &mut self.reader {
            Reader::Chat(reader) => reader.end(&mut told),
            Reader::Gemini(reader) => reader.end(&mut told),
            // These end with an event.
            Reader::Responses(_) | Reader::Messages(_) => Err(Failure::cut_off()),
        }?;
        self.pass(told, out)
    }

    fn pass(&mut self, told: Vec<Told<'_>>, out: &mut Vec<u8>) -> Result<Step, Failure> {
        self.count(&told);
        let mut step = Step::Waiting;
        for piece in told {
            let ends = matches!(piece, Told::End);
            let content = piece.is_content();
            match &mut self.writer {
                Writer::Chat(writer) => writer.write(piece, out),
                Writer::Responses(writer) => writer.write(piece, out),
                Writer::Messages(writer) => writer.write(piece, out),
                Writer::Completions(writer) => writer.write(piece, out),
            }?;
            if ends {
                return Ok(Step::Done);
            }
            if content {
                step = Step::Content;
            }
        }
        Ok(step)
    }

    /// A count covers the event that brings it, wherever in it it stands.
    fn count(&mut self, told: &[Told<'_>]) {
        self.tally.said(told.iter().map(Told::bytes_said).sum());
        for piece in told {
            if let Told::Usage(usage) = piece {
                self.tally.counts(Some(*usage));
            }
        }
    }

    pub(super) fn tally(&self) -> Tally {
        self.tally
    }

    /// The number of a Responses event that follows those that the client saw.
    pub(super) fn next_sequence(&self) -> u64 {
        match &self.writer {
            Writer::Responses(writer) => writer.next_sequence(),
            Writer::Chat(_) | Writer::Messages(_) | Writer::Completions(_) => 0,
        }
    }
}
