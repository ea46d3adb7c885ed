//! With which key a deployment is called: `api_key`, else the provider's own variable.

use super::address::Address;
use super::cursor::Text;
use super::place;
use super::placeholder;
use super::section::Section;
use crate::wire::{Base, Row};

/// Reads an entry's key; `None` where there is none, which is reported if the provider wants one. `address`: where it
/// is sent, if that is known.
///
/// A variable's key is sent to the provider's own host, and to the address that another variable names; never to one
/// that the file names, which is somebody else's server. One's own server is one's own.
pub(super) fn read(params: &Section<'_>, row: &Row, address: Option<&Address>) -> Option<Text> {
    if let Some(at) = params.get("api_key") {
        return at.credential();
    }
    let address = address?;
    let applies = place::may_get_key(row, address, params);
    let context = params.at().context();
    let set = row.key_variables.iter().find_map(|name| Some((*name, context.variable(name)?)));
    match set.filter(|_| applies) {
        Some((name, value)) if placeholder::refused(params.at(), "api_key", name, &value) => {}
        Some((name, value)) if value.bytes().all(|byte| byte.is_ascii_graphic()) => {
            return Some(Text { value, variable: Some(name.to_owned()) });
        }
        Some((name, _)) => params.at().missing(
            "api_key",
            format!("the environment variable {name} has a character that no header can carry"),
            "look for a line break at its end".to_owned(),
        ),
        None if !row.needs_key || !address.upstream.tls => {}
        None if applies => report_missing(params, row),
        None => params.at().warning(
            "no `api_key`: requests to this address carry none",
            row.key_variables
                .first()
                .map(|name| format!("{name} is sent to {} only; name another server's key here", row.title)),
        ),
    }
    None
}

fn report_missing(params: &Section<'_>, row: &Row) {
    let (what, variable) = match (row.base, row.key_variables.first()) {
        (Base::Vertex, _) => ("an access token", "VERTEX_ACCESS_TOKEN"),
        (_, Some(name)) => ("the provider's key", *name),
        (_, None) => ("the provider's key", "NAME"),
    };
    params.at().missing(
        "api_key",
        format!("missing, expected {what}"),
        format!("write `os.environ/{variable}`, and set {variable}"),
    );
}
