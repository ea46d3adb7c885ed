//! What the ids of stored responses are made with: the salt key, else other secrets of the file.
//!
//! Every gateway that is to know the ids of another must have the same. So it is derived from what is configured,
//! and nothing of it is made up at the start: gateways with the same file have the same, and so has one that was
//! restarted. A secret that is changed makes the ids before it nobody's; a salt key of its own spares them the
//! change of the master key.

use super::checked::Secret as Credential;
use super::general::General;
use crate::keys::Key;
use crate::response_id::Secret;

/// Derives the secret: from the salt key, else the master key, else from all that is secret in the file. Where
/// nothing is (everybody may call, and no provider wants a key), ids can be made by anybody; there is one caller
/// then, from whom nothing is to be kept.
pub(super) fn secret(general: &General, keys: &[Key], credentials: &[Credential]) -> Secret {
    if let Some(one) = general.salt_key.as_deref().or(general.master_key.as_deref()) {
        return Secret::derived([one].into_iter());
    }
    let keys = keys.iter().map(|key| key.hash.as_str());
    Secret::derived(keys.chain(credentials.iter().map(|credential| credential.value.as_str())))
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{Credential, General, Key, secret};

    #[test]
    fn the_salt_key_counts_then_the_master_key_then_everything() {
        let general = |salt: Option<&str>, master: Option<&str>| General {
            salt_key: salt.map(str::to_owned),
            master_key: master.map(str::to_owned),
            ..General::default()
        };
        let keys = |hash: &str| vec![Key { hash: hash.to_owned(), ..Key::default() }];
        let credentials = |value: &str| vec![Credential { name: "n".to_owned(), value: value.to_owned() }];
        let of =
            |general: &General, hash: &str, value: &str| secret(general, &keys(hash), &credentials(value));
        let (salted, mastered, bare) =
            (general(Some("s"), Some("m")), general(None, Some("m")), general(None, None));
        assert_eq!(of(&salted, "a", "b"), of(&general(Some("s"), None), "x", "y"));
        assert_eq!(of(&mastered, "a", "b"), of(&mastered, "x", "y"));
        assert_ne!(of(&salted, "a", "b"), of(&mastered, "a", "b"));
        assert_eq!(of(&bare, "a", "b"), of(&bare, "a", "b"));
        assert!(of(&bare, "a", "b") != of(&bare, "x", "b") && of(&bare, "a", "b") != of(&bare, "a", "y"));
    }
}
