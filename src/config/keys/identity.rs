//! Which key an entry is about: the key, or its hash.

use sha2::{Digest, Sha256};

use crate::config::section::Section;
use crate::hex;

/// SHA-256 of a key, in lower-case hex: the only form in which the filter knows it.
pub fn hash(key: &str) -> String {
    hex::encode(&Sha256::digest(key.as_bytes()))
}

/// Reads `key` or `key_hash`; `None` is reported.
pub fn read(section: &Section<'_>) -> Option<String> {
    match (section.get("key"), section.get("key_hash")) {
        (Some(key), None) => {
            let value = key.credential()?.value;
            if !value.starts_with("sk-") {
                key.warning("the key does not start with `sk-`, as LiteLLM's keys do", None);
            }
            Some(hash(&value))
        }
        (None, Some(at)) => {
            let hash = at.text()?.to_ascii_lowercase();
            if hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Some(hash);
            }
            // Not repeated: it may be the key itself.
            at.error(
                "not a SHA-256 in hex (64 digits)",
                "`printf %s \"$KEY\" | sha256sum` prints it".to_owned(),
            );
            None
        }
        (Some(_), Some(at)) => {
            at.error("`key` and `key_hash` are both set", "keep one of them".to_owned());
            None
        }
        (None, None) => {
            section.at().missing(
                "key",
                "missing, expected the key or its hash",
                "write `key: os.environ/NAME`, or the key's SHA-256 as `key_hash`".to_owned(),
            );
            None
        }
    }
}
