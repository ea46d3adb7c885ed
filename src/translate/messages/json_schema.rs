//! A JSON schema as a tree, for whoever must look into it.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::wire::value;

/// Most bytes of a schema that is looked into. As a tree it takes 45 times its length, and what a worker's VM has taken once
/// it keeps. No provider follows a longer one exactly: OpenAI takes 120,000 characters of names and values
/// (<https://platform.openai.com/docs/guides/structured-outputs#supported-schemas>), and Anthropic refuses a
/// grammar that is too large.
const MOST_BYTES: usize = 256 * 1024;

/// Whether a schema is short enough to be looked into.
pub(super) fn is_looked_into(schema: &RawValue) -> bool {
    schema.get().len() <= MOST_BYTES
}

/// The schema's tree; `None` where it is too long, or holds what no tree can ([`value::parse`]).
pub(super) fn tree(schema: &RawValue) -> Option<Value> {
    is_looked_into(schema).then(|| value::parse(schema.get().as_bytes()).ok()).flatten()
}
