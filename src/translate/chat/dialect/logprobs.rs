//! Log probabilities.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::translate::failure::Failure;
use crate::translate::logprobs::entries;
use crate::wire::write;

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
