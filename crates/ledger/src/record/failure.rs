//! The row of `LiteLLM_ErrorLogs` of one event.

use spillway_filter::event::Event;

/// Characters of a message that are kept; the spend log's metadata has all.
const MESSAGE_CHARACTERS: usize = 2_000;

/// Why a request failed, where the gateway knows; the other columns are those of its spend log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The error's `type` as the client saw it.
    pub(crate) exception_type: String,
    /// The message as the client saw it, cut short.
    pub(crate) exception_string: String,
    /// What the client got, in decimal; 0 where nothing was sent.
    pub(crate) status_code: String,
}

impl Failure {
    /// The failure that an event tells of.
    pub(super) fn of(event: &Event) -> Option<Self> {
        let error = event.error.as_ref()?;
        Some(Self {
            exception_type: error.error_class.clone(),
            exception_string: error.error_message.chars().take(MESSAGE_CHARACTERS).collect(),
            status_code: event.http_status.to_string(),
        })
    }
}
