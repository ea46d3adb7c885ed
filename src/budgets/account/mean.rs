//! What a scope's requests cost of late.

/// Requests that the mean looks back on, roughly: each new one weighs an eighth.
const WEIGHT: u64 = 8;

/// The exponentially weighted mean of what requests cost; of the first eight, their plain mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mean {
    /// In 10⁻⁹ US dollars.
    pub(super) cost: u64,
    /// How many requests it was made of, counted up to [`WEIGHT`]; 0: nothing is known.
    pub(super) requests: u64,
}

impl Mean {
    /// A request that cost nothing has failed, or its model has no price: it does not tell what an answer costs.
    pub(super) fn observe(&mut self, cost: u64) {
        if cost == 0 {
            return;
        }
        self.requests = self.requests.saturating_add(1).min(WEIGHT);
        let weight = u128::from(self.requests);
        let sum = u128::from(self.cost) * weight.saturating_sub(1) + u128::from(cost);
        self.cost = u64::try_from((sum + weight / 2) / weight).unwrap_or(u64::MAX);
    }

    pub(super) fn known(self) -> Option<u64> {
        (self.requests > 0).then_some(self.cost)
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn mean(costs: impl IntoIterator<Item = u64>) -> Option<u64> {
        let mut mean = Mean::default();
        costs.into_iter().for_each(|cost| mean.observe(cost));
        mean.known()
    }

    #[test]
    fn means() {
        assert_eq!(mean([]), None);
        assert_eq!(mean([0, 0]), None, "free of charge");
        assert_eq!(mean([100]), Some(100));
        assert_eq!(mean([100, 300, 200]), Some(200));
        assert_eq!(mean([100, 0, 300]), Some(200));
        assert_eq!(mean([u64::MAX; 20]), Some(u64::MAX));
    }

    #[test]
    fn it_follows_what_requests_cost() {
        let dearer = [vec![1_000; 100], vec![9_000; 8]].concat();
        assert!((5_000..9_000).contains(&mean(dearer).unwrap()));
        let dearer = [vec![1_000; 100], vec![9_000; 60]].concat();
        assert!((8_990..=9_000).contains(&mean(dearer).unwrap()));
    }
}
