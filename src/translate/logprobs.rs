//! Log probabilities in the words of chat completions: the same in Responses, but for `bytes`, which text deltas of
//! Responses leave out and chat completions want.

use serde_json::value::RawValue;

use super::failure::Failure;
use crate::wire::json::{Fields, elements};
use crate::wire::write::{Elements, Members};

/// Writes each entry of a list.
pub(super) fn entries(array: &mut Elements<'_>, list: &RawValue) -> Result<(), Failure> {
    for token in elements(list).map_err(malformed)? {
        let token = Fields::of(token).map_err(malformed)?;
        array.object(|members| {
            entry(members, &token);
            members.array("top_logprobs", |alternatives| match token.set("top_logprobs") {
                Some(tokens) => others(alternatives, tokens),
                None => Ok(()),
            })
        })?;
    }
    Ok(())
}

fn others(array: &mut Elements<'_>, tokens: &RawValue) -> Result<(), Failure> {
    for token in elements(tokens).map_err(malformed)? {
        let token = Fields::of(token).map_err(malformed)?;
        array.object(|members| entry(members, &token));
    }
    Ok(())
}

fn entry(members: &mut Members<'_>, token: &Fields<'_>) {
    members.raw_if("token", token.get("token"));
    members.raw_if("logprob", token.get("logprob"));
    match token.get("bytes") {
        Some(bytes) => members.raw("bytes", bytes),
        None => members.value("bytes", &()),
    }
}

/// What is no list of log probabilities.
pub(super) fn malformed(error: impl std::fmt::Display) -> Failure {
    Failure::malformed(format!("`logprobs`: {error}"))
}
