//! Whole numbers of small units as decimal numbers of larger ones: money, times.

/// The digits of the largest number, and as many more as the point and a zero before it take.
const LONGEST: usize = 22;

/// So many units of which 10 to the power of `decimals`, at most 20, are one: `fixed::padded(1_500, 3)` is `1.500`.
#[must_use]
pub fn padded(units: u64, decimals: usize) -> String {
    let (digits, start) = written(units, decimals);
    text(digits.get(start..).unwrap_or_default())
}

/// As [`padded`], without zeros at the end: `1.5`, and `2` for 2,000.
#[must_use]
pub fn trimmed(units: u64, decimals: usize) -> String {
    let (digits, start) = written(units, decimals);
    let mut kept = digits.get(start..).unwrap_or_default();
    // They end at the point.
    while let [rest @ .., b'0'] = kept {
        kept = rest;
    }
    text(kept.strip_suffix(b".").unwrap_or(kept))
}

/// The number at the end of a place that is long enough, and where it begins there.
fn written(units: u64, decimals: usize) -> ([u8; LONGEST], usize) {
    let mut digits = [b'0'; LONGEST];
    let (mut left, mut start) = (units, LONGEST);
    for (behind, place) in (0..).zip(digits.iter_mut().rev()) {
        // A digit stands before the point in any case.
        if left == 0 && behind > decimals + 1 {
            break;
        }
        start -= 1;
        if behind == decimals {
            *place = b'.';
        } else {
            // One digit: the cast is lossless.
            *place = b'0' + (left % 10) as u8;
            left /= 10;
        }
    }
    (digits, start)
}

fn text(digits: &[u8]) -> String {
    std::str::from_utf8(digits).unwrap_or_default().to_owned()
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
            (u64::MAX, 20, "0.18446744073709551615", "0.18446744073709551615"),
            (100, 0, "100.", "100"),
        ] {
            assert_eq!((padded(units, decimals).as_str(), trimmed(units, decimals).as_str()), (whole, short));
        }
    }
}
