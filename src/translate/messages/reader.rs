//! Anthropic's answers → what is told: whole messages, and the events of streams.
//!
//! Blocks that only Anthropic has words for (its own tools' calls and results, compactions) are not told: what
//! came of them is in the text. Events and deltas of unknown types mean nothing: the API's versions promise that
//! new ones may come (<https://platform.claude.com/docs/en/api/versioning>).

use serde_json::value::RawValue;

use crate::sse::Event;
use crate::translate::conversation::{Home, Seal, ToolKind, Words};
use crate::translate::failure::{self, Failure};
use crate::translate::tokens::MessagesCount;
use crate::translate::told::{Begun, Citation, Finish, Told};
use crate::wire::json::{Fields, elements};

/// Reads the API's answers, whole ones and streams.
#[derive(Clone, Debug, Default)]
pub(in crate::translate) struct Reader {
    count: MessagesCount,
    open: Open,
    finished: bool,
}

/// The block that a stream is in; blocks come one after another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Open {
    #[default]
    Nothing,
    /// A call, and whether any of its argument came.
    Call { argued: bool },
    /// A text or a thought.
    Speech,
    /// One that is not told.
    Silent,
}

impl Reader {
    /// A whole 2xx body without `error`.
    pub(in crate::translate) fn whole<'e>(
        &mut self,
        message: &Fields<'e>,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        let content =
            message.get("content").ok_or_else(|| Failure::malformed("a message without `content`"))?;
        self.begin(message, told);
        for block in elements(content).map_err(|error| Failure::malformed(format!("`content`: {error}")))? {
            let block = fields_of("a block", block)?;
            self.block(&block, told)?;
            self.close(told);
        }
        self.finish(message, told);
        self.end(told)
    }

    /// One event of a stream.
    pub(in crate::translate) fn event<'e>(
        &mut self,
        event: Event<'e>,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        let event = Fields::parse(event.data).map_err(Failure::malformed)?;
        let kind = event.text("type").ok_or_else(|| Failure::malformed("an event without `type`"))?;
        match kind.as_ref() {
            "message_start" => {
                let message = event.set("message");
                let message = message.ok_or_else(|| Failure::malformed("a beginning without its message"))?;
                self.begin(&fields_of("`message`", message)?, told);
            }
            "content_block_start" => {
                let block = event.set("content_block");
                let block = block.ok_or_else(|| Failure::malformed("a beginning without its block"))?;
                self.block(&fields_of("`content_block`", block)?, told)?;
            }
            "content_block_delta" => {
                let delta = event.set("delta");
                let delta = delta.ok_or_else(|| Failure::malformed("a delta event without `delta`"))?;
                self.delta(&fields_of("`delta`", delta)?, told)?;
            }
            "content_block_stop" => self.close(told),
            "message_delta" => {
                self.take_usage(&event, told);
                if let Some(delta) = event.set("delta") {
                    self.finish(&fields_of("`delta`", delta)?, told);
                }
            }
            "message_stop" => self.end(told)?,
            "ping" => told.push(Told::Alive),
            "error" => return Err(failure::of_event(&event)),
            _ => {}
        }
        Ok(())
    }

    fn begin<'e>(&mut self, message: &Fields<'e>, told: &mut Vec<Told<'e>>) {
        let usage = message.set("usage").and_then(|usage| Fields::of(usage).ok());
        told.push(Told::Begun(Begun {
            id: message.set("id").map(Words::from),
            service_tier: usage.and_then(|usage| usage.set("service_tier")).map(tier),
        }));
        self.take_usage(message, told);
    }

    fn take_usage<'e>(&mut self, of: &Fields<'e>, told: &mut Vec<Told<'e>>) {
        let usage = of.set("usage").and_then(|usage| self.count.take(usage));
        told.extend(usage.map(Told::Usage));
    }

    /// A block that begins, or a whole one.
    fn block<'e>(&mut self, block: &Fields<'e>, told: &mut Vec<Told<'e>>) -> Result<(), Failure> {
        self.open = Open::Speech;
        match block.text("type").as_deref() {
            Some("text") => {
                say(block.set("text"), Told::Text, told);
                for citation in list(block, "citations")? {
                    told.push(Told::Citation(citation_of(&fields_of("a citation", citation)?)));
                }
            }
            Some("thinking") => {
                say(block.set("thinking"), Told::Thought, told);
                seal(block.set("signature"), false, told);
            }
            Some("redacted_thinking") => seal(block.set("data"), true, told),
            Some("tool_use") => return self.call(block, told),
            _ => self.open = Open::Silent,
        }
        Ok(())
    }

    fn call<'e>(&mut self, block: &Fields<'e>, told: &mut Vec<Told<'e>>) -> Result<(), Failure> {
        let member = |name: &str| {
            let missing = || Failure::malformed(format!("a call without `{name}`"));
            block.set(name).map(Words::from).ok_or_else(missing)
        };
        told.push(Told::Call { kind: ToolKind::Function, id: member("id")?, name: member("name")? });
        // In a stream it is empty, and deltas follow.
        let input = block.set("input").filter(|input| !is_empty_object(input));
        told.extend(input.map(|input| Told::Argument(Words::from(input.get()))));
        self.open = Open::Call { argued: input.is_some() };
        Ok(())
    }

    fn delta<'e>(&mut self, delta: &Fields<'e>, told: &mut Vec<Told<'e>>) -> Result<(), Failure> {
        match (delta.text("type").as_deref(), self.open) {
            (_, Open::Silent) => {}
            (Some("text_delta"), _) => say(delta.set("text"), Told::Text, told),
            (Some("thinking_delta"), _) => say(delta.set("thinking"), Told::Thought, told),
            (Some("signature_delta"), _) => seal(delta.set("signature"), false, told),
            (Some("citations_delta"), _) => {
                if let Some(citation) = delta.set("citation") {
                    told.push(Told::Citation(citation_of(&fields_of("a citation", citation)?)));
                }
            }
            (Some("input_json_delta"), Open::Call { .. }) => {
                let before = told.len();
                say(delta.set("partial_json"), Told::Argument, told);
                if told.len() > before {
                    self.open = Open::Call { argued: true };
                }
            }
            (Some("input_json_delta"), _) => {
                return Err(Failure::malformed("an argument for a call that was not announced"));
            }
            _ => {}
        }
        Ok(())
    }

    /// A block has ended. A call without an argument is one with an empty object.
    fn close(&mut self, told: &mut Vec<Told<'_>>) {
        if self.open == (Open::Call { argued: false }) {
            told.push(Told::Argument(Words::from("{}")));
        }
        self.open = Open::Nothing;
    }

    fn finish<'e>(&mut self, of: &Fields<'e>, told: &mut Vec<Told<'e>>) {
        let Some(reason) = of.text("stop_reason") else { return };
        self.finished = true;
        if reason == "refusal" {
            let details = of.set("stop_details").and_then(|details| Fields::of(details).ok());
            say(details.and_then(|details| details.set("explanation")), Told::Refusal, told);
        }
        told.push(Told::Finished(match reason.as_ref() {
            "stop_sequence" => Finish::StopSequence(of.set("stop_sequence").map(Words::from)),
            "max_tokens" | "model_context_window_exceeded" => Finish::Length,
            "tool_use" => Finish::Calls,
            "refusal" => Finish::Declined,
            // Anthropic stopped after it had shortened the context, to be asked to go on.
            "pause_turn" | "compaction" => Finish::Paused,
            // `end_turn`, and reasons that are not known yet.
            _ => Finish::Stop,
        }));
    }

    fn end(&mut self, told: &mut Vec<Told<'_>>) -> Result<(), Failure> {
        if !self.finished {
            return Err(Failure::malformed("a message without `stop_reason`"));
        }
        told.push(Told::End);
        Ok(())
    }
}

/// Tells words, where there are any.
fn say<'e>(words: Option<&'e RawValue>, tell: impl FnOnce(Words<'e>) -> Told<'e>, told: &mut Vec<Told<'e>>) {
    let words = words.map(Words::from).filter(|words| !words.text().is_empty());
    told.extend(words.map(tell));
}

fn seal<'e>(data: Option<&'e RawValue>, redacted: bool, told: &mut Vec<Told<'e>>) {
    let tell = |data| Told::Seal(Seal { home: Home::Anthropic, id: None, data, redacted });
    say(data, tell, told);
}

fn citation_of<'e>(citation: &Fields<'e>) -> Citation<'e> {
    let source = || citation.set("source").filter(|source| source.get().starts_with("\"http"));
    let title = citation.set("title").or_else(|| citation.set("document_title"));
    Citation {
        url: citation.set("url").or_else(source).map(Words::from),
        title: title.map(Words::from),
        cited: citation.set("cited_text").map(Words::from),
        range: None,
    }
}

fn is_empty_object(value: &RawValue) -> bool {
    value.get().trim_start_matches('{').trim() == "}"
}

fn list<'e>(fields: &Fields<'e>, name: &str) -> Result<Vec<&'e RawValue>, Failure> {
    let list = fields.set(name).map_or(Ok(Vec::new()), elements);
    list.map_err(|error| Failure::malformed(format!("`{name}`: {error}")))
}

fn fields_of<'e>(what: &str, value: &'e RawValue) -> Result<Fields<'e>, Failure> {
    Fields::of(value).map_err(|error| Failure::malformed(format!("{what}: {error}")))
}

/// The tier in OpenAI's word, where it has another one for it: <https://docs.anthropic.com/en/api/service-tiers>.
fn tier(told: &RawValue) -> Words<'_> {
    if told.get() == "\"standard\"" { Words::from("default") } else { Words::from(told) }
}
