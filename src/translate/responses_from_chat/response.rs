//! A provider's response → a chat completion with one choice.

use super::fold::{Message, finish_reason};
use super::output_text::write_logprobs;
use crate::translate::{Answer, Failure, View, tokens};
use crate::wire::json::Fields;
use crate::wire::write::{self, Members};

/// Folds the response into one message.
pub(in crate::translate) fn response(fields: &Fields<'_>, view: &View) -> Result<Answer, Failure> {
    let output = fields.get("output").ok_or_else(|| Failure::malformed("a response without `output`"))?;
    let message = Message::of(output)?;
    let reason = finish_reason(fields, message.has_calls())?;
    let usage = fields.set("usage").and_then(tokens::of_responses);
    let id = fields.text("id").ok_or_else(|| Failure::malformed("a response without `id`"))?;
    let mut body = Vec::new();
    write::object(&mut body, |members| {
        members.value("id", &id);
        members.value("object", "chat.completion");
        members.value("created", &view.created_s);
        members.value("model", &view.model);
        members
            .array("choices", |choices| choices.object(|choice| write_choice(choice, &message, reason)))?;
        if let Some(usage) = &usage {
            members.object("usage", |members| tokens::write_chat(members, usage));
        }
        members.raw_if("service_tier", fields.set("service_tier"));
        Ok::<(), Failure>(())
    })?;
    Ok(Answer { body, usage, response_id: Some(id.into_owned()) })
}

fn write_choice(choice: &mut Members<'_>, message: &Message<'_>, reason: &str) -> Result<(), Failure> {
    choice.value("index", &0);
    choice.object("message", |members| {
        members.value("role", "assistant");
        message.write(members, false)
    })?;
    if message.logprobs.is_empty() {
        choice.value("logprobs", &());
    } else {
        choice.object("logprobs", |members| {
            members.array("content", |array| {
                message.logprobs.iter().try_for_each(|logprobs| write_logprobs(array, logprobs))
            })?;
            members.value("refusal", &());
            Ok(())
        })?;
    }
    choice.value("finish_reason", reason);
    Ok(())
}
