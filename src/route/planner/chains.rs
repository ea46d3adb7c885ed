//! Which legs follow a leg: the fallbacks of each kind, and what these fall back to.

use super::Planner;
use crate::route::itinerary::Leg;
use crate::route::names::{Meant, targets};
use crate::route::{Router, Target};

/// Most groups that one plan knows of, its detours included, of those that have a deployment.
const MAX_LEGS: usize = 16;

/// Most groups without one that are passed by on the way to those.
const MAX_UNSERVED: usize = 64;

/// Which list of fallbacks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `fallbacks`
    General,
    /// `context_window_fallbacks`
    ContextWindow,
    /// `content_policy_fallbacks`
    ContentPolicy,
}

impl<'r> Planner<'r> {
    /// The legs that `from` falls back to, in the order in which failures would reach them: those of the list,
    /// and behind each its own. Groups without a deployment are in it for what they fall back to, and not counted.
    pub(super) fn chain(&mut self, from: &[usize], kind: Kind) -> Vec<usize> {
        let mut chain: Vec<usize> = Vec::new();
        let mut pending: Vec<&'r Target> = Vec::new();
        for leg in from.iter().rev() {
            pending.extend(self.targets(*leg, kind).iter().rev());
        }
        let mut enterable = 0;
        while let Some(target) = pending.pop() {
            if enterable >= self.router.max_fallbacks || self.is_full() {
                break;
            }
            let Some(leg) = self.leg_of(target) else { continue };
            if chain.contains(&leg) || from.contains(&leg) {
                continue;
            }
            chain.push(leg);
            enterable += u32::from(!self.unserved.contains(&leg));
            // A request's own list is complete; a configured one goes on with what its groups fall back to.
            if self.own(kind).is_none() {
                pending.extend(self.targets(leg, kind).iter().rev());
            }
        }
        chain
    }

    fn is_full(&self) -> bool {
        let unserved = self.unserved.len();
        self.itinerary.legs.len().saturating_sub(unserved) >= MAX_LEGS || unserved >= MAX_UNSERVED
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
    pub(super) fn detour(&mut self, leg: usize, kind: Kind) -> Option<Vec<usize>> {
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

    /// Gives every leg that can fail its detours; those may bring further legs, which get theirs.
    pub(super) fn add_detours(&mut self) {
        let mut index = 0;
        while index < self.itinerary.legs.len() {
            if !self.unserved.contains(&index) {
                let window = self.detour(index, Kind::ContextWindow);
                let policy = self.detour(index, Kind::ContentPolicy);
                if let Some(leg) = self.itinerary.legs.get_mut(index) {
                    leg.context_window = window;
                    leg.content_policy = policy;
                }
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
        Some(known.unwrap_or_else(|| self.leg(named, Some(target))))
    }
}
