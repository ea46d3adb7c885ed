//! Whether the database takes writes and answers reads, asked at most once a second: the health check needs
//! no credential, so whoever can reach it must not be able to keep the disk busy.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::sync::Mutex;

use super::reader::Readers;
use super::writer::Writer;
use super::{StoreError, migrate};
use crate::db::{Connection, Dialect};

/// How long an answer holds.
const FRESH: Duration = Duration::from_secs(1);

/// What answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Alive {
    /// Which database it is.
    pub(crate) dialect: Dialect,
    /// The version of its schema.
    pub(crate) schema: u32,
}

/// The last answer: when, and what answered or the failure.
#[derive(Default)]
pub(super) struct Probe {
    last: Mutex<Option<(Instant, Result<Alive, StoreError>)>>,
}

impl Probe {
    /// The last answer while it is fresh; otherwise asks. Who comes meanwhile waits for the same answer.
    pub(super) async fn ask(&self, writer: &Writer, readers: &Readers) -> Result<Alive, StoreError> {
        let mut last = self.last.lock().await;
        if let Some((_, answer)) = last.as_ref().filter(|(asked, _)| asked.elapsed() < FRESH) {
            return answer.clone();
        }
        let answer = look(writer, readers).await;
        if let Err(error) = &answer {
            crate::log::error("unhealthy", json!({"message": error.to_string()}));
        }
        *last = Some((Instant::now(), answer.clone()));
        answer
    }
}

async fn look(writer: &Writer, readers: &Readers) -> Result<Alive, StoreError> {
    writer.probe().await?;
    let alive = |connection: &Connection| {
        let schema = migrate::version(connection)?.unwrap_or_default();
        Ok(Alive { dialect: connection.dialect(), schema })
    };
    readers.run(alive).await
}
