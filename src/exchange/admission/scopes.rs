//! What limits and budgets apply to: the key, its team and user, the end user, and the model within key and team.
//!
//! Both who counts at this gateway ([`super::counted`]) and the rate-limit service ([`super::shared_scopes`]) take
//! their scopes from here.

use std::collections::BTreeMap;

use super::{Admission, Caller};
use crate::budgets::Budget;
use crate::keys::{Key, Owner};
use crate::limits::Limits;
use crate::route::Alias;

/// Longest end user's name that an error repeats, in characters.
const LONGEST_NAME: usize = 64;
/// A key, its team and user, an end user; and a model by three names, within the key and within the team.
const MOST_SCOPES: usize = 10;

/// One scope of a request with what holds in it.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    holder: Holder<'a>,
    /// Which of the holder's requests it is about; `None`: all of them.
    part: Option<Part<'a>>,
    pub limits: Limits,
    /// `None`: no budget.
    pub budget: Option<&'a Budget>,
}

/// A key, a team or a user.
#[derive(Clone, Copy)]
struct Holder<'a> {
    kind: &'static str,
    id: &'a str,
    /// What errors call it: never a hash.
    called: &'a str,
}

/// Some of a holder's requests, by a name.
#[derive(Clone, Copy)]
enum Part<'a> {
    Model(&'a str),
    EndUser(&'a str),
}

impl<'a> Scope<'a> {
    /// What tells it from every other, outermost first, e.g. `("team", "blue"), ("model", "gpt-4.1")`.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, &'a str)> + use<'a> {
        let part = self.part.map(|part| match part {
            Part::Model(name) => ("model", name),
            Part::EndUser(name) => ("end_user", name),
        });
        [(self.holder.kind, self.holder.id)].into_iter().chain(part)
    }

    /// Its name in shared memory and in the ledger, e.g. `team/blue/model/gpt-4.1`.
    pub fn name(&self) -> String {
        // Of a key's hash and its kind, at least.
        let mut whole = String::with_capacity(96);
        for (kind, name) in self.entries() {
            if !whole.is_empty() {
                whole.push('/');
            }
            [kind, "/", name].into_iter().for_each(|part| whole.push_str(part));
        }
        whole
    }

    /// What the refusal of a limit calls it: never a hash.
    pub fn label(&self) -> String {
        let Holder { kind, called, .. } = self.holder;
        let holder = if kind == "key" { called.to_owned() } else { format!("{kind} {called}") };
        match self.part {
            None => holder,
            Some(Part::Model(model)) => format!("model {model} of {holder}"),
            Some(Part::EndUser(name)) => {
                format!("end user {}", name.chars().take(LONGEST_NAME).collect::<String>())
            }
        }
    }

    /// What the refusal of a budget calls it, which says by itself of what kind the holder is.
    pub fn bare(&self) -> String {
        if self.part.is_none() { self.holder.called.to_owned() } else { self.label() }
    }

    /// Whether a limit or a budget holds in it.
    pub fn is_bounded(&self) -> bool {
        self.limits != Limits::default() || self.budget.is_some_and(Budget::is_some)
    }

    /// Whether it holds for one model only, so that another model may serve the request.
    pub fn of_a_model(&self) -> bool {
        matches!(self.part, Some(Part::Model(_)))
    }

    /// Whether whoever calls can make its name up.
    pub fn named_by_caller(&self) -> bool {
        matches!(self.part, Some(Part::EndUser(_)))
    }
}

impl Admission {
    /// The scopes of a request, whether or not anything holds in them; none for a caller without a virtual key.
    /// Holders come before their models: where both refuse, another model would not help.
    pub(super) fn scopes(&self) -> Vec<Scope<'_>> {
        let Some(key) = self.caller.as_ref().and_then(Caller::key) else { return Vec::new() };
        let own = of_key(key);
        let team = of_owner("team", key.team_id.as_deref(), key.team.as_ref());
        let user = of_owner("user", key.user_id.as_deref(), key.user.as_ref());
        // End users have no budget: whoever calls can make up as many as there are requests.
        let end_user = self.ask.end_user.as_deref().map(|name| Scope {
            part: Some(Part::EndUser(name)),
            limits: self.setup.settings.end_user_limits,
            budget: None,
            ..own
        });
        let names = self.model_names();
        let mut scopes = Vec::with_capacity(MOST_SCOPES);
        scopes.extend([Some(own), team, user, end_user].into_iter().flatten());
        scopes.extend(of_models(own.holder, names, Some(&key.model_limits), Some(&key.model_budgets)));
        if let Some(team) = team {
            let limits = key.team.as_ref().map(|team| &team.model_limits);
            scopes.extend(of_models(team.holder, names, limits, None));
        }
        scopes
    }

    /// What limits and budgets of a model may call it. One that stands in for the model asked for has its group's name
    /// only, and that name's aliases.
    fn model_names(&self) -> Names<'_> {
        let router = &self.setup.settings.router;
        let aliases = router.aliases.as_slice();
        let first = self.planned().and_then(|plan| plan.first_leg());
        let group = first.map_or("", |leg| leg.group.as_str());
        if router.named(&self.ask.model).is_some_and(|named| named.group.name != group) {
            return Names { asked: group, meant: group, group, aliases };
        }
        let asked = self.ask.model.as_str();
        let meant = aliases.iter().find(|alias| alias.alias == asked).map_or(asked, |alias| &alias.group);
        Names { asked, meant, group, aliases }
    }
}

/// The names of the model that a request is for.
#[derive(Clone, Copy)]
struct Names<'a> {
    /// As the client wrote it.
    asked: &'a str,
    /// What an alias makes of that.
    meant: &'a str,
    /// As its group is called, which may be a pattern.
    group: &'a str,
    aliases: &'a [Alias],
}

impl Names<'_> {
    /// The entry of the first of these names that has one; else of another alias that means the same model.
    fn entry<'m, T>(&self, map: &'m BTreeMap<String, T>) -> Option<(&'m str, &'m T)> {
        let named = |name: &str| map.get_key_value(name).map(|(name, entry)| (name.as_str(), entry));
        let of_alias = |alias: &Alias| (alias.group == self.meant).then(|| named(&alias.alias)).flatten();
        if map.is_empty() {
            return None;
        }
        [self.asked, self.meant, self.group]
            .into_iter()
            .find_map(named)
            .or_else(|| self.aliases.iter().find_map(of_alias))
    }
}

fn of_key(key: &Key) -> Scope<'_> {
    let called = key.alias.as_deref().unwrap_or("this key");
    let holder = Holder { kind: "key", id: &key.hash, called };
    Scope { holder, part: None, limits: key.limits, budget: Some(&key.budget) }
}

/// Of a team or a user, of which the gateway may know no more than its id.
fn of_owner<'a>(kind: &'static str, id: Option<&'a str>, owner: Option<&'a Owner>) -> Option<Scope<'a>> {
    let id = owner.map(|owner| owner.id.as_str()).or(id)?;
    let called = owner.and_then(|owner| owner.alias.as_deref()).unwrap_or(id);
    Some(Scope {
        holder: Holder { kind, id, called },
        part: None,
        limits: owner.map(|owner| owner.limits).unwrap_or_default(),
        budget: owner.map(|owner| &owner.budget),
    })
}

/// A model within a holder: by the names that its limits and its budget stand under, and by its group's in any case, of
/// which the rate-limit service may have rules of its own.
fn of_models<'a>(
    holder: Holder<'a>,
    names: Names<'a>,
    limits: Option<&'a BTreeMap<String, Limits>>,
    budgets: Option<&'a BTreeMap<String, Budget>>,
) -> impl Iterator<Item = Scope<'a>> {
    let limits = limits.and_then(|map| names.entry(map));
    let budget = budgets.and_then(|map| names.entry(map));
    let by_name = move |name: &'a str| Scope {
        holder,
        part: Some(Part::Model(name)),
        limits: limits.filter(|(of, _)| *of == name).map(|(_, limits)| *limits).unwrap_or_default(),
        budget: budget.filter(|(of, _)| *of == name).map(|(_, budget)| budget),
    };
    let limited = limits.map(|(name, _)| name).filter(|name| *name != names.group);
    let budgeted = budget.map(|(name, _)| name).filter(|name| *name != names.group && Some(*name) != limited);
    let own = limited.into_iter().chain(budgeted).map(by_name).filter(Scope::is_bounded);
    own.chain([by_name(names.group)])
}
