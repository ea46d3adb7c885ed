//! Chat completions for a server that defines them otherwise than OpenAI: see [`Flavour`].

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::Target;
use super::losses::Losses;
use super::pass_through::is_allowed;
use crate::reject::Reject;
use crate::wire::Flavour;
use crate::wire::json::{Fields, Kind, Malformed, elements};
use crate::wire::write::{self, Members};

/// Fields without which the answer is the same: left out and named.
const HINTS: &[&str] = &[
    "metadata",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "safety_identifier",
    "store",
    "user",
];

/// Values that ask for what is so anyway.
const NEUTRAL: &[(&str, &[&str])] = &[
    ("logit_bias", &["{}"]),
    ("logprobs", &["false"]),
    ("modalities", &["[\"text\"]"]),
    ("n", &["1"]),
    ("parallel_tool_calls", &["true"]),
    ("service_tier", &["\"auto\"", "\"default\""]),
    ("store", &["false"]),
    // The gateway asks for the usage of every stream. Who lacks the option tells it unasked.
    ("stream_options", &["{\"include_usage\":true}"]),
    ("tool_choice", &["\"auto\""]),
    ("top_logprobs", &["0"]),
    ("verbosity", &["\"medium\""]),
];

/// A body of OpenAI's chat completions as the deployment's server takes it.
///
/// # Errors
/// 400 for a parameter that the server does not have and that would change the answer.
pub(super) fn chat(built: Vec<u8>, target: &Target, losses: &mut Losses<'_>) -> Result<Vec<u8>, Reject> {
    let flavour = target.provider.row().chat;
    if flavour.is_openais() {
        return Ok(built);
    }
    let Ok(fields) = Fields::parse(&built) else { return Ok(built) };
    let mut out = Vec::with_capacity(built.len());
    write::object(&mut out, |members| {
        fields.iter().try_for_each(|(name, value)| {
            let member = Member { name, value, flavour };
            if is_allowed(name, target) {
                members.raw(name, value)
            } else {
                member.write(&fields, members, losses)?
            }
            Ok(())
        })
    })?;
    Ok(out)
}

/// A top-level member, on its way.
struct Member<'a> {
    name: &'a str,
    value: &'a RawValue,
    flavour: &'static Flavour,
}

impl Member<'_> {
    fn write(
        &self,
        fields: &Fields<'_>,
        members: &mut Members<'_>,
        losses: &mut Losses<'_>,
    ) -> Result<(), Reject> {
        match self.name {
            _ if Kind::of(self.value) == Kind::Null => {}
            "messages" => {
                let messages = self.messages(losses).unwrap_or(Cow::Borrowed(self.value.get().as_bytes()));
                members.name(self.name).extend_from_slice(&messages);
            }
            name if self.flavour.lacks(name) => self.lose(losses)?,
            name => match self.flavour.renamed(name) {
                // Where the client gave both, the server's own name counts.
                Some(own) if fields.get(own).is_some() => losses.hint(name),
                Some(own) => members.raw(own, self.value),
                None => members.raw(name, self.value),
            },
        }
        Ok(())
    }

    fn lose(&self, losses: &mut Losses<'_>) -> Result<(), Reject> {
        let value: String = self.value.get().chars().filter(|c| !c.is_ascii_whitespace()).take(64).collect();
        let neutral = NEUTRAL.iter().find(|(name, _)| *name == self.name);
        if neutral.is_some_and(|(_, values)| values.contains(&value.as_str())) {
            return Ok(());
        }
        if HINTS.contains(&self.name) {
            losses.hint(self.name);
            return Ok(());
        }
        losses.param(self.name)
    }

    /// The conversation, without the members that messages do not have there, and in roles that are known.
    fn messages(&self, losses: &mut Losses<'_>) -> Result<Cow<'_, [u8]>, Malformed> {
        let text = self.value.get();
        let suspect = |name: &&str| text.contains(*name);
        let developer = !self.flavour.developer && text.contains("developer");
        if !developer && !self.flavour.message_lacks.iter().any(suspect) {
            return Ok(Cow::Borrowed(text.as_bytes()));
        }
        let mut out = Vec::with_capacity(text.len());
        write::array(&mut out, |array| {
            for (index, message) in elements(self.value)?.into_iter().enumerate() {
                let fields = Fields::of(message)?;
                array.object(|members| self.message(index, &fields, members, losses));
            }
            Ok::<(), Malformed>(())
        })?;
        Ok(Cow::Owned(out))
    }

    fn message(&self, index: usize, fields: &Fields<'_>, members: &mut Members<'_>, losses: &mut Losses<'_>) {
        for (name, value) in fields.iter() {
            if self.flavour.message_lacks.contains(&name) {
                if Kind::of(value) != Kind::Null {
                    losses.hint(format!("messages[{index}].{name}"));
                }
            } else if name == "role" && !self.flavour.developer && value.get() == "\"developer\"" {
                members.value(name, "system");
            } else {
                members.raw(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::wire::{Api, Provider};

    fn taken(provider: Provider, body: &Value, drop: bool) -> Result<(Value, Vec<String>), Reject> {
        let mut dropped = Vec::new();
        let mut losses = Losses { api: Api::ChatCompletions, drop, dropped: &mut dropped };
        let target = Target::new(provider, "m");
        let built = chat(body.to_string().into_bytes(), &target, &mut losses)?;
        Ok((serde_json::from_slice(&built).unwrap(), dropped))
    }

    #[test]
    fn openais_own_body_is_not_touched() {
        let body = json!({"model": "m", "seed": 1, "store": null});
        assert_eq!(taken(Provider::OpenAi, &body, false).unwrap(), (body, vec![]));
    }

    #[test]
    fn fields_get_the_servers_names() {
        let body = json!({"max_completion_tokens": 5, "seed": 1, "stream_options": {"include_usage": true}});
        let (sent, dropped) = taken(Provider::Mistral, &body, false).unwrap();
        assert_eq!((sent, dropped), (json!({"max_tokens": 5, "random_seed": 1}), vec![]));
        let both = json!({"max_completion_tokens": 5, "max_tokens": 6});
        let (sent, dropped) = taken(Provider::Mistral, &both, false).unwrap();
        assert_eq!((sent, dropped), (json!({"max_tokens": 6}), vec!["max_completion_tokens".to_owned()]));
    }

    #[test]
    fn what_a_server_lacks_is_refused_unless_it_changes_nothing() {
        let refused = taken(Provider::Groq, &json!({"logprobs": true}), false).unwrap_err();
        assert_eq!(
            (refused.code, refused.param.as_deref()),
            (Some("unsupported_parameter"), Some("logprobs"))
        );
        let harmless = json!({"logprobs": false, "n": 1, "user": "u", "store": true, "metadata": {"a": "b"}});
        let (sent, dropped) = taken(Provider::Groq, &harmless, false).unwrap();
        assert_eq!(sent, json!({"user": "u"}));
        assert_eq!(dropped, ["store", "metadata"]);
        let (sent, dropped) = taken(Provider::Groq, &json!({"logprobs": true}), true).unwrap();
        assert_eq!((sent, dropped), (json!({}), vec!["logprobs".to_owned()]));
    }

    #[test]
    fn messages_are_in_words_that_the_server_knows() {
        let body = json!({"messages": [
            {"role": "developer", "content": "be a developer"},
            {"role": "user", "name": "ada", "content": "hi"},
            {"role": "assistant", "content": null, "refusal": null},
        ]});
        let (sent, dropped) = taken(Provider::Mistral, &body, false).unwrap();
        let expected = json!({"messages": [
            {"role": "system", "content": "be a developer"},
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": null},
        ]});
        assert_eq!((sent, dropped), (expected, vec!["messages[1].name".to_owned()]));
    }
}
