//! Numbers that look random, and are the same every time.

/// SplitMix64 (Steele, Lea, Flood 2014), begun from a seed.
pub(in crate::guardrails) struct Random(pub u64);

impl Random {
    /// A number from 0 on, below `bound`.
    pub(in crate::guardrails) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) >> 33).unwrap() % bound
    }
}
