//! Messages for Messages: members, blocks and events pass as they were written, but for the model's name, and
//! for what this gateway made up out of another provider's answer: thoughts and citations that Anthropic would
//! not know again.

mod foreign;
mod request;
mod response;
mod stream;
mod thoughtless;

pub(super) use request::request;
pub(super) use response::response;
pub(super) use stream::Events;
