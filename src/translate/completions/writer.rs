//! An answer as a stream of `text_completion` chunks.

use super::finish_reason;
use super::fold::{choices, made_up_id, opening, take_id};
use crate::sse::{write_comment, write_event};
use crate::translate::failure::Failure;
use crate::translate::told::Told;
use crate::translate::{View, tokens};
use crate::usage::Usage;
use crate::wire::write::{self, Members};

/// Writes an answer as a stream of the dialect.
#[derive(Clone, Debug)]
pub(in crate::translate) struct Writer {
    view: View,
    id: String,
    /// `None` until the provider says how the answer ended.
    reason: Option<&'static str>,
    usage: Option<Usage>,
}

impl Writer {
    pub(in crate::translate) fn new(view: View) -> Self {
        let id = made_up_id(&view);
        Self { view, id, reason: None, usage: None }
    }

    /// Writes one piece. What the model thought, and whatever else is no text, has no place here.
    ///
    /// # Errors
    /// None so far.
    pub(in crate::translate) fn write(&mut self, told: Told<'_>, out: &mut Vec<u8>) -> Result<(), Failure> {
        match told {
            Told::Alive => write_comment(out, b" keep-alive"),
            Told::Begun(begun) => take_id(&mut self.id, &begun),
            Told::Text(words) | Told::Refusal(words) if !words.is_empty() => {
                self.chunk(out, |members| choices(members, &words, None));
            }
            Told::Usage(usage) => self.usage = Some(usage),
            Told::Finished(finish) => self.reason = Some(finish_reason(Some(&finish))),
            Told::End => self.end(out),
            _ => {}
        }
        Ok(())
    }

    /// What stands before a text in its chunk, where the next one would differ in nothing but its text.
    pub(in crate::translate) fn before_text() -> Option<&'static str> {
        Some(r#""text":"#)
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        let reason = self.reason.unwrap_or(finish_reason(None));
        self.chunk(out, |members| choices(members, "", Some(reason)));
        if let Some(usage) = self.usage.filter(|_| self.view.include_usage) {
            let mut chunk = Vec::new();
            write::object(&mut chunk, |members| {
                opening(members, &self.id, &self.view);
                members.array("choices", |_| ());
                members.object("usage", |members| tokens::write_chat(members, &usage));
            });
            write_event(out, b"", &chunk);
        }
        write_event(out, b"", b"[DONE]");
    }

    fn chunk(&self, out: &mut Vec<u8>, choices: impl FnOnce(&mut Members<'_>)) {
        let mut chunk = Vec::new();
        write::object(&mut chunk, |members| {
            opening(members, &self.id, &self.view);
            choices(members);
            if self.view.include_usage {
                members.value("usage", &());
            }
        });
        write_event(out, b"", &chunk);
    }
}
