//! A request's body, read within bounds of size and time.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use http_body_util::BodyExt;

use super::Problem;

/// How long a sender may take.
const WAIT: Duration = Duration::from_secs(30);

/// The body, or `None` for one of more than `limit` bytes.
pub(super) async fn read(body: Body, limit: usize) -> Result<Option<Bytes>, Problem> {
    tokio::time::timeout(WAIT, whole(body, limit)).await.unwrap_or_else(|_| {
        Err(Problem::new(408, "invalid_request_error", "the body did not arrive in time"))
    })
}

/// Of a body that is too long as much again is read and dropped: a sender that is still sending when the
/// connection closes would see a reset, not the answer.
async fn whole(mut body: Body, limit: usize) -> Result<Option<Bytes>, Problem> {
    let mut kept = Vec::with_capacity(room(&body, limit));
    let mut seen = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::invalid("the connection broke within the body"))?;
        let Ok(data) = frame.into_data() else { continue };
        seen = seen.saturating_add(data.len());
        if seen <= limit {
            kept.extend_from_slice(&data);
        } else {
            kept = Vec::new();
        }
        if seen > limit.saturating_mul(2) {
            break;
        }
    }
    Ok((seen <= limit).then(|| kept.into()))
}

/// Bytes that the body is said to have. Memory that is only reserved costs nothing.
fn room(body: &Body, limit: usize) -> usize {
    let told = body.size_hint().exact().and_then(|told| usize::try_from(told).ok());
    told.unwrap_or_default().min(limit)
}
