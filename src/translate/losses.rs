//! What a client said and the provider's API has no words for.
//!
//! Nothing is lost in silence. What would make the answer another one is refused with 400
//! `unsupported_parameter`, or with `drop_params` left out and named; what would not is left out and named.

use super::conversation::{Params, Place};
use crate::reject::Reject;
use crate::wire::Api;
use crate::wire::json::Malformed;

/// Names of what stands deeper than the top level that are kept: more than a header tells of them (1 KB).
const MOST_NAMES: usize = 256;

/// Takes note of what an API cannot express.
#[derive(Debug)]
pub(super) struct Losses<'d> {
    /// The API that is written.
    pub api: Api,
    /// Whether parameters may be dropped.
    pub drop: bool,
    /// The client's names of what was.
    pub dropped: &'d mut Vec<String>,
}

impl Losses<'_> {
    /// A parameter that would change the answer.
    ///
    /// # Errors
    /// 400, unless parameters may be dropped.
    pub(super) fn param(&mut self, name: &str) -> Result<(), Reject> {
        if !self.drop {
            return Err(self.refusal(name));
        }
        self.hint(name);
        Ok(())
    }

    /// Something that would not change the answer. Each name is compared with those before it, of which there are at most
    /// [`MOST_NAMES`] and what the top level has.
    pub(super) fn hint(&mut self, name: impl Into<String>) {
        let name = name.into();
        // Those of the top level are few, and a deployment may take such a member all the same.
        let is_deeper = name.contains(['.', '[']);
        if !(is_deeper && self.dropped.len() >= MOST_NAMES || self.dropped.contains(&name)) {
            self.dropped.push(name);
        }
    }

    /// A tool of a kind that the API does not have: it is only offered, so the question stays the same without
    /// it. As [`Losses::param`].
    ///
    /// # Errors
    /// 400, unless parameters may be dropped.
    pub(super) fn offer(&mut self, at: Place) -> Result<(), Reject> {
        self.param(&at.to_string())
    }

    /// A part of the conversation: without it, another question would be answered, so it is refused whatever the
    /// deployment drops.
    #[must_use]
    pub(super) fn part(&self, at: Place) -> Reject {
        self.refusal(&at.to_string())
    }

    /// What of the parameters nobody took.
    ///
    /// # Errors
    /// As [`Losses::param`].
    pub(super) fn rest(&mut self, params: Params<'_>) -> Result<(), Reject> {
        for (alters_the_answer, name) in params.left() {
            if alters_the_answer {
                self.param(name)?;
            } else {
                self.hint(name);
            }
        }
        Ok(())
    }

    /// 400 `unsupported_parameter`.
    #[must_use]
    pub(super) fn refusal(&self, name: &str) -> Reject {
        let api = self.api.name();
        Reject::invalid(format!(
            "`{name}` has no counterpart in {api}, which serves this model. Remove it, or use another model."
        ))
        .at(name)
        .code("unsupported_parameter")
    }
}

/// A refusal of something that is not what the client's dialect defines.
pub(super) fn invalid(name: impl Into<String>, found: impl std::fmt::Display) -> Reject {
    let name = name.into();
    Reject::invalid(format!("`{name}`: {found}.")).at(name).code("invalid_value")
}

/// As [`invalid`], for a value of the wrong type.
pub(super) fn malformed(name: impl Into<String>, error: &Malformed) -> Reject {
    invalid(name, error)
}

/// As [`invalid`], for a member that must be there.
pub(super) fn missing(name: impl Into<String>) -> Reject {
    invalid(name, "missing")
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::translate::{Ask, Target, request};
    use crate::wire::{Dialect, Provider};

    #[test]
    fn each_name_is_kept_once_and_only_as_many_as_are_told() {
        let mut dropped = Vec::new();
        let mut losses = Losses { api: Api::ChatCompletions, drop: true, dropped: &mut dropped };
        for index in (0..100_000).chain(0..9) {
            losses.hint(Place::new("tools", index).member("strict"));
        }
        losses.hint("metadata");
        losses.hint("metadata");
        assert_eq!(dropped.len(), MOST_NAMES + 1);
        assert_eq!(dropped.first().map(String::as_str), Some("tools[0].strict"));
        assert_eq!(dropped.last().map(String::as_str), Some("metadata"));
    }

    #[test]
    fn what_a_deployment_takes_all_the_same_is_found_behind_many_others() {
        let tool = r#"{"name":"f","input_schema":{},"cache_control":{"type":"ephemeral"}}"#;
        let body = format!(
            r#"{{"model":"m","max_tokens":9,"messages":[{{"role":"user","content":"hi"}}],"tools":[{}],"top_k":7}}"#,
            vec![tool; 2 * MOST_NAMES].join(",")
        );
        let ask = Ask { dialect: Dialect::Messages, body: body.as_bytes(), stream: false };
        let mut target = Target::new(Provider::OpenAi, "m");
        target.drop_params = true;
        target.allowed_params = vec!["top_k".to_owned()];
        let built = request(&ask, &target).unwrap();
        assert!(built.body.ends_with(br#""top_k":7}"#), "{}", built.body.escape_ascii());
        assert_eq!(built.dropped.len(), MOST_NAMES);
    }
}
