//! `headers` of a guardrail that is a service.
//!
//! A header whose value a variable holds, or whose name says that it is one, is a secret: it is Envoy's to add.

use crate::config::checked::Credential;
use crate::config::credentials::Secrets;
use crate::config::cursor::{Cursor, Text};
use crate::config::placeholder;
use crate::config::section::Section;

/// Most headers of a service, and the longest value of one, in bytes.
const MOST: usize = 32;
const LONGEST_VALUE: usize = 4 << 10;
/// Set by the gateway, or by whoever carries the request.
const TAKEN: &[&str] = &[
    "host",
    "content-type",
    "content-length",
    "transfer-encoding",
    "accept",
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "upgrade",
    "expect",
];

/// Reads the mapping: those that are no secrets are answered, the others are added to `credentials`.
pub(super) fn read(
    params: &Section<'_>,
    owner: &str,
    secrets: &mut Secrets,
    credentials: &mut Vec<Credential>,
) -> Vec<(String, String)> {
    let Some(at) = params.get("headers") else { return Vec::new() };
    let Some(fields) = at.fields() else { return Vec::new() };
    if fields.len() > MOST {
        at.error(format!("found {} headers, expected at most {MOST}", fields.len()), None);
        return Vec::new();
    }
    let mut plain: Vec<(String, String)> = Vec::new();
    for (written, value) in fields {
        let at = at.at_key(written, value);
        let name = written.to_ascii_lowercase();
        let is_set = plain.iter().any(|(known, _)| *known == name)
            || credentials.iter().any(|credential| credential.header == name);
        let usable = is_usable(&at, &name, is_set);
        let Some(value) = read_value(&at, &name).filter(|_| usable) else { continue };
        if value.variable.is_some() || is_secret(&name) {
            credentials.push(secrets.header(&name, &value, &format!("{owner}-{name}")));
        } else {
            plain.push((name, value.value));
        }
    }
    plain
}

fn is_usable(at: &Cursor<'_>, name: &str, is_set: bool) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || name.len() > 128 || !name.bytes().all(is_token) {
        at.error("it is no name that a header can have", None);
    } else if TAKEN.contains(&name) || name.starts_with("x-envoy-") {
        at.error("the gateway or Envoy sets this header itself", None);
    } else if is_set {
        at.error("this header is set already, by `api_key` or in other letter case", None);
    } else {
        return true;
    }
    false
}

/// A value, which no message repeats.
fn read_value(at: &Cursor<'_>, name: &str) -> Option<Text> {
    if !at.value().is_string() {
        at.unexpected_secret("a text", "put it in quotes".to_owned());
        return None;
    }
    let text = at.sourced_text()?;
    let plain = text.value.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if !plain || text.value.trim() != text.value || text.value.len() > LONGEST_VALUE {
        at.error(
            "no header can carry this value",
            format!(
                "expected at most {LONGEST_VALUE} visible ASCII characters, with spaces between them only"
            ),
        );
        return None;
    }
    if text.variable.is_some() || is_secret(name) {
        // Behind a scheme: `Bearer ${TOKEN}`.
        let credential = text.value.split_once(' ').map_or(text.value.as_str(), |(_, rest)| rest);
        if let Some(form) = placeholder::form(&text.value).or_else(|| placeholder::form(credential)) {
            placeholder::report(at, form, text.variable.as_deref());
            return None;
        }
        if text.variable.is_none() {
            at.warning(
                "a credential is written in the file",
                "write `os.environ/NAME` and set NAME: files are copied, committed and backed up".to_owned(),
            );
        }
    }
    Some(text)
}

/// Whether a header of this name carries a credential.
fn is_secret(name: &str) -> bool {
    name == "cookie" || ["auth", "key", "token", "secret", "password"].iter().any(|part| name.contains(part))
}
