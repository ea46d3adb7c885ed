//! When a deployment rests after failures, and for how long: `cooldown_time`, `allowed_fails`,
//! `allowed_fails_policy`, `disable_cooldowns`.

use super::cursor::Cursor;
use super::deployment::Parts;
use super::format;
use super::models::Models;
use super::per_class;
use super::router::Settings;
use crate::cause::PerClass;
use crate::health::Cooldown;

/// LiteLLM's own default.
const LENGTH_MS: u64 = 5_000;
/// Far more failures than a cooldown's length can hold.
const MOST_FAILS: u64 = 1_000_000;

/// What one place of the file says.
#[derive(Clone, Copy, Default)]
pub(super) struct Written {
    length_ms: Option<u64>,
    allowed_fails: Option<u32>,
    policy: Option<PerClass>,
}

impl Written {
    /// What a deployment says; its `litellm_params` count, then its `model_info`.
    pub fn of_deployment(parts: &Parts<'_>) -> Self {
        let get = |key: &'static str| {
            let informed = parts.info.as_ref().and_then(|info| info.get(key));
            parts.params.get(key).or(informed)
        };
        Self::read(get, get)
    }

    fn of_router(settings: &Settings<'_>) -> Self {
        Self::read(|key| settings.get(key), |key| settings.router(key))
    }

    /// `policy` gets what stands in `router_settings` only.
    fn read<'a>(
        get: impl Fn(&'static str) -> Option<Cursor<'a>>,
        policy: impl Fn(&'static str) -> Option<Cursor<'a>>,
    ) -> Self {
        Self {
            length_ms: get("cooldown_time").and_then(|at| length(&at)),
            allowed_fails: get("allowed_fails").and_then(|at| at.count(MOST_FAILS)),
            policy: policy("allowed_fails_policy").and_then(|at| read_policy(&at)),
        }
    }
}

/// Gives every deployment its cooldown, and tells whether there is any.
pub(super) fn settle(settings: &Settings<'_>, models: &mut Models) -> bool {
    let disabled = settings.router("disable_cooldowns").and_then(|at| at.boolean()).unwrap_or(false);
    let all = Written::of_router(settings);
    if disabled {
        return false;
    }
    let mut any = false;
    for group in &models.groups {
        let alone = group.deployments.len() == 1;
        for index in &group.deployments {
            let own = models.cooldowns.get(*index).copied().unwrap_or_default();
            let Some(deployment) = models.deployments.get_mut(*index) else { continue };
            deployment.attempt.cooldown = resolved(own, all, alone);
            any |= deployment.attempt.cooldown.is_some();
        }
    }
    any
}

fn resolved(own: Written, all: Written, alone: bool) -> Option<Cooldown> {
    let length_ms = own.length_ms.or(all.length_ms).unwrap_or(LENGTH_MS);
    (length_ms > 0).then(|| Cooldown {
        length_ms,
        own_length: own.length_ms.is_some(),
        allowed_fails: own.allowed_fails.or(all.allowed_fails),
        allowed_fails_policy: own.policy.or(all.policy).unwrap_or_default(),
        alone,
    })
}

/// A duration that may be 0, in milliseconds.
fn length(at: &Cursor<'_>) -> Option<u64> {
    const DAY: u64 = 86_400_000;
    at.number("seconds from 0 (no cooldown) to 86400 (a day), as a number", |decimal| {
        decimal.rounded(3).filter(|value| *value <= DAY)
    })
}

fn read_policy(at: &Cursor<'_>) -> Option<PerClass> {
    let section = at.section()?;
    let policy = per_class::allowed_fails(&section, MOST_FAILS);
    section.close(&format::ALLOWED_FAILS);
    Some(policy)
}
