//! The names of credentials while a gateway changes: a name means one value for ever.
//!
//! A cluster that Envoy still has names the file of its credential. If that file's value changed under it, because the
//! gateway's file now gives the name to another provider's key, it would send that key to its own provider. So a new
//! value gets a name of its own.

use std::collections::BTreeMap;

use spillway_filter::config::{Credential, Gateway, Secret};

/// Every name that was given.
#[derive(Debug, Default)]
pub struct SecretNames {
    given: Vec<Secret>,
}

impl SecretNames {
    /// Renames a gateway's secrets.
    pub fn settle(&mut self, gateway: &mut Gateway) {
        let mut renamed = BTreeMap::new();
        for secret in &mut gateway.secrets {
            let name = self.name(secret);
            renamed.insert(std::mem::replace(&mut secret.name, name.clone()), name);
        }
        let rename = |credential: &mut Credential| {
            if let Some(name) = renamed.get(&credential.secret) {
                credential.secret.clone_from(name);
            }
        };
        gateway.deployments.iter_mut().filter_map(|one| one.credential.as_mut()).for_each(rename);
        gateway.guardrail_services.iter_mut().flat_map(|one| &mut one.credentials).for_each(rename);
    }

    /// Forgets all but those of this gateway: nobody names the others any more.
    pub fn forget_others(&mut self, gateway: &Gateway) {
        self.given.clone_from(&gateway.secrets);
    }

    /// The name of a value: the one that it had, or the wanted one with a number where another value had that.
    fn name(&mut self, wanted: &Secret) -> String {
        let numbered = (2..).map(|number| format!("{}.{number}", wanted.name));
        let names = std::iter::once(wanted.name.clone()).chain(numbered);
        for name in names.take(self.given.len() + 1) {
            match self.given.iter().find(|given| given.name == name) {
                Some(given) if given.value != wanted.value => {}
                Some(_) => return name,
                None => {
                    self.given.push(Secret { name: name.clone(), value: wanted.value.clone() });
                    return name;
                }
            }
        }
        // Of so many names and one more, one is free.
        wanted.name.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::{Secret, SecretNames};

    fn secret(name: &str, value: &str) -> Secret {
        Secret { name: name.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn a_name_never_means_another_value() {
        let mut names = SecretNames::default();
        assert_eq!(names.name(&secret("openai", "a")), "openai");
        assert_eq!(names.name(&secret("openai", "b")), "openai.2");
        assert_eq!(names.name(&secret("openai", "c")), "openai.3");
        assert_eq!(names.name(&secret("openai", "b")), "openai.2");
        assert_eq!(names.name(&secret("openai", "a")), "openai");
    }
}
