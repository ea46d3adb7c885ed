//! Chat completions for chat completions: members pass as they were written, but for the model's name and
//! the usage chunk, which the gateway always asks for and the client gets if it asked too; and but for what the
//! deployment's server has other words for, or none (see [`Flavour`](super::chat::Flavour)). What such a server
//! lacks deep inside (custom tools, refusals) is rare and many-shaped: a request that has some of it goes over the
//! bridge, whose writer knows the server.

mod alike;
mod beyond;
mod messages;
mod request;
mod response;
mod stream;
#[cfg(test)]
mod tests;

pub(super) use request::request;
pub(super) use response::response;
pub(super) use stream::Chunks;
