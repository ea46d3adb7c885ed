//! Addresses of machines and of what is on them.

use std::net::Ipv6Addr;

use super::around::{continues_word, goes_on, number_before, number_behind, tail, word_before};
use super::{PLAIN, Prebuilt};

pub(super) const PATTERNS: &[Prebuilt] = &[
    // RFC 3986 §3.2.2 (`IPv4address`): four octets in decimal, without leading zeros.
    Prebuilt {
        name: "ipv4",
        regex: concat!(
            r"(?-u)\b(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}",
            r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\b",
        ),
        stands: is_no_version,
        ..PLAIN
    },
    // RFC 4291 §2.2: eight groups in hexadecimal, a row of zeros shortened, the last two perhaps as IPv4.
    Prebuilt {
        name: "ipv6",
        regex: concat!(
            r"(?-u)(?:\b[0-9a-f]{1,4}:|::)(?:[0-9a-f]{0,4}:){0,7}",
            r"(?:[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}|[0-9a-f]{1,4}|:)",
        ),
        stands: |before, candidate, behind| is_whole(before, candidate, behind) && is_ipv6(candidate),
        ..PLAIN
    },
    // RFC 3986: a scheme and an authority, or `www.`; ends before the punctuation of the sentence, and before a bracket
    // that it does not open. Letters beyond ASCII as people copy them: Latin, Greek and Cyrillic ones.
    Prebuilt {
        name: "url",
        regex: concat!(
            r"(?-u:\b)(?:[a-z][a-z0-9+.-]+://|www\.)(?:[^\s/@\x22'<>]+@)?",
            r"(?:\[[0-9a-f:.]+\]|[a-z0-9_\x{C0}-\x{24F}\x{370}-\x{52F}])",
            r"(?:[a-z0-9\x{C0}-\x{24F}\x{370}-\x{52F}._~:/?#@!$&*+,;=%-]",
            r"|\([a-z0-9\x{C0}-\x{24F}\x{370}-\x{52F}._~:/?#@!$&*+,;=%-]*\))*",
            r"(?:[a-z0-9\x{C0}-\x{24F}\x{370}-\x{52F}/_~=&%#@$+-]",
            r"|\([a-z0-9\x{C0}-\x{24F}\x{370}-\x{52F}._~:/?#@!$&*+,;=%-]*\))",
        ),
        ..PLAIN
    },
];

/// What is numbered like an address.
const NUMBERED: &[&str] = &[
    "version",
    "versions",
    "ver",
    "v",
    "release",
    "build",
    "revision",
    "section",
    "sections",
    "sec",
    "chapter",
    "clause",
    "paragraph",
    "article",
    "appendix",
    "firmware",
    "oid",
    "figure",
    "table",
    "upgrade",
    "step",
    "driver",
    "abschnitt",
    "versión",
    "update",
];

/// Not the number of a version or of a chapter, nor part of a longer one.
fn is_no_version(before: &str, _: &str, behind: &str) -> bool {
    let is_longer = number_before(before, &['.'])
        || number_behind(behind, &['.'])
        || before.trim_end().ends_with('§')
        || before.ends_with(['^', '_']);
    let is_required = ["==", ">=", "<=", "~=", "~>"].iter().any(|sign| before.ends_with(sign));
    // `Chrome/120.0.0.0` and `lib-1.2.3.4`, but not `//192.0.2.1`.
    let is_product = before.strip_suffix(['/', '-']).is_some_and(continues_with_letter);
    let is_suffixed = behind
        .strip_prefix(['-', '_'])
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
    let numbered = NUMBERED.contains(&word_before(before, &[':', '=', '(', '#']).as_str());
    !(is_longer || is_required || is_product || is_suffixed || numbered)
}

fn continues_with_letter(before: &str) -> bool {
    before.ends_with(|last: char| last.is_ascii_alphabetic())
}

/// Neither a time, nor a hardware address of eight octets, nor `::` of a program.
fn is_ipv6(candidate: &str) -> bool {
    let groups = candidate.split(':').filter(|group| !group.is_empty());
    let is_hardware = candidate.split(':').count() == 8 && groups.clone().all(|group| group.len() == 2);
    let says_enough = groups.count() > 2 || candidate.bytes().any(|byte| byte.is_ascii_digit());
    says_enough && !is_hardware && candidate.parse::<Ipv6Addr>().is_ok()
}

fn is_whole(before: &str, candidate: &str, behind: &str) -> bool {
    let is_longer = before.ends_with([':', '.', '_']) || tail(before, 1) == "-" && candidate.starts_with(':');
    let behind_colon = behind.strip_prefix(':').is_some_and(|rest| goes_on(rest) || rest.starts_with(':'));
    !continues_word(before)
        && !is_longer
        && !goes_on(behind)
        && !behind_colon
        && !number_behind(behind, &['.'])
}
