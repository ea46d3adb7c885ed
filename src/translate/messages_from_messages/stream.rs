//! A provider's Messages events for a client of Messages.
//!
//! Every event passes, known or not: the API's versions promise that new ones may come. The provider's own
//! `error` event passes too: it is what the dialect has for the purpose.

use crate::sse::{Event, write_event};
use crate::translate::failure::{self, Failure};
use crate::translate::stream::Step;
use crate::translate::tally::{Tally, bytes_in};
use crate::translate::tokens::MessagesCount;
use crate::translate::{View, same_dialect};
use crate::wire::json::Fields;
use crate::wire::write;

/// The state between two events.
#[derive(Clone, Debug)]
pub(in crate::translate) struct Events {
    view: View,
    count: MessagesCount,
    tally: Tally,
}

impl Events {
    pub(in crate::translate) fn new(view: View) -> Self {
        Self { view, count: MessagesCount::default(), tally: Tally::default() }
    }

    pub(in crate::translate) fn tally(&self) -> Tally {
        self.tally
    }

    pub(in crate::translate) fn event(
        &mut self,
        event: Event<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Step, Failure> {
        let fields = Fields::parse(event.data).map_err(Failure::malformed)?;
        let kind = fields.text("type").ok_or_else(|| Failure::malformed("an event without `type`"))?;
        let message = match fields.set("message") {
            Some(message) if kind == "message_start" => {
                Some(Fields::of(message).map_err(Failure::malformed)?)
            }
            _ => None,
        };
        let usage = message.as_ref().and_then(|message| message.set("usage")).or(fields.set("usage"));
        if let Some(usage) = usage {
            self.tally.counts(self.count.take(usage));
        }
        self.tally.said(said(&kind, &fields));
        self.pass(&kind, event.data, &fields, message.as_ref(), out);
        Ok(judge(&kind, &fields))
    }

    fn pass(
        &self,
        kind: &str,
        data: &[u8],
        fields: &Fields<'_>,
        message: Option<&Fields<'_>>,
        out: &mut Vec<u8>,
    ) {
        let Some(message) = message else { return write_event(out, kind.as_bytes(), data) };
        let mut event = Vec::with_capacity(data.len());
        write::object(&mut event, |members| {
            for (name, value) in fields.iter() {
                match name {
                    "message" => same_dialect::with_model(members.name(name), message, &self.view.model),
                    _ => members.raw(name, value),
                }
            }
        });
        write_event(out, kind.as_bytes(), &event);
    }
}

/// Bytes of text of an event. A block that begins may have some of it already.
fn said(kind: &str, fields: &Fields<'_>) -> u64 {
    let name = match kind {
        "content_block_delta" => "delta",
        "content_block_start" => "content_block",
        _ => return 0,
    };
    let part = fields.set(name).and_then(|part| Fields::of(part).ok());
    part.map_or(0, |part| bytes_in(&part, &["text", "thinking", "partial_json", "name"]))
}

fn judge(kind: &str, fields: &Fields<'_>) -> Step {
    match kind {
        "message_stop" => Step::Done,
        "error" => Step::Failed(failure::of_event(fields)),
        "message_start" | "ping" | "content_block_stop" => Step::Waiting,
        "content_block_start" if announces(fields) => Step::Waiting,
        "content_block_delta" | "content_block_start" | "message_delta" => Step::Content,
        // Nothing that is known to be content.
        _ => Step::Waiting,
    }
}

/// Whether a block that begins has nothing in it yet: texts and thoughts come as deltas.
fn announces(fields: &Fields<'_>) -> bool {
    let block = fields.set("content_block").and_then(|block| Fields::of(block).ok());
    block.is_some_and(|block| {
        ["text", "thinking"].iter().any(|kind| block.text("type").as_deref() == Some(kind))
            && block.text("text").or_else(|| block.text("thinking")).is_none_or(|text| text.is_empty())
    })
}
