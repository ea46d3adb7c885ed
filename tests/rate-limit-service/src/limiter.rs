//! Limitador's library, asked as its server asks it.

use std::collections::HashMap;
use std::sync::Arc;

use limitador::AsyncRateLimiter;
use limitador::counter::Counter;
use limitador::limit::Limit;
use limitador::storage::AsyncStorage;
use limitador::storage::redis::AsyncRedisStorage;
use rate_limit_service::messages::{Code, Header, RateLimitRequest, RateLimitResponse};
use tokio::sync::Mutex;
use tonic::Status;

/// Limits and their counters.
#[derive(Clone)]
pub struct Limiter(Arc<Mutex<AsyncRateLimiter>>);

impl Limiter {
    /// Connects to Redis.
    ///
    /// # Errors
    /// Redis cannot be reached.
    pub async fn new(redis: &str, limits: Vec<Limit>) -> Result<Self, String> {
        let storage = AsyncRedisStorage::new(redis).await.map_err(|error| format!("{redis}: {error}"))?;
        let storage = AsyncStorage::with_counter_storage(Box::new(storage));
        let limiter = limitador::AsyncRateLimiterBuilder::new(storage).build();
        for limit in limits {
            limiter.add_limit(limit);
        }
        Ok(Self(Arc::new(Mutex::new(limiter))))
    }

    /// Answers one question after another: Limitador reads a counter in Redis and adds to it in two steps, between
    /// which another question would pass too, and a test could not tell how many may.
    ///
    /// # Errors
    /// `UNAVAILABLE` while Redis cannot be reached.
    pub async fn answer(&self, request: RateLimitRequest) -> Result<RateLimitResponse, Status> {
        // Limitador throws the entries of all descriptors together.
        let entries = request.descriptors.into_iter().flat_map(|descriptor| descriptor.entries);
        let values: HashMap<_, _> = entries.map(|entry| (entry.key, entry.value)).collect();
        let hits = i64::from(request.hits_addend.max(1));
        let limiter = self.0.lock().await;
        let checked =
            limiter.check_rate_limited_and_update(&request.domain.into(), &values, hits, true).await;
        let checked = checked.map_err(|error| Status::unavailable(error.to_string()))?;
        let code = if checked.limited { Code::OverLimit } else { Code::Ok };
        let headers = reset(&checked.counters).into_iter().collect();
        Ok(RateLimitResponse { overall_code: code.into(), statuses: Vec::new(), headers })
    }
}

/// What Limitador's server adds with `--rate-limit-headers DRAFT_VERSION_03`, as far as a gateway reads it: when the
/// window of the counter ends that has the least left.
fn reset(counters: &[Counter]) -> Option<Header> {
    let tightest =
        counters.iter().min_by_key(|counter| counter.remaining().unwrap_or(counter.max_value()))?;
    let value = tightest.expires_in()?.as_secs().to_string();
    Some(Header { key: "X-RateLimit-Reset".to_owned(), value })
}
