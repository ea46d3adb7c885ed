//! How often a budget begins anew: LiteLLM's durations, on a grid that every replica and the ledger agree on.

use crate::calendar::{self, DAY_MS};

/// What is said where a duration is not one.
const EXPECTED: &str = "expected a whole number from 1 and a unit (s, m, h, d, w or mo), like 30d, or one of \
                        hourly, daily, weekly and monthly";

/// A `budget_duration`. Its periods are aligned in UTC: they depend on the time only, never on when a key was made.
///
/// | duration | begins |
/// |---|---|
/// | `Ns` `Nm` `Nh`, `hourly` | on the grid of so many seconds since 1970 |
/// | `1d`, `daily` | at midnight |
/// | `7d`, `1w`, `weekly` | on Monday at midnight |
/// | `30d`, `1mo`, `monthly` | on the first of the month at midnight |
/// | other `Nd` | at midnight, on the grid of so many days since 1970 |
/// | `Nw` | on Monday at midnight, on the grid of so many weeks since Monday, 1969-12-29 |
/// | `Nmo` | on the first of a month at midnight, on the grid of so many months since January of year 0 |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Every(Grid);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grid {
    Milliseconds(u64),
    Weeks(u64),
    Months(u64),
}

/// From Monday, 1969-12-29, to Thursday, 1970-01-01.
const MONDAY_BEFORE_EPOCH_MS: u64 = 3 * DAY_MS;
const WEEK_MS: u64 = 7 * DAY_MS;

impl Every {
    /// Reads a duration as LiteLLM writes it.
    ///
    /// # Errors
    /// What was found and what was expected, fit to stand after the name of the field.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::read(text).ok_or_else(|| format!("found \"{text}\", {EXPECTED}"))
    }

    fn read(text: &str) -> Option<Self> {
        let text = match text {
            "hourly" => "1h",
            "daily" => "1d",
            "weekly" => "1w",
            "monthly" => "1mo",
            other => other,
        };
        let (digits, unit) = text.split_at_checked(text.find(|letter: char| !letter.is_ascii_digit())?)?;
        // 32 bits of any unit are less than 64 bits of milliseconds: nothing below overflows.
        let count = digits.parse::<u32>().ok().map(u64::from).filter(|count| *count > 0)?;
        let grid = match (unit, count) {
            ("s", _) => Grid::Milliseconds(count * 1_000),
            ("m", _) => Grid::Milliseconds(count * 60_000),
            ("h", _) => Grid::Milliseconds(count * 3_600_000),
            ("d", 7) => Grid::Weeks(1),
            ("d", 30) => Grid::Months(1),
            ("d", _) => Grid::Milliseconds(count * DAY_MS),
            ("w", _) => Grid::Weeks(count),
            ("mo", _) => Grid::Months(count),
            _ => return None,
        };
        Some(Self(grid))
    }

    /// When the period began that `now_ms` lies in; milliseconds since the Unix epoch, as all times here.
    #[must_use]
    pub fn start_ms(&self, now_ms: u64) -> u64 {
        self.bounds(now_ms).0
    }

    /// When the next period begins.
    #[must_use]
    pub fn end_ms(&self, now_ms: u64) -> u64 {
        self.bounds(now_ms).1
    }

    fn bounds(self, now_ms: u64) -> (u64, u64) {
        match self.0 {
            Grid::Milliseconds(length) => cell(now_ms, length),
            Grid::Weeks(count) => {
                let (start, end) = cell(now_ms.saturating_add(MONDAY_BEFORE_EPOCH_MS), count * WEEK_MS);
                (start.saturating_sub(MONDAY_BEFORE_EPOCH_MS), end.saturating_sub(MONDAY_BEFORE_EPOCH_MS))
            }
            Grid::Months(count) => {
                let (start, end) = cell(calendar::month_of(now_ms / DAY_MS), count);
                let at = |month| calendar::first_day_of(month).saturating_mul(DAY_MS);
                (at(start), at(end))
            }
        }
    }
}

/// The cell that `at` lies in, of a grid of `length` from 0.
fn cell(at: u64, length: u64) -> (u64, u64) {
    let start = at - at % length;
    (start, start.saturating_add(length))
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::calendar::iso;

    /// Saturday, 2026-11-21, 10:55:38.123.
    const NOW: u64 = 1_795_258_538_123;

    #[test]
    fn periods_are_aligned() {
        assert_eq!(iso(NOW), "2026-11-21T10:55:38Z");
        for (duration, start, end) in [
            ("1s", "2026-11-21T10:55:38Z", "2026-11-21T10:55:39Z"),
            ("30s", "2026-11-21T10:55:30Z", "2026-11-21T10:56:00Z"),
            ("15m", "2026-11-21T10:45:00Z", "2026-11-21T11:00:00Z"),
            ("1h", "2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z"),
            ("hourly", "2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z"),
            ("6h", "2026-11-21T06:00:00Z", "2026-11-21T12:00:00Z"),
            ("1d", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
            ("daily", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
            ("24h", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
            ("2d", "2026-11-21T00:00:00Z", "2026-11-23T00:00:00Z"),
            ("7d", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"),
            ("1w", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"),
            ("weekly", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"),
            ("2w", "2026-11-16T00:00:00Z", "2026-11-30T00:00:00Z"),
            ("30d", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
            ("1mo", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
            ("monthly", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
            ("3mo", "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("12mo", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ] {
            let every = Every::parse(duration).unwrap();
            let found = (iso(every.start_ms(NOW)), iso(every.end_ms(NOW)));
            assert_eq!(found, (start.to_owned(), end.to_owned()), "{duration}");
        }
    }

    #[test]
    fn a_period_ends_where_the_next_begins() {
        for duration in ["7s", "90m", "5h", "1d", "3d", "45d", "1w", "3w", "1mo", "5mo", "4294967295w"] {
            let every = Every::parse(duration).unwrap();
            for now in [0, 1, 4 * DAY_MS - 1, 4 * DAY_MS, NOW, 951_782_400_000, 4_102_444_799_999] {
                let (start, end) = (every.start_ms(now), every.end_ms(now));
                assert!(start <= now && now < end, "{duration} {now}");
                assert_eq!(every.start_ms(end - 1), start, "{duration} {now}");
                assert_eq!(every.start_ms(end), end, "{duration} {now}");
            }
        }
    }

    #[test]
    fn leap_days_and_the_ends_of_years() {
        for (now, duration, end) in [
            (951_696_000_000, "1d", "2000-02-29T00:00:00Z"),
            (951_696_000_000, "30d", "2000-03-01T00:00:00Z"),
            (4_107_456_000_000, "1d", "2100-03-01T00:00:00Z"),
            (4_107_456_000_000, "1mo", "2100-03-01T00:00:00Z"),
            (4_102_444_799_999, "1mo", "2100-01-01T00:00:00Z"),
            (4_102_444_799_999, "1w", "2100-01-04T00:00:00Z"),
            (0, "1w", "1970-01-05T00:00:00Z"),
            (0, "1mo", "1970-02-01T00:00:00Z"),
        ] {
            assert_eq!(iso(Every::parse(duration).unwrap().end_ms(now)), end, "{now} {duration}");
        }
    }

    #[test]
    fn the_end_of_all_time_is_no_trap() {
        for duration in ["1s", "1w", "1mo", "4294967295mo"] {
            let every = Every::parse(duration).unwrap();
            assert!(every.start_ms(u64::MAX) <= every.end_ms(u64::MAX), "{duration}");
        }
    }

    #[test]
    fn what_is_no_duration_says_so() {
        for text in
            ["", "d", "30", "0d", "-1d", "1.5h", "30 d", "1y", "1M", "1mon", "4294967296s", "Daily", "1é"]
        {
            let error = Every::parse(text).unwrap_err();
            assert_eq!(
                error,
                format!(
                    "found \"{text}\", expected a whole number from 1 and a unit (s, m, h, d, w or mo), like \
                     30d, or one of hourly, daily, weekly and monthly"
                )
            );
        }
    }
}
