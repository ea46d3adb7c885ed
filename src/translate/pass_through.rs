//! What goes past the tables, because the deployment's configuration says so: members of a client's body that
//! pass as they are (`allowed_openai_params`), and members that every body gets (`extra_body`).
//!
//! An allowed member passes only where the API has no word for it: what can be translated is.

use serde_json::value::RawValue;

use super::Target;
use super::defined::defines;
use crate::reject::Reject;
use crate::wire::json::Fields;
use crate::wire::schema::{self, Standing};
use crate::wire::write;
use crate::wire::{Api, Dialect};

/// The client's members that pass as they are.
#[derive(Debug, Default)]
pub(super) struct Passed<'a> {
    members: Vec<(String, &'a RawValue)>,
    /// The client's members that this deployment does not get.
    left: Vec<String>,
}

impl<'a> Passed<'a> {
    /// Takes out of a body what its dialect does not define: another deployment may take it, and this one does
    /// if it is allowed here.
    pub(super) fn take(fields: &mut Fields<'a>, dialect: Dialect, api: Api, target: &Target) -> Self {
        let mut passed = Self::default();
        let table = schema::request(dialect);
        let is_beyond = |name: &str| matches!(table.standing(name), Standing::Undefined);
        let beyond: Vec<String> = fields
            .iter()
            .map(|(name, _)| name)
            .filter(|name| is_beyond(name) && !defines(api, name))
            .map(str::to_owned)
            .collect();
        for name in beyond {
            if is_allowed(&name, target) {
                passed.add(fields, name);
            } else if table.defined().next().is_some() {
                passed.left.push(name);
            }
        }
        passed
    }

    /// Takes the member that a translation refused, if it is allowed; whether there was one.
    pub(super) fn take_refused(&mut self, fields: &mut Fields<'a>, reject: &Reject, target: &Target) -> bool {
        let refused = reject.code == Some("unsupported_parameter");
        let name = reject.param.as_deref().filter(|name| refused && is_allowed(name, target));
        name.is_some_and(|name| self.add(fields, name.to_owned()))
    }

    /// Takes the members that a translation left out, if they are allowed, and names those that nobody took.
    pub(super) fn take_dropped(&mut self, fields: &Fields<'a>, dropped: &mut Vec<String>, target: &Target) {
        dropped.retain(|name| match fields.get(name) {
            Some(value) if is_allowed(name, target) => {
                self.members.push((name.clone(), value));
                false
            }
            _ => true,
        });
        for name in std::mem::take(&mut self.left) {
            if !dropped.contains(&name) {
                dropped.push(name);
            }
        }
    }

    /// The body with what passes, and with the deployment's own members, where it has none of that name.
    pub(super) fn add_to(self, built: Vec<u8>, api: Api, target: &Target) -> Vec<u8> {
        if self.members.is_empty() && target.extra_body.is_empty() {
            return built;
        }
        let Ok(fields) = Fields::parse(&built) else { return built };
        let mut out = Vec::with_capacity(built.len());
        write::object(&mut out, |members| {
            for (name, value) in fields.iter() {
                members.raw(name, value);
            }
            let passing = || self.members.iter().filter(|(name, _)| fields.get(name).is_none());
            for (name, value) in passing() {
                members.raw(name, value);
            }
            // Compaction refuses what it does not define, whatever the deployment's other APIs take.
            let fits = |name: &str| api != Api::Compact || defines(api, name);
            let is_new = |name: &str| fields.get(name).is_none() && passing().all(|(known, _)| known != name);
            for (name, value) in target.extra_body.iter().filter(|(name, _)| is_new(name) && fits(name)) {
                members.value(name, value);
            }
        });
        out
    }

    fn add(&mut self, fields: &mut Fields<'a>, name: String) -> bool {
        let Some(value) = fields.remove(&name) else { return false };
        self.members.push((name, value));
        true
    }
}

/// Whether a deployment gets a member though its API has none of that name.
pub(super) fn is_allowed(name: &str, target: &Target) -> bool {
    target.allowed_params.iter().any(|allowed| allowed == name)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::translate::{Ask, request};
    use crate::wire::Provider;

    /// What a deployment gets of these members, beside those that every body has, and what it does not.
    fn built(target: &Target, more: Value) -> (Value, Vec<String>) {
        let mut body = json!({"model": "m", "messages": [{"role": "user", "content": "hi"}]});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let body = body.to_string();
        let built =
            request(&Ask { dialect: Dialect::Chat, body: body.as_bytes(), stream: false }, target).unwrap();
        let mut sent: Value = serde_json::from_slice(&built.body).unwrap();
        sent.as_object_mut().unwrap().retain(|name, _| !["model", "messages"].contains(&name.as_str()));
        (sent, built.dropped)
    }

    fn target(provider: Provider, allowed: &[&str]) -> Target {
        let allowed_params = allowed.iter().map(|name| (*name).to_owned()).collect();
        Target { allowed_params, ..Target::new(provider, "model") }
    }

    #[test]
    fn what_is_allowed_passes_and_the_rest_is_named() {
        let target = target(Provider::OpenAi, &["knob", "temperature"]);
        let (sent, dropped) = built(&target, json!({"knob": 4, "dial": 0.5, "temperature": 1}));
        assert_eq!((sent, dropped), (json!({"temperature": 1, "knob": 4}), vec!["dial".to_owned()]));
    }

    #[test]
    fn what_a_flavour_lacks_passes_where_it_is_allowed() {
        let (sent, dropped) =
            built(&target(Provider::Groq, &["logprobs", "store"]), json!({"logprobs": true, "store": true}));
        assert_eq!((sent, dropped), (json!({"logprobs": true, "store": true}), vec![]));
    }

    #[test]
    fn the_deployments_own_members_give_way_to_the_clients() {
        let extra = json!({"knob": 1, "temperature": 0, "provider": {"order": ["a"]}});
        let target = Target {
            extra_body: extra.as_object().unwrap().clone(),
            ..target(Provider::OpenRouter, &["knob"])
        };
        let (sent, _) = built(&target, json!({"knob": 9}));
        assert_eq!(sent, json!({"knob": 9, "temperature": 0, "provider": {"order": ["a"]}}));
    }

    #[test]
    fn compaction_gets_only_what_it_defines() {
        let extra = json!({"user": "u", "service_tier": "flex"});
        let extra_body = extra.as_object().unwrap().clone();
        let target = Target { extra_body, ..Target::new(Provider::OpenAi, "m") };
        let ask = Ask { dialect: Dialect::Compact, body: br#"{"model":"m","input":"hi"}"#, stream: false };
        let built: Value = serde_json::from_slice(&request(&ask, &target).unwrap().body).unwrap();
        assert_eq!(built, json!({"model": "m", "input": "hi", "service_tier": "flex"}));
    }
}
