//! Bookings, flights and frequent flyers.

use super::surroundings::alone;
use super::{Near, PLAIN, Prebuilt};

pub(super) const PATTERNS: &[Prebuilt] = &[
    // IATA, Passenger Services Conference Resolutions Manual, record locator: six letters and digits, in capitals.
    Prebuilt {
        name: "airline_pnr",
        regex: r"(?-u:\b(?-i:[A-Z0-9]{6})\b)",
        check: locator,
        stands: alone,
        near: Some(Near {
            words: r"(?:\b|_)pnr(?:\b|_)|(?:booking|reservation|confirmation|reference)[ _-]?(?:ref\b|reference|code|number|no\b|#|id\b|locator)|record[ _-]?locator|locator|buchungs(?:code|nummer)|(?:code|num[eé]ro|r[eé]f[eé]rence|dossier)(?: de)? r[eé]servation|localizador|c[oó]digo de reserva|codice (?:di )?prenotazione|boekings|予約番号|预订(?:编)?号|check[ -]?in with",
            within: 40,
        }),
    },
    // Emirates Skywards, terms: nine digits, on the card behind EK.
    Prebuilt {
        name: "skywards_number",
        regex: r"(?-u:\b(?:EK ?)?[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}\b)",
        stands: alone,
        near: Some(Near {
            words: r"skywards|frequent[ _-]?fl(?:y|i)er|\bffn?\b|emirates (?:member|loyalty|miles)|سكاي واردز",
            within: 50,
        }),
        ..PLAIN
    },
    // IATA Resolution 762 (airline designators) and the Standard Schedules Information Manual: designator, one to four
    // digits, perhaps the letter of an operational suffix.
    Prebuilt {
        name: "flight_number",
        regex: r"(?-u:\b(?-i:[A-Z]{2}|[A-Z][0-9]|[0-9][A-Z])[ -]?[1-9][0-9]{0,3}(?-i:[A-Z])?\b)",
        check: flight,
        stands: alone,
        near: Some(Near {
            words: r"\bflights?|flight_|\bflug|\bflüge|\bvols?\b|\bvuelos?\b|\bv[oô]os?\b|\bvol[oi]\b|\bvlucht|boarding|departs?\b|departure|departing|arriv(?:es|al|ing)\b|\bgate\b|airline|airport|layover|codeshare|航班|便名|رحلة|рейс",
            within: 50,
        }),
    },
];

/// Words of six letters that stand near such codes in capitals.
const WORDS: [&str; 24] = [
    "NUMBER", "FLIGHT", "TICKET", "TRAVEL", "PLEASE", "STATUS", "RETURN", "AGENCY", "OFFICE", "PERSON",
    "ONLINE", "MOBILE", "AMOUNT", "CREDIT", "CANCEL", "CHANGE", "LONDON", "BERLIN", "MADRID", "DELAYS",
    "NUMERO", "CODIGO", "THANKS", "EXPIRY",
];

fn locator(candidate: &str) -> bool {
    candidate.bytes().any(|byte| byte.is_ascii_uppercase()) && !WORDS.contains(&candidate)
}

/// A letter and a digit are an airline where the number has three digits: A320 and B12 are an aircraft and a gate.
fn flight(candidate: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let digits = candidate.bytes().skip(2).filter(|byte| is_digit(*byte)).count();
    candidate.bytes().take(2).all(|byte| !is_digit(byte)) || digits >= 3
}
