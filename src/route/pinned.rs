//! Plans of requests that one deployment alone can serve, because it keeps what they are about.
//!
//! They have no fallback, and no cooldown holds them back: nobody else could answer.

use super::itinerary::{Itinerary, Leg};
use super::names::{Meant, Named, targets};
use super::plan::{NoPlan, Wish};
use super::planner::retries;
use super::{Candidate, Router, Target};

/// Most groups that are looked at on the way to a deployment.
const MAX_GROUPS: usize = 16;

impl Router {
    /// The plan of a request for a model that goes on from what the deployment `id` keeps. The deployment serves
    /// the model itself, or one that the model falls back to, because that is how it may have come to keep it.
    ///
    /// # Errors
    /// As for [`Router::plan`]; [`NoPlan::Elsewhere`] where the deployment is none of these.
    pub fn pinned(&self, wish: &Wish<'_>, id: &str) -> Result<Itinerary, NoPlan> {
        let first = self.named(wish.model).ok_or(NoPlan::UnknownModel)?;
        if !(wish.may_use)(&first.group.name) && !(wish.may_use)(wish.model) {
            return Err(NoPlan::Forbidden);
        }
        if let Some(played) = wish.played {
            return Err(NoPlan::NoFallback(played));
        }
        let (named, target) = self.way_to(first, wish, id).ok_or(NoPlan::Elsewhere)?;
        let overrides = target.and_then(|target| target.overrides.clone());
        self.alone(id, wish, Leg { captures: named.captures, overrides, ..leg(&named.group.name) })
    }

    /// The plan of a request about what the deployment `id` keeps, which names no model.
    ///
    /// # Errors
    /// [`NoPlan::Elsewhere`] where there is no such deployment.
    pub fn holding(&self, wish: &Wish<'_>, id: &str) -> Result<Itinerary, NoPlan> {
        let group = self.groups.iter().find(|group| self.has(group, id)).ok_or(NoPlan::Elsewhere)?;
        self.alone(id, wish, leg(&group.name))
    }

    fn alone(&self, id: &str, wish: &Wish<'_>, leg: Leg) -> Result<Itinerary, NoPlan> {
        let candidate = self.candidate(id).ok_or(NoPlan::Elsewhere)?;
        if let Some(lack) = self.needs_of(wish).lacking(&candidate.abilities) {
            return Err(NoPlan::Unable(lack));
        }
        let retries = retries(self, wish, &Meant::new(&leg.group, &leg.captures), &[candidate]);
        let leg = Leg { deployments: vec![id.to_owned()], retries, ..leg };
        let mut itinerary = Itinerary { legs: vec![leg], chain: vec![0], ..Itinerary::default() };
        itinerary.walk();
        Ok(itinerary)
    }

    /// The group that has the deployment, and the target that leads there: `first`, or the nearest by fallbacks of
    /// any kind that the caller may use.
    fn way_to<'r>(
        &'r self,
        first: Named<'r>,
        wish: &'r Wish<'_>,
        id: &str,
    ) -> Option<(Named<'r>, Option<&'r Target>)> {
        let mut found: Vec<(Named<'r>, Option<&'r Target>)> = vec![(first, None)];
        let mut next = 0;
        while let Some((named, target)) = found.get(next).cloned() {
            if self.has(named.group, id) {
                return Some((named, target));
            }
            for target in self.ways_from(&Meant::new(&named.group.name, &named.captures), wish) {
                let Some(named) = self.named(&target.model) else { continue };
                let may_use = (wish.may_use)(&named.group.name) || (wish.may_use)(&target.model);
                let is_new = found.iter().all(|(known, _)| *known != named);
                if may_use && is_new && found.len() < MAX_GROUPS {
                    found.push((named, Some(target)));
                }
            }
            next += 1;
        }
        None
    }

    fn ways_from<'r, 'w>(
        &'r self,
        meant: &Meant<'_>,
        wish: &'r Wish<'w>,
    ) -> impl Iterator<Item = &'r Target> + use<'r, 'w> {
        let own = wish.own;
        let general = own.general.unwrap_or_else(|| self.fallbacks_meant(meant));
        let window = own.context_window.or_else(|| targets(&self.context_window_fallbacks, meant));
        let policy = own.content_policy.or_else(|| targets(&self.content_policy_fallbacks, meant));
        let lists = [general, window.unwrap_or_default(), policy.unwrap_or_default()];
        lists.into_iter().flatten().filter(|_| !wish.disable_fallbacks)
    }

    fn has(&self, group: &super::Group, id: &str) -> bool {
        group.deployments.iter().filter_map(|index| self.deployments.get(*index)).any(|one| one.id == id)
    }

    fn candidate(&self, id: &str) -> Option<&Candidate> {
        self.deployments.iter().find(|candidate| candidate.id == id)
    }
}

fn leg(group: &str) -> Leg {
    Leg { group: group.to_owned(), ..Leg::default() }
}

#[cfg(test)]
#[path = "pinned_tests.rs"]
mod tests;
