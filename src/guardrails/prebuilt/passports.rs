//! Numbers of passports.
//!
//! None says by itself that it is one: the word has to stand near. Forms: the issuing authorities, and the Council of
//! the European Union's register of travel documents (PRADO).

use super::around::alone;
use super::numerals::is_date;
use super::{Near, PLAIN, Prebuilt, checks};

/// A pattern whose number stands near the word for a passport.
const PASSPORT: Prebuilt = Prebuilt { stands: alone, near: Some(NEAR), ..PLAIN };

/// The word, in the languages of the countries below and of their neighbours.
const NEAR: Near = Near {
    words: r"pass[ _-]?port|\bppt\b|passeport|\breise-?pass|\bpass(?:[ _-]?n(?:r|o|ummer|umber|um))|(?-i:\bPass\b)|paspoort|pasaporte|passaporto|passaporte|\bpas(?:nummer| ?nr)|paszport|cestovn[íý]|\bpasu\b|putovnic|potni list|útlevél|pașapor|pasapor|\bpassin?\b|διαβατηρ|διαβατήρ|паспорт|passi? number|pas[ei] nume|護照|护照|旅券|パスポート|पासपोर्ट|پاسپورٹ|جواز",
    within: 50,
};

pub(super) const PATTERNS: &[Prebuilt] = &[
    // Department of State: nine digits, or a letter and eight digits since the next generation passport of 2021.
    Prebuilt {
        name: "passport_us",
        regex: r"(?-u:\b[A-Z]?[0-9]{8}\b|\b[0-9]{9}\b)",
        check: of_nine,
        ..PASSPORT
    },
    // HM Passport Office: nine digits.
    Prebuilt { name: "passport_uk", regex: r"(?-u:\b[0-9]{9}\b)", ..PASSPORT },
    // Bundesministerium des Innern, Seriennummer: the issuer's letter, then digits and the consonants that look like
    // none of them. The machine-readable zone appends a check digit (ICAO Doc 9303, part 3).
    Prebuilt {
        name: "passport_germany",
        regex: r"(?-u:\b[CFGHJK][CFGHJKLMNPRTVWXYZ0-9]{8}[0-9]?\b)",
        check: german,
        ..PASSPORT
    },
    // Agence nationale des titres sécurisés: two digits, two letters, five digits.
    Prebuilt { name: "passport_france", regex: r"(?-u:\b[0-9]{2} ?[A-Z]{2} ?[0-9]{5}\b)", ..PASSPORT },
    // Rijksdienst voor Identiteitsgegevens: two letters, six letters or digits, a digit; no letter O.
    Prebuilt {
        name: "passport_netherlands",
        regex: r"(?-u:\b[A-NP-Z]{2}[A-NP-Z0-9]{6}[0-9]\b)",
        check: two_digits,
        ..PASSPORT
    },
    // Immigration, Refugees and Citizenship Canada: two letters and six digits; since 2023 a letter, six digits and two
    // letters.
    Prebuilt {
        name: "passport_canada",
        regex: r"(?-u:\b[A-Z]{2} ?[0-9]{6}\b|\b[A-Z][0-9]{6}[A-Z]{2}\b)",
        ..PASSPORT
    },
    // Ministry of External Affairs: a letter and seven digits, neither the first nor the last of which is zero.
    Prebuilt { name: "passport_india", regex: r"(?-u:\b[A-Z][ -]?[1-9][0-9]{5}[1-9]\b)", ..PASSPORT },
    // Australian Passport Office: one or two letters and seven digits.
    Prebuilt { name: "passport_australia", regex: r"(?-u:\b[A-Z]{1,2} ?[0-9]{7}\b)", ..PASSPORT },
    // National Immigration Administration: E or G and eight digits, E, a letter and seven digits; D, S and P of
    // officials; H, K and M of Hong Kong and Macao.
    Prebuilt {
        name: "passport_china",
        regex: r"(?-u:\b(?:[DEGHKMPS][0-9]{8}|(?:E[A-HJ-NP-Z]|DE|SE|PE|K[JM]|MA)[0-9]{7})\b)",
        ..PASSPORT
    },
    // Ministry of Foreign Affairs: two letters and seven digits.
    Prebuilt { name: "passport_japan", regex: r"(?-u:\b[A-Z]{2} ?[0-9]{7}\b)", ..PASSPORT },
    // Immigration and Checkpoints Authority: E or K, seven digits and a letter.
    Prebuilt { name: "passport_singapore", regex: r"(?-u:\b[EK][0-9]{7}[A-Z]\b)", ..PASSPORT },
    // PRADO, the forms of all member states: one to three letters and six to eight digits, digits alone, and those of
    // France, Germany and the Netherlands.
    Prebuilt {
        name: "eu_passport_generic",
        regex: r"(?-u:\b(?:[A-Z]{1,2} ?[0-9]{6,7}|[A-Z][0-9]{8}|[A-Z]{3} ?[0-9]{6}|[A-Z][0-9][A-Z]?[0-9]{6,7}|[0-9]{2} ?[A-Z]{2} ?[0-9]{5}|[CFGHJK][CFGHJKLMNPRTVWXYZ0-9]{8}|[A-NP-Z]{2}[A-NP-Z0-9]{6}[0-9]|[0-9]{7,9})\b)",
        check: european,
        ..PASSPORT
    },
];

fn count_digits(candidate: &str) -> usize {
    candidate.bytes().filter(u8::is_ascii_digit).count()
}

fn of_nine(candidate: &str) -> bool {
    candidate.len() == 9
}

/// Letters alone are a word.
fn two_digits(candidate: &str) -> bool {
    count_digits(candidate) > 1
}

/// Nine symbols, or ten of which the last is the check digit of the others.
fn german(candidate: &str) -> bool {
    let is_checked = candidate.len() == 9 || machine_readable(candidate);
    count_digits(candidate) > 1 && is_checked
}

/// Whether the last digit is right: weights 7, 3 and 1 over digits and letters, of which A is ten.
fn machine_readable(candidate: &str) -> bool {
    let values: Vec<u32> = candidate.chars().filter_map(|symbol| symbol.to_digit(36)).collect();
    let Some((check, values)) = values.split_last() else { return false };
    let sum: u32 =
        values.iter().zip([7, 3, 1].into_iter().cycle()).map(|(value, weight)| value * weight).sum();
    sum % 10 == *check
}

/// A date is none, nor a word with a digit.
fn european(candidate: &str) -> bool {
    let is_number = candidate.bytes().all(|byte| byte.is_ascii_digit());
    count_digits(candidate) > 1 && !(is_number && is_date(&checks::digits(candidate)))
}
