//! Responses, as a dialect and as an API.
//!
//! The dialect is read (`read`) and written (`writer` for streams, `fold` for whole answers); the API is written
//! (`write`) and read (`reader`). Source: OpenAI's API reference, `CreateResponse`, `Response` and
//! `ResponseStreamEvent` of <https://github.com/openai/openai-openapi> (August 2026).

mod custom;
mod echo;
mod fold;
mod namespace;
mod read;
mod reader;
#[cfg(test)]
mod tests;
mod write;
mod writer;

pub(super) use custom::custom_as_functions;
pub(super) use echo::echo;
pub(super) use fold::fold;
pub(super) use read::read;
pub(super) use reader::Reader;
pub(super) use write::write;
pub(super) use writer::Writer;
