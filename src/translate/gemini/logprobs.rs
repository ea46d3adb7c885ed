//! `logprobsResult` → log probabilities in the words of chat completions.

use std::borrow::Cow;

use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use crate::translate::failure::Failure;
use crate::translate::told::Told;
use crate::wire::json::{Fields, elements};

/// Tells a candidate's, where it has any.
pub(super) fn read(candidate: &Fields<'_>, told: &mut Vec<Told<'_>>) -> Result<(), Failure> {
    let Some(result) = candidate.set("logprobsResult") else { return Ok(()) };
    let result = Fields::of(result).map_err(Failure::malformed)?;
    let chosen = tokens(&result, "chosenCandidates")?;
    let steps = result.set("topCandidates").map_or(Ok(Vec::new()), elements).map_err(Failure::malformed)?;
    let mut content = Vec::with_capacity(chosen.len());
    for (index, token) in chosen.into_iter().enumerate() {
        let top = match steps.get(index) {
            Some(step) => tokens(&Fields::of(step).map_err(Failure::malformed)?, "candidates")?,
            None => Vec::new(),
        };
        content.push(with_alternatives(token, top));
    }
    if content.is_empty() {
        return Ok(());
    }
    let written: Box<RawValue> = to_raw_value(&content).map_err(Failure::malformed)?;
    told.push(Told::Logprobs(Cow::Owned(written)));
    Ok(())
}

fn with_alternatives(mut token: Value, top: Vec<Value>) -> Value {
    if let Value::Object(members) = &mut token {
        members.insert("top_logprobs".to_owned(), Value::Array(top));
    }
    token
}

fn tokens(holder: &Fields<'_>, name: &str) -> Result<Vec<Value>, Failure> {
    let list = holder.set(name).map_or(Ok(Vec::new()), elements).map_err(Failure::malformed)?;
    list.into_iter().map(token).collect()
}

fn token(candidate: &RawValue) -> Result<Value, Failure> {
    let candidate = Fields::of(candidate).map_err(Failure::malformed)?;
    let token = candidate.text("token").unwrap_or_default();
    // A probability of 1 has the logarithm 0, which protobuf leaves out.
    let logprob: f64 = candidate.read("logProbability").unwrap_or_default();
    Ok(json!({"token": token, "logprob": logprob, "bytes": token.as_bytes()}))
}
