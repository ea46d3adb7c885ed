//! Which deployments a request tries, in which order, and what an attempt's outcome means.
//!
//! Knows groups, weights and statuses. Knows no body, no header, no host.

mod classify;
mod plan;

use serde::{Deserialize, Serialize};

pub use classify::{Judgement, judge};
pub use plan::{MAX_TRIES, NoPlan, Plan, Step, Wish};

/// Model groups and their fallbacks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Router {
    /// Every deployment, in the order of the file.
    pub deployments: Vec<Candidate>,
    /// Model groups; each name once.
    pub groups: Vec<Group>,
    /// `fallbacks`: group → groups, in order.
    pub fallbacks: Vec<Fallback>,
    /// `default_fallbacks`: for groups that have no entry of their own.
    pub default_fallbacks: Vec<String>,
    /// `model_group_alias`: alias → group.
    pub aliases: Vec<Alias>,
    /// Tries after the first within one group; `None`: each deployment of the group once.
    pub num_retries: Option<u32>,
    /// Most fallback groups entered by one request.
    pub max_fallbacks: u32,
}

/// A deployment as the plan sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The deployment's id, also its cluster's name.
    pub id: String,
    /// Share of its group's traffic (`weight`, else `rpm`, else `tpm`, else 1).
    pub weight: u64,
    /// `order`: lower ones are tried first.
    pub order: u32,
}

/// A model group: what clients call a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// `model_name`
    pub name: String,
    /// Indices into [`Router::deployments`]; never empty.
    pub deployments: Vec<usize>,
}

/// One entry of `fallbacks`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fallback {
    /// The group that failed.
    pub from: String,
    /// The groups to try then, in order.
    pub to: Vec<String>,
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

impl Router {
    /// The group that a client's model name means, aliases followed once.
    #[must_use]
    pub fn group(&self, model: &str) -> Option<&Group> {
        let name = self.aliases.iter().find(|alias| alias.alias == model).map_or(model, |alias| &alias.group);
        self.groups.iter().find(|group| group.name == name)
    }

    /// The groups to try when `group` has failed, in order.
    #[must_use]
    pub fn fallbacks_of(&self, group: &str) -> &[String] {
        self.fallbacks
            .iter()
            .find(|fallback| fallback.from == group)
            .map_or(self.default_fallbacks.as_slice(), |fallback| fallback.to.as_slice())
    }

    /// The names that `/v1/models` lists: groups, then aliases that are not hidden.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        let groups = self.groups.iter().map(|group| group.name.as_str());
        groups.chain(self.aliases.iter().filter(|alias| !alias.hidden).map(|alias| alias.alias.as_str()))
    }
}
