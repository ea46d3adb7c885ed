//! Told pieces → a chat client's answer, as a stream of chunks or as one completion.

mod call;
mod chunk;
mod cited;
mod ending;
mod fold;
mod logprobs;
mod thinking;
mod writer;

pub(in crate::translate) use fold::fold;
pub(in crate::translate) use writer::Writer;
