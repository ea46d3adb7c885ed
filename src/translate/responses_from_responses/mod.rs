//! Responses for Responses: members and events pass as they were written, but for the model's name.

mod request;
mod response;
mod stream;

pub(super) use request::request;
pub(super) use response::response;
pub(super) use stream::Events;
