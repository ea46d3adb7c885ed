//! Identity numbers, addresses and telephones of European countries.

use super::around::{alone, national};
use super::checks::{digits, is_uniform, weighted_sum};
use super::numerals::number;
use super::{Near, PLAIN, Prebuilt};

pub(super) const PATTERNS: &[Prebuilt] = &[
    // Besluit burgerservicenummer, and the eleven test of the Logisch Ontwerp BSN. An eight-digit number has a zero
    // before it that is left out.
    Prebuilt {
        name: "nl_bsn_contextual",
        regex: r"(?-u:\b[0-9]{3}[ .-]?[0-9]{3}[ .-]?[0-9]{3}\b|\b[0-9]{4}[ .-]?[0-9]{2}[ .-]?[0-9]{3}\b|\b[0-9]{8}\b)",
        check: citizen_service,
        stands: alone,
        near: Some(Near {
            words: r"(?:\b|_)bsn(?:\b|_|[- ]?n)|\bbsn|burger[ -]?service[ -]?n|\bsofi|sociaal[ -]?fiscaal|citizen service n|dutch (?:personal|social|citizen|national)",
            within: 50,
        }),
        ..PLAIN
    },
    // INSEE, numéro d'inscription au répertoire: sex, year, month, department, commune, order, and a key of
    // 97 less the number modulo 97.
    Prebuilt {
        name: "fr_nir",
        regex: r"(?-u:\b[1-478][ .-]?[0-9]{2}[ .-]?[0-9]{2}[ .-]?(?:[0-9]{2}|2[AB])[ .-]?[0-9]{3}[ .-]?[0-9]{3}[ ./-]{0,3}[0-9]{2}\b)",
        check: nir,
        stands: alone,
        ..PLAIN
    },
    // ARCEP, plan national de numérotation (décision 2018-0881).
    Prebuilt {
        name: "fr_phone",
        regex: r"(?-u:(?:(?:\+|\b00)33[ .-]?(?:\(0\)[ .-]?)?|\(\+33\) ?0?|\b0)[1-9](?:[0-9]{8}\b|(?: [0-9]{2}){4}\b|(?:\.[0-9]{2}){4}\b|(?:-[0-9]{2}){4}\b))",
        stands: national,
        ..PLAIN
    },
    // La Poste, code postal: the department, or its overseas number, and three digits.
    Prebuilt {
        name: "fr_postal_code",
        regex: r"(?-u:\b(?:F-?)?(?:0[1-9]|[1-8][0-9]|9[0-578])[0-9]{3}\b)",
        stands: address,
        near: Some(Near {
            words: r"code[_ -]?postal|(?:\b|_)cp\b|postal[_ -]?code|post ?code|postcode|\bzip|\bcedex\b|\badresse|\baddress|\brue\b|\bavenue\b|\bboulevard\b|\ballée\b|\bchemin\b|\bvilles?\b|\bcommune\b|\bfrance\b|\bparis\b|\bmarseille\b|\blyon\b|\btoulouse\b|\bnice\b|\bnantes\b|\bmontpellier\b|\bstrasbourg\b|\bbordeaux\b|\blille\b|\brennes\b|\breims\b|\bgrenoble\b|\bdijon\b",
            within: 40,
        }),
        ..PLAIN
    },
];

/// The eleven test.
pub(super) fn eleven_test(digits: &[u8]) -> bool {
    let Some((last, first)) = digits.split_last() else { return false };
    let sum = weighted_sum(first, &[9, 8, 7, 6, 5, 4, 3, 2]);
    digits.len() == 9 && sum % 11 == u32::from(*last)
}

fn citizen_service(candidate: &str) -> bool {
    let mut digits = digits(candidate);
    if digits.len() == 8 {
        digits.insert(0, 0);
    }
    !is_uniform(&digits) && !digits.starts_with(&[0, 0]) && eleven_test(&digits)
}

/// Months 20 to 42 and 50 to 99 stand for birth certificates without one; Corsica's departments 2A and 2B count as
/// 19 and 18.
fn nir(candidate: &str) -> bool {
    let symbols: String = candidate.chars().filter(char::is_ascii_alphanumeric).collect();
    let symbols = symbols.to_ascii_uppercase().replacen("2A", "19", 1).replacen("2B", "18", 1);
    let digits = digits(&symbols);
    let number = number(&digits);
    let (month, department) = (number / 10_u64.pow(10) % 100, number / 10_u64.pow(8) % 100);
    let (order, key) = (number / 100 % 1000, number % 100);
    digits.len() == 15
        && !matches!(month, 0 | 13..=19 | 43..=49)
        && department != 0
        && order != 0
        && key == 97 - number / 100 % 97
}

/// No amount and no quantity: nothing that goes on, and no currency before or behind.
fn address(before: &str, candidate: &str, behind: &str) -> bool {
    let unit = behind.trim_start();
    alone(before, candidate, behind)
        && !before.trim_end().ends_with(['€', '$', '£', '#', '°'])
        && !["€", "$", "£", "%", "eur", "km", "kg", "m²", "hab"]
            .iter()
            .any(|currency| unit.get(..currency.len()).is_some_and(|is| is.eq_ignore_ascii_case(currency)))
}
