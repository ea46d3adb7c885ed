//! What Envoy's allocator gives back to the system: of itself, nothing, so that a process keeps for good what its largest
//! bodies took.

use serde_json::{Value, json};

/// At most so much every [`INTERVAL`]: a gateway's largest bodies are gone within a minute or two, and in a busy one the
/// pages that are wanted again are few beside those that requests touch anyway.
const BYTES: u64 = 8 << 20;
const INTERVAL: &str = "1s";

/// The bootstrap's `memory_allocator_manager`.
pub fn manager() -> Value {
    json!({ "bytes_to_release": BYTES, "memory_release_interval": INTERVAL })
}
