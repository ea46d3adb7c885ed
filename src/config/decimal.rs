//! Decimal numbers as people write them, without a detour through binary fractions.

/// A non-negative decimal number, exact: `digits × 10^exponent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    digits: u128,
    exponent: i32,
}

/// More than any price or duration needs, and far from overflowing the arithmetic below.
const MAX_DIGITS: usize = 30;
const MAX_EXPONENT: i32 = 99;

impl Decimal {
    /// Reads `12`, `1_000`, `0.25`, `7.5e-08`. `None` for anything else, negative numbers included.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: String = whole.chars().chain(fraction.chars()).filter(|c| *c != '_').collect();
        let digits = digits.trim_start_matches('0');
        let all_digits = mantissa.chars().any(|c| c.is_ascii_digit())
            && digits.chars().all(|c| c.is_ascii_digit())
            && digits.len() <= MAX_DIGITS
            && exponent.abs() <= MAX_EXPONENT;
        if !all_digits {
            return None;
        }
        let places = i32::try_from(fraction.chars().filter(|c| *c != '_').count()).ok()?;
        let digits = if digits.is_empty() { 0 } else { digits.parse().ok()? };
        Some(Self { digits, exponent: exponent.checked_sub(places)? })
    }

    /// The value times `10^places`, rounded half up. `None` if it does not fit.
    #[must_use]
    pub fn rounded(self, places: i32) -> Option<u64> {
        let (whole, remainder, unit) = self.scaled(places)?;
        u64::try_from(whole).ok()?.checked_add(u64::from(remainder > 0 && remainder >= unit - remainder))
    }

    /// The value times `10^places`, if that is a whole number that fits.
    #[must_use]
    pub fn exact(self, places: i32) -> Option<u64> {
        match self.scaled(places)? {
            (whole, 0, _) => u64::try_from(whole).ok(),
            _ => None,
        }
    }

    /// Whole part, remainder, and what the remainder is out of.
    fn scaled(self, places: i32) -> Option<(u128, u128, u128)> {
        if self.digits == 0 {
            return Some((0, 0, 1));
        }
        let exponent = self.exponent.checked_add(places)?;
        let power = 10u128.checked_pow(exponent.unsigned_abs());
        match (exponent >= 0, power) {
            (true, power) => Some((self.digits.checked_mul(power?)?, 0, 1)),
            (false, Some(unit)) => Some((self.digits / unit, self.digits % unit, unit)),
            // Smaller than can be told from nothing, but not a whole number.
            (false, None) => Some((0, 1, u128::MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::Decimal;

    fn femto(text: &str) -> Option<u64> {
        Decimal::parse(text)?.rounded(15)
    }

    #[test]
    fn prices_are_exact() {
        for (text, expected) in [
            ("7.5e-08", 75_000_000),
            ("0.000000075", 75_000_000),
            ("1e-6", 1_000_000_000),
            ("0", 0),
            ("0.0", 0),
            ("2.5E-6", 2_500_000_000),
            ("0.0000000000000005", 1),
            ("0.00000000000000049", 0),
            ("1e-90", 0),
            ("1", 1_000_000_000_000_000),
        ] {
            assert_eq!(femto(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "-1", "1.2.3", "1e", "e5", ".", "1 2", "NaN", "inf", "0x10", "1e999", "30s"] {
            assert_eq!(Decimal::parse(text), None, "{text:?}");
        }
        assert_eq!(femto("20000"), None, "more than 64 bits of femto-dollars");
    }

    #[test]
    fn whole_numbers() {
        let whole = |text| Decimal::parse(text).and_then(|decimal| decimal.exact(0));
        assert_eq!(whole("1_000"), Some(1000));
        assert_eq!(whole("1.5e3"), Some(1500));
        assert_eq!(whole("1.5"), None);
        assert_eq!(whole("1e-80"), None);
    }
}
