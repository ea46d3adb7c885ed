//! Requests about a response that its provider keeps: no body goes, and what comes back passes as it is, but for
//! the model's name and the id.

use super::endpoint;
use super::failure::Failure;
use super::pair::Pair;
use super::{Answer, Built, Target, View, public};
use crate::reject::Reject;
use crate::wire::json::{Fields, elements};
use crate::wire::write;
use crate::wire::{Dialect, Stored};

/// Builds the request that asks for `operation` on the response that the provider calls `id`. `query`: what of
/// the client's query goes on, see [`Stored::query`].
///
/// # Errors
/// 501 for a deployment that keeps no responses.
pub fn stored(operation: Stored, id: &str, query: &str, target: &Target) -> Result<Built, Reject> {
    let (_, api) = Pair::of_target(Dialect::Stored(operation), target)?;
    let path = endpoint::path(api, target, false);
    // The endpoint may have a query of its own: the date of an API's version.
    let (above, own) = path.split_once('?').unwrap_or((&path, ""));
    let mut path = format!("{above}/{}{}", endpoint::segment(id), operation.suffix());
    for (query, mark) in [own, query].iter().filter(|query| !query.is_empty()).zip(['?', '&']) {
        path.push(mark);
        path.push_str(query);
    }
    Ok(Built {
        api,
        path,
        headers: endpoint::headers(api),
        body: Vec::new(),
        echo: Vec::new(),
        dropped: Vec::new(),
    })
}

/// The provider's answer. What a response cost was told when it was made: nothing is counted here.
pub(super) fn response(operation: Stored, body: &[u8], view: &View) -> Result<Answer, Failure> {
    if operation == Stored::Delete && body.is_empty() {
        return Ok(answer(deleted(view)));
    }
    let fields = Fields::parse(body).map_err(Failure::malformed)?;
    let mut out = Vec::new();
    match operation {
        Stored::Get | Stored::Cancel => {
            let output =
                fields.get("output").ok_or_else(|| Failure::malformed("a response without `output`"))?;
            elements(output).map_err(|error| Failure::malformed(format!("`output`: {error}")))?;
            public::response(&mut out, &fields, view);
        }
        Stored::Delete => public::response(&mut out, &fields, view),
        Stored::InputItems => {
            let data = fields.get("data").ok_or_else(|| Failure::malformed("a list without `data`"))?;
            elements(data).map_err(|error| Failure::malformed(format!("`data`: {error}")))?;
            write::object(&mut out, |members| {
                fields.iter().for_each(|(name, value)| members.raw(name, value))
            });
        }
    }
    Ok(answer(out))
}

fn answer(body: Vec<u8>) -> Answer {
    Answer { body, usage: None }
}

/// What OpenAI says of a response that is gone, where a provider says it with the status alone.
fn deleted(view: &View) -> Vec<u8> {
    let mut out = Vec::new();
    write::object(&mut out, |members| {
        if let Some(known) = view.ids.as_ref().and_then(|ids| ids.known.as_ref()) {
            members.value("id", &known.id);
        }
        members.value("object", "response");
        members.value("deleted", &true);
    });
    out
}
