//! Bookings, flights and frequent flyers.

use super::around::alone;
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
        ..PLAIN
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
        ..PLAIN
    },
];

/// Words of six letters that stand near such codes in capitals.
const WORDS: [&str; 30] = [
    "NUMBER", "FLIGHT", "TICKET", "TRAVEL", "PLEASE", "STATUS", "RETURN", "AGENCY", "OFFICE", "PERSON",
    "ONLINE", "MOBILE", "AMOUNT", "CREDIT", "CANCEL", "CHANGE", "LONDON", "BERLIN", "MADRID", "DELAYS",
    "NUMERO", "CODIGO", "THANKS", "EXPIRY", "UPDATE", "SELECT", "INSERT", "DELETE", "STRING", "UNIQUE",
];

fn locator(candidate: &str) -> bool {
    candidate.bytes().any(|byte| byte.is_ascii_uppercase()) && !WORDS.contains(&candidate)
}

/// Airlines that are words of two letters: their numbers follow without a space.
const WORDS_OF_TWO: [&str; 22] = [
    "AM", "AN", "AS", "AT", "BE", "BY", "DE", "DO", "EN", "GO", "IF", "IN", "IS", "LA", "LE", "NO", "OF",
    "ON", "OR", "PM", "TO", "UP",
];

/// A letter and a digit are an airline where the number has three digits: A320 and B12 are an aircraft and a gate.
fn flight(candidate: &str) -> bool {
    let Some((airline, number)) = candidate.split_at_checked(2) else { return false };
    let is_apart = number.starts_with([' ', '-']);
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let has_letters_only = airline.bytes().all(|byte| byte.is_ascii_uppercase());
    if has_letters_only { !(is_apart && WORDS_OF_TWO.contains(&airline)) } else { digits >= 3 }
}
