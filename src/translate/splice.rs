//! A body of the provider's own dialect, put together without being parsed.
//!
//! Admission has walked the body and left its [`Outline`]. Where dialect and API are the same and nothing in the
//! members changes but the model and the stream, the new body is the old one's pieces. Anything out of the
//! ordinary is left to [`request`](super::request()), which takes the body apart.

use serde_json::value::RawValue;

use super::chat::Flavour;
use super::defined::defines;
use super::pair::Pair;
use super::{Ask, Built, Target, endpoint};
use crate::wire::Api;
use crate::wire::json::Fields;
use crate::wire::outline::Outline;
use crate::wire::write::{self, Members};

/// Builds the provider's body, where that takes no parsing; the same one as [`request`](super::request()) builds.
#[must_use]
pub fn splice(ask: &Ask<'_>, target: &Target, outline: &Outline) -> Option<Built> {
    let (pair, api) = Pair::of_target(ask.dialect, target).ok()?;
    // Conversations of the other dialects may hold seals, which only a parser finds.
    if pair != Pair::ChatFromChat || !target.passes_as_it_is() || !Flavour::of(target).is_reference() {
        return None;
    }
    let members = outline.members(ask.body)?;
    if members.iter().any(|(name, _)| !defines(Api::ChatCompletions, name)) {
        return None;
    }
    let mut body = Vec::with_capacity(ask.body.len() + 128);
    write::object(&mut body, |out| {
        out.value("model", &target.model);
        for (name, value) in &members {
            match name.as_ref() {
                "model" | "stream" => {}
                "stream_options" if ask.stream => {}
                name => out.name(name).extend_from_slice(value.as_bytes()),
            }
        }
        if ask.stream {
            out.value("stream", &true);
            let options = members.iter().find(|(name, _)| name == "stream_options");
            stream_options(out, options.map(|(_, value)| *value))?;
        }
        Some(())
    })?;
    let path = endpoint::path(api, target, ask.stream);
    let headers = endpoint::headers(api);
    Some(Built { api, path, headers, body, echo: Vec::new(), dropped: Vec::new() })
}

fn stream_options(out: &mut Members<'_>, asked: Option<&str>) -> Option<()> {
    let asked: Option<&RawValue> = asked.map(serde_json::from_str).transpose().ok()?;
    let asked = asked.and_then(|asked| Fields::of(asked).ok()).unwrap_or_default();
    out.object("stream_options", |members| {
        for (name, value) in asked.iter().filter(|(name, _)| *name != "include_usage") {
            members.raw(name, value);
        }
        members.value("include_usage", &true);
    });
    Some(())
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::golden;
    use crate::sanitise::{self, Policy};
    use crate::translate::request;
    use crate::wire::{Dialect, Provider};

    /// Every golden request of chat: where pieces are put together, they are what the parser would have made.
    #[test]
    fn a_spliced_body_is_the_one_that_would_be_built() {
        let mut spliced = 0;
        for target in [
            Target::new(Provider::OpenAi, "provider-model"),
            Target::new(Provider::Azure, "my-deployment"),
            Target::new(Provider::Anthropic, "claude-sonnet-4-5"),
            Target::new(Provider::Groq, "llama"),
        ] {
            for input in golden::inputs("translate/request/chat") {
                let admitted = sanitise::request(Dialect::Chat, input.bytes, &Policy::default());
                let Some((request_in, outline)) = admitted.ok().and_then(|it| Some((it.stream, it.outline?)))
                else {
                    continue;
                };
                let ask = Ask { dialect: Dialect::Chat, body: input.bytes, stream: request_in };
                if let Some(found) = splice(&ask, &target, &outline) {
                    assert_eq!(found, request(&ask, &target).unwrap(), "{}", input.case);
                    spliced += 1;
                }
            }
        }
        assert!(spliced > 30, "{spliced} bodies were spliced");
    }

    #[test]
    fn what_is_out_of_the_ordinary_is_left_to_the_parser() {
        let body = br#"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#;
        let outline = sanitise::request(Dialect::Chat, body, &Policy::default()).unwrap().outline.unwrap();
        let ask = Ask { dialect: Dialect::Chat, body, stream: false };
        let plain = Target::new(Provider::OpenAi, "p");
        assert!(splice(&ask, &plain, &outline).is_some());
        for target in [
            Target { additional_drop_params: vec!["stop".to_owned()], ..plain.clone() },
            Target { allowed_params: vec!["knob".to_owned()], ..plain.clone() },
            Target { bridge_to_responses: true, ..plain.clone() },
        ] {
            assert!(splice(&ask, &target, &outline).is_none());
        }
        let other = br#"{"model":"m","messages":[{"role":"user","content":"hi!"}]}"#;
        assert!(splice(&Ask { body: other, ..ask }, &plain, &outline).is_none(), "another body's outline");
    }

    #[test]
    fn ids_that_openai_does_not_take_are_left_to_the_parser() {
        let bodies = |user: &str, id: &str| {
            let called =
                format!(r#"{{"role":"assistant","tool_calls":[{{"id":"{id}","type":"function"}}]}}"#);
            [
                format!(r#"{{"model":"m","messages":[{{"role":"user","content":"hi"}}],"user":"{user}"}}"#),
                format!(r#"{{"model":"m","messages":[{called}]}}"#),
                format!(r#"{{"model":"m","messages":[{{"role":"tool","tool_call_id":"{id}"}}]}}"#),
            ]
        };
        let is_outlined = |body: &String| {
            sanitise::request(Dialect::Chat, body.as_bytes(), &Policy::default()).unwrap().outline.is_some()
        };
        assert!(bodies(&"u".repeat(64), &"i".repeat(40)).iter().all(is_outlined));
        assert!(!bodies(&"u".repeat(65), &"i".repeat(41)).iter().any(is_outlined));
        // Of anything else any length is as good.
        let long =
            format!(r#"{{"model":"m","messages":[{{"role":"user","content":"{}"}}]}}"#, "c".repeat(99));
        assert!(is_outlined(&long));
    }
}
