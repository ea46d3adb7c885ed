//! Random numbers out of one seed: for ids that no other request has, shuffles and jitter. No secrets.

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

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::Random;

    #[test]
    fn the_reference_s_first_numbers() {
        // Of the authors' C code with the state {1, 2, 3, 4}.
        let mut random = Random::seeded([1, 2, 3, 4]);
        let drawn = [random.draw(), random.draw(), random.draw()];
        assert_eq!(drawn, [41_943_041, 58_720_359, 3_588_806_011_781_223]);
    }

    #[test]
    fn numbers_do_not_come_again_soon() {
        let mut random = Random::seeded([0; 4]);
        let drawn: std::collections::BTreeSet<u64> = (0..10_000).map(|_| random.draw()).collect();
        assert_eq!(drawn.len(), 10_000);
    }
}
