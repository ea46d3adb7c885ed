//! A ledger of this test's own, in this process.

use std::time::Duration;

use hyper::Method;
use spillway_filter::event::{Batch, Event};
use spillway_ledger::{Handle, Ledger, Options, Secret};

use crate::database::Place;
use crate::http::{Answer, Http};

pub const TOKEN: &str = "ingest-token";
pub const KEY: &str = "sk-master";

/// What must come has come by then.
const PATIENCE: Duration = Duration::from_secs(60);

/// A ledger on a free port, with a database of its own.
pub struct Running {
    pub http: Http,
    pub ledger: Handle,
    pub place: Place,
}

impl Running {
    pub async fn start() -> Self {
        Self::with(|options| options).await
    }

    pub async fn with(change: impl FnOnce(Options) -> Options) -> Self {
        Self::at(Place::new().await, change).await
    }

    /// On a database that there is already.
    pub async fn at(place: Place, change: impl FnOnce(Options) -> Options) -> Self {
        let usual = Options {
            ingest_token: Some(Secret::new(TOKEN).unwrap()),
            master_key: Some(Secret::new(KEY).unwrap()),
            ..Options::new("127.0.0.1:0", place.database())
        };
        let ledger = Ledger::start(change(usual)).await.unwrap();
        Self { http: Http::to(ledger.addr()), ledger, place }
    }

    /// One number out of the database.
    pub async fn number(&self, select: &str) -> i64 {
        self.place.number(select).await
    }

    pub async fn deliver(&self, events: &[Event]) -> Answer {
        deliver(&self.http, events).await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.http.send(Method::GET, path, Some(KEY), "").await.unwrap()
    }
}

/// Waits until something holds; `what` that is.
pub async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let all = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, all).await.is_ok(), "not so after {PATIENCE:?}: {what}");
}

/// Posts a batch as a gateway does.
pub async fn deliver(http: &Http, events: &[Event]) -> Result<Answer, hyper_util::client::legacy::Error> {
    let batch = Batch { events: events.to_vec() };
    http.send(Method::POST, "/v1/events", Some(TOKEN), serde_json::to_vec(&batch).unwrap()).await
}
