//! The spend log as a file: every row that matches, as CSV or JSON lines, in bounded memory.
//!
//! Rows are read in pieces, each by a query of its own from the place where the last one ended, and a piece is read
//! when the one before it is taken. So a reader that is slow holds one piece in memory and nothing in the database;
//! one that takes nothing for [`PATIENCE`] is left. An answer that could not be finished ends as a broken
//! connection, never as a whole file with rows missing.

mod csv;
mod lines;

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::Problem;
use super::params::Params;
use crate::store::{Place, SpendFilter, SpendRow, Store};

/// Exports at a time.
const AT_ONCE: usize = 4;

/// How long a piece waits to be taken.
const PATIENCE: Duration = Duration::from_secs(60);

/// A form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Export {
    /// Comma-separated values.
    Csv {
        /// Whether cells that a spreadsheet takes for formulas are left as they are.
        raw: bool,
    },
    /// A JSON object in each line.
    JsonLines,
}

/// Types in an `accept` header that ask for a file.
const TYPES: [(&str, &str); 4] = [
    ("text/csv", "csv"),
    ("application/x-ndjson", "jsonl"),
    ("application/jsonl", "jsonl"),
    ("application/x-jsonlines", "jsonl"),
];

impl Export {
    /// What is asked for: by `format`, or else by the first type in `accept` that is known here.
    pub(super) fn asked(params: &Params, headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let format = params.word("format", &["json", "csv", "jsonl"])?;
        let raw = params.flag("raw")?;
        let export = match format.as_deref().or_else(|| accepted(headers)) {
            Some("csv") => Some(Self::Csv { raw: raw.unwrap_or(false) }),
            Some("jsonl") => Some(Self::JsonLines),
            _ => None,
        };
        match export {
            Some(Self::Csv { .. }) => Ok(export),
            _ if raw.is_some() => Err(Problem::invalid("`raw` is an option of `format=csv`").at("raw")),
            _ => Ok(export),
        }
    }

    fn head(self) -> (&'static str, &'static str) {
        match self {
            Self::Csv { .. } => {
                ("text/csv; charset=utf-8; header=present", "attachment; filename=\"spend-logs.csv\"")
            }
            Self::JsonLines => ("application/x-ndjson", "attachment; filename=\"spend-logs.jsonl\""),
        }
    }

    fn beginning(self) -> Vec<u8> {
        match self {
            Self::Csv { .. } => csv::header(),
            Self::JsonLines => Vec::new(),
        }
    }

    fn write(self, rows: &[SpendRow]) -> Vec<u8> {
        let mut out = Vec::new();
        for row in rows {
            match self {
                Self::Csv { raw } => csv::write(row, raw, &mut out),
                Self::JsonLines => lines::write(row, &mut out),
            }
        }
        out
    }
}

fn accepted(headers: &HeaderMap) -> Option<&'static str> {
    let accept = headers.get(header::ACCEPT)?.to_str().ok()?;
    let mut types = accept.split(',').map(|range| range.split(';').next().unwrap_or_default().trim());
    types.find_map(|found| {
        TYPES.iter().find(|(known, _)| found.eq_ignore_ascii_case(known)).map(|(_, form)| *form)
    })
}

/// Exports over one database.
pub(super) struct Exports {
    store: Arc<Store>,
    turns: Arc<Semaphore>,
}

/// A piece of the file, or why there is no further one.
type Piece = Result<Bytes, std::io::Error>;

impl Exports {
    /// None runs yet.
    pub(super) fn of(store: Arc<Store>) -> Self {
        Self { store, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Begins one; its rows follow while they are taken.
    pub(super) fn start(
        &self,
        export: Export,
        filter: SpendFilter,
        after: Option<Place>,
    ) -> Result<Response, Problem> {
        let turn = Arc::clone(&self.turns).try_acquire_owned().map_err(|_| {
            Problem::unavailable(
                "busy",
                format!("{AT_ONCE} exports are under way: try again when one is done"),
            )
        })?;
        let (pieces, mut taken) = mpsc::channel(1);
        let run = Run { store: Arc::clone(&self.store), export, filter, pieces, _turn: turn };
        tokio::spawn(run.finish(after));
        let stream = futures_util::stream::poll_fn(move |context| taken.poll_recv(context));
        let (kind, name) = export.head();
        let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
        Ok((headers, Body::from_stream(stream)).into_response())
    }
}

/// An export under way.
struct Run {
    store: Arc<Store>,
    export: Export,
    filter: SpendFilter,
    pieces: mpsc::Sender<Piece>,
    _turn: OwnedSemaphorePermit,
}

impl Run {
    async fn finish(self, mut after: Option<Place>) {
        let mut piece = self.export.beginning();
        loop {
            // A reader that left, or that takes nothing, needs no further rows.
            if !piece.is_empty() && self.pieces.send_timeout(Ok(piece.into()), PATIENCE).await.is_err() {
                return;
            }
            match self.store.spend_logs_chunk(self.filter.clone(), after.take()).await {
                Ok(rows) => match rows.last().map(Place::of) {
                    Some(Some(place)) => (piece, after) = (self.export.write(&rows), Some(place)),
                    _ => return,
                },
                Err(error) => {
                    let broken = std::io::Error::other(error.to_string());
                    // Its connection is cut either way.
                    let _ = self.pieces.send_timeout(Err(broken), PATIENCE).await;
                    return;
                }
            }
        }
    }
}
