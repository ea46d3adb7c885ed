//! The Gregorian calendar in UTC: days and months as numbers, and a time as ISO 8601 writes it.
//!
//! A day is its number since 1970-01-01. A month is its number since January of year 0, which the calendar is
//! reckoned back to (there, year 0 is a leap year). Leap seconds do not exist, as in Unix time.

/// Milliseconds in a day.
pub const DAY_MS: u64 = 86_400_000;
/// Days from 0000-01-01 to 1970-01-01.
const DAYS_BEFORE_EPOCH: u64 = 719_528;
/// The calendar repeats itself after so many years, which have so many days.
const CYCLE_YEARS: u64 = 400;
const CYCLE_DAYS: u64 = 146_097;

/// The month that `day` lies in.
#[must_use]
pub fn month_of(day: u64) -> u64 {
    let (year, month, _) = date(day);
    year.saturating_mul(12).saturating_add(month)
}

/// The day that `month` begins with; the first day of all for a month before 1970.
#[must_use]
pub fn first_day_of(month: u64) -> u64 {
    let year = month / 12;
    let before = (0..month % 12).map(|earlier| length(year, earlier)).sum::<u64>();
    days_before(year).saturating_add(before).saturating_sub(DAYS_BEFORE_EPOCH)
}

/// A time as ISO 8601 writes it, to the second: `2026-12-01T00:00:00Z`.
#[must_use]
pub fn iso(ms: u64) -> String {
    let (year, month, day) = date(ms / DAY_MS);
    let second = ms % DAY_MS / 1_000;
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", month + 1, day + 1)
}

/// Year, month and day of the month, the latter two counted from 0.
fn date(day: u64) -> (u64, u64, u64) {
    let day = day.saturating_add(DAYS_BEFORE_EPOCH);
    let (cycles, day) = (day / CYCLE_DAYS, day % CYCLE_DAYS);
    // No year is longer than 366 days: the guess is late by one at most, and never early.
    let guess = day / 366;
    let year = if days_before(guess + 1) <= day { guess + 1 } else { guess };
    let mut left = day.saturating_sub(days_before(year));
    let mut month = 0;
    while left >= length(year, month) {
        left -= length(year, month);
        month += 1;
    }
    (cycles.saturating_mul(CYCLE_YEARS).saturating_add(year), month, left)
}

/// Days from 0000-01-01 to the first of January of `year`.
fn days_before(year: u64) -> u64 {
    let leap_years = year.div_ceil(4) - year.div_ceil(100) + year.div_ceil(400);
    year.saturating_mul(365).saturating_add(leap_years)
}

/// Days of a month, which is counted from 0.
/// The number of a day (of the month from 1, of the year from 1), in days since the Unix epoch; `None` where there is no
/// such day, and before the epoch.
#[must_use]
pub fn day(year: u64, month: u64, day: u64) -> Option<u64> {
    let exists = (1..=12).contains(&month) && (1..=length(year, month.checked_sub(1)?)).contains(&day);
    let first = first_day_of(year.checked_mul(12)?.checked_add(month.checked_sub(1)?)?);
    (exists && year >= 1970).then(|| first.saturating_add(day - 1))
}

fn length(year: u64, month: u64) -> u64 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 if leap => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn known_times() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (86_399, "1970-01-01T23:59:59Z"),
            (31_536_000, "1971-01-01T00:00:00Z"),
            (68_169_600, "1972-02-29T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (978_307_199, "2000-12-31T23:59:59Z"),
            (1_000_000_000, "2001-09-09T01:46:40Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"),
            (4_102_444_800, "2100-01-01T00:00:00Z"),
            (4_107_542_399, "2100-02-28T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (13_574_563_200, "2400-02-29T00:00:00Z"),
        ] {
            assert_eq!(iso(seconds * 1_000), text, "{seconds}");
        }
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let (mut year, mut month, mut day) = (1970, 0, 0);
        for number in 0..400_000 {
            assert_eq!(date(number), (year, month, day), "{number}");
            day += 1;
            if day == length(year, month) {
                (month, day) = (month + 1, 0);
            }
            if month == 12 {
                (year, month) = (year + 1, 0);
            }
        }
    }

    #[test]
    fn a_month_begins_with_its_first_day() {
        for month in 1970 * 12..2500 * 12 {
            let first = first_day_of(month);
            assert_eq!((month_of(first), date(first).2), (month, 0));
            assert!(first == 0 || month_of(first - 1) == month - 1);
        }
        assert_eq!(first_day_of(0), 0, "before 1970");
    }
}
