//! Azure's two kinds of routes: v1, which have no versions, and those of a dated version of the API.

use super::cursor::Cursor;
use super::section::Section;
use crate::wire::{Below, Row};

/// An `api_version` that is a date, and where it stands.
pub(super) struct Version<'a> {
    at: Cursor<'a>,
    date: String,
}

/// Reads `api_version`; `None` where it asks for the v1 routes, or for nothing.
pub(super) fn version<'a>(params: &Section<'a>, row: &Row) -> Option<Version<'a>> {
    let at = params.get("api_version")?;
    let written = at.text()?;
    if row.below != Below::Azure {
        at.warning("only Azure has API versions; this one is not sent", None);
    } else if is_date(&written) {
        return Some(Version { at, date: written });
    } else if !["v1", "preview", "latest"].contains(&written.as_str()) {
        at.error(
            format!("found `{written}`, expected `v1`, or a date such as `2024-10-21`"),
            "leave it out for the v1 routes".to_owned(),
        );
    }
    None
}

/// The date, where it has an effect: an address that ends in `/v1` is that of the v1 routes.
pub(super) fn dated(version: &Version<'_>, path: &str) -> Option<String> {
    if path.ends_with("/v1") {
        version.at.warning(
            format!("API version `{}` is not sent: the address is that of the v1 routes", version.date),
            "leave it out, or write the address without `/openai/v1`".to_owned(),
        );
        return None;
    }
    Some(version.date.clone())
}

/// The v1 routes stand below `/openai/v1` of the resource, or of a gateway's path before it; dated ones below
/// `/openai`.
pub(super) fn path(path: &str, is_dated: bool) -> String {
    let resource = path.strip_suffix("/openai").unwrap_or(path);
    match (is_dated, path.ends_with("/v1")) {
        (true, _) => format!("{resource}/openai"),
        (false, true) => path.to_owned(),
        (false, false) => format!("{resource}/openai/v1"),
    }
}

/// `2024-10-21`, `2025-04-01-preview`.
fn is_date(version: &str) -> bool {
    let date = version.strip_suffix("-preview").unwrap_or(version);
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then_some(part.len());
    date.split('-').map(digits).eq([Some(4), Some(2), Some(2)])
}
