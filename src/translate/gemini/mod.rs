//! Gemini's generateContent, as an API.

use crate::reject::Reject;
use crate::sse::Event;
use crate::translate::Target;
use crate::translate::conversation::Conversation;
use crate::translate::failure::Failure;
use crate::translate::losses::Losses;
use crate::translate::told::Told;
use crate::wire::json::Fields;

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

    /// The provider closed.
    pub(super) fn end(&mut self, _told: &mut Vec<Told<'_>>) -> Result<(), Failure> {
        Err(Failure::cut_off())
    }
}
