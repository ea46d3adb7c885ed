//! The buckets of a span, side by side.

use crate::ui::data::{Bucket, MOST_POINTS, Span};
use crate::ui::format::{bucket_label, bucket_title};

/// Most names under a plot. On a phone there is room for every second.
const MOST_LABELS: u64 = 8;

/// Buckets from one name to the next.
const HOURS: &[u64] = &[1, 2, 3, 4, 6, 12, 24, 48, 96];
const DAYS: &[u64] = &[1, 2, 3, 5, 7, 10, 15, 30, 61];

/// Every bucket of a span, also those that nothing happened in.
#[derive(Clone, Copy, Debug)]
pub(in crate::ui) struct Slots {
    span: Span,
    count: u64,
}

impl Slots {
    /// The buckets of a span.
    pub(in crate::ui) fn of(span: Span) -> Self {
        let length = span.to_us.saturating_sub(span.from_us);
        Self { span, count: (length / span.bucket.microseconds()).clamp(1, MOST_POINTS) }
    }

    /// How many.
    #[allow(clippy::cast_possible_truncation, reason = "at most MOST_POINTS")]
    pub(in crate::ui) fn count(&self) -> usize {
        self.count as usize
    }

    /// When each begins.
    fn starts(&self) -> impl Iterator<Item = u64> {
        let (from, length) = (self.span.from_us, self.span.bucket.microseconds());
        (0..self.count).map(move |index| from + index * length)
    }

    /// The value of each: that of the point that begins with it, or the default.
    pub(in crate::ui) fn filled<P, V: Default>(
        &self,
        points: &[P],
        at: impl Fn(&P) -> u64,
        value: impl Fn(&P) -> V,
    ) -> Vec<V> {
        let mut values: Vec<V> = self.starts().map(|_| V::default()).collect();
        for point in points {
            let distance = at(point).checked_sub(self.span.from_us);
            let index = distance.map(|distance| distance / self.span.bucket.microseconds());
            let slot =
                index.and_then(|index| usize::try_from(index).ok()).and_then(|index| values.get_mut(index));
            if let Some(slot) = slot {
                *slot = value(point);
            }
        }
        values
    }

    /// Each in words.
    pub(in crate::ui) fn titles(&self) -> impl Iterator<Item = String> {
        let bucket = self.span.bucket;
        self.starts().map(move |at| bucket_title(at, bucket))
    }

    /// The names below the plot: of which slot, and what.
    pub(super) fn labels(&self) -> impl Iterator<Item = (usize, String)> {
        let bucket = self.span.bucket;
        let steps = match bucket {
            Bucket::Hour => HOURS,
            Bucket::Day => DAYS,
        };
        let step = steps
            .iter()
            .find(|step| self.count.div_ceil(**step) <= MOST_LABELS)
            .copied()
            .unwrap_or(self.count);
        // By the clock, not by the first bucket: 00:00, 04:00, …
        let named = move |at: u64| (at / bucket.microseconds()).is_multiple_of(step);
        self.starts()
            .enumerate()
            .filter(move |(_, at)| named(*at))
            .map(move |(index, at)| (index, bucket_label(at, bucket)))
    }

    /// Where a slot begins and how wide it is, as shares of the width.
    #[allow(clippy::cast_precision_loss, reason = "at most MOST_POINTS")]
    pub(super) fn place(&self, index: usize) -> (f64, f64) {
        let count = self.count as f64;
        (index as f64 / count, 1.0 / count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 1_795_132_800_000_000;
    const HOUR: u64 = Bucket::Hour.microseconds();

    fn day() -> Slots {
        Slots::of(Span { from_us: DAY, to_us: DAY + 24 * HOUR, bucket: Bucket::Hour })
    }

    #[test]
    fn missing_points_are_zero_and_strange_ones_nowhere() {
        let points = [(DAY + HOUR, 5), (DAY - HOUR, 7), (DAY + 24 * HOUR, 9)];
        let values = day().filled(&points, |point| point.0, |point| point.1);
        assert_eq!(values.len(), 24);
        assert_eq!(values.iter().sum::<u64>(), 5);
        assert_eq!(values[1], 5);
    }

    #[test]
    fn few_names_by_the_clock() {
        let labels: Vec<_> = day().labels().collect();
        let texts: Vec<_> = labels.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["Nov 20", "03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"]);
        for days in 1..=366 {
            let span = Span { from_us: DAY, to_us: DAY + days * 24 * HOUR, bucket: Bucket::Day };
            let count = Slots::of(span).labels().count();
            assert!((1..=9).contains(&count), "{days} days: {count}");
        }
    }

    #[test]
    fn the_number_of_slots_is_bounded() {
        let endless = Span { from_us: 0, to_us: u64::MAX, bucket: Bucket::Hour };
        assert_eq!(Slots::of(endless).count() as u64, MOST_POINTS);
    }
}
