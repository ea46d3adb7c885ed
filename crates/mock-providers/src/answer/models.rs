//! The list of models.

use serde_json::{Value, json};

use super::said::CREATED;

/// A few names; any other model answers, too.
pub fn whole() -> Value {
    let model =
        |id: &str| json!({"id": id, "object": "model", "created": CREATED, "owned_by": "mock-providers"});
    let data = ["gpt-4.1", "gpt-4.1-mini", "gpt-5.1", "text-embedding-3-small"].map(model);
    json!({"object": "list", "data": data})
}
