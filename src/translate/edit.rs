//! A body of the provider's own dialect that stays where it is, but for its beginning.
//!
//! A body may be megabytes, and to copy it into this module and out again costs more than all else that is done
//! for it. Where its [`Outline`] tells that the model stands first, or is the provider's name already, nothing
//! of it need be read: what changes is put in the place of its first bytes.

use super::chat::Flavour;
use super::defined::defines;
use super::pair::Pair;
use super::{Ask, Target, endpoint};
use crate::wire::Api;
use crate::wire::outline::Outline;
use crate::wire::write;

/// What is to be done with a body that stays where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The API that it goes to.
    pub api: Api,
    /// The API's path below the deployment's base path, with its query.
    pub path: String,
    /// As many bytes of its beginning go.
    pub drop: usize,
    /// And this comes in their place.
    pub put: Vec<u8>,
    /// How long it is then, in bytes.
    pub length: usize,
}

/// How the provider's body comes out of the client's without being read. The body of `ask` is not looked at.
///
/// `model`: as the client named it. `None` where the body must be read.
#[must_use]
pub fn edit(ask: &Ask<'_>, model: &str, target: &Target, outline: &Outline) -> Option<Edit> {
    let (pair, api) = Pair::of_target(ask.dialect, target).ok()?;
    let passes = pair == Pair::ChatFromChat
        && Flavour::of(target).is_reference()
        && target.passes_as_it_is()
        && outline.names().all(|name| defines(Api::ChatCompletions, name));
    if !passes {
        return None;
    }
    let [first_name, _, first_end] = outline.first()?;
    let stays = model == target.model;
    let is_first = outline.names().next() == Some("model");
    let asks_for_usage = !ask.stream || outline.names().all(|name| name != "stream_options");
    if !(stays || is_first) || !asks_for_usage {
        return None;
    }
    let mut put = Vec::new();
    write::object(&mut put, |members| {
        if !stays {
            members.value("model", &target.model);
        }
        if ask.stream {
            members.object("stream_options", |options| options.value("include_usage", &true));
        }
    });
    put.pop();
    // The rest begins behind the model, with its comma, or at the first member.
    let drop = if stays { first_name } else { first_end };
    if stays && put.len() > 1 {
        put.push(b',');
    }
    let length = outline.length().checked_sub(drop)?.checked_add(put.len())?;
    Some(Edit { api, path: endpoint::path(api, target, ask.stream), drop, put, length })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::golden;
    use crate::sanitise::{self, Policy};
    use crate::translate::request;
    use crate::wire::{Dialect, Provider};

    /// What becomes of a body; `None` where it must be read.
    fn edited(body: &[u8], target: &Target) -> Option<(Value, Value)> {
        let request_in = sanitise::request(Dialect::Chat, body, &Policy::default()).ok()?;
        let ask = Ask { dialect: Dialect::Chat, body, stream: request_in.stream };
        let edit = edit(&ask, &request_in.model, target, &request_in.outline?)?;
        let mut found = edit.put.clone();
        found.extend_from_slice(&body[edit.drop..]);
        assert_eq!(found.len(), edit.length);
        let built = request(&ask, target).unwrap();
        assert_eq!((edit.api, &edit.path), (built.api, &built.path));
        Some((said(&found), said(&built.body)))
    }

    /// A body without a `stream` that asks for none, which a built one leaves out.
    fn said(body: &[u8]) -> Value {
        let mut body: Value = serde_json::from_slice(body).unwrap();
        body.as_object_mut().unwrap().retain(|name, value| name != "stream" || *value == Value::Bool(true));
        body
    }

    #[test]
    fn an_edited_body_says_what_the_built_one_says() {
        let mut count = 0;
        for provider in [Provider::OpenAi, Provider::Azure, Provider::Groq, Provider::Anthropic] {
            for model in ["group", "another \"model\""] {
                for input in golden::inputs("translate/request/chat") {
                    if let Some((found, built)) = edited(input.bytes, &Target::new(provider, model)) {
                        assert_eq!(found, built, "{}", input.case);
                        count += 1;
                    }
                }
            }
        }
        assert!(count > 20, "{count} bodies were edited");
    }

    #[test]
    fn the_model_stands_first_or_is_right_already() {
        let last = br#" { "messages":[{"role":"user","content":"hi"}] , "model" : "m" , "stream":true}"#;
        let first = br#"{ "model":"m", "messages":[{"role":"user","content":"hi"}]}"#;
        let (same, other) = (Target::new(Provider::OpenAi, "m"), Target::new(Provider::OpenAi, "p"));
        for (body, target, edits) in
            [(&last[..], &same, true), (last, &other, false), (first, &same, true), (first, &other, true)]
        {
            let found = edited(body, target);
            assert_eq!(found.is_some(), edits);
            assert!(found.is_none_or(|(found, built)| found == built));
        }
    }

    #[test]
    fn what_the_client_says_of_the_stream_is_read() {
        let body = br#"{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true,
            "stream_options":{"include_usage":false}}"#;
        assert_eq!(edited(body, &Target::new(Provider::OpenAi, "m")), None);
    }
}
