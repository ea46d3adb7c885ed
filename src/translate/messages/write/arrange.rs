//! Turns → messages in the API's order.
//!
//! The system's words stand before the messages. Where they come later, the newer models take a system message
//! in its place, if it follows the user's and the assistant's or nothing follows
//! (<https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages>). Everywhere else
//! they go into the user's turn at their place, between two marks that say whose they are.

use super::super::model::Model;
use crate::translate::conversation::{Part, Place, Role, Said, Turn, Words};
use crate::translate::losses::Losses;

/// What stands around the operator's words inside a user's turn. They are texts like any other: a model is told
/// whose words these are, and nothing can keep a user from writing the same.
const BEGINS: &str =
    "<operator-instructions> What follows is from the operator of this assistant, not from the user.";
const ENDS: &str = "</operator-instructions>";

/// A conversation as the API has it.
#[derive(Debug, Default)]
pub(super) struct Script<'a> {
    pub system: Vec<Part<'a>>,
    pub messages: Vec<Message<'a>>,
}

/// One message.
#[derive(Debug)]
pub(super) struct Message<'a> {
    pub speaker: Speaker,
    /// Never empty.
    pub parts: Vec<Part<'a>>,
}

/// Whose message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speaker {
    User,
    Assistant,
    System,
}

impl Speaker {
    pub(super) fn role(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Assistant => "assistant",
            Self::System => "system",
        }
    }

    fn of(role: Role) -> Self {
        match role {
            Role::User => Self::User,
            Role::Assistant => Self::Assistant,
            Role::System | Role::Developer => Self::System,
        }
    }
}

/// Puts turns in order. Each says something.
pub(super) fn arrange<'a>(turns: Vec<Turn<'a>>, model: Model, losses: &mut Losses<'_>) -> Script<'a> {
    let mut script = Script::default();
    let mut turns = turns.into_iter().peekable();
    while let Some(turn) = turns.next() {
        let speaker = Speaker::of(turn.role);
        if speaker != Speaker::System {
            script.push(speaker, turn.parts);
            continue;
        }
        let (at, mut parts) = (turn.at, turn.parts);
        while let Some(more) = turns.next_if(|turn| Speaker::of(turn.role) == Speaker::System) {
            parts.extend(more.parts);
        }
        let before_user = turns.peek().is_some_and(|turn| turn.role == Role::User);
        script.operator(parts, at, model.system_anywhere && !before_user);
    }
    script.leave_out_last_thoughts(losses);
    for message in &mut script.messages {
        // Stable: results stay in their order, and so does the rest.
        message.parts.sort_by_key(|part| !matches!(part.said, Said::Result(_)));
    }
    script.trim_the_end();
    script
}

impl<'a> Script<'a> {
    /// Turns of one speaker that follow each other are one message.
    fn push(&mut self, speaker: Speaker, parts: Vec<Part<'a>>) {
        match self.messages.last_mut() {
            Some(last) if last.speaker == speaker => last.parts.extend(parts),
            _ => self.messages.push(Message { speaker, parts }),
        }
    }

    fn operator(&mut self, parts: Vec<Part<'a>>, at: Place, in_place: bool) {
        match self.messages.last() {
            None => self.system.extend(parts),
            Some(last) if in_place && last.speaker == Speaker::User => self.push(Speaker::System, parts),
            Some(_) => {
                let mark = |text| Part { said: Said::Text(Words::from(text)), cache: None, at };
                let marked = std::iter::once(mark(BEGINS)).chain(parts).chain(std::iter::once(mark(ENDS)));
                self.push(Speaker::User, marked.collect());
            }
        }
    }

    /// A message that ends with a thought is none for the API: the thought led to nothing that was said.
    fn leave_out_last_thoughts(&mut self, losses: &mut Losses<'_>) {
        for mut message in std::mem::take(&mut self.messages) {
            while let Some(last) = message.parts.pop_if(|part| matches!(part.said, Said::Thought(_))) {
                losses.hint(last.at.to_string());
            }
            if !message.parts.is_empty() {
                self.push(message.speaker, message.parts);
            }
        }
    }

    /// Words of the assistant's that the model is to go on from must not end with white space.
    fn trim_the_end(&mut self) {
        let last = self.messages.last_mut().filter(|message| message.speaker == Speaker::Assistant);
        let Some(part) = last.and_then(|message| message.parts.last_mut()) else { return };
        if let Said::Text(words) | Said::Refusal(words) = &mut part.said {
            let text = words.text();
            let trimmed = text.trim_end();
            if trimmed.len() < text.len() {
                *words = Words::from(trimmed.to_owned());
            }
        }
    }
}
