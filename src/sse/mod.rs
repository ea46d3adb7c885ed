//! Server-sent events, as far as LLM providers use them: names, data and comments.
//!
//! A state machine without I/O. [`Parser`] takes bytes in any pieces and gives one item at a time; it keeps
//! no more than the event that is not whole yet, and that up to a bound. Lines end with LF, CR LF or a bare
//! CR, a byte order mark at the start is skipped, and an event that the stream's end cuts off is none:
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html>.
//!
//! Data stays bytes. The standard decodes UTF-8 with replacement characters; here the JSON parser that
//! reads the data refuses what is not UTF-8, because a replaced character would change an answer unseen.
//! `id` and `retry` are for browsers that reconnect; they are skipped.

mod parser;
mod write;

pub use parser::{Event, Item, Parser, TooLong};
pub use write::{write_comment, write_event};

/// Longest event of a provider, in bytes: a picture is one, and so is a whole response at the end of its stream.
pub const MAX_EVENT: usize = 10 * 1024 * 1024;
