//! Log probabilities.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::translate::failure::Failure;
use crate::wire::json::{Fields, elements};
use crate::wire::write::{self, Elements, Members};

/// A choice's `logprobs`.
pub(super) fn object(lists: &[Cow<'_, RawValue>]) -> Result<Vec<u8>, Failure> {
    let mut out = Vec::new();
    write::object(&mut out, |members| {
        members.array("content", |array| lists.iter().try_for_each(|list| entries(array, list)))?;
        members.value("refusal", &());
        Ok::<(), Failure>(())
    })?;
    Ok(out)
}

/// Writes each entry. Those of Responses' streams have no `bytes`; chat completions want the member.
fn entries(array: &mut Elements<'_>, list: &RawValue) -> Result<(), Failure> {
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

fn malformed(error: impl std::fmt::Display) -> Failure {
    Failure::malformed(format!("`logprobs`: {error}"))
}
