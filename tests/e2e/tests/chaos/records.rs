//! Where it is read what has become of requests: the ledger's database, its answers, the filter's statistics.

use std::net::SocketAddr;

use serde_json::Value;
use spillway_e2e::Failure;
use spillway_e2e::client::{self, Ask};

use crate::books::Books;
use crate::recipes::MASTER_KEY;

/// What one gateway and its ledger have told.
pub struct Records {
    /// Envoy's administration interface.
    pub admin: SocketAddr,
    /// Where the ledger itself listens.
    pub ledger: SocketAddr,
    /// The ledger's database.
    pub books: Books,
}

impl Records {
    /// A statistic of Envoy's, 0 where it was never set.
    ///
    /// # Errors
    /// Envoy does not answer.
    pub async fn stat(&self, name: &str) -> Result<u64, Failure> {
        let ask = Ask::get(&format!("/stats?format=json&filter=^{}$", name.replace('.', "\\.")), "");
        let stats = client::send(self.admin, &ask).await?.json();
        Ok(stats["stats"][0]["value"].as_u64().unwrap_or(0))
    }

    /// What the ledger answers to a query.
    ///
    /// # Errors
    /// It does not answer with 200.
    pub async fn query(&self, path: &str) -> Result<Value, Failure> {
        let answer = client::send(self.ledger, &Ask::get(path, MASTER_KEY)).await?;
        if answer.status == 200 { Ok(answer.json()) } else { Err(format!("{path}: HTTP {}", answer.status)) }
    }
}
