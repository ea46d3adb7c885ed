//! Identity numbers, accounts and addresses of Canada. Its passports are with the others.

use super::around::alone;
use super::checks::{digits, is_uniform, luhn};
use super::numerals::number;
use super::{Near, PLAIN, Prebuilt};

pub(super) const PATTERNS: &[Prebuilt] = &[
    // Employment and Social Development Canada: the first digit tells the region, 0 and 8 of none; Luhn.
    Prebuilt {
        name: "ca_sin",
        regex: r"(?-u:\b[1-79][0-9]{2}(?:-[0-9]{3}-|\.[0-9]{3}\.| [0-9]{3} |[0-9]{3})[0-9]{3}\b)",
        check: luhn_of,
        stands: alone,
        near: Some(Near {
            words: r"(?:\b|_)s\.?i\.?n\b|\bsin_|social[ _-]?insurance|(?:\b|_)n\.?a\.?s\b|\bnas_|assurance[ _-]?sociale",
            within: 50,
        }),
        ..PLAIN
    },
    // Ontario Ministry of Health, Health Card Validation Reference Manual: ten digits, Luhn, a version code of up to two
    // letters.
    Prebuilt {
        name: "ca_ohip",
        regex: r"(?-u:\b[1-9][0-9]{3}(?:-[0-9]{3}-| [0-9]{3} |[0-9]{3})[0-9]{3}(?:[ -]?(?-i:[A-Z]{1,2})|[A-Z]{2})?\b)",
        check: luhn_of,
        stands: alone,
        near: Some(Near {
            words: r"ohip|health[ _-]?(?:card|number|no\b|insurance)|\bhcn\b|carte[ _-]?(?:de )?sant[eé]|assurance[ -]sant[eé]|num[eé]ro de sant[eé]",
            within: 50,
        }),
        ..PLAIN
    },
    // Ontario Ministry of Transportation: the surname's first letter and fourteen digits, which end in the birth date;
    // a woman's month counts fifty more.
    Prebuilt {
        name: "ca_on_drivers_licence",
        regex: r"(?-u:\b[A-Z][0-9]{4}(?:-[0-9]{5}-| [0-9]{5} | - [0-9]{5} - |[0-9]{5})[0-9]{5}\b)",
        check: ends_in_birth_date,
        stands: alone,
        near: Some(Near {
            words: r"driv(?:er|ers|er's|er’s|ing)?[ _-]?licen[cs]e|licen[cs]e|(?:\b|_)dl(?:\b|_)|drivetest|permis[ _-]?(?:de )?conduire|n[°o] de permis|\bpermis\b",
            within: 50,
        }),
        ..PLAIN
    },
    // Immigration, Refugees and Citizenship Canada: client identifier (UCI) of eight or ten digits, application and
    // document numbers of a letter and nine digits, permanent resident cards of two letters and seven digits.
    Prebuilt {
        name: "ca_immigration_doc",
        regex: r"(?-u:\b[0-9]{4}-?[0-9]{4}\b|\b[0-9]{2}-?[0-9]{4}-?[0-9]{4}\b|\b[A-Z] ?[0-9]{9}\b|\b[A-Z]{2} ?[0-9]{7,10}\b)",
        check: no_date,
        stands: alone,
        near: Some(Near {
            words: r"(?:\b|_)(?:uci|iuc|ircc|cic|gcms|copr|imm ?[0-9]{4})(?:\b|_)|client[ _-]?id|identificateur|identifiant|immigration|(?:study|work)[ _-]?permit|permanent[ _-]?residen|\bpr[ _-]?card|permis (?:d['’][eé]tudes|de travail)|r[eé]sident[e]? permanent|visitor record|landing|express entry|citizenship certificate",
            within: 50,
        }),
        ..PLAIN
    },
    // Payments Canada, Standard 006: transit of five digits, institution of three, account of up to twelve; for electronic
    // payments a zero, the institution and the transit.
    Prebuilt {
        name: "ca_bank_account",
        regex: r"(?-u:\b[0-9]{5}[ -][0-9]{3}[ -][0-9]{7,12}\b|\b0[0-9]{8}[ -][0-9]{7,12}\b|\b[0-9]{5}[ -][0-9]{3}\b|\b[0-9]{3}-[0-9]{3}-[0-9]{1,6}\b|\b[0-9]{7,12}\b)",
        check: account,
        stands: alone,
        near: Some(Near {
            words: r"bank|(?:chequing|checking|savings|deposit)[ _-]?(?:account|acct)?|\bacct|\baccount[ _-]?(?:no\b|num|#|:)|\btransit|\binstitution|direct deposit|void cheque|compte[ _-]?(?:bancaire|ch[eè]que|d['’][eé]pargne|de banque|no\b|num[eé]ro)|num[eé]ro de compte|d[eé]p[oô]t direct|sp[eé]cimen de ch[eè]que|\bEFT\b",
            within: 50,
        }),
        ..PLAIN
    },
    // Canada Post, Addressing Guidelines: no D, F, I, O, Q or U, and no W or Z first.
    Prebuilt {
        name: "ca_postal_code",
        regex: r"(?-u:\b[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z][ -]?[0-9][ABCEGHJ-NPRSTV-Z][0-9]\b)",
        stands: alone,
        near: Some(Near {
            words: r"postal|post ?code|\bzip|address|adresse|[ck]anada|\b(?-i:AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT)\b|alberta|british columbia|colombie-britannique|manitoba|new brunswick|nouveau-brunswick|newfoundland|nova scotia|nouvelle-[eé]cosse|ontario|qu[eé]bec|saskatchewan|yukon|nunavut|toronto|montr[eé]al|vancouver|calgary|ottawa|edmonton|winnipeg|halifax|\bstreet\b|\bst\.|\bave(?:nue)?\b|\broad\b|\brue\b",
            within: 40,
        }),
        ..PLAIN
    },
];

fn luhn_of(candidate: &str) -> bool {
    let digits = digits(candidate);
    !is_uniform(&digits) && luhn(&digits)
}

fn ends_in_birth_date(candidate: &str) -> bool {
    let number = number(&digits(candidate));
    let (month, day) = (number / 100 % 100, number % 100);
    matches!(month, 1..=12 | 51..=62) && matches!(day, 1..=31)
}

fn no_date(candidate: &str) -> bool {
    !super::numerals::is_date(&digits(candidate))
}

fn account(candidate: &str) -> bool {
    let digits = digits(candidate);
    !is_uniform(&digits) && !super::numerals::is_date(&digits)
}
