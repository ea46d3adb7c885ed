//! Identity numbers, accounts, addresses and telephones of Singapore. Its passports are with the others.

use super::around::{alone, announced, national};
use super::checks::{digits, is_uniform, weighted_sum};
use super::numerals::is_date;
use super::{Near, PLAIN, Prebuilt};

pub(super) const PATTERNS: &[Prebuilt] = &[
    // Immigration and Checkpoints Authority, and the Ministry of Manpower for F, G and M: seven digits and a letter that
    // is made of them.
    Prebuilt {
        name: "sg_nric",
        regex: r"(?-u:\b[STFGM][0-9]{7}[A-Z]\b)",
        check: nric,
        stands: alone,
        ..PLAIN
    },
    // Infocomm Media Development Authority, National Numbering Plan: eight digits, 8 and 9 of mobiles, 6 of lines, 3 of
    // internet telephony. Without a group or the country's code it has to be said what they are.
    Prebuilt {
        name: "sg_phone",
        regex: r"(?-u:(?:(?:\+|\b00)65[ -]?|\(\+?65\) ?|\b65[ -])[3689][0-9]{3}[ -]?[0-9]{4}\b|\b[3689][0-9]{3}[ -]?[0-9]{4}\b)",
        check: telephone,
        stands: telephone_stands,
        ..PLAIN
    },
    // Singapore Post: the sector, 01 to 82 without 74, and four digits.
    Prebuilt {
        name: "sg_postal_code",
        regex: r"(?-u:\b(?:0[1-9]|[1-6][0-9]|7[0-35-9]|8[0-2])[0-9]{4}\b)",
        stands: alone,
        near: Some(Near {
            words: r"singapore|(?-u:\b)s ?\($|postal|post ?code|(?-u:\b)zip|address|(?-u:\b(?:blk|block|street|st|road|rd|avenue|ave|drive|crescent|lorong|jalan|hdb)\b)|邮区|邮编|新加坡|poskod",
            within: 40,
        }),
        ..PLAIN
    },
    // Accounting and Corporate Regulatory Authority, "UEN": a business's, a local company's, and anybody else's.
    Prebuilt {
        name: "sg_uen",
        regex: r"(?-u:\b(?:[0-9]{8}[A-Z]|(?:18|19|20)[0-9]{7}[A-Z]|[RST][0-9]{2}[A-Z]{2}[0-9]{4}[A-Z])\b)",
        check: entity,
        stands: alone,
        near: Some(Near {
            words: r"(?:(?-u:\b)|_)uen(?:(?-u:\b)|_)|unique entity|acra(?-u:\b)|(?:company|co\.?|business|entity|gst)[ _-]?reg|registration (?:no|num)|(?-u:\b(?:roc|pte|ltd|llp)\b)|incorporated|paynow",
            within: 60,
        }),
        ..PLAIN
    },
    // Association of Banks in Singapore, account numbers for GIRO: DBS 3-6-1 and 3-1-6, POSB 3-5-1, OCBC 3-6-3 and 3-7,
    // UOB 3-3-3-1, Standard Chartered 2-1-6-1.
    Prebuilt {
        name: "sg_bank_account",
        regex: r"(?-u:\b[0-9]{3}[ -](?:[0-9]{5,6}[ -][0-9]|[0-9][ -][0-9]{5,6}|[0-9]{6}[ -][0-9]{3}|[0-9]{7}|[0-9]{3}[ -][0-9]{3}[ -][0-9])\b|\b[0-9]{2}[ -][0-9][ -][0-9]{6}[ -][0-9]\b|\b[0-9]{9,12}\b)",
        check: account,
        stands: national,
        near: Some(Near {
            words: r"bank|(?-u:\b(?:dbs|posb|ocbc|uob|hsbc|a/c|acc)\b)|standard chartered|maybank|citibank|giro|paynow|acct|savings|current account|account[ _-]?(?:no(?-u:\b)|num|#|:)|户口|账号|akaun",
            within: 50,
        }),
        ..PLAIN
    },
];

/// The letter, by the rest of the weighted sum modulo 11; T and G add four, M adds three.
fn nric(candidate: &str) -> bool {
    let candidate = candidate.to_ascii_uppercase();
    let (Some(series), Some(letter)) = (candidate.bytes().next(), candidate.bytes().last()) else {
        return false;
    };
    let (letters, offset): (&[u8; 11], u32) = match series {
        b'S' => (b"JZIHGFEDCBA", 0),
        b'T' => (b"JZIHGFEDCBA", 4),
        b'F' => (b"XWUTRQPNMLK", 0),
        b'G' => (b"XWUTRQPNMLK", 4),
        _ => (b"XWUTRQPNJLK", 3),
    };
    let sum = offset + weighted_sum(&digits(&candidate), &[2, 7, 6, 5, 4, 3, 2]);
    letter_at(letters, sum) == Some(letter)
}

fn letter_at(letters: &[u8; 11], sum: u32) -> Option<u8> {
    letters.get((sum % 11) as usize).copied()
}

/// The letters of the check of other entities, whose places are their values.
const ENTITY_SYMBOLS: &str = "ABCDEFGHJKLMNPQRSTUVWX0123456789";

fn entity(candidate: &str) -> bool {
    let candidate = candidate.to_ascii_uppercase();
    let digits = digits(&candidate);
    let letter = match (candidate.len(), candidate.starts_with(|first: char| first.is_ascii_digit())) {
        (9, true) => letter_at(b"XMKECAWLJDB", weighted_sum(&digits, &[10, 4, 9, 3, 8, 2, 7, 1])),
        (10, true) => letter_at(b"ZKCMDNERGWH", weighted_sum(&digits, &[10, 8, 6, 4, 9, 7, 5, 3, 1])),
        _ => other_entity(&candidate),
    };
    letter.is_some() && letter == candidate.bytes().last()
}

fn other_entity(candidate: &str) -> Option<u8> {
    let value = |symbol: char| ENTITY_SYMBOLS.find(symbol).and_then(|at| u8::try_from(at).ok());
    let values: Option<Vec<u8>> = candidate.chars().take(9).map(value).collect();
    let sum = weighted_sum(&values?, &[4, 3, 5, 3, 10, 2, 2, 5, 7]);
    ENTITY_SYMBOLS.as_bytes().get(((sum + 11 - 5) % 11) as usize).copied()
}

fn telephone(candidate: &str) -> bool {
    let digits = digits(candidate);
    digits.len() != 8 || !is_uniform(&digits)
}

/// Eight digits alone are anything.
fn telephone_stands(before: &str, candidate: &str, behind: &str) -> bool {
    const WORDS: [&str; 15] = [
        "phone",
        "tel",
        "mobile",
        "hp",
        "handphone",
        "call",
        "sms",
        "whatsapp",
        "my number",
        "contact",
        "fax",
        "电话",
        "手机",
        "telefon",
        "singapore",
    ];
    let is_bare = candidate.len() == 8;
    national(before, candidate, behind) && (!is_bare || announced(before, &WORDS))
}

fn account(candidate: &str) -> bool {
    let digits = digits(candidate);
    !is_uniform(&digits) && !is_date(&digits)
}
