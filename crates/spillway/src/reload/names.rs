//! Names that a gateway's file does not give, while it changes: each means one thing for as long as anybody may use it.
//!
//! Credentials that are written down, and the clusters of guardrails' services, are named by where they stand in the
//! file. A cluster that Envoy still has names the file of its credential; a filter that still serves names the cluster
//! of a service. If the name meant something else after a change, a provider would be sent another's key for a moment,
//! and a service another's texts. So what is new gets a name of its own.

use std::collections::BTreeMap;

use spillway_filter::config::{Credential, Gateway, GuardrailService};
use spillway_filter::guardrails::Kind;

/// Every name that was given.
#[derive(Default)]
pub struct Names {
    /// Values of secrets.
    secrets: Given<String>,
    /// Services, without their names.
    services: Given<GuardrailService>,
}

impl Names {
    /// Renames a gateway's secrets and services.
    pub fn settle(&mut self, gateway: &mut Gateway) {
        self.settle_secrets(gateway);
        self.settle_services(gateway);
    }

    /// Forgets all but those of this gateway, which was settled: nobody uses the others any more.
    pub fn forget_others(&mut self, gateway: &Gateway) {
        self.secrets.keep(|name| gateway.secrets.iter().any(|secret| secret.name == name));
        self.services.keep(|name| gateway.guardrail_services.iter().any(|service| service.cluster == name));
    }

    fn settle_secrets(&mut self, gateway: &mut Gateway) {
        let mut renamed = BTreeMap::new();
        for secret in &mut gateway.secrets {
            let name = self.secrets.name(&secret.name, secret.value.clone());
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

    fn settle_services(&mut self, gateway: &mut Gateway) {
        let mut renamed = BTreeMap::new();
        for service in &mut gateway.guardrail_services {
            let nameless = GuardrailService { cluster: String::new(), ..service.clone() };
            let name = self.services.name(&service.cluster, nameless);
            renamed.insert(std::mem::replace(&mut service.cluster, name.clone()), name);
        }
        for guardrail in &mut gateway.admission.guardrails {
            let Kind::Callout(callout) = &mut guardrail.kind else { continue };
            if let Some(name) = renamed.get(&callout.cluster) {
                callout.cluster.clone_from(name);
            }
        }
    }
}

/// Names, and what each means.
struct Given<T>(Vec<(String, T)>);

impl<T> Default for Given<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: PartialEq> Given<T> {
    /// The name of a thing: the wanted one, with a number where that means something else. The names that are wanted
    /// have no dots.
    fn name(&mut self, wanted: &str, thing: T) -> String {
        let mut number = 1;
        loop {
            let name = if number == 1 { wanted.to_owned() } else { format!("{wanted}.{number}") };
            match self.0.iter().find(|(given, _)| *given == name) {
                Some((_, meaning)) if *meaning == thing => return name,
                Some(_) => number += 1,
                None => {
                    self.0.push((name.clone(), thing));
                    return name;
                }
            }
        }
    }

    fn keep(&mut self, is_used: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| is_used(name));
    }
}

#[cfg(test)]
mod tests {
    use spillway_filter::config::{GuardrailService, Secret, Upstream};

    use super::Names;
    use crate::render::sample;

    #[test]
    fn a_name_never_means_another_value() {
        let mut names = Names::default();
        let mut named = |value: &str| {
            let mut gateway = sample::gateway();
            gateway.secrets = vec![Secret { name: "openai-0".to_owned(), value: value.to_owned() }];
            names.settle(&mut gateway);
            let credential = gateway.deployments.iter().find_map(|one| one.credential.clone()).unwrap();
            assert_eq!(credential.secret, gateway.secrets[0].name, "whoever names it is renamed with it");
            credential.secret
        };
        assert_eq!(named("a"), "openai-0");
        assert_eq!(named("b"), "openai-0.2");
        assert_eq!(named("c"), "openai-0.3");
        assert_eq!(named("b"), "openai-0.2");
        assert_eq!(named("a"), "openai-0");
    }

    #[test]
    fn a_service_that_takes_anothers_place_does_not_take_its_name() {
        let with = |ports: &[u16]| {
            let mut gateway = sample::gateway();
            gateway.guardrail_services = (1..)
                .zip(ports)
                .map(|(number, port)| GuardrailService {
                    cluster: format!("spillway-guardrail-{number}"),
                    upstream: Upstream { host: "127.0.0.1".to_owned(), port: *port, tls: false },
                    credentials: Vec::new(),
                    timeout_ms: 1_000,
                })
                .collect();
            gateway
        };
        let mut names = Names::default();
        names.settle(&mut with(&[1, 2]));
        let mut gateway = with(&[2]);
        names.settle(&mut gateway);
        assert_eq!(gateway.guardrail_services[0].cluster, "spillway-guardrail-1.2");
        names.forget_others(&gateway);
        let mut again = with(&[1]);
        names.settle(&mut again);
        assert_eq!(again.guardrail_services[0].cluster, "spillway-guardrail-1");
    }
}
