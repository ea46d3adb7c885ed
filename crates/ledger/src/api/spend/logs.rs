//! `GET /spend/logs`: rows in LiteLLM's shape, newest first; or sums by day, or a file.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};

use super::{Spend, days, filter, next};
use crate::api::Problem;
use crate::api::export::Export;
use crate::api::params::Params;

/// Rows in an answer: as many as asked for, up to the second.
const PAGE_SIZES: (u32, u32) = (100, 1_000);

/// Parameters besides those that narrow.
const OTHERS: [&str; 5] = ["page", "page_size", "summarize", "format", "raw"];

/// Answers in the form that is asked for.
pub(super) async fn get(
    State(spend): State<Arc<Spend>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, Problem> {
    let known: Vec<&str> = filter::NAMES.into_iter().chain(OTHERS).collect();
    let params = Params::of(&uri, &known)?;
    let (narrowed, after) = (filter::read(&params)?, filter::after(&params)?);
    if let Some(export) = Export::asked(&params, &headers)? {
        alone(&params, "an export has every row", &["page", "page_size", "summarize"])?;
        return spend.exports.start(export, narrowed, after);
    }
    if by_day(&params)? {
        alone(&params, "sums by day have no pages", &["page", "page_size", "after"])?;
        return Ok(Json(days::sums(&spend.store, narrowed, params.days()?).await?).into_response());
    }
    let page = params.page(PAGE_SIZES.0, PAGE_SIZES.1)?;
    let rows = spend.store.spend_logs(narrowed, after, page).await?;
    let next = next(&rows, page.size).and_then(|next| link(&uri, &next));
    let mut answer = Json(rows).into_response();
    if let Some(link) = next {
        answer.headers_mut().insert(header::LINK, link);
    }
    Ok(answer)
}

/// LiteLLM's rule: sums where both dates are given and nobody says otherwise. Who asks for a page asks for rows.
fn by_day(params: &Params) -> Result<bool, Problem> {
    let usual = ["start_date", "end_date"].iter().all(|date| params.has(date))
        && !["page", "page_size", "after"].iter().any(|page| params.has(page));
    let asked = params.flag("summarize")?;
    if asked == Some(true) && !(params.has("start_date") && params.has("end_date")) {
        let message = "sums by day need both `start_date` and `end_date`";
        return Err(Problem::invalid(message).at("start_date"));
    }
    Ok(asked.unwrap_or(usual))
}

/// Refuses parameters that another one leaves without a meaning.
fn alone(params: &Params, because: &str, without: &[&str]) -> Result<(), Problem> {
    match without.iter().find(|name| params.has(name)) {
        Some(name) => Err(Problem::invalid(format!("{because}: leave `{name}` out")).at(*name)),
        None => Ok(()),
    }
}

/// The address of the next page: this one's, from another place on.
fn link(uri: &Uri, next: &str) -> Option<HeaderValue> {
    let kept = uri.query().unwrap_or_default().split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !["", "after", "page"].contains(&name)
    });
    let query: Vec<String> = kept.map(str::to_owned).chain([format!("after={}", encoded(next))]).collect();
    format!("<{}?{}>; rel=\"next\"", uri.path(), query.join("&")).parse().ok()
}

/// A text as it stands in a query string.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b',' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_keeps_what_narrows() {
        let uri: Uri = "/spend/logs?user_id=a%20b&page=1&page_size=2&after=x".parse().unwrap();
        let link = link(&uri, "2026-11-20T12:00:00.000000Z,r 1&<é>").unwrap();
        assert_eq!(
            link,
            "</spend/logs?user_id=a%20b&page_size=2&after=2026-11-20T12:00:00.000000Z,r%201%26%3C%C3%A9%3E>; rel=\"next\""
        );
    }
}
