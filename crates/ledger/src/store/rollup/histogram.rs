//! How long things took, in buckets whose widths grow with them: each power of two is divided into four, so that a
//! bucket is at most a quarter as wide as where it begins. Buckets are the same for ever, so histograms can be added.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ui::data::Percentiles;

/// log₂ of the buckets within a power of two.
const LOG_PARTS: u32 = 2;

/// Buckets within a power of two, and of the values below it, one microsecond each.
const PARTS: u64 = 1 << LOG_PARTS;

/// Counts by bucket, those that are empty left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::store) struct Histogram {
    counts: BTreeMap<u8, u64>,
}

/// A text that [`Histogram`] did not write: a part of it.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::store) struct NoHistogram(String);

impl Display for NoHistogram {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "expected pairs such as 57:3, found {:?}", self.0)
    }
}

impl Histogram {
    /// Counts one duration in microseconds.
    pub(super) fn count(&mut self, microseconds: u64) {
        self.count_many(bucket_of(microseconds), 1);
    }

    /// Whether nothing was counted.
    pub(super) fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Adds all counts of another.
    pub(in crate::store) fn add(&mut self, other: &Self) {
        for (bucket, count) in &other.counts {
            self.count_many(*bucket, *count);
        }
    }

    fn count_many(&mut self, bucket: u8, count: u64) {
        let sum = self.counts.entry(bucket).or_default();
        *sum = sum.saturating_add(count);
    }

    /// The percentiles that are shown; none where nothing was counted.
    pub(in crate::store) fn percentiles(&self) -> Option<Percentiles> {
        Some(Percentiles {
            p50_us: self.percentile(50)?,
            p90_us: self.percentile(90)?,
            p99_us: self.percentile(99)?,
        })
    }

    /// The duration that so many of a hundred do not exceed. Those within a bucket count as spread evenly over it.
    fn percentile(&self, percent: u64) -> Option<u64> {
        let total = self.counts.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let rank = (u128::from(total) * u128::from(percent)).div_ceil(100);
        let mut before = 0_u128;
        for (bucket, count) in &self.counts {
            let count = u128::from(*count);
            if before + count >= rank {
                let (begin, end) = (begin_of(*bucket), begin_of(bucket.saturating_add(1)));
                let within = u128::from(end.saturating_sub(begin)) * (2 * (rank - before) - 1) / (2 * count);
                return Some(begin.saturating_add(u64::try_from(within).unwrap_or_default()));
            }
            before += count;
        }
        None
    }
}

/// The bucket of a duration.
fn bucket_of(microseconds: u64) -> u8 {
    let Some(power) = microseconds.checked_ilog2().filter(|power| *power >= LOG_PARTS) else {
        return u8::try_from(microseconds).unwrap_or_default();
    };
    let part = (microseconds >> (power - LOG_PARTS)) % PARTS;
    u8::try_from(u64::from(power - LOG_PARTS + 1) * PARTS + part).unwrap_or(u8::MAX)
}

/// The smallest duration of a bucket.
fn begin_of(bucket: u8) -> u64 {
    let (group, part) = (u32::from(bucket) / 4, u64::from(bucket) % PARTS);
    match group.checked_sub(1) {
        None => part,
        Some(power) => (PARTS + part).saturating_mul(1_u64.checked_shl(power).unwrap_or(u64::MAX)),
    }
}

impl Display for Histogram {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut space = "";
        for (bucket, count) in &self.counts {
            write!(out, "{space}{bucket}:{count}")?;
            space = " ";
        }
        Ok(())
    }
}

impl FromStr for Histogram {
    type Err = NoHistogram;

    fn from_str(text: &str) -> Result<Self, NoHistogram> {
        let mut read = Self::default();
        for pair in text.split_ascii_whitespace() {
            let parsed = pair
                .split_once(':')
                .and_then(|(bucket, count)| Some((bucket.parse::<u8>().ok()?, count.parse::<u64>().ok()?)));
            let (bucket, count) = parsed.ok_or_else(|| NoHistogram(pair.chars().take(40).collect()))?;
            read.count_many(bucket, count);
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(durations: impl IntoIterator<Item = u64>) -> Histogram {
        let mut histogram = Histogram::default();
        durations.into_iter().for_each(|duration| histogram.count(duration));
        histogram
    }

    #[test]
    fn buckets_follow_each_other_and_are_narrow() {
        for bucket in 0..=bucket_of(u64::MAX) {
            let begin = begin_of(bucket);
            assert_eq!(bucket_of(begin), bucket, "{begin}");
            if bucket > 0 {
                assert_eq!(bucket_of(begin - 1), bucket - 1, "{begin}");
            }
            let next = begin_of(bucket + 1);
            assert!(next - begin <= (begin / 4).max(1), "{begin} to {next}");
        }
        assert_eq!(bucket_of(u64::MAX), 251);
    }

    #[test]
    fn percentiles_are_near_the_true_ones() {
        let told = of(1..=1_000_000).percentiles().unwrap();
        for (found, exact) in [(told.p50_us, 500_000), (told.p90_us, 900_000), (told.p99_us, 990_000)] {
            let off = found.abs_diff(exact);
            assert!(off * 20 <= exact, "{found} for {exact}");
        }
        assert_eq!(of([]).percentiles(), None);
        let one = of([1_000]).percentiles().unwrap();
        assert_eq!(bucket_of(one.p99_us), bucket_of(1_000));
        assert_eq!(one.p50_us, one.p99_us);
    }

    #[test]
    fn a_histogram_is_read_as_it_was_written() {
        let histogram = of([0, 3, 900, 1_000, 1_000_000, u64::MAX]);
        assert_eq!(histogram.to_string(), "0:1 3:1 35:2 75:1 251:1");
        assert_eq!(histogram.to_string().parse(), Ok(histogram.clone()));
        assert_eq!("".parse(), Ok(Histogram::default()));
        let mut twice = histogram.clone();
        twice.add(&histogram);
        assert_eq!(twice.to_string(), "0:2 3:2 35:4 75:2 251:2");
    }

    #[test]
    fn what_is_no_histogram_is_quoted() {
        for text in ["7", "7:", "256:1", "1:-1", "a:1"] {
            assert_eq!(text.parse::<Histogram>(), Err(NoHistogram(text.to_owned())));
        }
    }
}
