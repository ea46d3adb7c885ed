//! Chunks as they are written: what all chunks of one answer share, and the rest by closure.

use crate::sse::write_event;
use crate::translate::told::Begun;
use crate::translate::{View, tokens};
use crate::usage::Usage;
use crate::wire::write::{self, Members};

/// What every chunk of one answer repeats.
#[derive(Clone, Debug)]
pub(super) struct Head {
    view: View,
    id: String,
    service_tier: Option<String>,
}

/// A choice's `logprobs` where it has none.
const NO_LOGPROBS: &[u8] = b"\"logprobs\":null";

impl Head {
    /// A head that knows nothing of the answer yet.
    pub(super) fn new(view: View) -> Self {
        let id = format!("chatcmpl-{}", view.created_s);
        Self { view, id, service_tier: None }
    }

    /// Takes what is known at the beginning.
    pub(super) fn take(&mut self, begun: &Begun<'_>) {
        self.service_tier = begun.service_tier.as_ref().map(|tier| tier.text().into_owned());
        if let Some(id) = &begun.id {
            self.id = id.text().into_owned();
        }
    }

    /// A chunk with one delta.
    pub(super) fn delta(&self, out: &mut Vec<u8>, delta: impl FnOnce(&mut Members<'_>)) {
        self.choice(out, None, None, delta);
    }

    /// The chunk that says how the answer ended.
    pub(super) fn finish(&self, out: &mut Vec<u8>, reason: &str) {
        self.choice(out, None, Some(reason), |_| ());
    }

    /// Log probabilities of the text that was written last: they belong into its chunk, and go there unless
    /// that has left already.
    pub(super) fn logprobs(&self, out: &mut Vec<u8>, logprobs: &[u8], after_text: bool) {
        let mut end = NO_LOGPROBS.to_vec();
        end.extend_from_slice(self.after_logprobs());
        let in_one_line = !logprobs.contains(&b'\n');
        match out.strip_suffix(end.as_slice()).map(<[u8]>::len) {
            Some(before) if after_text && in_one_line => {
                out.truncate(before);
                out.extend_from_slice(b"\"logprobs\":");
                out.extend_from_slice(logprobs);
                out.extend_from_slice(self.after_logprobs());
            }
            _ => self.choice(out, Some(logprobs), None, |_| ()),
        }
    }

    /// What stands behind the `logprobs` of a chunk that has a delta.
    fn after_logprobs(&self) -> &'static [u8] {
        if self.view.include_usage {
            b",\"finish_reason\":null}],\"usage\":null}\n\n"
        } else {
            b",\"finish_reason\":null}]}\n\n"
        }
    }

    fn choice(
        &self,
        out: &mut Vec<u8>,
        logprobs: Option<&[u8]>,
        reason: Option<&str>,
        delta: impl FnOnce(&mut Members<'_>),
    ) {
        let mut chunk = Vec::new();
        write::object(&mut chunk, |members| {
            self.shared(members);
            members.array("choices", |choices| {
                choices.object(|choice| {
                    choice.value("index", &0);
                    choice.object("delta", delta);
                    choice.name("logprobs").extend_from_slice(logprobs.unwrap_or(b"null"));
                    choice.value("finish_reason", &reason);
                });
            });
            if self.view.include_usage {
                members.value("usage", &());
            }
        });
        write_event(out, b"", &chunk);
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
