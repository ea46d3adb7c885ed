//! A credential that callers must present, kept as its digest.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A virtual key as it is stored: SHA-256 in lower-case hex.
pub(crate) fn key_hash(key: &str) -> String {
    format!("{:x}", Sha256::digest(key))
}

/// Whether this is a hash that [`key_hash`] can give.
pub(crate) fn is_key_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// A token or key. Only its SHA-256 is kept, so it can be neither printed nor leaked by a log or a dump.
#[derive(Clone)]
pub struct Secret {
    digest: [u8; 32],
}

/// A secret that is empty or white space only: a misconfiguration, never a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmptySecret;

impl std::fmt::Display for EmptySecret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("the secret is empty")
    }
}

impl std::error::Error for EmptySecret {}

impl Secret {
    /// A secret from its text, without the white space around it (a file's last line break).
    ///
    /// # Errors
    /// [`EmptySecret`] where nothing is left.
    pub fn new(text: &str) -> Result<Self, EmptySecret> {
        match text.trim() {
            "" => Err(EmptySecret),
            text => Ok(Self { digest: Sha256::digest(text).into() }),
        }
    }

    /// Whether `presented` is this secret, in a time that tells nothing about either: equal-sized digests
    /// are compared, and all of them.
    pub(crate) fn matches(&self, presented: &str) -> bool {
        let presented: [u8; 32] = Sha256::digest(presented.trim()).into();
        self.digest.ct_eq(&presented).into()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_itself_only() {
        let secret = Secret::new("sk-1234\n").unwrap();
        assert!(secret.matches("sk-1234"));
        for wrong in ["", "sk-123", "sk-12345", "SK-1234"] {
            assert!(!secret.matches(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn nothing_is_no_secret() {
        assert_eq!(Secret::new(" \n").unwrap_err(), EmptySecret);
    }

    #[test]
    fn is_not_printed() {
        assert_eq!(format!("{:?}", Secret::new("sk-1234").unwrap()), "Secret(…)");
    }
}
