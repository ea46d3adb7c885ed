//! Numbers that look random, out of a seed: for ids that no other request has, shuffles and jitter, and for tests, which meet
//! the same ones every time. No secrets.

/// xoshiro256++ (Blackman and Vigna, <https://prng.di.unimi.it/>): 256 bits of state, period 2²⁵⁶ − 1.
#[derive(Clone, Copy, Debug)]
pub struct Random([u64; 4]);

impl Random {
    /// A generator with this seed. A seed of zeros, which would give zeros for ever, is replaced.
    #[must_use]
    pub fn seeded(seed: [u64; 4]) -> Self {
        if seed == [0; 4] { Self([1, 2, 3, 4]) } else { Self(seed) }
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        let [a, b, c, d] = self.0;
        let drawn = a.wrapping_add(d).rotate_left(23).wrapping_add(a);
        let (c, d) = (c ^ a, d ^ b);
        self.0 = [a ^ d, b ^ c, c ^ b << 17, d.rotate_left(45)];
        drawn
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014), which any number is a good seed of: for what is to be a function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SplitMix(pub u64);

impl SplitMix {
    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 on, below `bound`; 0 where that is 0. What is left over by the bound makes some numbers likelier, by
    /// less than anybody could count.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.draw().checked_rem(bound).unwrap_or_default()
    }

    /// A place among so many, as [`SplitMix::below`].
    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn the_reference_s_first_numbers() {
        // Of the authors' C code with the state {1, 2, 3, 4}.
        let mut random = Random::seeded([1, 2, 3, 4]);
        let drawn = [random.draw(), random.draw(), random.draw()];
        assert_eq!(drawn, [41_943_041, 58_720_359, 3_588_806_011_781_223]);
    }

    #[test]
    fn the_other_reference_s_first_numbers() {
        // Of the public-domain C code by Vigna, <https://prng.di.unimi.it/splitmix64.c>, with the state 1234567.
        let mut random = SplitMix(1_234_567);
        let drawn = [random.draw(), random.draw(), random.draw()];
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
        assert_eq!([random.below(0), random.below(1)], [0, 0]);
        assert!((0..1_000).all(|_| random.index(3) < 3));
    }

    #[test]
    fn numbers_do_not_come_again_soon() {
        let mut random = Random::seeded([0; 4]);
        let drawn: std::collections::BTreeSet<u64> = (0..10_000).map(|_| random.draw()).collect();
        assert_eq!(drawn.len(), 10_000);
    }
}
