//! Whole numbers of small units as decimal numbers of larger ones: money, times.

/// So many units of which 10 to the power of `decimals` are one: `fixed::padded(1_500, 3)` is `1.500`.
#[must_use]
pub fn padded(units: u64, decimals: usize) -> String {
    let digits = units.to_string();
    let missing = (decimals + 1).saturating_sub(digits.len());
    let mut out = String::with_capacity(missing + digits.len() + 1);
    out.extend(std::iter::repeat_n('0', missing));
    out.push_str(&digits);
    out.insert(out.len().saturating_sub(decimals), '.');
    out
}

/// As [`padded`], without zeros at the end: `1.5`, and `2` for 2,000.
#[must_use]
pub fn trimmed(units: u64, decimals: usize) -> String {
    let mut out = padded(units, decimals);
    out.truncate(out.trim_end_matches('0').trim_end_matches('.').len());
    out
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{padded, trimmed};

    #[test]
    fn decimals_stand_behind_the_point() {
        for (units, decimals, whole, short) in [
            (0, 3, "0.000", "0"),
            (7, 3, "0.007", "0.007"),
            (70, 3, "0.070", "0.07"),
            (999, 3, "0.999", "0.999"),
            (1_000, 3, "1.000", "1"),
            (10_000, 3, "10.000", "10"),
            (1_234_567_890, 9, "1.234567890", "1.23456789"),
            (u64::MAX, 9, "18446744073.709551615", "18446744073.709551615"),
        ] {
            assert_eq!((padded(units, decimals).as_str(), trimmed(units, decimals).as_str()), (whole, short));
        }
    }
}
