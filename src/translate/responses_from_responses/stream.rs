//! A provider's Responses events for a client of Responses.
//!
//! Events pass with their own sequence numbers. The provider's own failing events pass too: they are what
//! the dialect has for the purpose. In a stream that is played again, they are what the client asked for.

use crate::sse::{Event, write_event};
use crate::translate::failure::{self, Failure};
use crate::translate::stream::Step;
use crate::translate::tally::{Tally, bytes_in};
use crate::translate::tokens::{self, searches};
use crate::translate::{View, public};
use crate::wire::json::Fields;
use crate::wire::write;

/// The state between two events.
#[derive(Clone, Debug)]
pub(in crate::translate) struct Events {
    view: View,
    tally: Tally,
    next_sequence: u64,
    /// Whether it is the stream of a stored response.
    again: bool,
}

impl Events {
    pub(in crate::translate) fn new(view: View) -> Self {
        Self { view, tally: Tally::default(), next_sequence: 0, again: false }
    }

    /// The events of a stored response.
    pub(in crate::translate) fn again(view: View) -> Self {
        Self { again: true, ..Self::new(view) }
    }

    pub(in crate::translate) fn tally(&self) -> Tally {
        self.tally
    }

    /// The number of an event that follows those that the client saw.
    pub(in crate::translate) fn next_sequence(&self) -> u64 {
        self.next_sequence
    }

    pub(in crate::translate) fn event(
        &mut self,
        event: Event<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Step, Failure> {
        if event.data == b"[DONE]" {
            // Some servers add it; the dialect does not define it, and it ends nothing.
            return Ok(Step::Waiting);
        }
        let fields = Fields::parse(event.data).map_err(Failure::malformed)?;
        let kind = fields.text("type").ok_or_else(|| Failure::malformed("an event without `type`"))?;
        if let Some(number) = fields.read::<u64>("sequence_number") {
            self.next_sequence = number.saturating_add(1);
        }
        let response = match fields.set("response") {
            Some(response) => Some(Fields::of(response).map_err(Failure::malformed)?),
            None => None,
        };
        self.pass(&kind, event.data, &fields, response.as_ref(), out);
        Ok(self.judge(&kind, &fields, response.as_ref()))
    }

    /// The provider closed without an event that ends a response. What is played again ends where it did.
    pub(in crate::translate) fn end(&self) -> Result<Step, Failure> {
        if self.again { Ok(Step::Done) } else { Err(Failure::cut_off()) }
    }

    fn pass(
        &self,
        kind: &str,
        data: &[u8],
        fields: &Fields<'_>,
        response: Option<&Fields<'_>>,
        out: &mut Vec<u8>,
    ) {
        let Some(response) = response else { return write_event(out, kind.as_bytes(), data) };
        let mut event = Vec::with_capacity(data.len());
        write::object(&mut event, |members| {
            for (name, value) in fields.iter() {
                match name {
                    "response" => public::response(members.name(name), response, &self.view),
                    _ => members.raw(name, value),
                }
            }
        });
        write_event(out, kind.as_bytes(), &event);
    }

    fn judge(&mut self, kind: &str, fields: &Fields<'_>, response: Option<&Fields<'_>>) -> Step {
        if let Some(response) = response.filter(|response| response.set("usage").is_some()) {
            let searched = self.tally.searches();
            self.tally.counts(tokens::in_responses(response, || searched));
        }
        self.tally.said(bytes_in(fields, &["delta"]));
        match kind {
            "response.completed" | "response.incomplete" => Step::Done,
            "response.failed" | "error" if self.again => Step::Done,
            "response.failed" => Step::Failed(match response.and_then(|response| response.set("error")) {
                Some(error) => failure::of_error(error),
                None => failure::of_event(&Fields::default()),
            }),
            "error" => Step::Failed(failure::of_event(fields)),
            kind if announces(kind) => Step::Waiting,
            "response.output_item.done" => {
                let searches = u64::from(fields.set("item").is_some_and(searches::is_search));
                self.tally.has_searched(self.tally.searches().saturating_add(searches));
                Step::Content
            }
            _ => Step::Content,
        }
    }
}

/// Events that tell of content to come and have none.
fn announces(kind: &str) -> bool {
    matches!(
        kind,
        "response.created"
            | "response.queued"
            | "response.output_item.added"
            | "response.content_part.added"
            | "response.reasoning_summary_part.added"
            | "keepalive"
    ) || kind.ends_with("in_progress")
}
