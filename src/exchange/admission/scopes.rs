//! What limits and budgets apply to: the key, its team and user, the end user, and the model within key and team.

use crate::budgets::{self, Budget};
use crate::keys::{Key, Owner};
use crate::limits::{self, Limits};

use super::{Admission, Caller};

/// Longest end user's name that an error repeats, in characters.
const LONGEST_NAME: usize = 64;

/// One scope of a request with what holds in it.
pub(super) struct Scope {
    /// Name in shared memory and in the ledger.
    pub name: String,
    /// What the refusal of a limit calls it: never a hash.
    pub label: String,
    /// What the refusal of a budget calls it, which says by itself what it is.
    bare: String,
    pub limits: Limits,
    pub budget: Budget,
    /// It holds for one model only, so that another model may serve the request.
    pub of_a_model: bool,
    /// Whoever calls can make its name up.
    named_by_caller: bool,
}

impl Scope {
    fn new(name: String, label: String, limits: Limits, budget: &Budget) -> Self {
        Self {
            name,
            bare: label.clone(),
            label,
            limits,
            budget: budget.clone(),
            of_a_model: false,
            named_by_caller: false,
        }
    }

    fn of_a_model(self) -> Self {
        Self { of_a_model: true, ..self }
    }

    fn bare(self, bare: &str) -> Self {
        Self { bare: bare.to_owned(), ..self }
    }

    /// As the limiter takes it.
    pub fn limited(&self) -> limits::Scope<'_> {
        limits::Scope {
            name: &self.name,
            named_by_caller: self.named_by_caller,
            label: &self.label,
            limits: &self.limits,
        }
    }

    /// As the budgets take it.
    pub fn budgeted(&self) -> budgets::Scope<'_> {
        budgets::Scope { name: &self.name, label: &self.bare, budget: &self.budget }
    }

    pub fn is_limited(&self) -> bool {
        self.limits != Limits::default()
    }

    pub fn has_budget(&self) -> bool {
        self.budget.max_nanodollars.is_some() || self.budget.soft_nanodollars.is_some()
    }
}

impl Admission {
    /// The scopes of a request for a model, which is known by what the client called it and by its group.
    pub(super) fn scopes(&self, models: [&str; 2]) -> Vec<Scope> {
        let Some(key) = self.caller.as_ref().and_then(Caller::key) else { return Vec::new() };
        let mut scopes = of_key(key, models);
        if let Some(team) = &key.team {
            scopes.extend(of_team(team, models));
        }
        if let Some(user) = &key.user {
            let label = format!("user {}", called(user));
            let scope = Scope::new(format!("user/{}", user.id), label, user.limits, &user.budget);
            scopes.push(scope.bare(called(user)));
        }
        scopes.extend(self.of_end_user(key));
        scopes.retain(|scope| scope.is_limited() || scope.has_budget());
        scopes
    }

    /// End users have no budget: whoever calls can make up as many as there are requests.
    fn of_end_user(&self, key: &Key) -> Option<Scope> {
        let end_user = self.ask.end_user.as_ref()?;
        let shown: String = end_user.chars().take(LONGEST_NAME).collect();
        let limits = self.setup.settings.end_user_limits;
        let name = format!("end_user/{}/{end_user}", key.hash);
        let scope = Scope::new(name, format!("end user {shown}"), limits, &Budget::default());
        Some(Scope { named_by_caller: true, ..scope })
    }
}

fn of_key(key: &Key, models: [&str; 2]) -> Vec<Scope> {
    let label = key.alias.clone().unwrap_or_else(|| "this key".to_owned());
    let name = format!("key/{}", key.hash);
    let limits = named(&key.model_limits, models);
    let budget = named(&key.model_budgets, models);
    // Limits and budget of a model may stand under two of its names: each is a scope then.
    let of_limits = limits.map(|(model, limits)| {
        let budget = budget.filter(|(other, _)| *other == model).map(|(_, budget)| budget);
        let label = format!("model {model} of {label}");
        let name = format!("{name}/model/{model}");
        Scope::new(name, label, *limits, budget.unwrap_or(&Budget::default())).of_a_model()
    });
    let apart = budget.filter(|(model, _)| limits.is_none_or(|(other, _)| other != *model));
    let of_budget = apart.map(|(model, budget)| {
        let label = format!("model {model} of {label}");
        Scope::new(format!("{name}/model/{model}"), label, Limits::default(), budget).of_a_model()
    });
    let own = Scope::new(name.clone(), label.clone(), key.limits, &key.budget);
    [Some(own), of_limits, of_budget].into_iter().flatten().collect()
}

fn of_team(team: &Owner, models: [&str; 2]) -> Vec<Scope> {
    let label = format!("team {}", called(team));
    let name = format!("team/{}", team.id);
    let of_model = named(&team.model_limits, models).map(|(model, limits)| {
        let label = format!("model {model} of {label}");
        Scope::new(format!("{name}/model/{model}"), label, *limits, &Budget::default()).of_a_model()
    });
    let own = Scope::new(name.clone(), label.clone(), team.limits, &team.budget).bare(called(team));
    [Some(own), of_model].into_iter().flatten().collect()
}

fn called(owner: &Owner) -> &str {
    owner.alias.as_deref().unwrap_or(&owner.id)
}

/// The entry of the first of these names that has one.
fn named<'k, T>(
    map: &'k std::collections::BTreeMap<String, T>,
    models: [&str; 2],
) -> Option<(&'k String, &'k T)> {
    models.into_iter().find_map(|model| map.get_key_value(model))
}
