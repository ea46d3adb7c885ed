//! Anthropic's Messages, as a dialect and as an API.
//!
//! Source: <https://platform.claude.com/docs/en/api/messages>. The version that is spoken is 2023-06-01: it takes
//! all that 2026-10-21 takes, and the sampling parameters that the newer one removed; the answers are the same.
//!
//! As a dialect, a client keeps other makers' thoughts for them in `signature` and `data`, behind a mark
//! ([`MARK`](super::conversation::MARK)); thoughts that nobody sealed and citations that are not Anthropic's carry
//! the mark too. `messages_from_messages` takes them out again before Anthropic sees them.

mod answer;
mod fold;
mod json_schema;
mod model;
mod read;
mod reader;
mod write;
mod writer;

#[cfg(test)]
mod tests;

pub(super) use answer::OWN_CALLS;
pub(super) use fold::fold;
pub(super) use read::read;
pub(super) use reader::Reader;
pub(super) use write::write;
pub(super) use writer::Writer;
