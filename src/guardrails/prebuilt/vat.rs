//! VAT identification numbers of the European Union: each member state's form and check digits.
//!
//! Forms: European Commission, VIES, "VAT identification number structure". Check digits: the member states' own rules,
//! as the Commission's "Algorithms for VAT numbers" collects them. Where a state gives several kinds of number and only
//! some have a simple check, the others are told by their form alone.

use super::around::alone;
use super::checks::{digits, luhn, mod97, weighted_sum};
use super::europe::eleven_test;
use super::numerals::number;
use super::{Near, PLAIN, Prebuilt};

pub(super) const PATTERNS: &[Prebuilt] = &[Prebuilt {
    name: "eu_vat",
    // By the count of digits, which may stand in groups; then those that have letters among them.
    regex: r"(?-u:\b(?:(?:AT[ -]?U|(?:CZ|DK|FI|HU|LU|MT|SI)[ -]?)[0-9](?:[ .-]?[0-9]){7}|(?:BG|CZ|DE|EE|EL|GR|LT|PT|XI)[ -]?[0-9](?:[ .-]?[0-9]){8}|(?:BE|BG|CZ|PL|SK)[ -]?[0-9](?:[ .-]?[0-9]){9}|(?:HR|IT|LV)[ -]?[0-9](?:[ .-]?[0-9]){10}|(?:LT|SE)[ -]?[0-9](?:[ .-]?[0-9]){11}|CY[ -]?[0-9]{8}[ -]?[A-Z]|ES[ -]?(?:[A-Z][ -]?[0-9]{7}[ -]?[0-9A-Z]|[0-9]{8}[ -]?[A-Z])|FR[ -]?[0-9A-HJ-NP-Z]{2}(?:[ .-]?[0-9]{3}){3}|IE[ -]?[0-9]{7}[A-W][A-IW]?|NL[ -]?[0-9](?:[ .-]?[0-9]){8}[ .-]?B[ .-]?[0-9]{2}|RO[ -]?[1-9][0-9]{1,9})\b)",
    check: is_vat_number,
    stands: alone,
    near: Some(Near {
        words: r"(?:\b|_)vat|ust\b|ust[- ._]?id|(?:\b|_)uid|mehrwertsteuer|umsatzsteuer|mwst|\btva\b|tva[_ -]|\biva\b|p\. ?iva|\bbtw|\bmoms|\balv\b|\bnip\b|\bdič|\bdic\b|\bič ?dph|\bdph\b|\bpdv\b|\boib\b|\bddv\b|\bnif\b|\bcif\b|\bcui\b|\bpvm\b|\bpvn\b|\bkmkr\b|\báfa|adószám|αφμ|φπα|ддс|tax[_ -]?(?:id|no|num|reg)|\bvies\b|intra[- ]?comm|reverse charge",
        within: 60,
    }),
    ..PLAIN
}];

fn is_vat_number(candidate: &str) -> bool {
    let symbols: String = candidate.chars().filter(char::is_ascii_alphanumeric).collect();
    let symbols = symbols.to_ascii_uppercase();
    let Some((state, body)) = symbols.split_at_checked(2) else { return false };
    let d = digits(body);
    match state {
        "AT" => austria(&d),
        "BE" => last(&d, 2) == 97 - first(&d, 8) % 97 && d.first().is_some_and(|digit| *digit < 2),
        "BG" => d.len() != 9 || by_two_weights(&d, [&[1, 2, 3, 4, 5, 6, 7, 8], &[3, 4, 5, 6, 7, 8, 9, 10]]),
        "CY" => cyprus(&d, body),
        "CZ" => czechia(&d),
        "DE" => mod_11_10(&d),
        "DK" => weighted_sum(&d, &[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11),
        "EE" => weighted_sum(&d, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10),
        "EL" | "GR" => weighted_sum(&d, &[256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == last_digit(&d),
        "ES" => spain(body),
        "FI" => weighted_sum(&d, &[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11),
        "FR" => france(body),
        "HR" => mod_11_10(&d),
        "HU" => weighted_sum(&d, &[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10),
        "IE" => ireland(&d, body),
        "IT" => luhn(&d),
        "LT" => lithuania(&d),
        "LU" => first(&d, 6) % 89 == last(&d, 2),
        "LV" => latvia(&d),
        "MT" => weighted_sum(&d, &[3, 4, 6, 7, 8, 9, 10, 1]).is_multiple_of(37),
        "NL" => mod97(&symbols) == 1 || d.get(..9).is_some_and(eleven_test),
        "PL" => weighted_sum(&d, &[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == last_digit(&d),
        "PT" => (11 - weighted_sum(&d, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10 == last_digit(&d),
        "RO" => romania(&d),
        "SE" => last(&d, 2) != 0 && d.get(..10).is_some_and(luhn),
        "SI" => slovenia(&d),
        "SK" => number(&d).is_multiple_of(11),
        "XI" => northern_ireland(&d),
        _ => false,
    }
}

/// The number that the first digits write.
fn first(digits: &[u8], count: usize) -> u64 {
    number(digits.get(..count).unwrap_or(digits))
}

/// The number that the last digits write.
fn last(digits: &[u8], count: usize) -> u64 {
    number(digits.get(digits.len().saturating_sub(count)..).unwrap_or(digits))
}

fn last_digit(digits: &[u8]) -> u32 {
    digits.last().map_or(0, |digit| u32::from(*digit))
}

/// ISO/IEC 7064, MOD 11,10: Germany and Croatia.
fn mod_11_10(digits: &[u8]) -> bool {
    let Some((check, digits)) = digits.split_last() else { return false };
    let product = digits.iter().fold(10, |product, digit| {
        let sum = match (product + u32::from(*digit)) % 10 {
            0 => 10,
            sum => sum,
        };
        2 * sum % 11
    });
    (11 - product) % 10 == u32::from(*check)
}

/// The rest modulo 11; where it is ten, that of the second weights, and nought where it is ten again.
fn by_two_weights(digits: &[u8], weights: [&[u32]; 2]) -> bool {
    let rests = weights.iter().map(|weights| weighted_sum(digits, weights) % 11);
    rests.into_iter().find(|rest| *rest < 10).unwrap_or(0) == last_digit(digits)
}

fn austria(digits: &[u8]) -> bool {
    let Some((check, digits)) = digits.split_last() else { return false };
    let cross = |(at, digit): (usize, &u8)| {
        let value = u32::from(*digit) * if at % 2 == 1 { 2 } else { 1 };
        value / 10 + value % 10
    };
    let sum: u32 = digits.iter().enumerate().map(cross).sum();
    (96 - sum) % 10 == u32::from(*check)
}

fn cyprus(digits: &[u8], body: &str) -> bool {
    const AT_ODD_PLACES: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let value = |(at, digit): (usize, &u8)| match at % 2 {
        0 => AT_ODD_PLACES.get(usize::from(*digit)).copied().unwrap_or(0),
        _ => u32::from(*digit),
    };
    let sum: u32 = digits.iter().enumerate().map(value).sum();
    body.bytes().last().map(u32::from) == Some(u32::from(b'A') + sum % 26)
}

/// A legal person's has a check digit, a person's of today is a multiple of eleven; older ones have nine digits.
fn czechia(digits: &[u8]) -> bool {
    match digits.len() {
        8 => match 11 - weighted_sum(digits, &[8, 7, 6, 5, 4, 3, 2]) % 11 {
            10 => last_digit(digits) == 0,
            11 => last_digit(digits) == 1,
            check => last_digit(digits) == check,
        },
        10 => number(digits).is_multiple_of(11),
        _ => true,
    }
}

/// The letter of a Spanish person's number.
const SPANISH_LETTERS: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";

fn spain(body: &str) -> bool {
    let (Some(first), Some(last)) = (body.bytes().next(), body.bytes().last()) else { return false };
    let digits = digits(body);
    let person = |leading: u64, digits: &[u8]| {
        let number = leading * 10_u64.pow(7) + number(digits);
        SPANISH_LETTERS.get((number % 23) as usize) == Some(&last)
    };
    match first {
        b'0'..=b'9' | b'K'..=b'M' | b'X' => person(0, &digits),
        b'Y' => person(1, &digits),
        b'Z' => person(2, &digits),
        _ => spanish_company(digits.get(..7).unwrap_or_default(), last),
    }
}

fn spanish_company(digits: &[u8], control: u8) -> bool {
    let doubled = |digit: u32| 2 * digit / 10 + 2 * digit % 10;
    let values = digits.iter().map(|digit| u32::from(*digit)).enumerate();
    let sum: u32 = values.map(|(at, digit)| if at % 2 == 0 { doubled(digit) } else { digit }).sum();
    let check = (10 - sum % 10) % 10;
    let letter = b"JABCDEFGHI".get(check as usize);
    u32::from(control) == u32::from(b'0') + check || letter == Some(&control)
}

/// A SIREN with its own check, and a key that is made of it; a key with a letter follows no published rule.
fn france(body: &str) -> bool {
    let Some((key, siren)) = body.split_at_checked(2) else { return false };
    let siren = digits(siren);
    let is_key = |key: u64| (12 + 3 * (number(&siren) % 97)) % 97 == key;
    luhn(&siren) && key.parse().map_or(true, is_key)
}

fn ireland(digits: &[u8], body: &str) -> bool {
    let value = |letter: u8| if letter == b'W' { 0 } else { u32::from(letter - b'A') + 1 };
    let mut letters = body.bytes().filter(u8::is_ascii_alphabetic);
    let check = letters.next().map(value);
    let second = letters.next().map_or(0, value);
    check == Some((weighted_sum(digits, &[8, 7, 6, 5, 4, 3, 2]) + 9 * second) % 23)
}

fn lithuania(digits: &[u8]) -> bool {
    match digits.len() {
        9 => by_two_weights(digits, [&[1, 2, 3, 4, 5, 6, 7, 8], &[3, 4, 5, 6, 7, 8, 9, 1]]),
        _ => by_two_weights(digits, [&[1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2], &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4]]),
    }
}

/// A legal person's begins with 4 to 9.
fn latvia(digits: &[u8]) -> bool {
    let is_legal = digits.first().is_some_and(|digit| *digit > 3);
    !is_legal || weighted_sum(digits, &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3
}

fn romania(digits: &[u8]) -> bool {
    let Some((check, digits)) = digits.split_last() else { return false };
    let weights = [2, 3, 5, 7, 1, 2, 3, 5, 7];
    let sum: u32 = digits.iter().rev().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    10 * sum % 11 % 10 == u32::from(*check)
}

fn slovenia(digits: &[u8]) -> bool {
    match 11 - weighted_sum(digits, &[8, 7, 6, 5, 4, 3, 2]) % 11 {
        11 => false,
        check => check % 10 == last_digit(digits),
    }
}

fn northern_ireland(digits: &[u8]) -> bool {
    let sum = u64::from(weighted_sum(digits, &[8, 7, 6, 5, 4, 3, 2])) + last(digits, 2);
    sum.is_multiple_of(97) || (sum + 55).is_multiple_of(97)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::is_vat_number;

    /// One of each member state and of Northern Ireland, as companies print them.
    const NUMBERS: [&str; 28] = [
        "ATU13585627",
        "BE0428759497",
        "BG175074752",
        "CY10259033P",
        "CZ25123891",
        "DE136695976",
        "DK13585628",
        "EE100931558",
        "EL094259216",
        "ESB58378431",
        "FI20774740",
        "FR40303265045",
        "HR33392005961",
        "HU12892312",
        "IE6433435F",
        "IT00743110157",
        "LT119511515",
        "LU15027442",
        "LV40003521600",
        "MT11679112",
        "NL004495445B01",
        "PL8567346215",
        "PT501964843",
        "RO18547290",
        "SE123456789701",
        "SI50223054",
        "SK2022749619",
        "XI980780684",
    ];

    #[test]
    fn each_member_states_check_digits_add_up() {
        for number in NUMBERS {
            assert!(is_vat_number(number), "{number}");
        }
    }

    #[test]
    fn a_digit_cannot_be_another() {
        for number in NUMBERS {
            let at = number.len() / 2;
            let with = |digit: char| {
                let mut other = number.to_owned();
                other.replace_range(at..=at, &digit.to_string());
                other
            };
            let wrong = ('0'..='9').map(with).filter(|other| other != number);
            let accepted = wrong.filter(|wrong| is_vat_number(wrong)).count();
            assert!(accepted < 2, "{number}: {accepted} with another digit");
        }
    }
}
