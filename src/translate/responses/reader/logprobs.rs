//! An array of `logprobs` in the words of chat completions.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::translate::failure::Failure;
use crate::translate::logprobs::{entries, malformed};
use crate::wire::write;

/// The array.
pub(super) fn in_words_of_chat(logprobs: &RawValue) -> Result<Cow<'_, RawValue>, Failure> {
    let mut out = Vec::new();
    write::array(&mut out, |array| entries(array, logprobs))?;
    let written = String::from_utf8(out).map_err(malformed)?;
    RawValue::from_string(written).map(Cow::Owned).map_err(malformed)
}
