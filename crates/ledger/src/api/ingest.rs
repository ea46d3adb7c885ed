//! `POST /v1/events`: a gateway delivers a batch.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use http_body_util::BodyExt;
use serde_json::json;
use spillway_filter::event::Acknowledgement;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::Problem;
use crate::intake::{self, Malformed};
use crate::record::Entry;
use crate::store::{Store, StoreError};

/// Batches that are read or stored at a time. With the body limit, this bounds the memory they take.
const AT_ONCE: usize = 16;

/// How long a batch waits before its body is read.
const TURN_WAIT: Duration = Duration::from_secs(5);

/// How long a gateway may take to send a body.
const BODY_WAIT: Duration = Duration::from_secs(30);

/// What the endpoint works with.
pub(super) struct Ingest {
    store: Arc<Store>,
    turns: Semaphore,
    body_limit: usize,
}

impl Ingest {
    /// Over this database, with bodies of up to `body_limit` bytes.
    pub(super) fn new(store: Arc<Store>, body_limit: usize) -> Self {
        Self { store, turns: Semaphore::new(AT_ONCE), body_limit }
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        match tokio::time::timeout(TURN_WAIT, self.turns.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(not_stored(&StoreError::Busy)),
        }
    }
}

/// Answers when the batch is on the disk.
pub(super) async fn post(
    State(ingest): State<Arc<Ingest>>,
    body: Body,
) -> Result<Json<Acknowledgement>, Problem> {
    let _turn = ingest.turn().await?;
    let body = match tokio::time::timeout(BODY_WAIT, read(body, ingest.body_limit)).await {
        Ok(body) => body?,
        Err(_) => return Err(Problem::new(408, "invalid_request_error", "the body did not arrive in time")),
    };
    // Reading eight megabytes of JSON is long work for a thread that serves other connections too.
    let entries = tokio::task::spawn_blocking(move || entries(&body))
        .await
        .map_err(|_| {
            Problem::new(500, "internal_server_error", "reading the batch failed; this is a defect")
        })?
        .map_err(refused)?;
    ingest.store.append(entries).await.map(Json).map_err(|error| not_stored(&error))
}

fn entries(body: &[u8]) -> Result<Vec<Entry>, Malformed> {
    Ok(intake::events(body)?.iter().map(Entry::of).collect())
}

/// The body, if it has at most `limit` bytes. Of a longer one as much again is read and dropped: a gateway
/// that is still sending when the connection closes would see a reset, not the answer.
async fn read(mut body: Body, limit: usize) -> Result<Bytes, Problem> {
    let mut kept = Vec::new();
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
    if seen <= limit { Ok(kept.into()) } else { Err(too_large(limit)) }
}

fn too_large(limit: usize) -> Problem {
    crate::log::warn("batch_refused", json!({"status": 413, "limit_bytes": limit}));
    let message = format!("the body is larger than {limit} bytes: send the batch in parts");
    Problem::new(413, "invalid_request_error", message).code("batch_too_large")
}

/// The sender gets the whole message; the log gets no word of it, since it may quote what a caller wrote.
fn refused(malformed: Malformed) -> Problem {
    crate::log::warn("batch_refused", json!({"status": 400, "event_index": malformed.event}));
    let problem = match &malformed.at {
        Some(at) => Problem::invalid(format!("{at}: {}", malformed.message)).at(at),
        None => Problem::invalid(malformed.message),
    };
    problem.code("malformed_batch")
}

fn not_stored(error: &StoreError) -> Problem {
    crate::log::error("batch_not_stored", json!({"status": 503, "message": error.to_string()}));
    let message = format!("{error}; nothing of this batch was stored: send it again later");
    Problem::unavailable("not_stored", message)
}
