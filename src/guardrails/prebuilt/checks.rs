//! Check digits, as several formats have them.

/// The ASCII digits of a text, as numbers; whatever separates them is left out.
pub(super) fn digits(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect()
}

/// The sum of each digit times its weight. What has no partner, digit or weight, counts nothing.
pub(super) fn weighted_sum(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

/// Whether the last digit is right (ISO/IEC 7812-1, annex B): from the right, every second digit counts double, less
/// nine where that has two digits, and all must add up to a multiple of ten.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let from_right = digits.iter().rev().map(|digit| u32::from(*digit)).enumerate();
    let sum: u32 = from_right.map(|(at, digit)| if at % 2 == 1 { doubled(digit) } else { digit }).sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// The remainder modulo 97 of a number written in digits and letters, where A to Z stand for 10 to 35 (ISO/IEC 7064,
/// MOD 97-10). Everything else is left out.
pub(super) fn mod97(text: &str) -> u32 {
    text.chars().filter_map(|symbol| symbol.to_digit(36)).fold(0, |rest, value| {
        let shift = if value > 9 { 100 } else { 10 };
        (rest * shift + value) % 97
    })
}

/// Whether all digits are the same: check digits are right for many such numbers, and nobody has one.
pub(super) fn is_uniform(digits: &[u8]) -> bool {
    digits.windows(2).all(|pair| pair.first() == pair.last())
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn digits_leave_separators_out() {
        assert_eq!(digits("4-1 x9"), [4, 1, 9]);
        assert_eq!(digits("٣"), [0; 0]);
    }

    #[test]
    fn weights_are_applied_from_the_left() {
        assert_eq!(weighted_sum(&[1, 2, 3], &[10, 1]), 12);
        assert_eq!(weighted_sum(&[9], &[3, 7]), 27);
    }

    #[test]
    fn luhn_finds_a_wrong_digit_and_a_swap() {
        assert!(luhn(&digits("4111 1111 1111 1111")));
        assert!(luhn(&digits("79927398713")));
        assert!(!luhn(&digits("4111 1111 1111 1112")));
        assert!(!luhn(&digits("79927398731")));
        assert!(!luhn(&[]));
    }

    #[test]
    fn mod_97_reads_letters_as_numbers() {
        assert_eq!(mod97("3214282912345698765432161182"), 1);
        assert_eq!(mod97("370400440532013000 de89"), 1);
        assert_eq!(mod97("370400440532013001DE89"), 28);
        assert_eq!(mod97(""), 0);
    }

    #[test]
    fn uniform_digits_are_told() {
        assert!(is_uniform(&digits("0000")));
        assert!(!is_uniform(&digits("0001")));
    }
}
