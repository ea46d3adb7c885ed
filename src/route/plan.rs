//! The plan: the deployments that one request tries, in order, decided before the first try.
//!
//! Envoy's retry engine walks it; attempt *k* goes to step *k*. So a plan is finite and short, and no try
//! happens that is not in it.

use super::{Candidate, Group, Router};

/// No request tries more often, whatever `num_retries` and the fallbacks ask for.
pub const MAX_TRIES: usize = 16;

/// What one request wishes for.
pub struct Wish<'a> {
    /// The model that the caller named.
    pub model: &'a str,
    /// Leave the requested group out, as if it had failed (`mock_testing_fallbacks`).
    pub fail_first_group: bool,
    /// Stay in the requested group (`disable_fallbacks`).
    pub disable_fallbacks: bool,
    /// The request's own `num_retries`; the router's where `None`.
    pub num_retries: Option<u32>,
    /// Whether the caller may use a group. A fallback that it may not use is left out.
    pub may_use: &'a dyn Fn(&str) -> bool,
    /// Randomness for the shuffle.
    pub dice: u64,
}

/// One try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Index into [`Router::deployments`].
    pub deployment: usize,
    /// How many fallback groups were entered before: 0 in the requested group.
    pub fallback: u32,
}

/// Tries in order; never empty, at most [`MAX_TRIES`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The tries.
    pub steps: Vec<Step>,
}

/// Why there is no plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlan {
    /// No group has that name.
    UnknownModel,
    /// The caller may not use the requested group.
    Forbidden,
    /// The requested group is left out, and no fallback remains.
    NoFallback,
}

impl Router {
    /// Plans a request.
    ///
    /// # Errors
    /// [`NoPlan`] says why nothing can be tried.
    pub fn plan(&self, wish: &Wish<'_>) -> Result<Plan, NoPlan> {
        let group = self.group(wish.model).ok_or(NoPlan::UnknownModel)?;
        if !(wish.may_use)(&group.name) && !(wish.may_use)(wish.model) {
            return Err(NoPlan::Forbidden);
        }
        let mut dice = Dice(wish.dice);
        let mut steps = Vec::new();
        for (fallback, group) in (0..).zip(self.chain(group, wish)) {
            if fallback == 0 && wish.fail_first_group {
                continue;
            }
            let tries = self.tries(group, wish.num_retries.or(self.num_retries), &mut dice);
            steps.extend(tries.into_iter().map(|deployment| Step { deployment, fallback }));
        }
        steps.truncate(MAX_TRIES);
        if steps.is_empty() { Err(NoPlan::NoFallback) } else { Ok(Plan { steps }) }
    }

    /// The requested group and its fallbacks, each once: a fallback's own fallbacks follow it, as a chain of
    /// failures would reach them.
    fn chain<'r>(&'r self, first: &'r Group, wish: &Wish<'_>) -> Vec<&'r Group> {
        let mut chain = vec![first];
        if wish.disable_fallbacks {
            return chain;
        }
        let most = (self.max_fallbacks as usize).saturating_add(1);
        let mut pending: Vec<&str> =
            self.fallbacks_of(&first.name).iter().rev().map(String::as_str).collect();
        while let Some(name) = pending.pop() {
            let Some(group) = self.group(name) else { continue };
            if chain.len() >= most {
                break;
            }
            if chain.iter().any(|seen| seen.name == group.name) || !(wish.may_use)(&group.name) {
                continue;
            }
            chain.push(group);
            pending.extend(self.fallbacks_of(&group.name).iter().rev().map(String::as_str));
        }
        chain
    }

    /// The deployments of one group in the order of their tries: shuffled once, then round again for as long
    /// as `num_retries` lasts. Without `num_retries` each is tried once.
    fn tries(&self, group: &Group, num_retries: Option<u32>, dice: &mut Dice) -> Vec<usize> {
        let order = self.shuffle(group, dice);
        let tries = num_retries.map_or(order.len(), |retries| (retries as usize).saturating_add(1));
        order.iter().copied().cycle().take(tries.min(MAX_TRIES)).collect()
    }

    /// Lower `order` first; within one order, drawn by weight without putting back.
    fn shuffle(&self, group: &Group, dice: &mut Dice) -> Vec<usize> {
        let mut left: Vec<(usize, &Candidate)> = group
            .deployments
            .iter()
            .filter_map(|&index| Some((index, self.deployments.get(index)?)))
            .collect();
        left.sort_by_key(|(_, candidate)| candidate.order);
        let mut order = Vec::with_capacity(left.len());
        while let Some((_, first)) = left.first() {
            let level = left.iter().take_while(|(_, other)| other.order == first.order).count();
            let weights = left.iter().take(level).map(|(_, candidate)| candidate.weight);
            let drawn = dice.draw(weights);
            order.push(left.remove(drawn).0);
        }
        order
    }
}

/// A stream of draws from one seed (`splitmix64`), so that a plan is a pure function of its inputs.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// An index, drawn by weight; by turns where all weights are zero. 0 where there is one weight or none.
    fn draw(&mut self, weights: impl Iterator<Item = u64> + Clone) -> usize {
        let count = weights.clone().count();
        if count < 2 {
            return 0;
        }
        let total: u128 = weights.clone().map(u128::from).sum();
        if total == 0 {
            return usize::try_from(self.next() % count as u64).unwrap_or(0);
        }
        // The bias of a 64-bit draw modulo a sum of weights is far below what a count of requests can show.
        let mut point = u128::from(self.next()) % total;
        for (index, weight) in weights.enumerate() {
            match point.checked_sub(u128::from(weight)) {
                Some(rest) => point = rest,
                None => return index,
            }
        }
        0
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
