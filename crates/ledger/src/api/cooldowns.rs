//! `POST /v1/cooldowns`: a gateway tells which deployments it lets rest; `GET /spillway/cooldowns`: which do now.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::Uri;
use serde_json::{Value, json};
use spillway_filter::health::report::{self, Report};

use super::params::Params;
use super::{Problem, body, gateway};
use crate::calendar::{now_us, timestamp};
use crate::cooldowns::Cooldowns;
use crate::ui::data::Cooled;

/// Bytes of the largest report: all the deployments that one may have, with long names.
const BODY_LIMIT: usize = 256 << 10;
/// Bytes of the longest id or cause; ours are shorter.
const LONGEST: usize = 256;

/// Takes a report.
pub(super) async fn post(
    State(cooldowns): State<Arc<Cooldowns>>,
    sent: Body,
) -> Result<Json<Value>, Problem> {
    let Some(bytes) = body::read(sent, BODY_LIMIT).await? else {
        let message = format!("the body is larger than {BODY_LIMIT} bytes: name fewer deployments");
        return Err(Problem::new(413, "invalid_request_error", message));
    };
    let report = read(&bytes)?;
    let cooled = report.cooled.len();
    cooldowns.hear(report, now_us());
    Ok(Json(json!({"cooled": cooled})))
}

fn read(bytes: &[u8]) -> Result<Report, Problem> {
    let report: Report = serde_json::from_slice(bytes)
        .map_err(|error| Problem::invalid(format!("the body is not a report of cooldowns: {error}")))?;
    gateway::check_id(&report.gateway)?;
    let count = report.cooled.len();
    if count > report::MOST {
        let message = format!("`cooled` has {count} deployments; up to {} are taken", report::MOST);
        return Err(Problem::invalid(message).at("cooled"));
    }
    report.cooled.iter().enumerate().try_for_each(|(index, told)| {
        check_text(&format!("cooled[{index}].deployment"), &told.deployment)?;
        check_text(&format!("cooled[{index}].cause"), &told.cause)
    })?;
    Ok(report)
}

fn check_text(at: &str, text: &str) -> Result<(), Problem> {
    if (1..=LONGEST).contains(&text.len()) {
        return Ok(());
    }
    Err(Problem::invalid(format!("`{at}` has {} bytes; expected 1 to {LONGEST}", text.len())).at(at))
}

/// What rests now, by the gateways that were heard of within the last minute.
pub(super) async fn get(State(cooldowns): State<Arc<Cooldowns>>, uri: Uri) -> Result<Json<Value>, Problem> {
    Params::of(&uri, &[])?;
    let now = cooldowns.now(now_us());
    let row = |cooled: Cooled| {
        json!({
            "deployment": cooled.deployment,
            "cause": cooled.cause,
            "until": timestamp(cooled.until_us),
            "gateways": cooled.gateways,
        })
    };
    let cooled: Vec<Value> = now.cooled.into_iter().map(row).collect();
    Ok(Json(json!({"gateways": now.gateways, "cooled": cooled})))
}
