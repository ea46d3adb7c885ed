//! A Messages body from a Messages request.

use super::{foreign, thoughtless};
use crate::reject::Reject;
use crate::translate::Target;
use crate::translate::losses::malformed;
use crate::translate::same_dialect::Passing;
use crate::wire::Api;
use crate::wire::json::{Fields, Malformed};
use crate::wire::write;

/// The client's members, as far as Messages define them, without what another provider sealed.
pub(in crate::translate) fn request(
    fields: &Fields<'_>,
    stream: bool,
    target: &Target,
    dropped: &mut Vec<String>,
) -> Result<Vec<u8>, Reject> {
    let own = own(fields, dropped).map_err(|error| malformed("messages", &error))?;
    let mut apart = own.without.to_vec();
    apart.extend(own.cut.as_ref().map(|_| "messages"));
    dropped.extend(own.without.iter().map(|name| (*name).to_owned()));
    let passing = Passing { api: Api::Messages, fields, model: &target.model, stream };
    let mut body = fields.room();
    write::object(&mut body, |members| {
        passing.write(members, &apart, dropped);
        if let Some(cut) = &own.cut {
            members.name("messages").extend_from_slice(cut);
        }
    });
    Ok(body)
}

/// What of the messages is Anthropic's own.
#[derive(Default)]
struct Own {
    /// Written anew; `None` where all of them are.
    cut: Option<Vec<u8>>,
    /// Members that cannot stand beside them.
    without: &'static [&'static str],
}

fn own(fields: &Fields<'_>, dropped: &mut Vec<String>) -> Result<Own, Malformed> {
    let Some(messages) = fields.get("messages") else { return Ok(Own::default()) };
    let cut = foreign::without(messages, dropped)?;
    let written = cut.as_deref().and_then(|cut| serde_json::from_slice(cut).ok());
    let without = thoughtless::without(fields, written.unwrap_or(messages))?;
    Ok(Own { cut, without })
}
