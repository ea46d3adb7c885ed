//! Responses that a provider makes in the background (`background: true`): the first answer has no usage yet, and who
//! retrieves the response later may do so any number of times, at any gateway.

use super::Admission;
use super::counted::Counted;
use super::own_fallbacks::OwnFallbacks;
use crate::reject::Reject;
use crate::sanitise::Request;

impl Admission {
    /// What is charged nowhere must not be had where tokens or money are bounded.
    ///
    /// # Errors
    /// 400 for such a request, or for one whose fallbacks' parameters make it one.
    pub(super) fn check_background(&self, request: &Request, own: &OwnFallbacks) -> Result<(), Reject> {
        let place = match own.background() {
            _ if request.background => "background".to_owned(),
            Some(path) => format!("{path}.background"),
            None => return Ok(()),
        };
        if self.counted().iter().any(Counted::bounds_answers) { Err(uncounted(&place)) } else { Ok(()) }
    }
}

fn uncounted(place: &str) -> Reject {
    let message = format!(
        "'{place}' cannot be true for a key with a budget or a limit of tokens: what a response takes that is made in \
         the background is not known when it is answered, and would be counted nowhere. Leave it out; 'stream' keeps \
         a long answer alive."
    );
    Reject::invalid(message).at(place).code("unsupported_value")
}
