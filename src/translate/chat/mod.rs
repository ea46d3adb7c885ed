//! Chat completions, as a dialect and as an API.
//!
//! | direction | here |
//! |---|---|
//! | a client's body → a conversation | `read` |
//! | a conversation → a server's body | `write`, by the server's row among the `flavours` |
//! | a server's answer → told pieces | `answer` |
//! | told pieces → a client's answer | `dialect` |
//!
//! Thoughts have no field in the reference. Clients and servers of other models share LiteLLM's names:
//! `reasoning_content` for the text, `thinking_blocks` for thoughts with their seals.

mod answer;
mod call_ids;
mod dialect;
mod flavours;
mod read;
#[cfg(test)]
mod tests;
mod values;
mod write;

pub(super) use answer::Reader;
pub(super) use call_ids::CallIds;
pub(super) use dialect::{Writer, fold};
pub(super) use flavours::Flavour;
pub(super) use read::{lacking, read};
pub(super) use values::{EFFORT, logprobs_count};
pub(super) use write::write;
