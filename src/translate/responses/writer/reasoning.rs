//! A `reasoning` item: its summary, and the seal by which the provider knows it again.

use super::events::{Events, Slot};
use super::kept::Kept;
use crate::translate::conversation::{Home, Seal, Words};
use crate::wire::write;

/// A thought that is being written.
#[derive(Clone, Debug)]
pub(super) struct Reasoning {
    slot: Slot,
    words: Kept,
    seal: Option<Kept>,
}

impl Reasoning {
    pub(super) fn open(slot: Slot, events: &mut Events, out: &mut Vec<u8>) -> Self {
        let reasoning = Self { slot, words: Kept::default(), seal: None };
        events.with_item("response.output_item.added", &reasoning.slot, &reasoning.item(), out);
        reasoning
    }

    /// Writes the next words. Gives how many bytes they take.
    pub(super) fn think(&mut self, words: &Words<'_>, events: &mut Events, out: &mut Vec<u8>) -> usize {
        if self.words.is_empty() {
            events.inside("response.reasoning_summary_part.added", &self.slot, out, |event| {
                event.value("summary_index", &0);
                part(event.name("part"), &self.words);
            });
        }
        events.inside("response.reasoning_summary_text.delta", &self.slot, out, |event| {
            event.value("summary_index", &0);
            event.value("delta", words);
        });
        self.words.push(words)
    }

    /// Takes the seal: raw where it is OpenAI's own, marked where not. Gives how many bytes it takes.
    pub(super) fn seal(&mut self, seal: &Seal<'_>) -> usize {
        let kept = self.seal.get_or_insert_default();
        match seal.home {
            Home::OpenAi => kept.push(&seal.data),
            Home::Anthropic | Home::Gemini => kept.push(&Words::from(seal.marked())),
        }
    }

    /// Writes the end of the thought. Gives the item.
    pub(super) fn close(self, events: &mut Events, out: &mut Vec<u8>) -> Vec<u8> {
        if !self.words.is_empty() {
            events.inside("response.reasoning_summary_text.done", &self.slot, out, |event| {
                event.value("summary_index", &0);
                self.words.write(event.name("text"));
            });
            events.inside("response.reasoning_summary_part.done", &self.slot, out, |event| {
                event.value("summary_index", &0);
                part(event.name("part"), &self.words);
            });
        }
        let item = self.item();
        events.with_item("response.output_item.done", &self.slot, &item, out);
        item
    }

    fn item(&self) -> Vec<u8> {
        let mut item = Vec::new();
        write::object(&mut item, |members| {
            members.value("id", &self.slot.id);
            members.value("type", "reasoning");
            members.array("summary", |parts| {
                if !self.words.is_empty() {
                    part(parts.element(), &self.words);
                }
            });
            if let Some(seal) = &self.seal {
                seal.write(members.name("encrypted_content"));
            }
        });
        item
    }
}

fn part(out: &mut Vec<u8>, words: &Kept) {
    write::object(out, |members| {
        members.value("type", "summary_text");
        words.write(members.name("text"));
    });
}
