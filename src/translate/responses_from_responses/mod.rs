//! Responses for Responses: members and events pass as they were written, but for the model's name, and for
//! reasoning that another provider sealed.

mod request;
mod response;
mod seals;
mod stream;

pub(super) use request::request;
pub(super) use response::response;
pub(super) use seals::Input;
pub(super) use stream::Events;
