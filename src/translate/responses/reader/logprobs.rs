//! Log probabilities: the same in Responses and in chat completions, but for `bytes`, which text deltas of
//! Responses leave out and chat completions want.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::translate::failure::Failure;
use crate::wire::json::{Fields, elements};
use crate::wire::write::{self, Elements, Members};

/// An array of `logprobs` in the words of chat completions.
pub(super) fn in_words_of_chat(logprobs: &RawValue) -> Result<Cow<'_, RawValue>, Failure> {
    let mut out = Vec::new();
    write::array(&mut out, |array| write_all(array, logprobs))?;
    let written = String::from_utf8(out).map_err(malformed)?;
    RawValue::from_string(written).map(Cow::Owned).map_err(malformed)
}

fn write_all(array: &mut Elements<'_>, logprobs: &RawValue) -> Result<(), Failure> {
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
