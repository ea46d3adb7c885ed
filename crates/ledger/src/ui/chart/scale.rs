//! From values to heights, with round numbers on the way.

use super::{HEAD, HEIGHT};

/// Lines above the base that a chart aims at.
const AIM: f64 = 4.0;

/// A scale from zero to a round number at or above the largest value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scale {
    step: u64,
    top: u64,
}

impl Scale {
    /// A scale on which all of these values have a place.
    pub(super) fn over(values: impl Iterator<Item = u64>) -> Self {
        let most = values.max().unwrap_or(0).max(1);
        let step = round_step(most);
        // Past the largest number there is none that is round.
        let top = most.div_ceil(step).saturating_mul(step);
        Self { step, top }
    }

    /// Where lines are drawn, from zero upwards.
    pub(super) fn ticks(&self) -> impl Iterator<Item = u64> {
        let (step, top) = (self.step, self.top);
        (0..=top / step).map(move |index| index.saturating_mul(step))
    }

    /// How high a value is, in pixels.
    #[allow(clippy::cast_precision_loss, reason = "it is drawn")]
    pub(super) fn height(&self, value: u64) -> f64 {
        HEIGHT * (value as f64 / self.top as f64).min(1.0)
    }

    /// Where a value is, in pixels from the top.
    pub(super) fn y(&self, value: u64) -> f64 {
        HEAD + HEIGHT - self.height(value)
    }
}

/// 1, 2 or 5 times a power of ten; whole, for there is no half request and no half microsecond.
#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a positive number below the largest value"
)]
fn round_step(most: u64) -> u64 {
    let raw = most as f64 / AIM;
    let power = 10_f64.powf(raw.max(1.0).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= raw);
    step.map_or(1, |step| step as u64).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_at_round_numbers_and_hold_every_value() {
        for (most, expected) in [
            (0, vec![0, 1]),
            (1, vec![0, 1]),
            (3, vec![0, 1, 2, 3]),
            (7, vec![0, 2, 4, 6, 8]),
            (100, vec![0, 50, 100]),
            (130, vec![0, 50, 100, 150]),
            (1_234_567, vec![0, 500_000, 1_000_000, 1_500_000]),
        ] {
            let scale = Scale::over([0, most].into_iter());
            assert_eq!(scale.ticks().collect::<Vec<_>>(), expected, "{most}");
        }
    }

    #[test]
    fn the_largest_number_is_drawn_too() {
        let scale = Scale::over([u64::MAX].into_iter());
        assert!(scale.ticks().count() <= 6);
        assert!(scale.height(u64::MAX) <= HEIGHT && scale.y(u64::MAX) >= HEAD);
    }
}
