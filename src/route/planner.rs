//! Builds an [`Itinerary`]: legs as they are reached, their chains and detours, and the path through them.

use super::abilities::{Lack, Needs};
use super::dice::Dice;
use super::itinerary::{Itinerary, Leg};
use super::names::{Meant, Named, targets};
use super::plan::{NoPlan, Played, Standing, Surroundings, Wish};
use super::retries::Retries;
use super::strategy::{Entry, Load, Size};
use super::{Candidate, Router, Target};

/// Most groups that one plan knows of, its detours included.
const MAX_LEGS: usize = 16;

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

/// Which list of fallbacks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    General,
    ContextWindow,
    ContentPolicy,
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
            lack: None,
        }
    }

    /// The plan of a request for the group `first`, or why there is none.
    pub fn plan(&mut self, first: Named<'r>) -> Result<Itinerary, NoPlan> {
        let start = self.leg(first, None, true);
        let chain = self.chain(&[start], Kind::General);
        self.itinerary.chain = match self.wish.played {
            None => [vec![start], chain].concat(),
            Some(Played::ServerError | Played::RateLimit) => chain,
            Some(Played::ContextWindow) => self.detour(start, Kind::ContextWindow).unwrap_or_default(),
            Some(Played::ContentPolicy) => self.detour(start, Kind::ContentPolicy).unwrap_or_default(),
        };
        if self.wish.played.is_none() && self.lack == Some(Lack::ContextWindow) && self.is_empty(start) {
            // The prompt fits none of the group's deployments: as if the first had said so.
            if let Some(detour) = self.detour(start, Kind::ContextWindow) {
                self.itinerary.chain = detour;
            }
        }
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

    fn is_empty(&self, leg: usize) -> bool {
        self.itinerary.legs.get(leg).is_none_or(|leg| leg.deployments.is_empty())
    }

    /// The legs that `from` falls back to, in the order in which failures would reach them: those of the list,
    /// and behind each its own.
    fn chain(&mut self, from: &[usize], kind: Kind) -> Vec<usize> {
        let mut chain: Vec<usize> = Vec::new();
        let mut pending: Vec<(&'r Target, usize)> = Vec::new();
        for leg in from.iter().rev() {
            pending.extend(self.targets(*leg, kind).iter().rev().map(|target| (target, *leg)));
        }
        let most = self.router.max_fallbacks as usize;
        while let Some((target, _)) = pending.pop() {
            if chain.len() >= most || self.itinerary.legs.len() >= MAX_LEGS {
                break;
            }
            let Some(leg) = self.leg_of(target) else { continue };
            if chain.contains(&leg) || from.contains(&leg) {
                continue;
            }
            chain.push(leg);
            // A request's own list is complete; a configured one goes on with what its groups fall back to.
            if self.own(kind).is_none() {
                pending.extend(self.targets(leg, kind).iter().rev().map(|target| (target, leg)));
            }
        }
        chain
    }

    fn own(&self, kind: Kind) -> Option<&'r [Target]> {
        match kind {
            Kind::General => self.wish.own.general,
            Kind::ContextWindow => self.wish.own.context_window,
            Kind::ContentPolicy => self.wish.own.content_policy,
        }
    }

    fn targets(&self, index: usize, kind: Kind) -> &'r [Target] {
        if self.wish.disable_fallbacks {
            return &[];
        }
        if let Some(own) = self.own(kind) {
            return own;
        }
        let Some(leg) = self.itinerary.legs.get(index) else { return &[] };
        let router: &'r Router = self.router;
        let meant = Meant::new(&leg.group, &leg.captures);
        match kind {
            Kind::General => self.of_key(index, leg).unwrap_or_else(|| router.fallbacks_meant(&meant)),
            Kind::ContextWindow => targets(&router.context_window_fallbacks, &meant).unwrap_or_default(),
            Kind::ContentPolicy => targets(&router.content_policy_fallbacks, &meant).unwrap_or_default(),
        }
    }

    /// The key's own fallbacks of a leg: those of the name that was asked for, else of another name that means the same,
    /// else of the group as it is called, which may be a pattern.
    fn of_key(&self, index: usize, leg: &Leg) -> Option<&'r [Target]> {
        let entries = self.wish.of_key;
        let named = |name: &str| entries.iter().find(|(from, _)| from == name);
        let asked = if index == 0 { named(self.wish.model) } else { None };
        let means = |from: &str| {
            self.router
                .named(from)
                .is_some_and(|meant| meant.group.name == leg.group && meant.captures == leg.captures)
        };
        let found =
            asked.or_else(|| entries.iter().find(|(from, _)| means(from))).or_else(|| named(&leg.group));
        found.map(|(_, targets)| targets.as_slice())
    }

    /// The legs for a failure of one kind: those configured for it, then what these fall back to.
    fn detour(&mut self, leg: usize, kind: Kind) -> Option<Vec<usize>> {
        let mut legs = self.chain(&[leg], kind);
        if legs.is_empty() {
            return None;
        }
        if self.own(kind).is_none() {
            let further = self.chain(&legs.clone(), Kind::General);
            legs.extend(further.into_iter().filter(|other| *other != leg));
        }
        Some(legs)
    }

    /// Gives every leg its detours; those may bring further legs, which get theirs.
    fn add_detours(&mut self) {
        let mut index = 0;
        while index < self.itinerary.legs.len() {
            let window = self.detour(index, Kind::ContextWindow);
            let policy = self.detour(index, Kind::ContentPolicy);
            if let Some(leg) = self.itinerary.legs.get_mut(index) {
                leg.context_window = window;
                leg.content_policy = policy;
            }
            index += 1;
        }
    }

    /// The leg of a fallback's target; `None` where there is no such group, or the caller may not use it.
    fn leg_of(&mut self, target: &'r Target) -> Option<usize> {
        let named = self.router.named(&target.model)?;
        if !(self.wish.may_use)(&named.group.name) && !(self.wish.may_use)(&target.model) {
            return None;
        }
        let known = self.itinerary.legs.iter().position(|leg| {
            leg.group == named.group.name
                && leg.captures == named.captures
                && leg.overrides == target.overrides
        });
        Some(known.unwrap_or_else(|| self.leg(named, Some(target), false)))
    }

    /// A new leg.
    fn leg(&mut self, named: Named<'r>, target: Option<&Target>, first: bool) -> usize {
        let index = self.itinerary.legs.len();
        let able = self.able(&named);
        let order = self.ordered(&able);
        let (deployments, probe) = self.awake(index, &order, first);
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
    fn awake(&mut self, leg: usize, order: &[&'r Candidate], first: bool) -> (Vec<&'r Candidate>, bool) {
        if !self.router.cooldowns {
            return (order.to_vec(), false);
        }
        let mut awake = Vec::with_capacity(order.len());
        let mut probe = false;
        let may_probe = first && self.wish.played.is_none();
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
