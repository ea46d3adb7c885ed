//! `POST /v1/events`: a gateway delivers a batch.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use serde_json::json;
use spillway_filter::event::Acknowledgement;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{Problem, body};
use crate::intake::{self, Malformed};
use crate::metrics::{Metrics, Refusal};
use crate::record::Entry;
use crate::store::{Store, StoreError};

/// Batches that are read or stored at a time. With the body limit, this bounds the memory they take.
const AT_ONCE: usize = 16;

/// How long a batch waits before its body is read.
const TURN_WAIT: Duration = Duration::from_secs(5);

/// What the endpoint works with.
pub(super) struct Ingest {
    store: Arc<Store>,
    metrics: Arc<Metrics>,
    turns: Semaphore,
    body_limit: usize,
}

impl Ingest {
    /// Over this database, with bodies of up to `body_limit` bytes.
    pub(super) fn new(store: Arc<Store>, metrics: Arc<Metrics>, body_limit: usize) -> Self {
        Self { store, metrics, turns: Semaphore::new(AT_ONCE), body_limit }
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        match tokio::time::timeout(TURN_WAIT, self.turns.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(self.not_stored(&StoreError::Busy)),
        }
    }

    fn too_large(&self) -> Problem {
        let limit = self.body_limit;
        self.metrics.refused(Refusal::TooLarge);
        crate::log::warn("batch_refused", json!({"status": 413, "limit_bytes": limit}));
        let message = format!("the body is larger than {limit} bytes: send the batch in parts");
        Problem::new(413, "invalid_request_error", message).code("batch_too_large")
    }

    /// The sender gets the whole message; the log gets no word of it, since it may quote what a caller wrote.
    fn malformed(&self, malformed: Malformed) -> Problem {
        self.metrics.refused(Refusal::Malformed);
        crate::log::warn("batch_refused", json!({"status": 400, "event_index": malformed.event}));
        let problem = match &malformed.at {
            Some(at) => Problem::invalid(format!("{at}: {}", malformed.message)).at(at),
            None => Problem::invalid(malformed.message),
        };
        problem.code("malformed_batch")
    }

    fn not_stored(&self, error: &StoreError) -> Problem {
        let busy = *error == StoreError::Busy;
        self.metrics.refused(if busy { Refusal::Busy } else { Refusal::Storage });
        crate::log::error("batch_not_stored", json!({"status": 503, "message": error.to_string()}));
        let message = format!("{error}; nothing of this batch was stored: send it again later");
        Problem::unavailable("not_stored", message)
    }
}

/// Answers when the batch is on the disk.
pub(super) async fn post(
    State(ingest): State<Arc<Ingest>>,
    body: Body,
) -> Result<Json<Acknowledgement>, Problem> {
    let _turn = ingest.turn().await?;
    let body = body::read(body, ingest.body_limit).await?.ok_or_else(|| ingest.too_large())?;
    // Reading eight megabytes of JSON is long work for a thread that serves other connections too.
    let entries = tokio::task::spawn_blocking(move || entries(&body))
        .await
        .map_err(|_| {
            Problem::new(500, "internal_server_error", "reading the batch failed; this is a defect")
        })?
        .map_err(|error| ingest.malformed(error))?;
    let stored = ingest.store.append(entries).await.map_err(|error| ingest.not_stored(&error))?;
    ingest.metrics.taken(stored.stored, stored.duplicates);
    Ok(Json(stored))
}

fn entries(body: &[u8]) -> Result<Vec<Entry>, Malformed> {
    Ok(intake::events(body)?.into_iter().map(Entry::of).collect())
}
