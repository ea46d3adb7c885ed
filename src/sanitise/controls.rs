//! The fields of a body that steer the gateway. LiteLLM's names, because its clients send them.

use serde_json::{Map, Value};

use super::fallbacks::{self, Target};
use super::{Policy, read, refusal};
use crate::reject::Reject;
use crate::wire::check::path_to;

/// Most tags, and most guardrails, of one request.
pub(super) const MAX_NAMES: usize = 64;

/// What a caller asked of the gateway.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Controls {
    /// A failure of the requested model that is only played, so that fallbacks can be seen to work.
    pub mock_testing: Option<MockTesting>,
    /// Whether the request stays within its model group.
    pub disable_fallbacks: bool,
    /// Tries after the first within one group.
    pub num_retries: Option<u32>,
    /// The caller's own fallbacks; each kind counts instead of the configured one.
    pub fallbacks: Option<Vec<Target>>,
    /// As `fallbacks`, for prompts that do not fit.
    pub context_window_fallbacks: Option<Vec<Target>>,
    /// As `fallbacks`, for refused content.
    pub content_policy_fallbacks: Option<Vec<Target>>,
    /// What the dialect does not define, and what a deployment's API cannot express, is dropped and named instead
    /// of refused, as `litellm_settings.drop_params` does for all requests.
    pub drop_params: bool,
    /// Paths of parameters that no deployment is to get, besides its own `additional_drop_params`.
    pub additional_drop_params: Vec<String>,
    /// Only deployments of this region are asked.
    pub allowed_model_region: Option<String>,
    /// Names of guardrails to run besides the default ones; each once.
    pub guardrails: Vec<String>,
    /// For the spend log; each once.
    pub tags: Vec<String>,
    /// `litellm_session_id`, else `litellm_trace_id`: the conversation, for the spend log; at most 256 bytes.
    pub session: Option<String>,
    /// The caller's `metadata` and `litellm_metadata`, `spend_logs_metadata` among their entries, for the
    /// spend log: at most 64 KiB as JSON.
    pub metadata: Map<String, Value>,
}

/// A failure that is played: LiteLLM's `mock_testing_…` parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MockTesting {
    /// `mock_testing_fallbacks`
    Fallbacks,
    /// `mock_testing_context_fallbacks`
    Context,
    /// `mock_testing_content_policy_fallbacks`
    ContentPolicy,
    /// `mock_testing_rate_limit_error`
    RateLimit,
}

impl MockTesting {
    fn named(name: &str) -> Option<Self> {
        match name {
            "mock_testing_fallbacks" => Some(Self::Fallbacks),
            "mock_testing_context_fallbacks" => Some(Self::Context),
            "mock_testing_content_policy_fallbacks" => Some(Self::ContentPolicy),
            "mock_testing_rate_limit_error" => Some(Self::RateLimit),
            _ => None,
        }
    }
}

impl Controls {
    /// Takes a top-level field, if it is a control.
    ///
    /// # Errors
    /// 400 for a control with a wrong value, one that the policy forbids, or one that is not built.
    pub(super) fn take(&mut self, name: &str, raw: &str, policy: &Policy) -> Result<bool, Reject> {
        if let Some(mock) = MockTesting::named(name) {
            if flag(name, raw)? {
                if !policy.allow_mock_testing {
                    return Err(refusal::mock_testing(name));
                }
                self.mock_testing = Some(mock);
            }
            return Ok(true);
        }
        match name {
            "drop_params" => self.drop_params = flag(name, raw)?,
            "additional_drop_params" => add(&mut self.additional_drop_params, name, raw)?,
            "disable_fallbacks" => self.disable_fallbacks = flag(name, raw)?,
            "num_retries" => self.num_retries = read::value(name, raw, "an integer from 0")?,
            "fallbacks" => self.fallbacks = fallbacks::targets(name, raw)?,
            "context_window_fallbacks" => self.context_window_fallbacks = fallbacks::targets(name, raw)?,
            "content_policy_fallbacks" => self.content_policy_fallbacks = fallbacks::targets(name, raw)?,
            "allowed_model_region" => self.allowed_model_region = read::value(name, raw, "a string")?,
            "guardrails" => self.add_guardrails(name, raw)?,
            "tags" => self.add_tags(name, raw)?,
            "litellm_session_id" => self.session = session(name, raw)?.or(self.session.take()),
            "litellm_trace_id" => self.session = self.session.take().or(session(name, raw)?),
            _ if is_not_built(name) && raw != "null" => return Err(refusal::not_built(&path_to(name))),
            _ => return Ok(is_not_built(name)),
        }
        Ok(true)
    }

    /// Adds guardrails that the field at `path` names.
    pub(super) fn add_guardrails(&mut self, path: &str, raw: &str) -> Result<(), Reject> {
        add(&mut self.guardrails, path, raw)
    }

    /// Adds tags that the field at `path` names.
    pub(super) fn add_tags(&mut self, path: &str, raw: &str) -> Result<(), Reject> {
        add(&mut self.tags, path, raw)
    }
}

/// Controls of LiteLLM that are known and not built. Ignoring one would change what the caller gets.
fn is_not_built(name: &str) -> bool {
    name.starts_with("mock_")
}

/// Parameters of LiteLLM's clients that change nothing of what is answered here. They are named as dropped. A client's
/// `timeout` is among them: a try that it ended would count as the deployment's failure.
pub(super) fn is_without_effect(name: &str) -> bool {
    matches!(name, "cache" | "no-log" | "timeout")
}

fn session(path: &str, raw: &str) -> Result<Option<String>, Reject> {
    let session: Option<String> = read::value(path, raw, "a string")?;
    match session.as_ref().map_or(0, String::len) {
        0 => Ok(None),
        found if found > read::MAX_NAME_BYTES => Err(read::too_long(path, read::MAX_NAME_BYTES, found)),
        _ => Ok(session),
    }
}

fn flag(path: &str, raw: &str) -> Result<bool, Reject> {
    Ok(read::value(path, raw, "a boolean")?.unwrap_or(false))
}

fn add(list: &mut Vec<String>, path: &str, raw: &str) -> Result<(), Reject> {
    for name in read::names(path, raw, MAX_NAMES)? {
        if !list.contains(&name) {
            list.push(name);
        }
    }
    Ok(())
}
