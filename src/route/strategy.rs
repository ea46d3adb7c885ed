//! The order in which one group's deployments are tried, from a snapshot of what is known of them.

use serde::{Deserialize, Serialize};

use super::Candidate;
use super::dice::Dice;

/// `routing_strategy`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// Drawn by weight.
    #[default]
    SimpleShuffle,
    /// The fewest requests under way first.
    LeastBusy,
    /// The fastest first; among those within the buffer, drawn by weight.
    LatencyBased {
        /// `lowest_latency_buffer`, in thousandths: how much slower than the fastest still counts as fast.
        buffer_permille: u32,
        /// `ttl`: for how long a measurement counts, in seconds.
        ttl_s: u64,
    },
    /// The fewest tokens in this minute first; what has no room for the request is left for last.
    UsageBasedV2,
    /// The cheapest first.
    CostBased,
}

/// What is known of one deployment's traffic, over all workers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Tries under way.
    pub in_flight: u64,
    /// Mean time per completion token of recent answers that did not stream, in microseconds.
    pub us_per_token: Option<u64>,
    /// Mean time to the first token of recent streams, in microseconds.
    pub first_token_us: Option<u64>,
    /// Requests in this minute.
    pub requests: u64,
    /// Tokens in this minute.
    pub tokens: u64,
}

/// One deployment to be ordered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'r> {
    pub candidate: &'r Candidate,
    pub load: Load,
}

/// What of the request a strategy looks at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    pub stream: bool,
    /// An estimate.
    pub input_tokens: u64,
}

impl Strategy {
    /// Whether the order depends on [`Load`]: without need of it nothing is measured.
    #[must_use]
    pub fn needs_load(self) -> bool {
        matches!(self, Self::LeastBusy | Self::LatencyBased { .. } | Self::UsageBasedV2)
    }

    /// The entries' indices in the order of their tries, each once: lower `order` first, and within one order
    /// by this strategy. A function of its arguments alone.
    pub(super) fn order(self, entries: &[Entry<'_>], size: Size, dice: &mut Dice) -> Vec<usize> {
        if entries.len() < 2 {
            return (0..entries.len()).collect();
        }
        let mut by_order: Vec<(usize, &Entry<'_>)> = entries.iter().enumerate().collect();
        by_order.sort_by_key(|(_, entry)| entry.candidate.order);
        let mut order = Vec::with_capacity(entries.len());
        for level in by_order.chunk_by(|(_, one), (_, next)| one.candidate.order == next.candidate.order) {
            self.order_level(level, size, dice, &mut order);
        }
        order
    }

    /// Lower ranks first; among equals, drawn by weight.
    fn order_level(self, level: &[(usize, &Entry<'_>)], size: Size, dice: &mut Dice, order: &mut Vec<usize>) {
        let fast = self.fast_us(level, size);
        let ranked = |(index, entry): &(usize, &Entry<'_>)| Ranked {
            rank: self.rank(entry, size, fast),
            index: *index,
            weight: entry.candidate.weight,
        };
        let mut by_rank: Vec<Ranked> = level.iter().map(ranked).collect();
        by_rank.sort_by_key(|ranked| ranked.rank);
        for equals in by_rank.chunk_by(|one, next| one.rank == next.rank) {
            draw(equals, dice, order);
        }
    }

    fn rank(self, entry: &Entry<'_>, size: Size, fast_us: u64) -> Rank {
        let Entry { candidate, load } = entry;
        match self {
            Self::SimpleShuffle => (Tier::First, 0),
            Self::LeastBusy => (Tier::First, load.in_flight),
            Self::LatencyBased { .. } => match load.latency_us(size.stream) {
                // Once each is tried, each is measured.
                None => (Tier::First, 0),
                Some(latency) if latency <= fast_us => (Tier::Second, 0),
                Some(latency) => (Tier::Third, latency),
            },
            Self::UsageBasedV2 if load.has_room(candidate, size) => (Tier::First, load.tokens),
            Self::UsageBasedV2 => (Tier::Second, load.tokens),
            Self::CostBased => candidate.cost.map_or((Tier::Second, 0), |cost| (Tier::First, cost)),
        }
    }

    /// The latency up to which a deployment counts as fast as the fastest one.
    fn fast_us(self, level: &[(usize, &Entry<'_>)], size: Size) -> u64 {
        let Self::LatencyBased { buffer_permille, .. } = self else { return 0 };
        let latencies = level.iter().filter_map(|(_, entry)| entry.load.latency_us(size.stream));
        let lowest = u128::from(latencies.min().unwrap_or(0));
        let fast = lowest + lowest * u128::from(buffer_permille) / 1_000;
        u64::try_from(fast).unwrap_or(u64::MAX)
    }
}

/// The place of a deployment within its order: a tier, then a number of the strategy's own unit. Lower first.
type Rank = (Tier, u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    First,
    Second,
    Third,
}

impl Load {
    fn latency_us(&self, stream: bool) -> Option<u64> {
        if stream { self.first_token_us } else { self.us_per_token }
    }

    /// Whether one more request fits into this minute's limits.
    fn has_room(&self, candidate: &Candidate, size: Size) -> bool {
        let fits = |used: u64, more: u64, limit: Option<u64>| {
            limit.is_none_or(|limit| used.saturating_add(more) <= limit)
        };
        fits(self.tokens, size.input_tokens, candidate.tpm) && fits(self.requests, 1, candidate.rpm)
    }
}

/// An entry of one level.
struct Ranked {
    rank: Rank,
    /// Which of all entries it is.
    index: usize,
    weight: u64,
}

/// Adds the indices in the order of weighted draws without putting back.
fn draw(equals: &[Ranked], dice: &mut Dice, order: &mut Vec<usize>) {
    let mut left: Vec<&Ranked> = equals.iter().collect();
    while !left.is_empty() {
        let next = dice.draw(left.iter().map(|ranked| ranked.weight));
        order.push(left.remove(next).index);
    }
}

#[cfg(test)]
#[path = "strategy_tests.rs"]
mod tests;
