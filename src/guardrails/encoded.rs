//! Strings that hold no text.
//!
//! Each test is narrow: what passes none of them is read.

/// Shorter text may be a word: it is read.
const SHORTEST_BASE64: usize = 128;

/// Whether it is a single word as APIs use them for ids, types and what they encrypted.
pub(super) fn is_identifier(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether it is a file in a URL, as base64. What such a file says is not known here.
pub(super) fn is_data_url(text: &str) -> bool {
    let of_type = |byte: u8| byte.is_ascii_alphanumeric() || b"/+.-;=".contains(&byte);
    text.strip_prefix("data:")
        .and_then(|rest| rest.split_once(";base64,"))
        .is_some_and(|(media_type, data)| media_type.bytes().all(of_type) && is_of_base64(data))
}

/// Whether it is so long a row of base64's characters that it is a file's bytes.
pub(super) fn is_base64(text: &str) -> bool {
    text.len() >= SHORTEST_BASE64 && is_of_base64(text)
}

/// Whether all characters are base64's, of either alphabet. No line breaks: a list of words is not base64.
pub(super) fn is_of_base64(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte))
}
