//! Microseconds in the unit that fits.

use super::number::three_digits;

const MILLISECOND: u64 = 1_000;
const SECOND: u64 = 1_000_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

/// `0 s`, `412 µs`, `1.5 ms`, `12.3 s`, `2 min 5 s`, `1 h 2 min`.
pub(in crate::ui) fn duration(microseconds: u64) -> String {
    match microseconds {
        0 => "0 s".to_owned(),
        1..MILLISECOND => format!("{microseconds} µs"),
        // What would be shown as 1000 ms is a second.
        MILLISECOND..999_500 => format!("{} ms", decimal(microseconds, MILLISECOND)),
        999_500..59_950_000 => format!("{} s", decimal(microseconds, SECOND)),
        59_950_000..HOUR => parts(microseconds, (MINUTE, "min"), (SECOND, "s")),
        _ => parts(microseconds, (HOUR, "h"), (MINUTE, "min")),
    }
}

#[allow(clippy::cast_precision_loss, reason = "three digits of it are shown")]
fn decimal(microseconds: u64, unit: u64) -> String {
    three_digits(microseconds as f64 / unit as f64)
}

/// Two units, rounded to the smaller.
fn parts(microseconds: u64, large: (u64, &str), small: (u64, &str)) -> String {
    let rounded = microseconds.saturating_add(small.0 / 2) / small.0 * small.0;
    let (whole, rest) = (rounded / large.0, rounded % large.0 / small.0);
    if rest == 0 { format!("{whole} {}", large.1) } else { format!("{whole} {} {rest} {}", large.1, small.1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_fits_the_duration() {
        for (microseconds, text) in [
            (0, "0 s"),
            (412, "412 µs"),
            (1_000, "1 ms"),
            (1_540, "1.54 ms"),
            (999_499, "999 ms"),
            (999_500, "1 s"),
            (12_345_678, "12.3 s"),
            (59_949_999, "59.9 s"),
            (59_950_000, "1 min"),
            (125_400_000, "2 min 5 s"),
            (3_720_000_000, "1 h 2 min"),
            (90_000_000_000, "25 h"),
        ] {
            assert_eq!(duration(microseconds), text, "{microseconds}");
        }
    }
}
