//! Builds an [`Itinerary`]: legs as they are reached, their chains and detours, and the path through them.

mod chains;

use chains::Kind;

use super::abilities::{Lack, Needs};
use super::dice::Dice;
use super::itinerary::{Itinerary, Leg};
use super::names::{Meant, Named};
use super::plan::{NoPlan, Played, Standing, Surroundings, Wish};
use super::retries::Retries;
use super::strategy::{Entry, Load, Size};
use super::{Candidate, Router, Target};

impl Router {
    /// What a deployment must be able to do. Where a request may be served is a matter of law more than of
    /// ability: it is always looked at.
    pub(super) fn needs_of<'w>(&self, wish: &Wish<'w>) -> Needs<'w> {
        let wished = wish.needs;
        if self.pre_call_checks { wished } else { Needs { region: wished.region, ..Needs::default() } }
    }
}

/// How often a group is tried again.
pub(super) fn retries(
    router: &Router,
    wish: &Wish<'_>,
    meant: &Meant<'_>,
    deployments: &[&Candidate],
) -> Retries {
    let each_once = u32::try_from(deployments.len().saturating_sub(1)).unwrap_or(u32::MAX);
    if let Some(usual) = wish.num_retries {
        return Retries { usual, ..Retries::default() };
    }
    let own = deployments.first().and_then(|first| first.num_retries);
    let policy = meant.find(|group| router.group_retry_policies.iter().find(|(name, _)| name == group));
    Retries {
        policy: policy.map_or(router.retry_policy, |(_, policy)| *policy),
        usual: own.or(router.num_retries).unwrap_or(each_once),
    }
}

/// One plan in the making.
pub(super) struct Planner<'r> {
    router: &'r Router,
    wish: &'r Wish<'r>,
    around: &'r dyn Surroundings,
    dice: Dice,
    itinerary: Itinerary,
    /// Deployments that are left out for now: leg, when it is back, id.
    resting: Vec<(usize, u64, String)>,
    /// Legs whose groups have no deployment.
    unserved: Vec<usize>,
    /// Why the first group that can serve nothing cannot.
    lack: Option<Lack>,
}

impl<'r> Planner<'r> {
    pub fn new(router: &'r Router, wish: &'r Wish<'r>, around: &'r dyn Surroundings) -> Self {
        Self {
            router,
            wish,
            around,
            dice: Dice::seeded(wish.dice),
            itinerary: Itinerary::default(),
            resting: Vec::new(),
            unserved: Vec::new(),
            lack: None,
        }
    }

    /// The plan of a request for the group `first`, or why there is none.
    pub fn plan(&mut self, first: Named<'r>) -> Result<Itinerary, NoPlan> {
        let start = self.leg(first, None);
        let too_long = self.lack == Some(Lack::ContextWindow) && self.is_empty(start);
        self.itinerary.chain = match self.wish.played {
            // The prompt fits none of the group's deployments: as if the first had said so.
            None if too_long => match self.detour(start, Kind::ContextWindow) {
                Some(detour) => detour,
                None => self.with_fallbacks(start),
            },
            None => self.with_fallbacks(start),
            Some(Played::ServerError | Played::RateLimit) => self.chain(&[start], Kind::General),
            Some(Played::ContextWindow) => self.detour(start, Kind::ContextWindow).unwrap_or_default(),
            Some(Played::ContentPolicy) => self.detour(start, Kind::ContentPolicy).unwrap_or_default(),
        };
        self.add_detours();
        self.itinerary.walk();
        if self.itinerary.stops.is_empty() {
            self.wake_the_first();
            self.itinerary.walk();
        }
        match (self.itinerary.stops.is_empty(), self.wish.played, self.lack.take()) {
            (false, ..) => Ok(std::mem::take(&mut self.itinerary)),
            (true, None, Some(lack)) => Err(NoPlan::Unable(lack)),
            (true, Some(played), _) => Err(NoPlan::NoFallback(played)),
            (true, None, None) => Err(NoPlan::Unserved),
        }
    }

    fn with_fallbacks(&mut self, start: usize) -> Vec<usize> {
        let chain = self.chain(&[start], Kind::General);
        [vec![start], chain].concat()
    }

    fn is_empty(&self, leg: usize) -> bool {
        self.itinerary.legs.get(leg).is_none_or(|leg| leg.deployments.is_empty())
    }

    /// A new leg.
    fn leg(&mut self, named: Named<'r>, target: Option<&Target>) -> usize {
        let index = self.itinerary.legs.len();
        if named.group.deployments.is_empty() {
            self.unserved.push(index);
        }
        let able = self.able(&named);
        let order = self.ordered(&able);
        let (deployments, probe) = self.awake(index, &order);
        let meant = Meant::new(&named.group.name, &named.captures);
        let retries = retries(self.router, self.wish, &meant, &deployments);
        self.itinerary.legs.push(Leg {
            group: named.group.name.clone(),
            deployments: deployments.iter().map(|candidate| candidate.id.clone()).collect(),
            retries,
            captures: named.captures,
            overrides: target.and_then(|target| target.overrides.clone()),
            probe,
            ..Leg::default()
        });
        index
    }

    /// The group's deployments that can serve the request.
    fn able(&mut self, named: &Named<'r>) -> Vec<&'r Candidate> {
        let router: &'r Router = self.router;
        let all = named.group.deployments.iter().filter_map(|index| router.deployments.get(*index));
        let needs = router.needs_of(self.wish);
        let mut lack = None;
        let able = all
            .filter(|candidate| match needs.lacking(&candidate.abilities) {
                Some(found) => {
                    lack = Some(found);
                    false
                }
                None => true,
            })
            .collect::<Vec<_>>();
        if able.is_empty() && self.lack.is_none() {
            self.lack = lack;
        }
        able
    }

    fn ordered(&mut self, able: &[&'r Candidate]) -> Vec<&'r Candidate> {
        let strategy = self.router.strategy;
        let measured = strategy.needs_load() && able.len() > 1;
        let entry = |candidate: &&'r Candidate| Entry {
            candidate,
            load: if measured { self.around.load(&candidate.id) } else { Load::default() },
        };
        let entries: Vec<Entry<'r>> = able.iter().map(entry).collect();
        let size = Size { stream: self.wish.needs.stream, input_tokens: self.wish.needs.input_tokens };
        let order = strategy.order(&entries, size, &mut self.dice);
        order.into_iter().filter_map(|index| able.get(index).copied()).collect()
    }

    /// Leaves out what is cooled. What is due is tried by one request at a time: by this one if it would be its
    /// very first try, and the probe is free. Whether the first is a probe, too. A request whose failure is
    /// played does not try its own group at all.
    fn awake(&mut self, leg: usize, order: &[&'r Candidate]) -> (Vec<&'r Candidate>, bool) {
        if !self.router.cooldowns {
            return (order.to_vec(), false);
        }
        let mut awake = Vec::with_capacity(order.len());
        let mut probe = false;
        let may_probe = self.wish.played.is_none() && self.is_tried_first();
        for candidate in order {
            match self.around.standing(&candidate.id) {
                Standing::Well => awake.push(*candidate),
                Standing::Due if may_probe && awake.is_empty() && self.around.claim(&candidate.id) => {
                    awake.push(*candidate);
                    probe = true;
                }
                Standing::Due => self.resting.push((leg, 0, candidate.id.clone())),
                Standing::Cooled(until_ms) => self.resting.push((leg, until_ms, candidate.id.clone())),
            }
        }
        (awake, probe)
    }

    /// Whether the leg that is being made has the request's first try: the legs of the chain are made in their order,
    /// before any that only a failure leads to, and nothing of those before this one can be tried.
    fn is_tried_first(&self) -> bool {
        let made = &self.itinerary;
        made.chain.is_empty() && made.legs.iter().all(|leg| leg.deployments.is_empty())
    }

    /// Everything rests: the deployment that is back first is tried, not refused.
    fn wake_the_first(&mut self) {
        let chain = &self.itinerary.chain;
        let resting = self.resting.iter().filter(|(leg, ..)| chain.contains(leg));
        let Some((leg, _, id)) = resting.min_by_key(|(_, until_ms, _)| *until_ms) else { return };
        if let Some(leg) = self.itinerary.legs.get_mut(*leg) {
            leg.deployments = vec![id.clone()];
        }
    }
}

#[cfg(test)]
mod tests;
