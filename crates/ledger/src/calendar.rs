//! Times and dates as the tables hold them: UTC text that sorts as time does.

use std::fmt::Write;
use std::time::Duration;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// The last microsecond that is taken, 9999-12-30T21:59:59.999999Z: near where four digits end for a year.
pub(crate) const LAST_MICROSECOND: u64 = 253_402_207_199_999_999;

/// Bytes of a time as [`timestamp`] writes it.
const LENGTH: usize = 27;

/// Microseconds since the Unix epoch → `2026-11-21T01:18:28.123456Z`.
pub(crate) fn timestamp(microseconds: u64) -> String {
    let clamped = i64::try_from(microseconds.min(LAST_MICROSECOND)).unwrap_or_default();
    written(Timestamp::from_microsecond(clamped).unwrap_or_default())
}

/// With room from the start.
fn written(time: Timestamp) -> String {
    let mut text = String::with_capacity(LENGTH);
    // No write to a text fails.
    let _ = write!(text, "{time:.6}");
    text
}

/// A text that [`timestamp`] wrote, or another time with an offset → milliseconds since the Unix epoch.
pub(crate) fn milliseconds(text: &str) -> Option<u64> {
    let time: Timestamp = text.parse().ok()?;
    u64::try_from(time.as_millisecond()).ok()
}

/// A time with an offset from UTC, or one without in UTC (`2026-11-21 01:18:28`) → the same as [`timestamp`]
/// writes it, and the moment a second later.
pub(crate) fn moment(text: &str) -> Option<(String, String)> {
    let time: Timestamp = match text.parse() {
        Ok(time) => time,
        Err(_) => text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp(),
    };
    let later = time.checked_add(1.second()).ok()?;
    (time >= Timestamp::UNIX_EPOCH).then(|| (format!("{time:.6}"), format!("{later:.6}")))
}

/// A text that [`timestamp`] wrote, or another time with an offset → microseconds since the Unix epoch.
pub(crate) fn microseconds(text: &str) -> Option<u64> {
    let time: Timestamp = text.parse().ok()?;
    u64::try_from(time.as_microsecond()).ok()
}

/// The present time, as [`timestamp`] writes it.
pub(crate) fn now() -> String {
    format!("{:.6}", Timestamp::now())
}

/// The present time in microseconds since the Unix epoch.
pub(crate) fn now_us() -> u64 {
    u64::try_from(Timestamp::now().as_microsecond()).unwrap_or_default()
}

/// A time that was so long ago, as [`timestamp`] writes it.
pub(crate) fn ago(duration: Duration) -> String {
    format!("{:.6}", Timestamp::now().saturating_sub(duration).unwrap_or_default())
}

/// The UTC date of a text that [`timestamp`] wrote.
pub(crate) fn date_of(timestamp: &str) -> &str {
    timestamp.split_once('T').map_or(timestamp, |(date, _)| date)
}

/// The UTC hour of a text that [`timestamp`] wrote: `2026-11-21T01`.
pub(crate) fn hour_of(timestamp: &str) -> &str {
    timestamp.split_once(':').map_or(timestamp, |(hour, _)| hour)
}

/// A UTC day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(Date);

impl Day {
    /// Reads `YYYY-MM-DD`, and nothing else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let date: Date = text.parse().ok()?;
        (date.to_string() == text && date.year() >= 0).then_some(Self(date))
    }

    /// The day that it is now, in UTC.
    pub(crate) fn today() -> Self {
        Self(Timestamp::now().to_zoned(TimeZone::UTC).date())
    }

    /// The day so many days later, or earlier if negative; the calendar's last or first day past its ends.
    pub(crate) fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days.days()))
    }

    /// How many days `later` is after this one.
    pub(crate) fn days_until(self, later: Self) -> i32 {
        self.0.until(later.0).map_or(i32::MAX, |span| span.get_days())
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_have_a_fixed_width() {
        for (microseconds, text) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1_000_000, "1970-01-01T00:00:01.000000Z"),
            (1_795_223_908_123_456, "2026-11-21T01:18:28.123456Z"),
            (u64::MAX, "9999-12-30T21:59:59.999999Z"),
        ] {
            assert_eq!(timestamp(microseconds), text);
        }
        assert_eq!(now().len(), timestamp(0).len());
        assert_eq!(milliseconds(&timestamp(1_795_223_908_123_456)), Some(1_795_223_908_123));
        assert_eq!(milliseconds("2026-11-21"), None);
        assert_eq!(microseconds(&timestamp(1_795_223_908_123_456)), Some(1_795_223_908_123_456));
        assert_eq!(date_of(&timestamp(0)), "1970-01-01");
        assert_eq!(hour_of(&timestamp(0)), "1970-01-01T00");
    }

    #[test]
    fn moments_are_read_with_an_offset_or_in_utc() {
        for (text, expected) in [
            ("2026-11-21 01:18:28", Some("2026-11-21T01:18:28.000000Z")),
            ("2026-11-21T01:18:28.5", Some("2026-11-21T01:18:28.500000Z")),
            ("2026-11-21T02:18:28+01:00", Some("2026-11-21T01:18:28.000000Z")),
            ("1969-12-31 23:59:59", None),
            ("2026-02-30 00:00:00", None),
            ("yesterday", None),
        ] {
            assert_eq!(moment(text).map(|(at, _)| at).as_deref(), expected, "{text}");
        }
        assert_eq!(moment("2026-12-31 23:59:59").unwrap().1, "2027-01-01T00:00:00.000000Z");
    }

    #[test]
    fn days_are_read_strictly() {
        assert_eq!(Day::parse("2024-02-29").unwrap().plus(1).to_string(), "2024-03-01");
        for wrong in
            ["", "2023-02-29", "20240101", "2024-1-1", "2024-01-01T00:00:00", "01/02/2024", "-002024-01-01"]
        {
            assert_eq!(Day::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn distance_counts_days_not_months() {
        let day = |text| Day::parse(text).unwrap();
        assert_eq!(day("2024-01-01").days_until(day("2025-01-01")), 366);
        assert_eq!(day("2024-01-02").days_until(day("2024-01-01")), -1);
    }
}
