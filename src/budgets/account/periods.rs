//! The periods that something is known of: the one that counts, and a few that were told or charged of late.
//!
//! Others matter around the turn of a period, when late events still tell of the last one and a replica with a
//! faster clock has begun the next; and when a budget gets another duration, whose periods begin at other times.

use super::figures::Figures;

/// How many periods are remembered.
pub(super) const PERIODS: usize = 4;

/// The last used comes first. A new one takes the place of the one that was not used for longest, though never of the
/// one that counts, nor of the latest, which may count next: of old ones, any number may be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Periods(pub(super) [Figures; PERIODS]);

impl Periods {
    /// What is known of a period.
    pub(super) fn get(&self, period_ms: u64) -> Option<&Figures> {
        self.0.iter().find(|figures| figures.period_ms == period_ms)
    }

    /// The figures of a period, which is now the last used; `counts` is the period that counts.
    pub(super) fn using(&mut self, period_ms: u64, counts: u64) -> &mut Figures {
        let Self(periods) = self;
        let known = periods.iter().position(|figures| figures.period_ms == period_ms);
        let latest = periods.iter().map(|figures| figures.period_ms).max();
        let spare = |figures: &Figures| figures.period_ms != counts && Some(figures.period_ms) != latest;
        let place = known.or_else(|| periods.iter().rposition(spare));
        if let Some(before) = periods.get_mut(..=place.unwrap_or(PERIODS - 1)) {
            before.rotate_right(1);
        }
        let [first, ..] = periods;
        if known.is_none() {
            *first = Figures::of(period_ms);
        }
        first
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn used(order: &[u64], counts: u64) -> [(u64, u64); PERIODS] {
        let mut periods = Periods::default();
        for period in order {
            periods.using(*period, counts).count(*period);
        }
        periods.0.each_ref().map(|figures| (figures.period_ms, figures.counted))
    }

    #[test]
    fn the_one_that_nobody_used_for_longest_gives_way() {
        assert_eq!(used(&[5, 2, 3, 4, 2, 3, 6], 3), [(6, 6), (3, 6), (2, 4), (5, 5)]);
    }

    #[test]
    fn the_one_that_counts_and_the_latest_stay() {
        let stay = used(&[7, 9, 1, 2, 3, 4, 5, 6], 7);
        assert_eq!(stay, [(6, 6), (5, 5), (9, 9), (7, 7)]);
    }

    #[test]
    fn a_budget_without_a_duration_has_a_period_like_others() {
        let mut periods = Periods::default();
        for period in [0, 1, 2, 3, 4, 5, 6] {
            periods.using(period, 0).count(7);
        }
        assert_eq!(periods.get(0).map(Figures::spent), Some(7));
    }
}
