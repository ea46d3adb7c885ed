//! LiteLLM's durations, for how long a key is valid: `30s`, `30m`, `30h`, `30d`, `1w`, `1mo`.

use jiff::{Span, Timestamp, tz::TimeZone};

/// LiteLLM's word for "until it is deleted".
const FOR_EVER: &str = "-1";

/// When a key ends that is made now: `None` for never.
pub(super) fn expiry(text: &str, now: Timestamp) -> Result<Option<Timestamp>, String> {
    if text == FOR_EVER {
        return Ok(None);
    }
    let span = span(text).ok_or_else(|| {
        format!("is {text:?}, expected a number and a unit, such as 30s 30m 30h 30d 1w 1mo")
    })?;
    // A month is the calendar's, so it needs one; UTC has no day of another length.
    let end = span.and_then(|span| now.to_zoned(TimeZone::UTC).checked_add(span));
    end.map(|end| Some(end.timestamp())).map_err(|_| format!("is {text:?}, which ends after the year 9999"))
}

/// `None` for what is no duration, an error for one that is longer than the calendar.
fn span(text: &str) -> Option<Result<Span, jiff::Error>> {
    let (number, unit) = text.split_at_checked(text.find(|c: char| !c.is_ascii_digit())?)?;
    let number: i64 = number.parse().ok().filter(|number| *number > 0)?;
    let span = Span::new();
    Some(match unit {
        "s" => span.try_seconds(number),
        "m" => span.try_minutes(number),
        "h" => span.try_hours(number),
        "d" => span.try_days(number),
        "w" => span.try_weeks(number),
        "mo" => span.try_months(number),
        _ => return None,
    })
}

/// Reads a time as RFC 3339 writes it: a date, a time and an offset from UTC.
pub(super) fn instant(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| format!("is {text:?}, expected a time such as 2030-01-31T12:00:00Z"))
}

/// Milliseconds since the Unix epoch; 0 for what was before.
pub(super) fn milliseconds(time: Timestamp) -> u64 {
    u64::try_from(time.as_millisecond()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(text: &str) -> String {
        let now = instant("2027-01-31T12:00:00Z").unwrap();
        expiry(text, now).unwrap().map_or_else(|| "never".to_owned(), |end| end.to_string())
    }

    #[test]
    fn every_unit_counts_from_now() {
        for (text, end) in [
            ("30s", "2027-01-31T12:00:30Z"),
            ("30m", "2027-01-31T12:30:00Z"),
            ("36h", "2027-02-02T00:00:00Z"),
            ("30d", "2027-03-02T12:00:00Z"),
            ("1w", "2027-02-07T12:00:00Z"),
            ("1mo", "2027-02-28T12:00:00Z"),
            ("12mo", "2028-01-31T12:00:00Z"),
            ("-1", "never"),
        ] {
            assert_eq!(ends(text), end, "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        let now = Timestamp::UNIX_EPOCH;
        for text in ["", "30", "d", "0d", "-2", "1.5h", "30 d", "30D", "1y", "1d12h", "99999999999999999999d"]
        {
            assert!(expiry(text, now).is_err(), "{text:?}");
        }
        assert!(expiry("999999999d", now).unwrap_err().contains("year 9999"));
        for text in ["2030-01-31", "2030-01-31T12:00:00", "tomorrow"] {
            assert!(instant(text).is_err(), "{text:?}");
        }
    }
}
