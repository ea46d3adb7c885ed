//! Azure's two kinds of routes: v1, which have no versions, and those of a dated version of the API.

use super::cursor::Cursor;
use super::section::Section;
use crate::wire::{Below, Row};

/// Where LiteLLM looks for the version of deployments that name none.
const VARIABLE: &str = "AZURE_API_VERSION";

/// A version that is a date, and where it stands, unless it is a variable's.
pub(super) struct Version<'a> {
    at: Option<Cursor<'a>>,
    date: String,
}

/// Reads `api_version`, else its variable; `None` where that asks for the v1 routes, or for nothing.
pub(super) fn version<'a>(params: &Section<'a>, row: &Row) -> Option<Version<'a>> {
    let Some(at) = params.get("api_version") else {
        let set = params.at().context().variable(VARIABLE).filter(|_| row.below == Below::Azure)?;
        let whose = format!("the environment variable {VARIABLE}: ");
        let report = |message: String, help: String| {
            params.at().missing("api_version", format!("{whose}{message}"), help)
        };
        return dated_or_told(set, report).map(|date| Version { at: None, date });
    };
    let written = at.text()?;
    if row.below != Below::Azure {
        at.warning("only Azure has API versions; this one is not sent", None);
        return None;
    }
    let date = dated_or_told(written, |message, help| at.error(message, help))?;
    Some(Version { at: Some(at), date })
}

/// A version that is a date; `None` for the v1 routes, and for what is no version, which is told.
fn dated_or_told(written: String, report: impl FnOnce(String, String)) -> Option<String> {
    if is_date(&written) {
        return Some(written);
    }
    if !["v1", "preview", "latest"].contains(&written.as_str()) {
        report(
            format!("found `{written}`, expected `v1`, or a date such as `2024-10-21`"),
            "leave it out for the v1 routes".to_owned(),
        );
    }
    None
}

/// The date, where it has an effect: an address that ends in `/v1` is that of the v1 routes.
pub(super) fn dated(version: &Version<'_>, path: &str) -> Option<String> {
    if !path.ends_with("/v1") {
        return Some(version.date.clone());
    }
    if let Some(at) = &version.at {
        at.warning(
            format!("API version `{}` is not sent: the address is that of the v1 routes", version.date),
            "leave it out, or write the address without `/openai/v1`".to_owned(),
        );
    }
    None
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
