//! Many output items → the one message of a chat completion.

use serde_json::value::RawValue;

use super::output_text::{is_citation, write_citation};
use crate::translate::Failure;
use crate::wire::json::{Fields, elements, text};
use crate::wire::write::Members;

/// Between two parts of reasoning, which Responses keep apart.
pub(super) const REASONING_BREAK: &str = "\n\n";

/// A response's output as one message. Items that chat completions have no word for (searches, say) leave
/// their traces in the text only.
#[derive(Default)]
pub(super) struct Message<'a> {
    text: Option<String>,
    refusal: Option<String>,
    reasoning: Option<String>,
    citations: Vec<(Fields<'a>, u64)>,
    /// The `logprobs` of each part of the text that has some.
    pub(super) logprobs: Vec<&'a RawValue>,
    calls: Vec<(ToolKind, Fields<'a>)>,
}

/// The two kinds of tools whose calls go to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ToolKind {
    Function,
    Custom,
}

impl ToolKind {
    /// By an output item's type.
    pub(super) fn of_item(item: &Fields<'_>) -> Option<Self> {
        match item.text("type").as_deref() {
            Some("function_call") => Some(Self::Function),
            Some("custom_tool_call") => Some(Self::Custom),
            _ => None,
        }
    }

    /// `function`, `custom`
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Custom => "custom",
        }
    }

    /// What its argument is called, on both sides.
    pub(super) fn argument(self) -> &'static str {
        match self {
            Self::Function => "arguments",
            Self::Custom => "input",
        }
    }
}

impl<'a> Message<'a> {
    /// Folds the `output` of a response.
    pub(super) fn of(output: &'a RawValue) -> Result<Self, Failure> {
        let mut message = Self::default();
        for item in elements(output).map_err(|error| Failure::malformed(format!("`output`: {error}")))? {
            message.item(fields_of(item)?)?;
        }
        Ok(message)
    }

    pub(super) fn has_calls(&self) -> bool {
        !self.calls.is_empty()
    }

    fn item(&mut self, item: Fields<'a>) -> Result<(), Failure> {
        if let Some(kind) = ToolKind::of_item(&item) {
            self.calls.push((kind, item));
            return Ok(());
        }
        match item.text("type").as_deref() {
            Some("message") => self.parts(&item, "content", Self::message_part),
            Some("reasoning") => {
                self.parts(&item, "summary", Self::reasoning_part)?;
                self.parts(&item, "content", Self::reasoning_part)
            }
            _ => Ok(()),
        }
    }

    fn parts(
        &mut self,
        item: &Fields<'a>,
        name: &str,
        mut part: impl FnMut(&mut Self, &Fields<'a>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let Some(parts) = item.set(name) else { return Ok(()) };
        for each in elements(parts).map_err(|error| Failure::malformed(format!("`{name}`: {error}")))? {
            part(self, &fields_of(each)?)?;
        }
        Ok(())
    }

    fn message_part(&mut self, part: &Fields<'a>) -> Result<(), Failure> {
        match part.text("type").as_deref() {
            Some("output_text") => self.text_part(part),
            Some("refusal") => {
                self.refusal.get_or_insert_default().push_str(&text_of(part, "refusal")?);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn text_part(&mut self, part: &Fields<'a>) -> Result<(), Failure> {
        let text = self.text.get_or_insert_default();
        let offset = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        text.push_str(&text_of(part, "text")?);
        self.logprobs.extend(part.set("logprobs").filter(|logprobs| logprobs.get() != "[]"));
        let annotations = part.set("annotations").map_or(Ok(Vec::new()), elements);
        for annotation in
            annotations.map_err(|error| Failure::malformed(format!("`annotations`: {error}")))?
        {
            let annotation = fields_of(annotation)?;
            if is_citation(&annotation) {
                self.citations.push((annotation, offset));
            }
        }
        Ok(())
    }

    fn reasoning_part(&mut self, part: &Fields<'a>) -> Result<(), Failure> {
        let text = text_of(part, "text")?;
        match &mut self.reasoning {
            None => self.reasoning = Some(text.into_owned()),
            Some(reasoning) => {
                reasoning.push_str(REASONING_BREAK);
                reasoning.push_str(&text);
            }
        }
        Ok(())
    }

    /// Writes the members of a message, or of a delta that holds all of it.
    pub(super) fn write(&self, members: &mut Members<'_>, delta: bool) -> Result<(), Failure> {
        if !delta || self.text.is_some() {
            members.value("content", &self.text);
        }
        if !delta || self.refusal.is_some() {
            members.value("refusal", &self.refusal);
        }
        if let Some(reasoning) = &self.reasoning {
            members.value("reasoning_content", reasoning);
        }
        if !self.citations.is_empty() {
            members.array("annotations", |array| {
                for (annotation, offset) in &self.citations {
                    array.object(|members| write_citation(members, annotation, *offset));
                }
            });
        }
        if self.calls.is_empty() {
            return Ok(());
        }
        members.array("tool_calls", |array| {
            for (index, (kind, call)) in self.calls.iter().enumerate() {
                array.object(|members| {
                    if delta {
                        members.value("index", &index);
                    }
                    write_call(members, *kind, call, call.set(kind.argument()))
                })?;
            }
            Ok(())
        })
    }
}

/// Writes a tool call: its id, its tool, and the argument as far as it is known.
pub(super) fn write_call(
    members: &mut Members<'_>,
    kind: ToolKind,
    call: &Fields<'_>,
    argument: Option<&RawValue>,
) -> Result<(), Failure> {
    let of = |name: &str| {
        call.set(name).ok_or_else(|| Failure::malformed(format!("a {} call without `{name}`", kind.name())))
    };
    members.raw("id", of("call_id")?);
    members.value("type", kind.name());
    members.object(kind.name(), |members| {
        members.raw("name", of("name")?);
        match argument {
            Some(argument) => members.raw(kind.argument(), argument),
            None => members.value(kind.argument(), ""),
        }
        Ok(())
    })
}

/// How the answer ended. A call that the model's bound or a filter cut off must not look whole, so the bound
/// and the filter come first.
pub(super) fn finish_reason(response: &Fields<'_>, calls: bool) -> Result<&'static str, Failure> {
    let details = response.set("incomplete_details").and_then(|details| Fields::of(details).ok());
    match response.text("status").as_deref() {
        Some("incomplete") | None if details.is_some() => {
            let reason = details.as_ref().and_then(|details| details.text("reason"));
            Ok(if reason.as_deref() == Some("content_filter") { "content_filter" } else { "length" })
        }
        Some("incomplete") => Ok("length"),
        Some("completed") | None => Ok(if calls { "tool_calls" } else { "stop" }),
        Some(status) => Err(Failure::malformed(format!("a response that ended as `{status}`"))),
    }
}

fn fields_of(value: &RawValue) -> Result<Fields<'_>, Failure> {
    Fields::of(value).map_err(|error| Failure::malformed(format!("`output`: {error}")))
}

fn text_of<'a>(part: &Fields<'a>, name: &str) -> Result<std::borrow::Cow<'a, str>, Failure> {
    part.get(name)
        .and_then(text)
        .ok_or_else(|| Failure::malformed(format!("a part of the output without its `{name}`")))
}
