//! A Messages body from a Messages request.

use super::foreign;
use super::thoughtless::{self, Changed};
use crate::reject::Reject;
use crate::translate::Target;
use crate::translate::losses::malformed;
use crate::translate::same_dialect::Passing;
use crate::wire::json::{Fields, Malformed};
use crate::wire::write;
use crate::wire::{Api, Dialect};

/// The client's members, as far as Messages define them, without what another provider sealed.
pub(in crate::translate) fn request(
    fields: &Fields<'_>,
    stream: bool,
    target: &Target,
    dropped: &mut Vec<String>,
) -> Result<Vec<u8>, Reject> {
    let changed = changed(fields, dropped).map_err(|error| malformed("messages", &error))?;
    let apart: Vec<_> = changed.iter().map(|(name, _)| *name).collect();
    let passing =
        Passing { dialect: Dialect::Messages, api: Api::Messages, fields, model: &target.model, stream };
    let mut body = fields.room();
    write::object(&mut body, |members| {
        passing.write(members, &apart, dropped);
        for (name, left) in &changed {
            if let Some(left) = left {
                members.name(name).extend_from_slice(left);
            }
        }
    });
    Ok(body)
}

/// The members that are not Anthropic's own as they are.
fn changed(fields: &Fields<'_>, dropped: &mut Vec<String>) -> Result<Vec<Changed>, Malformed> {
    let Some(messages) = fields.get("messages") else { return Ok(Vec::new()) };
    let cut = foreign::without(messages, dropped)?;
    let written = cut.as_deref().and_then(|cut| serde_json::from_slice(cut).ok());
    let mut changed = thoughtless::changed(fields, written.unwrap_or(messages), dropped)?;
    changed.extend(cut.map(|cut| ("messages", Some(cut))));
    Ok(changed)
}
