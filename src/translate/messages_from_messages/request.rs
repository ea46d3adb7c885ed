//! A Messages body from a Messages request.

use super::foreign;
use crate::reject::Reject;
use crate::translate::Target;
use crate::translate::losses::malformed;
use crate::translate::same_dialect::Passing;
use crate::wire::Api;
use crate::wire::json::Fields;
use crate::wire::write;

/// The client's members, as far as Messages define them, without what another provider sealed.
pub(in crate::translate) fn request(
    fields: &Fields<'_>,
    stream: bool,
    target: &Target,
    dropped: &mut Vec<String>,
) -> Result<Vec<u8>, Reject> {
    let messages = fields.get("messages");
    let own = messages.map_or(Ok(None), |messages| foreign::without(messages, dropped));
    let own = own.map_err(|error| malformed("messages", &error))?;
    let passing = Passing { api: Api::Messages, fields, model: &target.model, stream };
    let mut body = fields.room();
    write::object(&mut body, |members| {
        passing.write(members, own.as_ref().map(|_| "messages"), dropped);
        if let Some(own) = &own {
            members.name("messages").extend_from_slice(own);
        }
    });
    Ok(body)
}
