//! Chat chunks as they are written: what all chunks of one answer share, and the rest by closure.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::output_text::write_logprobs;
use crate::sse::write_event;
use crate::translate::{Failure, View, tokens};
use crate::usage::Usage;
use crate::wire::json::Fields;
use crate::wire::write::{self, Members};

/// What every chunk of one answer repeats.
#[derive(Clone, Debug)]
pub(super) struct Head {
    view: View,
    id: String,
    service_tier: Option<String>,
}

impl Head {
    /// A head that knows nothing of the answer yet.
    pub(super) fn new(view: View) -> Self {
        let id = format!("chatcmpl-{}", view.created_s);
        Self { view, id, service_tier: None }
    }

    /// Takes what the answer's first event tells of it.
    pub(super) fn take(&mut self, response: &Fields<'_>) {
        self.service_tier = response.text("service_tier").map(Cow::into_owned);
        if let Some(id) = response.text("id") {
            self.id = id.into_owned();
        }
    }

    /// A chunk with one delta.
    pub(super) fn delta(
        &self,
        out: &mut Vec<u8>,
        logprobs: Option<&RawValue>,
        delta: impl FnOnce(&mut Members<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.choice(out, logprobs, None, delta)
    }

    /// The chunk that says how the answer ended.
    pub(super) fn finish(&self, out: &mut Vec<u8>, reason: &str) -> Result<(), Failure> {
        self.choice(out, None, Some(reason), |_| Ok(()))
    }

    fn choice(
        &self,
        out: &mut Vec<u8>,
        logprobs: Option<&RawValue>,
        reason: Option<&str>,
        delta: impl FnOnce(&mut Members<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut chunk = Vec::new();
        write::object(&mut chunk, |members| {
            self.shared(members);
            members.array("choices", |choices| {
                choices.object(|choice| {
                    choice.value("index", &0);
                    choice.object("delta", delta)?;
                    write_choice_logprobs(choice, logprobs)?;
                    choice.value("finish_reason", &reason);
                    Ok(())
                })
            })?;
            if self.view.include_usage {
                members.value("usage", &());
            }
            Ok(())
        })?;
        write_event(out, b"", &chunk);
        Ok(())
    }

    /// The chunk that only has token counts, for a client that asked for it.
    pub(super) fn usage(&self, out: &mut Vec<u8>, usage: &Usage) {
        if !self.view.include_usage {
            return;
        }
        let mut chunk = Vec::new();
        write::object(&mut chunk, |members| {
            self.shared(members);
            members.array("choices", |_| ());
            members.object("usage", |members| tokens::write_chat(members, usage));
        });
        write_event(out, b"", &chunk);
    }

    fn shared(&self, members: &mut Members<'_>) {
        members.value("id", &self.id);
        members.value("object", "chat.completion.chunk");
        members.value("created", &self.view.created_s);
        members.value("model", &self.view.model);
        if let Some(tier) = &self.service_tier {
            members.value("service_tier", tier);
        }
    }
}

fn write_choice_logprobs(choice: &mut Members<'_>, logprobs: Option<&RawValue>) -> Result<(), Failure> {
    let Some(logprobs) = logprobs else {
        choice.value("logprobs", &());
        return Ok(());
    };
    choice.object("logprobs", |members| {
        members.array("content", |array| write_logprobs(array, logprobs))?;
        members.value("refusal", &());
        Ok(())
    })
}
