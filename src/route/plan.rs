//! A request's wish → its [`Itinerary`], decided before the first try.
//!
//! Finite and short: no try happens that is not in it, and it has at most [`MAX_TRIES`].

use super::abilities::{Lack, Needs};
use super::itinerary::Itinerary;
use super::planner::Planner;
use super::strategy::Load;
use super::{Router, Target};

/// No request tries more often, whatever `num_retries` and the fallbacks ask for.
pub const MAX_TRIES: usize = 16;

/// What one request wishes for.
pub struct Wish<'a> {
    /// The model that the caller named.
    pub model: &'a str,
    /// A failure of the requested group that is only played (`mock_testing_…`).
    pub played: Option<Played>,
    /// Stay in the requested group (`disable_fallbacks`).
    pub disable_fallbacks: bool,
    /// The request's own `num_retries`: counts instead of every configured one.
    pub num_retries: Option<u32>,
    /// The request's own `fallbacks`, `context_window_fallbacks` and `content_policy_fallbacks`.
    pub own: Own<'a>,
    /// The key's own fallbacks, by the name that each is for: they count before the configured ones, and these follow
    /// for other names.
    pub of_key: &'a [(String, Vec<Target>)],
    /// Whether the caller may use a group. A fallback that it may not use is left out.
    pub may_use: &'a dyn Fn(&str) -> bool,
    /// What a deployment must be able to do; all but the region is looked at under `enable_pre_call_checks`.
    pub needs: Needs<'a>,
    /// Randomness for the order.
    pub dice: u64,
}

/// Fallbacks in the request's body; each counts instead of the configured ones of its kind.
#[derive(Clone, Copy, Default)]
pub struct Own<'a> {
    /// `fallbacks`
    pub general: Option<&'a [Target]>,
    /// `context_window_fallbacks`
    pub context_window: Option<&'a [Target]>,
    /// `content_policy_fallbacks`
    pub content_policy: Option<&'a [Target]>,
}

/// A failure that is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Played {
    /// `mock_testing_fallbacks`
    ServerError,
    /// `mock_testing_rate_limit_error`
    RateLimit,
    /// `mock_testing_context_fallbacks`
    ContextWindow,
    /// `mock_testing_content_policy_fallbacks`
    ContentPolicy,
}

/// Whether a deployment is to be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// As ever.
    Well,
    /// Its cooldown is over, and nobody has tried it since.
    Due,
    /// Not before this time, in milliseconds since the epoch.
    Cooled(u64),
}

/// What all workers know of the deployments. Each question may cost a call to the host, so none is asked that
/// the configuration does not need.
pub trait Surroundings {
    /// Asked where [`Router::cooldowns`].
    fn standing(&self, deployment: &str) -> Standing;

    /// Takes the one probe of a deployment that is due; `false` where somebody else has it.
    fn claim(&self, deployment: &str) -> bool;

    /// Asked where [`super::Strategy::needs_load`].
    fn load(&self, deployment: &str) -> Load;
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoPlan {
    /// No group has that name.
    UnknownModel,
    /// The caller may not use the requested group.
    Forbidden,
    /// The played failure has no fallback.
    NoFallback(Played),
    /// The one deployment that could serve the request is not reached from the model that it names.
    Elsewhere,
    /// Neither the requested group nor what it falls back to has a deployment.
    Unserved,
    /// No deployment can serve the request, and why the requested group's cannot.
    Unable(Lack),
}

impl Router {
    /// Plans a request.
    ///
    /// # Errors
    /// [`NoPlan`] says why nothing can be tried.
    pub fn plan(&self, wish: &Wish<'_>, around: &dyn Surroundings) -> Result<Itinerary, NoPlan> {
        let first = self.named(wish.model).ok_or(NoPlan::UnknownModel)?;
        if !(wish.may_use)(&first.group.name) && !(wish.may_use)(wish.model) {
            return Err(NoPlan::Forbidden);
        }
        Planner::new(self, wish, around).plan(first)
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
pub(in crate::route) mod tests;
