//! Where somebody lives.

use super::around::{continues_word, goes_on, number_before};
use super::{PLAIN, Prebuilt};

pub(super) const PATTERNS: &[Prebuilt] = &[
    // USPS Publication 28, appendix C: a number, up to four words and a street's suffix, perhaps a unit; §28: a box.
    // DIN 5008: a German street and its number. La Poste: a number, a kind of way, and its name.
    Prebuilt {
        name: "street_address",
        regex: concat!(
            r"(?:(?-u:\b)[0-9]{1,6}[a-z]?(?:-[0-9]{1,4})?(?: [0-9a-z\x{C0}-\x{24F}'’.-]+){1,4}?",
            r" (?:street|st|avenue|ave|boulevard|blvd|road|rd|lane|ln|drive|dr|court|ct|place|pl|square|sq|terrace",
            r"|parkway|pkwy|highway|hwy|way|circle|cir|trail|trl|alley|crescent|close|gardens|grove|mews|row)(?-u:\b)",
            r"(?:\.? (?:nw|ne|sw|se|n|s|e|w|north|south|east|west)(?-u:\b))?",
            r"(?:\.?,? (?:(?:apt|apartment|suite|ste|unit|floor|flat|room)\.? ?#?|#)[0-9]{0,5}[a-z]?[0-9]{0,5}(?-u:\b))?",
            r"|(?-i:[A-ZÄÖÜ][a-zäöüß]{2,20}(?:straße|strasse|str\.|weg|platz|allee|gasse|damm|ufer)",
            r"|[A-ZÄÖÜ][a-zäöüß]{2,20}(?:[ -][A-ZÄÖÜ][a-zäöüß]{2,20})?[ -](?:Straße|Strasse|Str\.|Allee|Weg|Damm|Ufer))",
            r" [0-9]{1,4}(?: ?[a-h](?-u:\b))?(?:-[0-9]{1,4})?",
            r"|(?-u:\b)[0-9]{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|chemin|allée|impasse|quai|cours|route)",
            r"(?: (?:de la|du|des|de|la|le|les|aux?))?(?: de l['’]| d['’]| l['’]| )",
            r"(?-i:[A-Z\x{C0}-\x{DE}][a-z\x{DF}-\x{24F}’']*(?:[ -](?:(?:de|du|des|la) )?[A-Z\x{C0}-\x{DE}]",
            r"[a-z\x{DF}-\x{24F}’']+){0,2})|(?-u:\b)p\.? ?o\.? box [0-9]{1,6}(?-u:\b))",
        ),
        check: is_named,
        stands: |before, _, behind| {
            let is_amount =
                before.ends_with(['$', '€', '£']) || number_before(before, &['.', ',', ':', '-', '/']);
            !continues_word(before) && !is_amount && !goes_on(behind)
        },
        ..PLAIN
    },
];

/// Suffixes that are words of their own: the name before one of these is capitalised.
const WORDS: &[&str] = &[
    "drive", "court", "place", "square", "way", "circle", "trail", "close", "row", "st", "dr", "ct", "pl",
    "sq", "grove", "gardens", "cir", "terrace",
];

/// Words of sentences that have numbers in them, which are no name of a street.
const NO_NAMES: &[&str] = &[
    "the", "a", "an", "of", "in", "on", "to", "and", "or", "is", "are", "was", "were", "this", "that", "my",
    "our", "for", "per", "from", "by", "at", "with", "minutes", "minute", "hours", "days", "weeks", "years",
    "meters", "metres", "miles", "km", "people", "cars", "more", "percent", "times", "each", "new", "other",
    "every", "along", "down", "gb", "tb", "mb",
];

/// Compounds of `-platz` and `-weg` that are no streets.
const NO_STREETS: &[&str] = &[
    "sitzplatz",
    "parkplatz",
    "arbeitsplatz",
    "stehplatz",
    "stellplatz",
    "tabellenplatz",
    "startplatz",
    "heimweg",
    "umweg",
    "arbeitsweg",
    "ausweg",
    "schulweg",
    "lagerplatz",
    "steckplatz",
    "speicherplatz",
];

fn is_named(candidate: &str) -> bool {
    let words: Vec<&str> = candidate.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let lower = |word: &&str| word.to_lowercase();
    if !candidate.starts_with(|first: char| first.is_ascii_digit()) {
        return !words.first().map(lower).is_some_and(|word| NO_STREETS.contains(&word.as_str()));
    }
    let named = words.get(1..).unwrap_or_default();
    let is_sentence = named.iter().map(lower).any(|word| NO_NAMES.contains(&word.as_str()));
    let counts_lanes = named.first().is_some_and(|word| *word == "lane" || *word == "lanes");
    // The first one is the name; in French it is the kind of way, and the name is capitalised anyway.
    let behind_name = named.get(1..).unwrap_or_default();
    let is_word = behind_name.iter().map(lower).any(|word| WORDS.contains(&word.trim_end_matches('.')));
    let capital = |word: &&str| !word.starts_with(|first: char| first.is_lowercase());
    !is_sentence && !counts_lanes && (!is_word || named.first().is_some_and(capital))
}
