//! Which deployments a request tries, in which order, and where it goes after a failure.
//!
//! Knows groups, weights and causes. Knows no body, no header, no host.
//!
//! | module | room |
//! |---|---|
//! | `plan` `planner` | a request's wish → its [`Itinerary`] |
//! | `pinned` | the same where one deployment alone can serve it |
//! | `abilities` | which deployments can serve a request at all |
//! | `itinerary` | what an attempt needs to know of the plan, and where to go after a failure |
//! | `retries` | how often a group is tried again, by cause |
//! | `strategy` | the order of one group's deployments, from a snapshot |
//! | `names` | groups by name, alias or pattern |
//! | `dice` | randomness that is a pure function of its seed |

mod abilities;
mod dice;
mod itinerary;
mod names;
mod pinned;
mod plan;
mod planner;
mod retries;
mod strategy;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use abilities::{Abilities, Lack, Needs};
pub use itinerary::{Itinerary, Leg, Stop, Turn};
pub use names::{Named, filled, matches};
pub use plan::{MAX_TRIES, NoPlan, Own, Played, Standing, Surroundings, Wish};
pub use retries::{Retries, RetryPolicy};
pub use strategy::{Load, Strategy};

/// Model groups and their fallbacks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Router {
    /// Every deployment, in the order of the file.
    pub deployments: Vec<Candidate>,
    /// Model groups; each name once. A name with `*` is a pattern.
    pub groups: Vec<Group>,
    /// `fallbacks`: group → groups, in order.
    pub fallbacks: Vec<Fallback>,
    /// `default_fallbacks`: for groups that have no entry of their own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub default_fallbacks: Vec<Target>,
    /// `context_window_fallbacks`
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub context_window_fallbacks: Vec<Fallback>,
    /// `content_policy_fallbacks`
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub content_policy_fallbacks: Vec<Fallback>,
    /// `model_group_alias`: alias → group.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Alias>,
    /// Tries after the first within one group; `None`: each deployment of the group once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_retries: Option<u32>,
    /// `retry_policy`
    #[serde(skip_serializing_if = "is_default")]
    pub retry_policy: RetryPolicy,
    /// `model_group_retry_policy`: it counts instead of `retry_policy` for its group, or for one name that a pattern's
    /// group serves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub group_retry_policies: Vec<(String, RetryPolicy)>,
    /// Most fallback groups entered by one request.
    pub max_fallbacks: u32,
    /// `routing_strategy`
    #[serde(skip_serializing_if = "is_default")]
    pub strategy: Strategy,
    /// `enable_pre_call_checks`: deployments that cannot serve a request are left out.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pre_call_checks: bool,
    /// Whether any deployment is cooled down after failures (`disable_cooldowns`, `cooldown_time: 0`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cooldowns: bool,
}

/// A deployment as the plan sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Candidate {
    /// The deployment's id, also its cluster's name.
    pub id: String,
    /// Share of its group's traffic (`weight`, else `rpm`, else `tpm`, else 1).
    pub weight: u64,
    /// `order`: lower ones are tried first.
    pub order: u32,
    /// `num_retries` of the deployment: it counts instead of the router's where this one is tried first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_retries: Option<u32>,
    /// `rpm`: requests per minute, for `usage-based-routing-v2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rpm: Option<u64>,
    /// `tpm`: tokens per minute, for `usage-based-routing-v2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tpm: Option<u64>,
    /// Price of an input and an output token together, in femto-dollars, for `cost-based-routing`. `None`: not
    /// known; such a deployment comes last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<u64>,
    /// How long one try may take, in milliseconds.
    pub timeouts: Timeouts,
    /// What it can serve, for `enable_pre_call_checks`.
    #[serde(skip_serializing_if = "is_default")]
    pub abilities: Abilities,
}

/// How long one try at a deployment may take, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeouts {
    /// The whole of a try that does not stream (`timeout`).
    pub answer_ms: u64,
    /// Until a stream's first content event: the deployment's `stream_timeout`, else `first_token_timeout`, else
    /// the router's `stream_timeout`, else `timeout`.
    pub first_token_ms: u64,
}

/// A model group: what clients call a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// `model_name`
    pub name: String,
    /// Indices into [`Router::deployments`]; never empty.
    pub deployments: Vec<usize>,
}

/// One entry of a kind of fallbacks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fallback {
    /// The group that failed, or one name that a pattern's group serves.
    pub from: String,
    /// Where to go then, in order.
    pub to: Vec<Target>,
}

/// Where a fallback leads.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Target {
    /// A group's name, or one that a pattern matches.
    pub model: String,
    /// Parameters that take the place of the request's own there; `model` is not among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overrides: Option<Map<String, Value>>,
}

impl Target {
    /// A group with the request as it is.
    #[must_use]
    pub fn group(name: &str) -> Self {
        Self { model: name.to_owned(), overrides: None }
    }
}

/// One entry of `model_group_alias`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    /// What clients may say.
    pub alias: String,
    /// The group that it means.
    pub group: String,
    /// Whether `/v1/models` leaves it out.
    pub hidden: bool,
}

/// Left out of the plugin configuration, which people read.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Router {
    /// The names that `/v1/models` lists: groups, then aliases that are not hidden; those of a group without a deployment
    /// are left out.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        let groups = self.groups.iter().filter(|group| !group.deployments.is_empty());
        let aliases = self.aliases.iter().filter(|alias| !alias.hidden && self.is_served(&alias.alias));
        groups.map(|group| group.name.as_str()).chain(aliases.map(|alias| alias.alias.as_str()))
    }

    /// Whether a model name means a group that has a deployment.
    #[must_use]
    pub fn is_served(&self, model: &str) -> bool {
        self.named(model).is_some_and(|named| !named.group.deployments.is_empty())
    }
}
