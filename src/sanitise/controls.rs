//! The fields of a body that steer the gateway. LiteLLM's names, because its clients send them.

use serde_json::{Map, Value};

use super::{Policy, read, refusal};
use crate::reject::Reject;
use crate::wire::check::path_to;

/// Most tags, and most guardrails, of one request.
const MAX_NAMES: usize = 64;

/// What a caller asked of the gateway.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Controls {
    /// Whether the first deployment is to fail without being asked, so that fallbacks can be seen to work.
    pub mock_testing_fallbacks: bool,
    /// Whether the request stays within its model group.
    pub disable_fallbacks: bool,
    /// Tries after the first within one group.
    pub num_retries: Option<u32>,
    /// Names of guardrails to run besides the default ones; each once.
    pub guardrails: Vec<String>,
    /// For the spend log; each once.
    pub tags: Vec<String>,
    /// The caller's `metadata` and `litellm_metadata`, `spend_logs_metadata` among their entries, for the
    /// spend log: at most 64 KiB as JSON.
    pub metadata: Map<String, Value>,
}

impl Controls {
    /// Takes a top-level field, if it is a control.
    ///
    /// # Errors
    /// 400 for a control with a wrong value, one that the policy forbids, or one that is not built.
    pub(super) fn take(&mut self, name: &str, raw: &str, policy: &Policy) -> Result<bool, Reject> {
        match name {
            "mock_testing_fallbacks" => {
                self.mock_testing_fallbacks = flag(name, raw)?;
                if self.mock_testing_fallbacks && !policy.allow_mock_testing {
                    return Err(refusal::mock_testing(name));
                }
            }
            "disable_fallbacks" => self.disable_fallbacks = flag(name, raw)?,
            "num_retries" => self.num_retries = read::value(name, raw, "an integer from 0")?,
            "guardrails" => self.add_guardrails(name, raw)?,
            "tags" => self.add_tags(name, raw)?,
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
    matches!(name, "fallbacks" | "context_window_fallbacks" | "content_policy_fallbacks")
        || name.starts_with("mock_")
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
