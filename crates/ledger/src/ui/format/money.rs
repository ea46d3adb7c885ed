//! Nanodollars as dollars.

use super::{compact, count};

const DOLLAR: u64 = 1_000_000_000;

/// As many digits as tell something: `$0`, `$0.0000361`, `$0.0123`, `$4.20`, `$1,234`.
pub(in crate::ui) fn money(nanodollars: u64) -> String {
    match nanodollars {
        0 => "$0".to_owned(),
        1..DOLLAR => small(nanodollars),
        _ => large(nanodollars),
    }
}

/// For the lines of a chart, where there is little room: `$20k`.
pub(in crate::ui) fn compact_money(nanodollars: u64) -> String {
    match nanodollars / DOLLAR {
        ..10_000 => money(nanodollars),
        dollars => format!("${}", compact(dollars)),
    }
}

/// All nine decimals, without zeros at the end: `$0.000000001`.
pub(in crate::ui) fn exact_money(nanodollars: u64) -> String {
    let (dollars, rest) = (nanodollars / DOLLAR, nanodollars % DOLLAR);
    let decimals = format!("{rest:09}");
    match decimals.trim_end_matches('0') {
        "" => format!("${}", count(dollars)),
        decimals => format!("${}.{decimals}", count(dollars)),
    }
}

/// Below a dollar: three digits after the zeros, at least two decimals.
fn small(nanodollars: u64) -> String {
    let step = 10_u64.pow(nanodollars.ilog10().saturating_sub(2));
    let rounded = (nanodollars + step / 2) / step * step;
    if rounded >= DOLLAR {
        return large(rounded);
    }
    let decimals = format!("{rounded:09}");
    format!("$0.{:0<2}", decimals.trim_end_matches('0'))
}

/// From a dollar: cents below a thousand, none above.
fn large(nanodollars: u64) -> String {
    let cents = (u128::from(nanodollars) + 5_000_000) / 10_000_000;
    let (dollars, cents) = (u64::try_from(cents / 100).unwrap_or(u64::MAX), cents % 100);
    if dollars < 1_000 { format!("${dollars}.{cents:02}") } else { format!("${}", count(dollars)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_adapt_to_the_amount() {
        for (nanodollars, text) in [
            (0, "$0"),
            (1, "$0.000000001"),
            (36_123, "$0.0000361"),
            (360_001, "$0.00036"),
            (12_345_678, "$0.0123"),
            (500_000_000, "$0.50"),
            (999_999_999, "$1.00"),
            (4_200_000_000, "$4.20"),
            (999_994_999_999, "$999.99"),
            (1_234_567_890_000, "$1,234"),
            (u64::MAX, "$18,446,744,073"),
        ] {
            assert_eq!(money(nanodollars), text, "{nanodollars}");
        }
    }

    #[test]
    fn much_money_takes_little_room() {
        assert_eq!(compact_money(9_999 * DOLLAR), "$9,999");
        assert_eq!(compact_money(20_000 * DOLLAR), "$20k");
        assert_eq!(compact_money(u64::MAX), "$18.4B");
    }

    #[test]
    fn exact_money_keeps_every_digit() {
        for (nanodollars, text) in
            [(0, "$0"), (1, "$0.000000001"), (360_001, "$0.000360001"), (1_234_500_000_000, "$1,234.5")]
        {
            assert_eq!(exact_money(nanodollars), text);
        }
    }
}
