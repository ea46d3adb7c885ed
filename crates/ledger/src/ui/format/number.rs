//! Counts and shares.

/// Digits in groups of three: `1,234,567`.
pub(in crate::ui) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Three digits and a letter where there is no room for all: `999`, `1.23k`, `45.6M`, `789B`, `1.2T`.
#[allow(clippy::cast_precision_loss, reason = "three digits of it are shown")]
pub(in crate::ui) fn compact(number: u64) -> String {
    let mut value = number as f64;
    let mut unit = "";
    for next in ["k", "M", "B", "T", "P", "E"] {
        // What would be shown as 1000 of a unit is 1 of the next.
        if value < 999.5 {
            break;
        }
        value /= 1_000.0;
        unit = next;
    }
    if unit.is_empty() { number.to_string() } else { format!("{}{unit}", three_digits(value)) }
}

/// All digits, up to nine of them.
pub(in crate::ui) fn large(number: u64) -> String {
    if number < 1_000_000_000 { count(number) } else { compact(number) }
}

/// A number from 1 to 1000 with as many decimals as make three digits, and no zeros at its end: `1.2`, `45.6`.
pub(super) fn three_digits(value: f64) -> String {
    let decimals = if value < 9.995 {
        2
    } else if value < 99.95 {
        1
    } else {
        0
    };
    trimmed(&format!("{value:.decimals$}"))
}

fn trimmed(text: &str) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text.to_owned()
    }
}

/// A part of a whole, 0 to 1; 0 of nothing.
#[allow(clippy::cast_precision_loss, reason = "a share, for people")]
pub(in crate::ui) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64).min(1.0) }
}

/// A share in a hundred. Neither a few seem none nor all but a few all: `<0.1%`, `>99.9%`.
pub(in crate::ui) fn percent(part: u64, whole: u64) -> String {
    let hundredths = 100.0 * share(part, whole);
    match hundredths {
        _ if part == 0 || whole == 0 => "0%".to_owned(),
        _ if part >= whole => "100%".to_owned(),
        few if few < 0.1 => "<0.1%".to_owned(),
        most if most > 99.9 => ">99.9%".to_owned(),
        some => format!("{some:.1}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_three() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(count(number), text);
        }
    }

    #[test]
    fn compact_numbers_have_three_digits() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1k"),
            (1_234, "1.23k"),
            (9_994, "9.99k"),
            (9_999, "10k"),
            (45_600, "45.6k"),
            (999_499, "999k"),
            (999_500, "1M"),
            (7_891_234_567, "7.89B"),
            (u64::MAX, "18.4E"),
        ] {
            assert_eq!(compact(number), text, "{number}");
        }
    }

    #[test]
    fn a_share_is_nothing_or_all_only_where_it_is() {
        for (part, whole, text) in [
            (0, 0, "0%"),
            (5, 0, "0%"),
            (0, 9, "0%"),
            (1, 3, "33.3%"),
            (9, 9, "100%"),
            (1, 1_000_000, "<0.1%"),
            (999_999, 1_000_000, ">99.9%"),
        ] {
            assert_eq!(percent(part, whole), text, "{part} of {whole}");
        }
    }
}
