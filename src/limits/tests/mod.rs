//! What the limiter promises; here is what its tests share.

mod answers;
mod races;
mod settling;
mod sliding;

use super::*;

const KEY: Scope<'_> = Scope { name: "4f2c", label: "key \"batch\"" };
const WINDOW_MS: u64 = 60_000;

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

fn limits(requests: impl Into<Option<u64>>, tokens: impl Into<Option<u64>>) -> Limits {
    Limits { requests: requests.into(), tokens: tokens.into(), parallel: None }
}

fn granted(outcome: Outcome) -> Reservation {
    match outcome {
        Outcome::Granted(reservation) => reservation,
        other => panic!("granted expected, found {other:?}"),
    }
}

fn refused(outcome: Outcome) -> Refusal {
    match outcome {
        Outcome::Refused(refusal) => refusal,
        other => panic!("refused expected, found {other:?}"),
    }
}
