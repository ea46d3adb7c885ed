//! Responses for chat completions: the bridge that models with `mode: responses` need.
//!
//! What the caller said keeps its meaning, or the caller is told:
//!
//! * every message stays an input item in its place, `system` and `developer` ones too. `instructions` would
//!   hold one string: the order, the roles and the parts of several such messages would be lost;
//! * `store` is sent as `false` unless the caller set it, because chat completions store nothing by default
//!   and Responses do;
//! * a function tool's `strict` is sent as `false` unless the caller set it, for the same reason;
//! * what Responses cannot express is refused by name, or dropped and named under
//!   [`Target::drop_params`](super::Target::drop_params). Parts of the conversation itself (audio, the retired
//!   `function_call`) are never dropped: without them it would be another conversation;
//! * members of messages that the reference does not define (`reasoning_content` of an answer that is sent
//!   back, say) are not sent.

mod calls;
mod chunk;
mod content;
mod fold;
mod input;
mod output_text;
mod parameters;
mod request;
mod response;
mod speech;
mod stream;
mod tools;
mod unexpressed;

pub(super) use request::request;
pub(super) use response::response;
pub(super) use stream::Chunks;
