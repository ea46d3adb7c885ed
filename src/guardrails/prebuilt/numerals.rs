//! What digits write: numbers and dates.

/// The number. Of more than 19 digits, what is left of it modulo 2⁶⁴.
pub(super) fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number: u64, digit| number.wrapping_mul(10).wrapping_add(u64::from(*digit)))
}

/// Whether eight digits are a date of the last or this century, whichever of year, month and day comes first.
pub(super) fn is_date(digits: &[u8]) -> bool {
    let number = number(digits);
    let is = |year: u64, month: u64, day: u64| {
        (1900..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
    };
    let (first, second, last) = (number / 1_000_000, number / 10_000 % 100, number % 10_000);
    digits.len() == 8
        && (is(number / 10_000, last / 100, last % 100) || is(last, first, second) || is(last, second, first))
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::super::checks::digits;
    use super::*;

    #[test]
    fn dates_are_told_in_either_order() {
        for date in ["20310405", "31121999", "12311999"] {
            assert!(is_date(&digits(date)), "{date}");
        }
        for other in ["20311305", "99999999", "2031040", "32121999"] {
            assert!(!is_date(&digits(other)), "{other}");
        }
    }
}
