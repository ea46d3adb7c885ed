//! How much of a body Envoy buffers, and how much of an answer the filter lets it.
//!
//! Envoy's bound holds for each stream by itself, not for a connection or for all of them
//! (<https://www.envoyproxy.io/docs/envoy/v1.40.0/faq/configuration/flow_control>).

/// Least room beyond the largest request, in bytes. Answers have nothing to do with how long prompts may be: a single
/// vector of numbers is some 62 KB.
const LEAST_ROOM: u32 = 1 << 20;

/// Bytes that Envoy takes from a provider's connection at once: what it hands to the filter in one piece, give or take
/// the 128 KiB of one read.
pub const PIECE: u32 = 256 << 10;
const _: () = assert!(PIECE + (128 << 10) < LEAST_ROOM / 2, "a piece has room behind the most that is held");

/// Bytes to buffer where requests have at most `largest`. A body still fits when the filter has rewritten it: Envoy
/// checks the rewritten body too, and a translation names and quotes things that the client did not.
#[must_use]
pub fn body_buffer(largest: u32) -> u32 {
    largest.saturating_add(room(largest))
}

/// Most bytes of an answer that is held whole, and of what a mask or a translation may make of a body: the largest
/// request, and half of the room beyond. The other half is for the piece with which the filter hears of more, and for what
/// is done to the body behind. What is longer than the buffer must never be put there: Envoy then ends the request inside
/// of the call that puts it, and what the filter does next is done to nothing.
#[must_use]
pub fn most_held(largest: u32) -> u32 {
    largest.saturating_add(room(largest) / 2)
}

fn room(largest: u32) -> u32 {
    (largest / 16).saturating_add(64 << 10).max(LEAST_ROOM)
}
