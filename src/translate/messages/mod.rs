//! Anthropic's Messages, as a dialect and as an API.

use crate::reject::Reject;
use crate::sse::Event;
use crate::translate::conversation::Conversation;
use crate::translate::failure::Failure;
use crate::translate::losses::Losses;
use crate::translate::told::Told;
use crate::translate::{Target, View};
use crate::wire::json::Fields;

/// Reads a client's request.
pub(super) fn read<'a>(_fields: &Fields<'a>, _losses: &mut Losses<'_>) -> Result<Conversation<'a>, Reject> {
    Err(Reject::new(501, "not_implemented_error", "not built"))
}

/// An answer as one body of the dialect.
pub(super) fn fold(_told: Vec<Told<'_>>, _view: &View) -> Result<Vec<u8>, Failure> {
    Err(Failure::unsupported("not built".to_owned()))
}

/// Writes an answer as a stream of the dialect.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    _view: View,
}

impl Writer {
    pub(super) fn new(view: View) -> Self {
        Self { _view: view }
    }

    pub(super) fn write(&mut self, _told: Told<'_>, _out: &mut Vec<u8>) -> Result<(), Failure> {
        Err(Failure::unsupported("not built".to_owned()))
    }
}

/// Writes the API's request body.
pub(super) fn write(
    _conversation: Conversation<'_>,
    _target: &Target,
    _losses: &mut Losses<'_>,
) -> Result<Vec<u8>, Reject> {
    Err(Reject::new(501, "not_implemented_error", "not built"))
}

/// Reads the API's answers, whole ones and streams.
#[derive(Clone, Debug, Default)]
pub(super) struct Reader {}

impl Reader {
    /// A whole 2xx body without `error`.
    pub(super) fn whole<'e>(
        &mut self,
        _fields: &Fields<'e>,
        _told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        Err(Failure::unsupported("not built".to_owned()))
    }

    /// One event of a stream.
    pub(super) fn event<'e>(&mut self, _event: Event<'e>, _told: &mut Vec<Told<'e>>) -> Result<(), Failure> {
        Err(Failure::unsupported("not built".to_owned()))
    }
}
