//! An answer as a stream of chunks.
//!
//! Written at once, piece by piece. Kept: how many calls there were and whether the last has an argument, how
//! much text there is (citations count its characters), and the thought that is not sealed yet, because its
//! seal comes with all of it.

use super::chunk::Head;
use super::cited::{self, Extent};
use super::ending::ending;
use super::{call, logprobs, thinking};
use crate::sse::{write_comment, write_event};
use crate::translate::View;
use crate::translate::conversation::{Seal, ToolKind, Words};
use crate::translate::failure::Failure;
use crate::translate::told::{Citation, Finish, MAX_CALLS, Told};
use crate::usage::Usage;

/// Longest thought that is repeated with its seal, in bytes. The seal of a longer one is of no use to the
/// client without it, and is left out.
const MAX_THOUGHT: usize = 1024 * 1024;

/// Writes an answer as a stream of the dialect.
#[derive(Clone, Debug)]
pub(in crate::translate) struct Writer {
    head: Head,
    begun: bool,
    /// Whether the last piece was text.
    after_text: bool,
    extent: Extent,
    thought: String,
    calls: usize,
    /// The kind of the last call, while it has no argument.
    unargued: Option<ToolKind>,
    /// The kind of the last call.
    kind: Option<ToolKind>,
    /// How the answer ended; whose words a stop sequence was is of no interest here.
    finish: Option<Finish<'static>>,
    usage: Option<Usage>,
}

impl Writer {
    pub(in crate::translate) fn new(view: View) -> Self {
        Self {
            head: Head::new(view),
            begun: false,
            after_text: false,
            extent: Extent::default(),
            thought: String::new(),
            calls: 0,
            unargued: None,
            kind: None,
            finish: None,
            usage: None,
        }
    }

    /// Writes one piece.
    pub(in crate::translate) fn write(&mut self, told: Told<'_>, out: &mut Vec<u8>) -> Result<(), Failure> {
        let after_text = std::mem::replace(&mut self.after_text, matches!(told, Told::Text(_)));
        match told {
            Told::Alive => write_comment(out, b" keep-alive"),
            Told::Usage(usage) => self.usage = Some(usage),
            Told::Finished(finish) => self.finish = Some(kept(&finish)),
            Told::Begun(begun) => {
                self.head.take(&begun);
                self.begin(out);
            }
            Told::End => self.end(out),
            said => {
                self.begin(out);
                self.say(said, after_text, out)?;
            }
        }
        Ok(())
    }

    /// What stands before a text in its chunk, where the next one would differ in nothing but its text.
    pub(in crate::translate) fn before_text(&self) -> Option<&'static str> {
        self.begun.then_some(r#""delta":{"content":"#)
    }

    /// A text was written in a chunk like the last one's: as it is written in JSON, without its quotes and without
    /// escapes by number.
    pub(in crate::translate) fn said_alike(&mut self, text: &[u8]) {
        self.extent.add_written(text);
    }

    /// Before anything else: the chunk that opens the message.
    fn begin(&mut self, out: &mut Vec<u8>) {
        if !std::mem::replace(&mut self.begun, true) {
            self.head.delta(out, |delta| {
                delta.value("role", "assistant");
                delta.value("content", "");
            });
        }
    }

    fn say(&mut self, said: Told<'_>, after_text: bool, out: &mut Vec<u8>) -> Result<(), Failure> {
        match said {
            Told::Text(text) => {
                self.extent.add(&text.text());
                self.words(out, "content", &text);
            }
            Told::Refusal(refusal) => self.words(out, "refusal", &refusal),
            Told::Thought(thought) => {
                self.keep(&thought);
                self.words(out, "reasoning_content", &thought);
            }
            Told::Seal(seal) => self.seal(&seal, out),
            Told::Citation(citation) => self.cite(&citation, out),
            Told::Logprobs(list) => {
                let logprobs = logprobs::object(&[list])?;
                self.head.logprobs(out, &logprobs, after_text);
            }
            Told::Call { kind, id, name } => return self.call(kind, &id, &name, out),
            Told::Argument(piece) => return self.argue(&piece, out),
            Told::Begun(_) | Told::Usage(_) | Told::Finished(_) | Told::Alive | Told::End => {}
        }
        Ok(())
    }

    fn words(&self, out: &mut Vec<u8>, member: &str, words: &Words<'_>) {
        if !words.is_empty() {
            self.head.delta(out, |delta| delta.value(member, words));
        }
    }

    fn keep(&mut self, thought: &Words<'_>) {
        let text = thought.text();
        if self.thought.len() <= MAX_THOUGHT {
            self.thought.push_str(&text);
        }
    }

    fn seal(&mut self, seal: &Seal<'_>, out: &mut Vec<u8>) {
        let thought = std::mem::take(&mut self.thought);
        if thought.len() <= MAX_THOUGHT {
            self.head.delta(out, |delta| {
                // Nothing is added to the thought: LiteLLM's SDK throws away a delta that has neither content nor calls
                // nor this, and with it the seal.
                delta.value("reasoning_content", "");
                delta.array("thinking_blocks", |array| thinking::write(array, &thought, seal));
            });
        }
    }

    fn cite(&mut self, citation: &Citation<'_>, out: &mut Vec<u8>) {
        if cited::is_expressible(citation) {
            let range = self.extent.of(citation);
            self.head.delta(out, |delta| {
                delta.array("annotations", |array| cited::write(array, citation, range));
            });
        }
    }

    fn call(
        &mut self,
        kind: ToolKind,
        id: &Words<'_>,
        name: &Words<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        self.close_call(out);
        if self.calls == MAX_CALLS {
            return Err(Failure::malformed(format!("more than {MAX_CALLS} tool calls")));
        }
        let index = self.calls;
        self.head.delta(out, |delta| {
            delta.array("tool_calls", |array| {
                array.object(|members| {
                    members.value("index", &index);
                    call::write(members, kind, id, name, "");
                });
            });
        });
        self.calls += 1;
        (self.kind, self.unargued) = (Some(kind), Some(kind));
        Ok(())
    }

    fn argue(&mut self, piece: &Words<'_>, out: &mut Vec<u8>) -> Result<(), Failure> {
        let kind = self.kind.ok_or_else(|| Failure::malformed("an argument without a tool call"))?;
        if !piece.is_empty() {
            self.unargued = None;
            self.write_argument(kind, piece, out);
        }
        Ok(())
    }

    fn write_argument(&self, kind: ToolKind, piece: &Words<'_>, out: &mut Vec<u8>) {
        let index = self.calls.saturating_sub(1);
        self.head.delta(out, |delta| {
            delta.array("tool_calls", |array| {
                array.object(|members| {
                    members.value("index", &index);
                    call::write_argument(members, kind, piece);
                });
            });
        });
    }

    /// The last call is whole: a function that was called with nothing gets an empty object.
    fn close_call(&mut self, out: &mut Vec<u8>) {
        if self.unargued.take() == Some(ToolKind::Function) {
            self.write_argument(ToolKind::Function, &Words::from(call::NOTHING), out);
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.begin(out);
        let ending = ending(self.finish.as_ref(), self.calls > 0);
        if !ending.cut {
            self.close_call(out);
        }
        self.head.finish(out, ending.reason);
        if let Some(usage) = &self.usage {
            self.head.usage(out, usage);
        }
        write_event(out, b"", b"[DONE]");
    }
}

/// What is kept of how an answer ended.
fn kept(finish: &Finish<'_>) -> Finish<'static> {
    match finish {
        Finish::Stop => Finish::Stop,
        Finish::StopSequence(_) => Finish::StopSequence(None),
        Finish::Length => Finish::Length,
        Finish::Calls => Finish::Calls,
        Finish::Filtered => Finish::Filtered,
        Finish::Declined => Finish::Declined,
        Finish::Paused => Finish::Paused,
    }
}
