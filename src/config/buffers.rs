//! How much of a body Envoy buffers, and how much of an answer the filter lets it.
//!
//! Envoy's bound holds for each stream by itself, not for a connection or for all of them
//! (<https://www.envoyproxy.io/docs/envoy/v1.40.0/faq/configuration/flow_control>). What is longer must never be put into
//! a buffer: Envoy then ends the request inside of the call that puts it, and what the filter does next is done to nothing.

/// Least room for an answer beyond the largest request, in bytes. Answers have nothing to do with how long prompts may
/// be: a single vector of numbers is some 62 KB.
const LEAST_ROOM: u32 = 512 << 10;

/// Bytes that Envoy takes from a provider's connection at once: what it hands to the filter in one piece, give or take
/// [`ONE_READ`].
pub const PIECE: u32 = 256 << 10;

/// Bytes of one read, by which a piece may be longer.
const ONE_READ: u32 = 128 << 10;

/// Room behind the most that is held, in bytes: for the piece with which the filter hears of more, and for what becomes
/// of a piece. A part of Gemini's with one letter becomes an event of Responses that is some fifteen times as long.
const ROOM_OF_A_PIECE: u32 = 8 << 20;
const _: () = assert!((PIECE + ONE_READ) * 20 < ROOM_OF_A_PIECE, "a translated piece has room");

/// Bytes to buffer where requests have at most `largest`. A body still fits when the filter has rewritten it: Envoy
/// checks the rewritten body too, and a translation names and quotes things that the client did not.
#[must_use]
pub fn body_buffer(largest: u32) -> u32 {
    most_held(largest).saturating_add(ROOM_OF_A_PIECE)
}

/// Most bytes of an answer that is held whole, and of what a mask or a translation may make of a whole body.
#[must_use]
pub fn most_held(largest: u32) -> u32 {
    largest.saturating_add((largest / 32).saturating_add(32 << 10).max(LEAST_ROOM))
}
