//! The guardrails of one request, from its body to the last byte of its answer.
//!
//! ```text
//! body ─▶ filters ─▶ services asked before the call (held) ─▶ sent, and those beside the call asked
//! answer ─▶ held for those beside the call ─▶ filters ─▶ services asked after the call (held) ─▶ client
//! ```

mod answer;
mod opinions;
mod request;
mod services;
mod stream;

use crate::event::Event;
use crate::guardrails::{Selection, StreamGuard};

pub(super) use request::{Admitted, unreadable_tokens};

/// Largest answer of a guardrail's service, in bytes: as much as it may be asked about.
pub const MOST_OPINION_BYTES: usize = 16 * 1024 * 1024;

/// What the machine wants of a response's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// Nothing: what comes goes on.
    Nothing,
    /// All of it, when it is whole. Until then it is held.
    Whole,
    /// What has come since the last input, of which `held` bytes before it have not gone on.
    Pieces {
        /// In bytes.
        held: usize,
    },
    /// Its end: nothing of what comes goes on.
    End,
}

/// How far the guardrails of a request are.
#[derive(Default)]
pub(super) struct Guard {
    pub(super) selection: Selection,
    /// Whether the request itself may have chosen any of these.
    is_extended: bool,
    pub(super) services: services::Services,
    answer: Answer,
    /// Headers of the answer that a refusal of it carries too.
    headers: Vec<(&'static str, String)>,
    /// A service beside the call refused the request, and so ended its try.
    pub(super) refused_beside: bool,
    /// The event of a request that is over, while services that only tell have not answered.
    event: Option<Box<Event>>,
}

/// What becomes of the answer.
#[derive(Default)]
enum Answer {
    /// It is not looked at, or has been.
    #[default]
    Free,
    /// It is not looked at, but it waits for what services say of the request.
    Withheld,
    /// It is looked at when it is whole.
    Whole { stream: bool },
    /// It was looked at when it was whole, and services are asked: the answer to be, and whether it is another.
    Asked { body: Vec<u8>, stream: bool, changed: bool },
    /// A stream is looked at as it passes.
    Stream {
        guard: Box<StreamGuard>,
        /// Bytes that wait in Envoy's buffer.
        held: usize,
    },
    /// A stream was ended: what the provider still sends is thrown away.
    Cut { held: usize },
}
