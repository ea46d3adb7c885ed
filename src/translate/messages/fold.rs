//! What is told → one message.

use super::answer::{self, Ending, Joined};
use crate::translate::View;
use crate::translate::conversation::{Home, Seal, ToolKind, Words};
use crate::translate::failure::Failure;
use crate::translate::told::{Begun, Citation, Told};
use crate::translate::tool_names::LongNames;
use crate::wire::json::Fields;
use crate::wire::write::{self, Members};

/// The one member of a call's `input` whose argument is no JSON object: what the model wrote instead. A client
/// gets to see it, and a tool that validates its input refuses it.
const INVALID: &str = "_invalid_json";

/// An answer as one body of the dialect.
pub(in crate::translate) fn fold(told: Vec<Told<'_>>, view: &View) -> Result<Vec<u8>, Failure> {
    let mut message = Message { names: LongNames::of_echo(&view.echo), ..Message::default() };
    for piece in told {
        message.take(piece)?;
    }
    let mut body = Vec::new();
    write::object(&mut body, |members| {
        answer::write_head(members, &answer::id(&message.begun, view), view);
        members.array("content", |blocks| {
            for block in &message.blocks {
                blocks.object(|members| block.write(members));
            }
        });
        message.ending.write(members);
        message.ending.write_usage(members);
    });
    Ok(body)
}

#[derive(Debug, Default)]
struct Message<'e> {
    names: LongNames,
    begun: Begun<'e>,
    blocks: Vec<Block<'e>>,
    ending: Ending,
}

#[derive(Debug)]
enum Block<'e> {
    Text {
        text: Joined<'e>,
        citations: Vec<Citation<'e>>,
    },
    /// Once it is sealed, what is thought next is another thought.
    Thinking {
        text: Joined<'e>,
        seal: Option<Seal<'e>>,
    },
    Redacted(Seal<'e>),
    ToolUse {
        id: Words<'e>,
        name: Words<'e>,
        argument: Joined<'e>,
    },
}

impl<'e> Message<'e> {
    fn take(&mut self, told: Told<'e>) -> Result<(), Failure> {
        match told {
            Told::Begun(begun) => self.begun = begun,
            Told::Text(words) => self.text(words),
            Told::Refusal(words) => {
                self.ending.declined = true;
                self.text(words);
            }
            Told::Thought(words) => self.think(words),
            Told::Seal(seal) => self.seal(seal),
            Told::Citation(citation) => self.cite(citation),
            Told::Call { kind: ToolKind::Custom, .. } => {
                return Err(Failure::malformed("a call of a custom tool, which the request did not offer"));
            }
            Told::Call { id, name, .. } => {
                self.ending.called = true;
                let name = self.names.full(&name);
                self.blocks.push(Block::ToolUse { id, name, argument: Joined::default() });
            }
            Told::Argument(words) => match self.blocks.last_mut() {
                Some(Block::ToolUse { argument, .. }) => argument.push(words),
                _ => return Err(Failure::malformed("an argument for a tool call that was not announced")),
            },
            Told::Usage(usage) => self.ending.usage = usage,
            Told::Finished(finish) => self.ending.take(&finish),
            Told::Logprobs(_) | Told::Alive | Told::End => {}
        }
        Ok(())
    }

    fn text(&mut self, words: Words<'e>) {
        if words.is_empty() {
            return;
        }
        match self.blocks.last_mut() {
            Some(Block::Text { text, .. }) => text.push(words),
            _ => {
                let mut text = Joined::default();
                text.push(words);
                self.blocks.push(Block::Text { text, citations: Vec::new() });
            }
        }
    }

    fn think(&mut self, words: Words<'e>) {
        if words.is_empty() {
            return;
        }
        match self.blocks.last_mut() {
            Some(Block::Thinking { text, seal: None }) => text.push(words),
            _ => {
                let mut text = Joined::default();
                text.push(words);
                self.blocks.push(Block::Thinking { text, seal: None });
            }
        }
    }

    fn seal(&mut self, with: Seal<'e>) {
        let alone = with.redacted && with.home == Home::Anthropic;
        match self.blocks.last_mut() {
            Some(Block::Thinking { seal: seal @ None, .. }) if !alone => *seal = Some(with),
            _ => self.blocks.push(Block::Redacted(with)),
        }
    }

    fn cite(&mut self, citation: Citation<'e>) {
        if let (Some(Block::Text { citations, .. }), Some(_)) = (self.blocks.last_mut(), &citation.url) {
            citations.push(citation);
        }
    }
}

impl Block<'_> {
    fn write(&self, members: &mut Members<'_>) {
        match self {
            Self::Text { text, citations } => {
                members.value("type", "text");
                text.write(members, "text");
                if !citations.is_empty() {
                    members.array("citations", |array| {
                        for citation in citations {
                            array.object(|members| answer::write_citation(members, citation));
                        }
                    });
                }
            }
            Self::Thinking { text, seal } => {
                members.value("type", "thinking");
                text.write(members, "thinking");
                members.value("signature", &answer::signature(seal.as_ref()));
            }
            Self::Redacted(seal) => {
                members.value("type", "redacted_thinking");
                members.value("data", &answer::signature(Some(seal)));
            }
            Self::ToolUse { id, name, argument } => {
                members.value("type", "tool_use");
                members.value("id", &answer::call_id(id));
                members.value("name", name);
                write_input(members, argument);
            }
        }
    }
}

/// The input of a call is an object in this dialect.
fn write_input(members: &mut Members<'_>, argument: &Joined<'_>) {
    if argument.is_empty() {
        return members.object("input", |_| ());
    }
    let text = argument.text();
    match Fields::parse(text.as_bytes()) {
        Ok(_) => members.name("input").extend_from_slice(text.trim().as_bytes()),
        Err(_) => members.object("input", |input| input.value(INVALID, &text)),
    }
}
