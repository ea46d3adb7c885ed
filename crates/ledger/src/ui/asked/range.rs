//! The stretch of time of a page: `range=7d`, or `from=2026-11-01&to=2026-11-20`, both days included. Days count before
//! a range: the form of the filters sends the range along.

use super::{Address, Wrong};
use crate::calendar::Day;
use crate::ui::data::{Bucket, Span};

/// What `range` may be: its name, its words, its length in hours.
pub(in crate::ui) const PRESETS: [(&str, &str, u64); 4] = [
    ("24h", "Last 24 hours", 24),
    ("7d", "Last 7 days", 7 * 24),
    ("30d", "Last 30 days", 30 * 24),
    ("90d", "Last 90 days", 90 * 24),
];

/// Hours up to which a chart has a bar for each.
const MOST_HOURS: u64 = 7 * 24;

/// Days of the longest range.
const MOST_DAYS: i32 = 366;

/// A stretch of time, as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Range {
    /// The last hours, the one that is not over included. An index of [`PRESETS`].
    Last(usize),
    /// These days, both included.
    Days(Day, Day),
}

impl Range {
    /// The range that an address asks for; the last 24 hours where it does not say.
    pub(in crate::ui) fn read(address: &Address) -> Result<Self, Wrong> {
        match (address.get("from"), address.get("to")) {
            (Some(from), to) => days(parse("from", from)?, to.map(|to| parse("to", to)).transpose()?),
            (None, Some(to)) => {
                let to = parse("to", to)?;
                days(to, Some(to))
            }
            (None, None) => address.get("range").map_or(Ok(Self::Last(0)), preset),
        }
    }

    /// The first and the last day as forms have them, where days were asked for.
    pub(in crate::ui) fn days(self) -> Option<(String, String)> {
        match self {
            Self::Last(_) => None,
            Self::Days(from, to) => Some((from.to_string(), to.to_string())),
        }
    }

    /// In words.
    pub(in crate::ui) fn words(self) -> String {
        match self {
            Self::Last(index) => PRESETS.get(index).map_or_else(String::new, |preset| preset.1.to_owned()),
            Self::Days(from, to) if from == to => from.to_string(),
            Self::Days(from, to) => format!("{from} to {to}"),
        }
    }

    /// Whether the present is in it, so that it goes on changing.
    pub(in crate::ui) fn is_live(self, now_us: u64) -> bool {
        self.span(now_us).to_us > now_us
    }

    /// From when to when, with bars of a fitting length.
    pub(in crate::ui) fn span(self, now_us: u64) -> Span {
        let (hours, to_us) = match self {
            Self::Last(index) => {
                let hours = PRESETS.get(index).map_or(24, |preset| preset.2);
                (hours, next(now_us, bucket(hours)))
            }
            Self::Days(from, to) => {
                let hours = u64::try_from(from.days_until(to)).unwrap_or(0).saturating_add(1) * 24;
                (hours, start_of(to.plus(1)))
            }
        };
        let length = hours * Bucket::Hour.microseconds();
        Span { from_us: to_us.saturating_sub(length), to_us, bucket: bucket(hours) }
    }
}

fn preset(name: &str) -> Result<Range, Wrong> {
    let names = PRESETS.map(|(name, ..)| name);
    match names.iter().position(|known| *known == name) {
        Some(index) => Ok(Range::Last(index)),
        None => Err(Wrong(format!("There is no range “{name}”; there is: {}.", names.join(", ")))),
    }
}

fn parse(name: &str, text: &str) -> Result<Day, Wrong> {
    Day::parse(text.trim())
        .ok_or_else(|| Wrong(format!("“{name}” is “{text}”; it must be a UTC day such as 2026-11-21.")))
}

/// To today where the last day is not said.
fn days(from: Day, to: Option<Day>) -> Result<Range, Wrong> {
    let to = to.unwrap_or_else(|| Day::today().max(from));
    match from.days_until(to) {
        ..0 => Err(Wrong(format!("The first day, {from}, is after the last, {to}."))),
        0..MOST_DAYS => Ok(Range::Days(from, to)),
        _ => Err(Wrong(format!("A page shows up to {MOST_DAYS} days; {from} to {to} is more."))),
    }
}

fn bucket(hours: u64) -> Bucket {
    if hours <= MOST_HOURS { Bucket::Hour } else { Bucket::Day }
}

/// The end of the bucket that it is now.
fn next(now_us: u64, bucket: Bucket) -> u64 {
    let length = bucket.microseconds();
    (now_us / length).saturating_add(1).saturating_mul(length)
}

fn start_of(day: Day) -> u64 {
    crate::calendar::milliseconds(&format!("{day}T00:00:00Z")).unwrap_or(0).saturating_mul(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: u64 = 1_795_176_000_000_000;
    const HOUR: u64 = 3_600_000_000;

    fn read(query: &str) -> Result<Range, Wrong> {
        Range::read(&Address::read(&format!("/ui?{query}").parse().unwrap()).unwrap())
    }

    #[test]
    fn the_last_hours_end_with_the_hour_that_it_is() {
        let span = read("").unwrap().span(NOON + 1);
        assert_eq!(span, Span { from_us: NOON - 23 * HOUR, to_us: NOON + HOUR, bucket: Bucket::Hour });
        assert_eq!(read("range=7d").unwrap().span(NOON).bucket, Bucket::Hour);
        let month = read("range=30d").unwrap().span(NOON);
        assert_eq!((month.bucket, month.to_us - NOON), (Bucket::Day, 12 * HOUR));
        assert_eq!((month.to_us - month.from_us) / Bucket::Day.microseconds(), 30);
    }

    #[test]
    fn days_are_whole_and_both_included() {
        let days = read("from=2026-11-19&to=2026-11-20").unwrap();
        let span = Span { from_us: NOON - 36 * HOUR, to_us: NOON + 12 * HOUR, bucket: Bucket::Hour };
        assert_eq!(days.span(0), span);
        assert_eq!(days.words(), "2026-11-19 to 2026-11-20");
        assert!(days.is_live(NOON) && !days.is_live(NOON + 12 * HOUR));
        assert_eq!(read("from=2026-01-01&to=2026-11-20").unwrap().span(0).bucket, Bucket::Day);
        assert_eq!(read("to=2026-11-20").unwrap().words(), "2026-11-20");
    }

    #[test]
    fn what_is_no_range_is_refused_in_words() {
        for (query, words) in [
            ("range=1y", "There is no range “1y”; there is: 24h, 7d, 30d, 90d."),
            ("from=yesterday", "“from” is “yesterday”; it must be a UTC day such as 2026-11-21."),
            ("from=2026-11-20&to=2026-11-19", "The first day, 2026-11-20, is after the last, 2026-11-19."),
            (
                "from=2024-01-01&to=2025-01-01",
                "A page shows up to 366 days; 2024-01-01 to 2025-01-01 is more.",
            ),
        ] {
            assert_eq!(read(query).unwrap_err().0, words);
        }
    }

    #[test]
    fn no_range_has_more_points_than_a_series_may() {
        let longest = read("from=2024-01-01&to=2024-12-31").unwrap().span(0);
        let points = (longest.to_us - longest.from_us) / longest.bucket.microseconds();
        assert!(points <= crate::ui::data::MOST_POINTS);
        const { assert!(MOST_HOURS <= crate::ui::data::MOST_POINTS) }
    }
}
