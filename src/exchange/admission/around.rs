//! What all workers know of the deployments, asked only as far as a plan needs it.

use std::cell::OnceCell;

use crate::exchange::STALE_MS;
use crate::health::{self, Board, traffic};
use crate::memory::Shared;
use crate::route::{Load, Router, Standing, Strategy, Surroundings};

/// A probe is one request's own for a little longer than its try may take.
const PROBE_MARGIN_MS: u64 = 1_000;
/// For how long a measurement counts under strategies that do not say, in milliseconds.
const TTL_MS: u64 = 3_600_000;

/// The shared memory as a plan sees it at one instant.
pub(super) struct Around<'a> {
    router: &'a Router,
    shared: &'a dyn Shared,
    now_ms: u64,
    /// Read once per plan, and only if a plan asks.
    board: OnceCell<Board>,
}

impl<'a> Around<'a> {
    pub fn new(router: &'a Router, shared: &'a dyn Shared, now_ms: u64) -> Self {
        Self { router, shared, now_ms, board: OnceCell::new() }
    }

    fn probe_ms(&self, deployment: &str) -> u64 {
        let found = self.router.deployments.iter().find(|candidate| candidate.id == deployment);
        let longest =
            found.map_or(0, |candidate| candidate.timeouts.answer_ms.max(candidate.timeouts.first_token_ms));
        longest.saturating_add(PROBE_MARGIN_MS)
    }
}

impl Surroundings for Around<'_> {
    fn standing(&self, deployment: &str) -> Standing {
        let board = self.board.get_or_init(|| Board::load(self.shared));
        match board.standing(deployment, self.now_ms) {
            health::Standing::Well => Standing::Well,
            health::Standing::Due => Standing::Due,
            health::Standing::Cooled { until_ms } => Standing::Cooled(until_ms),
        }
    }

    fn claim(&self, deployment: &str) -> bool {
        health::claim(self.shared, deployment, self.probe_ms(deployment), self.now_ms)
    }

    fn load(&self, deployment: &str) -> Load {
        let ttl_ms = match self.router.strategy {
            Strategy::LatencyBased { ttl_s, .. } => ttl_s.saturating_mul(1_000),
            _ => TTL_MS,
        };
        let traffic = traffic::Traffic::load(self.shared, deployment, self.now_ms, ttl_ms, STALE_MS);
        Load {
            in_flight: traffic.in_flight,
            us_per_token: traffic.us_per_token,
            first_token_us: traffic.first_token_us,
            requests: traffic.requests,
            tokens: traffic.tokens,
        }
    }
}
