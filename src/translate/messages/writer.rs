//! What is told → events of a Messages stream.
//!
//! Blocks are numbered from 0 and come one after another: each begins with its first piece, and ends where
//! something of another kind begins, or at the end. <https://platform.claude.com/docs/en/build-with-claude/streaming>

use super::answer::{self, Ending};
use crate::sse::write_event;
use crate::translate::View;
use crate::translate::conversation::{Home, Seal, ToolKind, Words};
use crate::translate::failure::Failure;
use crate::translate::told::{Begun, Citation, MAX_CALLS, Told};
use crate::translate::tool_names::LongNames;
use crate::wire::write::{self, Members};

/// Writes an answer as a stream of the dialect.
#[derive(Clone, Debug)]
pub(in crate::translate) struct Writer {
    view: View,
    names: LongNames,
    begun: bool,
    open: Option<Block>,
    /// The index of the next block.
    next: u64,
    calls: usize,
    ending: Ending,
}

/// The block that is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    Text,
    Thinking,
    ToolUse,
}

impl Writer {
    pub(in crate::translate) fn new(view: View) -> Self {
        let names = LongNames::of_echo(&view.echo);
        Self { view, names, begun: false, open: None, next: 0, calls: 0, ending: Ending::default() }
    }

    pub(in crate::translate) fn write(&mut self, told: Told<'_>, out: &mut Vec<u8>) -> Result<(), Failure> {
        match told {
            Told::Begun(begun) => self.begin(&begun, out),
            Told::Text(words) => self.say(Block::Text, &words, out),
            Told::Refusal(words) => {
                self.ending.declined = true;
                self.say(Block::Text, &words, out);
            }
            Told::Thought(words) => self.say(Block::Thinking, &words, out),
            Told::Seal(seal) => self.seal(&seal, out),
            Told::Citation(citation) => self.cite(&citation, out),
            Told::Call { kind, id, name } => return self.call(kind, &id, &name, out),
            Told::Argument(words) => return self.argue(&words, out),
            // The dialect has no word for them.
            Told::Logprobs(_) => {}
            Told::Usage(usage) => self.ending.usage = usage,
            Told::Finished(finish) => self.ending.take(&finish),
            Told::Alive => write_event(out, b"ping", br#"{"type": "ping"}"#),
            Told::End => self.end(out),
        }
        Ok(())
    }

    /// What stands before a text in its event, where the next one would differ in nothing but its text.
    pub(in crate::translate) fn before_text(&self) -> Option<&'static str> {
        (self.open == Some(Block::Text)).then_some(r#""delta":{"type":"text_delta","text":"#)
    }

    fn begin(&mut self, begun: &Begun<'_>, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let id = answer::id(begun, &self.view);
        event(out, "message_start", |members| {
            members.object("message", |message| {
                answer::write_head(message, &id, &self.view);
                message.array("content", |_| ());
                message.value("stop_reason", &());
                message.value("stop_sequence", &());
                // Nothing is counted yet: what is comes with the end.
                Ending::default().write_usage(message);
            });
        });
    }

    fn say(&mut self, block: Block, words: &Words<'_>, out: &mut Vec<u8>) {
        if words.is_empty() {
            return;
        }
        if self.open != Some(block) {
            let (kind, member) = match block {
                Block::Thinking => ("thinking", "thinking"),
                _ => ("text", "text"),
            };
            self.start(block, out, |members| {
                members.value("type", kind);
                members.value(member, "");
                if block == Block::Thinking {
                    members.value("signature", "");
                }
            });
        }
        match block {
            Block::Thinking => self.delta(out, "thinking_delta", "thinking", words),
            _ => self.delta(out, "text_delta", "text", words),
        }
    }

    /// The seal of the thought that is being written; one that stands alone is a thought that cannot be read.
    fn seal(&mut self, seal: &Seal<'_>, out: &mut Vec<u8>) {
        let signature = answer::signature(Some(seal));
        if self.open == Some(Block::Thinking) && !(seal.redacted && seal.home == Home::Anthropic) {
            self.delta(out, "signature_delta", "signature", &signature);
            self.stop(out);
            return;
        }
        self.close(out);
        event(out, "content_block_start", |members| {
            members.value("index", &self.next);
            members.object("content_block", |block| {
                block.value("type", "redacted_thinking");
                block.value("data", &signature);
            });
        });
        self.stop(out);
    }

    /// A source of the text that is being written. One that has no address has no word in the dialect.
    fn cite(&mut self, citation: &Citation<'_>, out: &mut Vec<u8>) {
        if self.open != Some(Block::Text) || citation.url.is_none() {
            return;
        }
        event(out, "content_block_delta", |members| {
            members.value("index", &self.next);
            members.object("delta", |delta| {
                delta.value("type", "citations_delta");
                delta.object("citation", |members| answer::write_citation(members, citation));
            });
        });
    }

    fn call(
        &mut self,
        kind: ToolKind,
        id: &Words<'_>,
        name: &Words<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        if kind == ToolKind::Custom {
            return Err(Failure::malformed("a call of a custom tool, which the request did not offer"));
        }
        self.calls += 1;
        if self.calls > MAX_CALLS {
            return Err(Failure::malformed(format!("more than {MAX_CALLS} tool calls")));
        }
        self.ending.called = true;
        let name = self.names.full(name);
        self.start(Block::ToolUse, out, |members| {
            members.value("type", "tool_use");
            members.value("id", &answer::call_id(id));
            members.value("name", &name);
            members.object("input", |_| ());
        });
        Ok(())
    }

    fn argue(&mut self, words: &Words<'_>, out: &mut Vec<u8>) -> Result<(), Failure> {
        if self.open != Some(Block::ToolUse) {
            return Err(Failure::malformed("an argument for a tool call that was not announced"));
        }
        if !words.is_empty() {
            self.delta(out, "input_json_delta", "partial_json", words);
        }
        Ok(())
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.begin(&Begun::default(), out);
        self.close(out);
        event(out, "message_delta", |members| {
            members.object("delta", |delta| self.ending.write(delta));
            self.ending.write_usage(members);
        });
        event(out, "message_stop", |_| ());
    }

    /// Begins a block, after the one before it.
    fn start(&mut self, block: Block, out: &mut Vec<u8>, members: impl FnOnce(&mut Members<'_>)) {
        self.begin(&Begun::default(), out);
        self.close(out);
        self.open = Some(block);
        event(out, "content_block_start", |start| {
            start.value("index", &self.next);
            start.object("content_block", members);
        });
    }

    /// Ends the block that is being written, if one is.
    fn close(&mut self, out: &mut Vec<u8>) {
        self.begin(&Begun::default(), out);
        match self.open {
            None => {}
            Some(Block::Thinking) => {
                self.delta(out, "signature_delta", "signature", &answer::signature(None));
                self.stop(out);
            }
            Some(_) => self.stop(out),
        }
    }

    fn stop(&mut self, out: &mut Vec<u8>) {
        event(out, "content_block_stop", |members| members.value("index", &self.next));
        self.open = None;
        self.next += 1;
    }

    fn delta(&self, out: &mut Vec<u8>, kind: &str, member: &str, words: &Words<'_>) {
        event(out, "content_block_delta", |members| {
            members.value("index", &self.next);
            members.object("delta", |delta| {
                delta.value("type", kind);
                delta.value(member, words);
            });
        });
    }
}

fn event(out: &mut Vec<u8>, kind: &str, members: impl FnOnce(&mut Members<'_>)) {
    let mut data = Vec::new();
    write::object(&mut data, |event| {
        event.value("type", kind);
        members(event);
    });
    write_event(out, kind.as_bytes(), &data);
}
