//! One connection, as those see it who decide which one has to go.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::Connections;

/// Without any progress for so long, an answer that is under way keeps no newcomer out.
const STALLED: Duration = Duration::from_secs(60);

/// A connection that is there.
pub(super) struct Guest {
    /// Its address; of IPv6 its network.
    pub(super) from: IpAddr,
    came: Instant,
    asked: AtomicBool,
    under_way: AtomicUsize,
    /// When something happened on it last: milliseconds after it came.
    last_ms: AtomicU64,
    told_to_go: Notify,
}

/// How far a connection is from being of use; the least goes first, and of two equal ones the one that is so for longer.
pub(super) type Use = (Kind, Instant);

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// It has never had a request.
    Silent,
    /// It had one, and has none now.
    Idle,
    /// It has one, which makes no progress.
    Stalled,
}

impl Guest {
    pub(super) fn new(from: IpAddr, came: Instant) -> Self {
        Self {
            from,
            came,
            asked: AtomicBool::new(false),
            under_way: AtomicUsize::new(0),
            last_ms: AtomicU64::new(0),
            told_to_go: Notify::new(),
        }
    }

    /// What it may be closed for in favour of another one; none while it is of use.
    pub(super) fn dispensable(&self, now: Instant) -> Option<Use> {
        let last = self.last();
        if !self.has_asked() {
            Some((Kind::Silent, last))
        } else if self.under_way.load(Ordering::Relaxed) == 0 {
            Some((Kind::Idle, last))
        } else {
            (now.duration_since(last) > STALLED).then_some((Kind::Stalled, last))
        }
    }

    /// Whether it has had a request.
    pub(super) fn has_asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Has it closed.
    pub(super) fn dismiss(&self) {
        self.told_to_go.notify_one();
    }

    /// Returns when the connection has to be closed: it was dismissed, or silent for too long.
    pub(super) async fn overstays(&self, bounds: &Connections) {
        loop {
            let until = match self.has_asked() {
                false => self.came + bounds.first_headers,
                true => self.last() + bounds.idle,
            };
            if until <= Instant::now() {
                return;
            }
            tokio::select! {
                () = sleep_until(until) => {}
                () = self.told_to_go.notified() => return,
            }
        }
    }

    pub(super) fn begins(&self) {
        self.asked.store(true, Ordering::Relaxed);
        self.under_way.fetch_add(1, Ordering::Relaxed);
        self.progresses();
    }

    pub(super) fn progresses(&self) {
        let since = u64::try_from(self.came.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_ms.store(since, Ordering::Relaxed);
    }

    pub(super) fn ends(&self) {
        self.progresses();
        self.under_way.fetch_sub(1, Ordering::Relaxed);
    }

    fn last(&self) -> Instant {
        self.came + Duration::from_millis(self.last_ms.load(Ordering::Relaxed))
    }
}
