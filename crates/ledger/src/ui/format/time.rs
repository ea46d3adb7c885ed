//! Times, always in UTC: links are shared between people in different zones.

use jiff::{Timestamp, tz::TimeZone};

use crate::ui::data::Bucket;

/// Of what lies outside the calendar, its first moment.
fn written(microseconds: u64, pattern: &str) -> String {
    let time = i64::try_from(microseconds).ok().and_then(|time| Timestamp::from_microsecond(time).ok());
    time.unwrap_or_default().to_zoned(TimeZone::UTC).strftime(pattern).to_string()
}

/// `Nov 21, 17:31:05`
pub(in crate::ui) fn moment(microseconds: u64) -> String {
    written(microseconds, "%b %-d, %H:%M:%S")
}

/// `17:31:05`
pub(in crate::ui) fn clock_time(microseconds: u64) -> String {
    written(microseconds, "%H:%M:%S")
}

/// `2026-11-21T17:31:05.123456Z`, for machines and tooltips.
pub(in crate::ui) fn iso(microseconds: u64) -> String {
    crate::calendar::timestamp(microseconds)
}

/// `2026-11-21`
pub(in crate::ui) fn day(microseconds: u64) -> String {
    written(microseconds, "%Y-%m-%d")
}

/// What stands under a bar: `17:00`, or `Nov 21` for a day and for the hour that begins one.
pub(in crate::ui) fn bucket_label(microseconds: u64, bucket: Bucket) -> String {
    let begins_a_day = microseconds.is_multiple_of(Bucket::Day.microseconds());
    match bucket {
        Bucket::Hour if !begins_a_day => written(microseconds, "%H:%M"),
        _ => written(microseconds, "%b %-d"),
    }
}

/// A bar's name in words: `Nov 21, 17:00–18:00`, `Sat, Nov 21`.
pub(in crate::ui) fn bucket_title(microseconds: u64, bucket: Bucket) -> String {
    match bucket {
        Bucket::Hour => {
            let end = microseconds.saturating_add(bucket.microseconds());
            format!("{}–{}", written(microseconds, "%b %-d, %H:%M"), written(end, "%H:%M"))
        }
        Bucket::Day => written(microseconds, "%a, %b %-d"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: u64 = 1_795_176_000_000_000;
    const MIDNIGHT: u64 = 1_795_132_800_000_000;

    #[test]
    fn times_are_short_and_in_utc() {
        assert_eq!(moment(NOON + 65_000_000), "Nov 20, 12:01:05");
        assert_eq!(clock_time(NOON), "12:00:00");
        assert_eq!(day(NOON), "2026-11-20");
        assert_eq!(moment(u64::MAX), "Jan 1, 00:00:00");
    }

    #[test]
    fn a_day_is_named_where_it_begins() {
        assert_eq!(bucket_label(NOON, Bucket::Hour), "12:00");
        assert_eq!(bucket_label(MIDNIGHT, Bucket::Hour), "Nov 20");
        assert_eq!(bucket_label(MIDNIGHT, Bucket::Day), "Nov 20");
        assert_eq!(bucket_title(NOON, Bucket::Hour), "Nov 20, 12:00–13:00");
        assert_eq!(bucket_title(MIDNIGHT, Bucket::Day), "Fri, Nov 20");
    }
}
