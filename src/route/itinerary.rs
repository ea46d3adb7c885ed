//! What the attempts of one request know of its plan, and where the request goes after a failure.
//!
//! A plan is made of *legs*: one group with the deployments to try there. The *stops* are the path through
//! the legs that Envoy's router walks by itself, try *k* at stop *k*, when no response comes at all. When one
//! comes and is a failure, the attempt asks [`Itinerary::after`], and where the answer is another path than
//! the one at hand, hands the router that ([`Turn::To`]).

use serde::{Deserialize, Serialize};

use super::plan::MAX_TRIES;
use super::retries::Retries;
use crate::cause::{Cause, Fault};

/// The plan of one request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Itinerary {
    /// The tries, in order, unless a failure changes them. At most [`MAX_TRIES`].
    pub stops: Vec<Stop>,
    /// The groups that the request may reach.
    pub legs: Vec<Leg>,
    /// Indices into `legs`: the requested group and its fallbacks.
    pub chain: Vec<usize>,
}

/// One try.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// The deployment's id.
    pub deployment: String,
    /// Index into [`Itinerary::legs`].
    pub leg: usize,
}

/// One group of a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Leg {
    /// The group's name.
    pub group: String,
    /// Ids of its deployments in the order of their tries, each once.
    pub deployments: Vec<String>,
    /// How often the group is tried again.
    pub retries: Retries,
    /// Indices of the legs that a prompt goes to that does not fit here; `None` where nobody configured any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_window: Option<Vec<usize>>,
    /// Indices of the legs that refused content goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_policy: Option<Vec<usize>>,
    /// What a pattern's stars stand for, for the deployment's own model name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub captures: Vec<String>,
    /// Parameters that take the place of the request's own here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overrides: Option<serde_json::Map<String, serde_json::Value>>,
    /// The first deployment is being tried after a cooldown: nobody else tries it meanwhile.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub probe: bool,
}

/// Where a request goes after a failed try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nowhere: the caller gets this failure.
    Stay,
    /// To the next stop, as planned.
    Next,
    /// Along another path: all stops, those already made first.
    To(Vec<Stop>),
}

impl Itinerary {
    /// The leg of the first try.
    #[must_use]
    pub fn first_leg(&self) -> Option<&Leg> {
        self.legs.get(self.stops.first()?.leg)
    }

    /// Most tries that any course of failures can make: what the router is allowed.
    #[must_use]
    pub fn most_tries(&self) -> usize {
        let alternatives = self.legs.len() > self.chain.len();
        let tries = |leg: &Leg| {
            if leg.deployments.is_empty() { 0 } else { (leg.retries.most() as usize).saturating_add(1) }
        };
        let most: usize = self.legs.iter().map(tries).fold(0, usize::saturating_add);
        if alternatives { most.min(MAX_TRIES) } else { most.min(MAX_TRIES).max(self.stops.len()) }
    }

    /// The leg of a stop.
    #[must_use]
    pub fn leg_of(&self, stop: usize) -> Option<&Leg> {
        self.legs.get(self.stops.get(stop)?.leg)
    }

    /// Where the request goes when the try at stop `at` has failed for `cause`. `is_out` tells the deployments
    /// that are of no more use to this request, or to anybody for now.
    #[must_use]
    pub fn after(&self, at: usize, cause: Cause, is_out: &dyn Fn(&str) -> bool) -> Turn {
        let Some(here) = self.stops.get(at) else { return Turn::Stay };
        let Some(leg) = self.legs.get(here.leg) else { return Turn::Stay };
        let mut path: Vec<Stop> = self.stops.iter().take(at + 1).cloned().collect();
        let again = path.iter().rev().take_while(|stop| stop.leg == here.leg).count();
        let may_retry = again <= leg.retries.after(cause) as usize;
        let stays_here = match cause.fault() {
            Fault::Provider => true,
            Fault::Caller | Fault::Window | Fault::Policy => may_retry,
        };
        if may_retry {
            self.push_tries(&mut path, here.leg, again, again.max(leg.retries.after_loss() as usize), is_out);
        }
        if stays_here {
            self.push_legs(&mut path, &self.legs_after(at), is_out);
        } else {
            let detour = match cause.fault() {
                Fault::Window => leg.context_window.as_deref(),
                Fault::Policy => leg.content_policy.as_deref(),
                Fault::Caller | Fault::Provider => None,
            };
            self.push_legs(&mut path, detour.unwrap_or_default(), is_out);
        }
        if path.len() <= at + 1 {
            Turn::Stay
        } else if path == self.stops {
            Turn::Next
        } else {
            Turn::To(path)
        }
    }

    /// The path through the legs of the chain when no try gets a response.
    pub(super) fn walk(&mut self) {
        let mut path = Vec::new();
        self.push_legs(&mut path, &self.chain, &|_| false);
        self.stops = path;
    }

    /// The legs that the path enters after a stop. Those that a full path had no room for come last: a failure that
    /// is not tried again in its group leaves room for them.
    fn legs_after(&self, at: usize) -> Vec<usize> {
        let mut legs: Vec<usize> = self.stops.iter().skip(at + 1).map(|stop| stop.leg).collect();
        legs.dedup();
        if self.stops.len() >= MAX_TRIES {
            legs.extend(self.rest_of_the_list(at));
        }
        legs
    }

    /// What follows the leg of a stop in the list by which the path came to it: the chain, or a detour of a leg before.
    fn rest_of_the_list(&self, at: usize) -> &[usize] {
        let mut rest = self.chain.get(1..).unwrap_or_default();
        let mut here = self.stops.first().map(|stop| stop.leg);
        for next in self.stops.iter().take(at + 1).map(|stop| stop.leg) {
            let Some(from) = here.replace(next).filter(|from| *from != next) else { continue };
            let detours = self.legs.get(from).map(|leg| [&leg.context_window, &leg.content_policy]);
            let lists = detours.into_iter().flatten().flatten().map(Vec::as_slice);
            let behind = |list: &'_ [usize]| list.iter().position(|leg| *leg == next).map(|found| found + 1);
            let found = std::iter::once(rest).chain(lists).find_map(|list| list.get(behind(list)?..));
            rest = found.unwrap_or_default();
        }
        rest
    }

    /// Adds the tries of legs that the path has not been to.
    fn push_legs(&self, path: &mut Vec<Stop>, legs: &[usize], is_out: &dyn Fn(&str) -> bool) {
        for index in legs {
            if path.iter().any(|stop| stop.leg == *index) {
                continue;
            }
            let retries = self.legs.get(*index).map_or(0, |leg| leg.retries.after_loss() as usize);
            self.push_tries(path, *index, 0, retries, is_out);
        }
    }

    /// Adds tries `made..=last` of a leg, going round its deployments. A probe is one try.
    fn push_tries(
        &self,
        path: &mut Vec<Stop>,
        index: usize,
        made: usize,
        last: usize,
        is_out: &dyn Fn(&str) -> bool,
    ) {
        let Some(leg) = self.legs.get(index) else { return };
        let all = &leg.deployments;
        // The one to go on with is the first behind the last that was tried, going round.
        let tried = path.last().filter(|stop| stop.leg == index);
        let at = tried.and_then(|stop| all.iter().position(|id| *id == stop.deployment));
        let start = at.map_or(0, |at| at + 1);
        let round = all.iter().skip(start).chain(all.iter().take(start));
        let round: Vec<&String> = round.filter(|id| !is_out(id)).collect();
        let probe = all.first().filter(|_| leg.probe);
        let first = round.iter().filter(|id| made == 0 || Some(**id) != probe);
        let later = round.iter().filter(|id| Some(**id) != probe).cycle();
        for id in first.chain(later).take(last.saturating_sub(made).saturating_add(1)) {
            if path.len() >= MAX_TRIES {
                return;
            }
            path.push(Stop { deployment: (*id).clone(), leg: index });
        }
    }
}

#[cfg(test)]
#[path = "itinerary_tests.rs"]
mod tests;
