//! When old rows are deleted: now and then, and never for more than a share of the writer's time.

use std::sync::Weak;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Left, Retention, step};
use crate::store::{Store, StoreError};

/// How often it is looked for what has become too old.
const EVERY: Duration = Duration::from_secs(60);

/// A step is followed by so many times its own duration without one: a tenth of the writer's time at most.
const REST: u32 = 9;

/// Deletes what is too old as long as the store is there.
pub(crate) async fn keep(store: Weak<Store>, retention: Retention) {
    loop {
        let Some(rest) = round(&store, retention).await else { return };
        tokio::time::sleep(rest).await;
    }
}

/// One step, and how long to wait for the next; none where the store is closed.
async fn round(store: &Weak<Store>, retention: Retention) -> Option<Duration> {
    let began = Instant::now();
    let done = store.upgrade()?.delete_old(retention).await;
    match done {
        Ok(Left::Something) => Some(began.elapsed() * REST),
        // Where gateways' batches take all the time, nothing is deleted.
        Ok(Left::Nothing) | Err(StoreError::Busy) => Some(EVERY),
        Err(StoreError::Closed) => None,
        Err(error) => {
            crate::log::error("retention_failed", json!({"message": error.to_string()}));
            Some(EVERY)
        }
    }
}

impl Store {
    async fn delete_old(&self, retention: Retention) -> Result<Left, StoreError> {
        self.writer.change(move |db| step(db, retention).map_err(StoreError::from)).await
    }
}
