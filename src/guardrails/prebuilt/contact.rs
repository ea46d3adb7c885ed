//! Where a person can be reached by mail or telephone.

use super::around::{self, announced, goes_on, number_behind, tail};
use super::checks::digits;
use super::{PLAIN, Prebuilt};

pub(super) const PATTERNS: &[Prebuilt] = &[
    // RFC 5322 §3.4.1: dot-atoms, without the signs of `atext` that usually belong to the surrounding text; RFC 6531:
    // letters beyond ASCII, here the Latin, Greek and Cyrillic ones; RFC 1035 §2.3.1: labels. `%40` is `@` in a URL.
    Prebuilt {
        name: "email",
        regex: concat!(
            r"[a-z0-9\x{C0}-\x{24F}\x{370}-\x{52F}][a-z0-9_%+&'~\x{C0}-\x{24F}\x{370}-\x{52F}-]*",
            r"(?:\.[a-z0-9_%+&'~\x{C0}-\x{24F}\x{370}-\x{52F}-]+)*(?:@|%40)",
            r"(?:[a-z0-9\x{C0}-\x{24F}\x{370}-\x{52F}]",
            r"(?:[a-z0-9\x{C0}-\x{24F}\x{370}-\x{52F}-]*[a-z0-9\x{C0}-\x{24F}\x{370}-\x{52F}])?\.)+",
            r"(?:xn--[a-z0-9-]*[a-z0-9]|[a-z\x{C0}-\x{24F}\x{370}-\x{52F}]{2,24})",
        ),
        check: is_address,
        stands: is_no_login,
        ..PLAIN
    },
    // The North American Numbering Plan (NANPA): an area code and an exchange, neither of which begins with 0 or 1.
    Prebuilt {
        name: "us_phone",
        regex: concat!(
            r"(?-u)(?:(?:\+1|\b1)[ .-]?(?:\([2-9][0-9]{2}\)[ .-]?|[2-9][0-9]{2}[ ./-]?)",
            r"|\([2-9][0-9]{2}\)[ .-]?|\b[2-9][0-9]{2}[ ./-]?)[2-9][0-9]{2}[ .-]?[0-9]{4}",
        ),
        check: is_nanp,
        stands: is_phone,
        ..PLAIN
    },
];

/// Endings of files. None is a top-level domain.
const FILES: &[&str] =
    &["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "json", "html", "pdf", "xml", "txt", "yaml"];

/// Not a file such as `logo@2x.png`.
fn is_address(candidate: &str) -> bool {
    let last = candidate.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    !FILES.contains(&last.as_str())
}

/// Not the login in a URL's authority (RFC 3986 §3.2.1), and not that of a Git remote.
fn is_no_login(before: &str, candidate: &str, behind: &str) -> bool {
    let url = tail(before, 64).rsplit("://").next().filter(|_| tail(before, 64).contains("://"));
    let in_authority = url.is_some_and(|rest| !rest.contains(ends_authority));
    let is_git = candidate.starts_with("git@") && behind.starts_with(':');
    !in_authority && !is_git && !around::continues_word(before) && !goes_on(behind)
}

/// Whether a URL's authority ends there: by RFC 3986 §3.2, or because the URL does, between the values of a table or a
/// query, in brackets, in Markdown, before an escaped line break. A login could have some of these signs (§3.2.1), which
/// most programs write with `%`.
fn ends_authority(char: char) -> bool {
    char.is_whitespace() || "/?#\"',;|<>()[]{}&=`*\\、".contains(char)
}

/// Codes that are no area codes: N11 are services, 37X, 96X and N9X are kept for a longer plan.
fn is_nanp(candidate: &str) -> bool {
    let digits = digits(candidate);
    let national = if digits.len() == 11 { digits.get(1..) } else { Some(digits.as_slice()) };
    match national {
        Some([area, b, c, _, e, f, ..]) => {
            let is_service = (*b, *c) == (1, 1) || (*e, *f) == (1, 1);
            let is_kept = *b == 9 || matches!((*area, *b), (3, 7) | (9, 6));
            !is_service && !is_kept
        }
        _ => false,
    }
}

/// What makes of ten digits in a row a telephone's number.
const PHONE_WORDS: &[&str] = &[
    "phone", "call", "mobile", "cell", "fax", "tel", "text", "sms", "dial", "contact", "reach", "whatsapp",
    "ring", "móvil", "電話", "电话",
];

/// Not within a longer number or another country's; and a bare row of digits only where the text says what it is.
fn is_phone(before: &str, candidate: &str, behind: &str) -> bool {
    let within = around::continues_word(before)
        || before.ends_with(['+', '$', '€', '#', '_'])
        || around::number_before(before, &['-', '.', '/', ',', ':'])
        || number_behind(behind, &['-', '.', '/', ','])
        || is_abroad(before);
    let extension =
        behind.strip_prefix(['x', 'X']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let is_bare = candidate.bytes().all(|byte| byte.is_ascii_digit());
    !within && (extension || !goes_on(behind)) && (!is_bare || announced(before, PHONE_WORDS))
}

/// Whether another country's code stands before: `+44 `.
fn is_abroad(before: &str) -> bool {
    let code = before.trim_end_matches([' ', '-', '(']);
    let rest = code.trim_end_matches(|last: char| last.is_ascii_digit());
    (1..=3).contains(&(code.len() - rest.len())) && rest.ends_with('+')
}
