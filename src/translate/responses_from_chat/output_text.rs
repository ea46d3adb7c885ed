//! What comes with a text: citations and log probabilities, in the words of chat completions.

use serde_json::value::RawValue;

use crate::translate::Failure;
use crate::wire::json::{Fields, elements};
use crate::wire::write::{Elements, Members};

/// Whether chat completions have a word for an annotation: they cite addresses only.
pub(super) fn is_citation(annotation: &Fields<'_>) -> bool {
    annotation.text("type").as_deref() == Some("url_citation")
}

/// Writes a citation. `offset`: characters of the message before the part that is annotated.
pub(super) fn write_citation(members: &mut Members<'_>, annotation: &Fields<'_>, offset: u64) {
    members.value("type", "url_citation");
    members.object("url_citation", |citation| {
        for name in ["start_index", "end_index"] {
            if let Some(index) = annotation.read::<u64>(name) {
                citation.value(name, &index.saturating_add(offset));
            }
        }
        citation.raw_if("title", annotation.set("title"));
        citation.raw_if("url", annotation.set("url"));
    });
}

/// Writes each entry of `logprobs`. Text deltas have no `bytes`; chat completions want the member.
pub(super) fn write_logprobs(array: &mut Elements<'_>, logprobs: &RawValue) -> Result<(), Failure> {
    for token in elements(logprobs).map_err(malformed)? {
        let token = Fields::of(token).map_err(malformed)?;
        array.object(|members| {
            write_token(members, &token);
            members.array("top_logprobs", |alternatives| match token.set("top_logprobs") {
                Some(tokens) => write_alternatives(alternatives, tokens),
                None => Ok(()),
            })
        })?;
    }
    Ok(())
}

fn write_alternatives(array: &mut Elements<'_>, tokens: &RawValue) -> Result<(), Failure> {
    for token in elements(tokens).map_err(malformed)? {
        let token = Fields::of(token).map_err(malformed)?;
        array.object(|members| write_token(members, &token));
    }
    Ok(())
}

fn write_token(members: &mut Members<'_>, token: &Fields<'_>) {
    members.raw_if("token", token.get("token"));
    members.raw_if("logprob", token.get("logprob"));
    match token.get("bytes") {
        Some(bytes) => members.raw("bytes", bytes),
        None => members.value("bytes", &()),
    }
}

fn malformed(error: impl std::fmt::Display) -> Failure {
    Failure::malformed(format!("`logprobs`: {error}"))
}
