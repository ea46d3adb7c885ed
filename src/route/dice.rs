//! Randomness that is a pure function of its seed.

/// A stream of draws from one seed (`splitmix64`), so that a plan is a pure function of its inputs.
pub(super) struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// An index, drawn by weight; by turns where all weights are zero. 0 where there is one weight or none.
    pub fn draw(&mut self, weights: impl Iterator<Item = u64> + Clone) -> usize {
        let count = weights.clone().count();
        if count < 2 {
            return 0;
        }
        let total: u128 = weights.clone().map(u128::from).sum();
        if total == 0 {
            return usize::try_from(self.next() % count as u64).unwrap_or(0);
        }
        // The bias of a 64-bit draw modulo a sum of weights is far below what a count of requests can show.
        let mut point = u128::from(self.next()) % total;
        for (index, weight) in weights.enumerate() {
            match point.checked_sub(u128::from(weight)) {
                Some(rest) => point = rest,
                None => return index,
            }
        }
        0
    }
}
