//! A moment as ISO 8601 writes it.

use crate::calendar::{self, DAY_MS};

/// Reads a date (its first moment), or a date and a time, without a zone in UTC: `2027-01-31`,
/// `2027-01-31T12:00Z`, `2027-01-31 12:00:00.5+02:00`. Answers milliseconds since the Unix epoch; `None` for
/// anything else, and for what lies before the epoch.
pub(super) fn parse(text: &str) -> Option<u64> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let midnight_ms = days(date)?.checked_mul(DAY_MS)?;
    let Some(time) = time else { return Some(midnight_ms) };
    let (clock, ahead_ms) = zone(time)?;
    midnight_ms.checked_add(of_day(clock)?)?.checked_add_signed(-ahead_ms)
}

/// Days since the epoch of `YYYY-MM-DD`.
fn days(date: &str) -> Option<u64> {
    let mut parts = date.split('-');
    let (year, month, day) =
        (digits(parts.next()?, 4)?, digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    if parts.next().is_some() {
        return None;
    }
    calendar::day(year, month, day)
}

/// The clock's part of a time, and how far its zone is ahead of UTC, in milliseconds.
fn zone(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = time.find(['+', '-']) else { return Some((time, 0)) };
    let (clock, offset) = time.split_at_checked(at)?;
    let (sign, offset) = match offset.strip_prefix('-') {
        Some(offset) => (-1, offset),
        None => (1, offset.strip_prefix('+')?),
    };
    let offset = offset.replacen(':', "", 1);
    let (hours, minutes) = offset.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { 0 } else { bounded(minutes, 59)? };
    let ahead = bounded(hours, 14)? * 60 + minutes;
    Some((clock, sign * i64::try_from(ahead * 60_000).ok()?))
}

/// Milliseconds of `HH:MM[:SS[.fraction]]`.
fn of_day(clock: &str) -> Option<u64> {
    let mut parts = clock.split(':');
    let (hours, minutes) = (bounded(parts.next()?, 23)?, bounded(parts.next()?, 59)?);
    let (seconds, milliseconds) = match parts.next() {
        Some(text) => seconds(text)?,
        None => (0, 0),
    };
    parts.next().is_none().then_some(((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds)
}

/// Seconds, and the milliseconds of their fraction; what is finer is cut off.
fn seconds(text: &str) -> Option<(u64, u64)> {
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let is_number = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let milliseconds: String = fraction.chars().chain("00".chars()).take(3).collect();
    Some((bounded(whole, 59)?, milliseconds.parse().ok().filter(|_| is_number)?))
}

/// Two digits, up to `most`.
fn bounded(text: &str, most: u64) -> Option<u64> {
    digits(text, 2).filter(|value| *value <= most)
}

/// A number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<u64> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::parse;

    #[test]
    fn moments() {
        // `date -u -d … +%s`
        for (text, seconds) in [
            ("1970-01-01", 0),
            ("2000-02-29", 951_782_400),
            ("2027-01-01", 1_798_761_600),
            ("2027-12-31T23:59:59Z", 1_830_297_599),
            ("2027-01-01 00:00", 1_798_761_600),
            ("2027-01-01t01:30:00+01:30", 1_798_761_600),
            ("2026-12-31T19:00:00-0500", 1_798_761_600),
            ("2027-01-01T02:00+02", 1_798_761_600),
            ("9999-12-31", 253_402_214_400),
        ] {
            assert_eq!(parse(text), Some(seconds * 1000), "{text}");
        }
        assert_eq!(parse("1970-01-01T00:00:01.5Z"), Some(1_500));
        assert_eq!(parse("1970-01-01T00:00:01.123456+00:00"), Some(1_123));
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "2027",
            "2027-1-1",
            "2027-13-01",
            "2027-02-29",
            "2100-02-29",
            "2027-04-31",
            "2027-01-00",
            "2027-01-01-01",
            "0000-01-01",
            "1969-12-31",
            "1970-01-01T00:00+01:00",
            "2027-01-01T",
            "2027-01-01T12",
            "2027-01-01T24:00",
            "2027-01-01T12:60",
            "2027-01-01T12:00:60",
            "2027-01-01T12:00:00.",
            "2027-01-01T12:00:00:00",
            "2027-01-01T12:00 CET",
            "2027-01-01T12:00+15:00",
            "2027-01-01T12:00+1é",
            "tomorrow",
            "1798761600",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
