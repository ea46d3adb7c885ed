//! Randomness that is a pure function of its seed.

use crate::random::SplitMix;

/// Draws from one seed, so that a plan is a pure function of its inputs.
pub(super) struct Dice(pub SplitMix);

impl Dice {
    pub fn seeded(seed: u64) -> Self {
        Self(SplitMix(seed))
    }

    /// An index, drawn by weight; by turns where all weights are zero. 0 where there is one weight or none.
    pub fn draw(&mut self, weights: impl Iterator<Item = u64> + Clone) -> usize {
        let count = weights.clone().count();
        if count < 2 {
            return 0;
        }
        let total: u128 = weights.clone().map(u128::from).sum();
        if total == 0 {
            return self.0.index(count);
        }
        // The bias of a 64-bit draw modulo a sum of weights is far below what a count of requests can show.
        let mut point = u128::from(self.0.draw()) % total;
        for (index, weight) in weights.enumerate() {
            match point.checked_sub(u128::from(weight)) {
                Some(rest) => point = rest,
                None => return index,
            }
        }
        0
    }
}
