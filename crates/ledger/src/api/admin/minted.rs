//! Keys in plain: made, shown once, and then known by their SHA-256 only.

use spillway_filter::base64::{Alphabet, encode};

use crate::api::Problem;
use crate::secret::{is_key_hash, key_hash};

/// How every key begins, as LiteLLM's do.
const PREFIX: &str = "sk-";

/// Bytes of randomness in a key.
const RANDOM_BYTES: usize = 32;

/// Characters of a key that somebody chose.
const CHOSEN: std::ops::RangeInclusive<usize> = 16..=256;

/// A key in plain. It has no `Debug`, so that it gets into no log.
pub(super) struct PlainKey(String);

impl PlainKey {
    /// A new one, from the system's randomness.
    pub(super) fn random() -> Result<Self, Problem> {
        let mut bytes = [0_u8; RANDOM_BYTES];
        random(&mut bytes)?;
        Ok(Self(format!("{PREFIX}{}", encode(Alphabet::Url, &bytes))))
    }

    /// One that the caller chose; `Err` says what is wrong with it, without it.
    pub(super) fn chosen(text: String) -> Result<Self, String> {
        if !text.starts_with(PREFIX) {
            return Err(format!("a key must begin with `{PREFIX}`"));
        }
        if !CHOSEN.contains(&text.len()) {
            let (fewest, most) = CHOSEN.into_inner();
            return Err(format!("the key has {} characters, expected {fewest} to {most}", text.len()));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(
                "a key may have visible ASCII characters only, since it is sent in a header".to_owned()
            );
        }
        Ok(Self(text))
    }

    /// By what it is stored.
    pub(super) fn token(&self) -> String {
        key_hash(&self.0)
    }

    /// `key_name`: enough to tell it from others.
    pub(super) fn masked(&self) -> String {
        masked(&self.0)
    }

    /// The key itself, for the one answer that shows it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

/// A key as a request names it: in plain, or by its token.
pub(super) struct KeyArgument {
    /// By what it is stored.
    pub(super) token: String,
    /// How an answer may name it.
    pub(super) masked: String,
}

impl KeyArgument {
    /// Reads it; `Err` says what was expected, without it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        if text.starts_with(PREFIX) {
            return Ok(Self { token: key_hash(text), masked: masked(text) });
        }
        let token = text.to_ascii_lowercase();
        match is_key_hash(&token) {
            true => Ok(Self { masked: prefix(&token).to_owned(), token }),
            false => Err(format!(
                "expected a key, which begins with `{PREFIX}`, or its SHA-256 in hex (64 digits)"
            )),
        }
    }
}

/// Enough of a token to find it, in a log or an error.
pub(super) fn prefix(token: &str) -> &str {
    token.get(..8).unwrap_or(token)
}

/// An id for what was made without one, as LiteLLM makes them: a random UUID.
pub(super) fn uuid() -> Result<String, Problem> {
    let mut bytes = [0_u8; 16];
    random(&mut bytes)?;
    // RFC 9562, §5.4: four bits of version, two of variant, the rest random.
    let value = u128::from_be_bytes(bytes) & !(0xf << 76 | 0x3 << 62) | 4 << 76 | 2 << 62;
    let part = |shift: u32, digits: u32| value >> shift & ((1 << (4 * digits)) - 1);
    let (a, b, c, d, e) = (part(96, 8), part(80, 4), part(64, 4), part(48, 4), part(0, 12));
    Ok(format!("{a:08x}-{b:04x}-{c:04x}-{d:04x}-{e:012x}"))
}

fn random(bytes: &mut [u8]) -> Result<(), Problem> {
    getrandom::fill(bytes)
        .map_err(|_| Problem::unavailable("no_randomness", "the operating system gives no randomness"))
}

fn masked(key: &str) -> String {
    let last = key.char_indices().nth_back(3).map_or("", |(at, _)| key.get(at..).unwrap_or_default());
    format!("{PREFIX}...{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_long_and_differ() {
        let key = || PlainKey::random().unwrap_or_else(|_| panic!("no randomness"));
        let (one, other) = (key(), key());
        assert_eq!(one.reveal().len(), "sk-".len() + 43);
        assert!(
            one.reveal()
                .strip_prefix("sk-")
                .unwrap()
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        );
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(one.masked(), format!("sk-...{}", one.reveal().get(42..).unwrap()));
    }

    #[test]
    fn a_chosen_key_is_checked_and_not_repeated() {
        for wrong in ["sk-short", "pk-0123456789abcdef", "sk-0123456789 abcdef", "sk-0123456789äöüß", ""]
        {
            let message = PlainKey::chosen(wrong.to_owned()).err().unwrap();
            assert!(wrong.is_empty() || !message.contains(wrong), "{message}");
        }
        assert!(PlainKey::chosen(format!("sk-{}", "x".repeat(253))).is_ok());
        assert!(PlainKey::chosen(format!("sk-{}", "x".repeat(254))).is_err());
    }

    #[test]
    fn an_argument_is_a_key_or_its_token() {
        let token = key_hash("sk-1234");
        let read = |text: &str| KeyArgument::read(text).ok().map(|key| (key.token, key.masked));
        assert_eq!(read("sk-1234"), Some((token.clone(), "sk-...1234".to_owned())));
        assert_eq!(read("sk-äöüß"), Some((key_hash("sk-äöüß"), "sk-...äöüß".to_owned())));
        for text in [token.clone(), token.to_uppercase()] {
            assert_eq!(read(&text), Some((token.clone(), prefix(&token).to_owned())));
        }
        assert_eq!(read("my-alias"), None);
    }

    #[test]
    fn ids_are_random_uuids() {
        let id = || uuid().unwrap_or_else(|_| panic!("no randomness"));
        let text = id();
        let parts: Vec<&str> = text.split('-').collect();
        assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert!(parts[2].starts_with('4') && parts[3].starts_with(['8', '9', 'a', 'b']), "{text}");
        assert_ne!(text, id());
    }
}
