//! Which header carries which secret to which provider. One secret serves all deployments that share it.

use super::checked::{Credential, Secret};
use super::cursor::Text;
use crate::wire::KeyHeader;

/// Name of the secret that is the gateway's token for the ledger.
pub const LEDGER_TOKEN: &str = "ledger-token";
/// Name of the secret that is the gateway's certificate for the ledger.
pub const LEDGER_CERTIFICATE: &str = "ledger-certificate";
/// Name of the authorities that sign the ledger's certificate.
pub const LEDGER_AUTHORITIES: &str = "ledger-authorities";
/// No file's secret has these names: a provider would be sent what is the ledger's.
const TAKEN: [&str; 3] = [LEDGER_TOKEN, LEDGER_CERTIFICATE, LEDGER_AUTHORITIES];

/// The secrets of a file, each value once.
#[derive(Default)]
pub(super) struct Secrets {
    secrets: Vec<Secret>,
}

impl Secrets {
    /// A key as its header carries it. `deployment` names a secret that no variable names.
    pub fn credential(&mut self, header: KeyHeader, key: &Text, deployment: &str) -> Credential {
        let value = format!("{}{}", header.scheme, key.value);
        self.header(header.name, &Text { value, variable: key.variable.clone() }, deployment)
    }

    /// A header's whole value that is a secret. `owner` names one that no variable names.
    pub fn header(&mut self, name: &str, value: &Text, owner: &str) -> Credential {
        let wanted = file_stem(value.variable.as_deref().unwrap_or(owner));
        Credential { header: name.to_owned(), secret: self.named(&wanted, value.value.clone()) }
    }

    pub fn into_secrets(self) -> Vec<Secret> {
        self.secrets
    }

    /// The name of the secret with this value, which is `wanted` if that is free.
    fn named(&mut self, wanted: &str, value: String) -> String {
        if let Some(known) = self.secrets.iter().find(|secret| secret.value == value) {
            return known.name.clone();
        }
        let is_free = |name: &String| {
            !TAKEN.contains(&name.as_str()) && self.secrets.iter().all(|secret| secret.name != *name)
        };
        let numbered = (2..).map(|number| format!("{wanted}-{number}"));
        let name = std::iter::once(wanted.to_owned()).chain(numbered).find(is_free).unwrap_or_default();
        self.secrets.push(Secret { name: name.clone(), value });
        name
    }
}

/// A name that is safe as a file name's stem on any file system, letter case ignored.
fn file_stem(name: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    name.chars().map(safe).collect()
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{Secrets, Text};
    use crate::wire::Provider::{self, Azure, OpenAi};

    #[test]
    fn the_ledgers_secrets_are_no_providers() {
        let mut secrets = Secrets::default();
        for variable in ["LEDGER_TOKEN", "ledger.certificate", "LEDGER_AUTHORITIES"] {
            let key = Text { value: variable.to_owned(), variable: Some(variable.to_owned()) };
            let name = secrets.header("authorization", &key, "g/d.1").secret;
            assert!(name.ends_with("-2"), "{variable}: {name}");
        }
    }

    #[test]
    fn one_secret_per_value() {
        let mut secrets = Secrets::default();
        let key = |value: &str, variable: Option<&str>| Text {
            value: value.to_owned(),
            variable: variable.map(str::to_owned),
        };
        let named = |secrets: &mut Secrets, provider: Provider, key: &Text| {
            secrets.credential(provider.row().key_header, key, "g/d.1").secret
        };
        assert_eq!(named(&mut secrets, OpenAi, &key("a", Some("A_KEY"))), "a-key");
        assert_eq!(named(&mut secrets, OpenAi, &key("a", None)), "a-key", "the same header value");
        assert_eq!(named(&mut secrets, Azure, &key("a", Some("A_KEY"))), "a-key-2", "another header value");
        assert_eq!(named(&mut secrets, OpenAi, &key("b", None)), "g-d-1");
        let values: Vec<_> = secrets.into_secrets().into_iter().map(|secret| secret.value).collect();
        assert_eq!(values, ["Bearer a", "a", "Bearer b"]);
    }
}
