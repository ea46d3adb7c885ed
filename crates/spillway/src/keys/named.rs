//! Which key is meant: by its alias, by its token, or by itself.

use std::io::{self, Read};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::client::Client;
use crate::failure::{Doing, Failure};

/// Longer than any key.
const LONGEST_KEY: u64 = 4 << 10;

/// The token of the key that is meant. The key itself is hashed here, and sent nowhere.
///
/// # Errors
/// No key has the alias, or standard input has no key.
pub async fn token(client: &Client, named: &str) -> Result<String, Failure> {
    if named == "-" {
        return Ok(hash(&of_standard_input()?));
    }
    if named.starts_with("sk-") {
        return Ok(hash(named));
    }
    if is_token(named) {
        return Ok(named.to_ascii_lowercase());
    }
    let found =
        client.get(&format!("/key/list?return_full_object=true&key_alias={}", encoded(named))).await?;
    let keys = found.get("keys").and_then(Value::as_array).into_iter().flatten();
    let has_alias = |key: &&Value| key.get("key_alias").is_some_and(|alias| alias == named);
    let token = keys.filter(has_alias).find_map(|key| key.get("token")?.as_str());
    token.map(str::to_owned).ok_or_else(|| {
        Failure::new(format!(
            "no key of the ledger has the alias `{named}`; `spillway keys list` shows those that it has, which are \
             none of the gateway's file"
        ))
    })
}

/// A text as the value of a query.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

fn of_standard_input() -> Result<String, Failure> {
    let mut text = String::new();
    io::stdin().take(LONGEST_KEY).read_to_string(&mut text).doing(|| "standard input".to_owned())?;
    match text.trim() {
        "" => Err(Failure::new("standard input is empty, expected a key")),
        key => Ok(key.to_owned()),
    }
}

fn is_token(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn hash(key: &str) -> String {
    Sha256::digest(key.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
