//! How a deployment is chosen among those of its group: `weight`, `rpm`, `tpm`, `order`, `num_retries`.

use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::deployment::{Parts, Served};
use super::retries;
use crate::route::{Candidate, Group};

/// How an entry wants to be chosen, before its group is known as a whole.
#[derive(Clone, Copy)]
pub(super) struct Wish {
    /// `weight`, `rpm` and `tpm`, in thousandths: LiteLLM's weights may be fractions.
    shares: [Option<u64>; 3],
    order: Option<u32>,
    num_retries: Option<u32>,
    rpm: Option<u64>,
    tpm: Option<u64>,
}

impl Wish {
    pub fn read(parts: &Parts<'_>) -> Self {
        let informed = |key: &'static str| parts.info.as_ref()?.get(key);
        let either = |key: &'static str| parts.params.get(key).or(informed(key));
        // All three are read, so that each one's problems are told.
        let weight = parts.params.get("weight").and_then(|at| thousandths(&at));
        let (rpm, tpm) = (parts.params.get("rpm"), parts.params.get("tpm"));
        let share = |at: &Option<Cursor<'_>>| at.as_ref().and_then(thousandths);
        let (rpm_share, tpm_share) = (share(&rpm), share(&tpm));
        // A weight is not drawn from `model_info`; a limit that stands there holds all the same.
        let limit = |share: Option<u64>, key| {
            let informed = || informed(key).as_ref().and_then(thousandths);
            share.or_else(informed).map(|thousandths| thousandths.div_ceil(1000))
        };
        Self {
            shares: [weight, rpm_share, tpm_share],
            order: either("order").and_then(|at| at.count(1_000_000)),
            num_retries: retries::own_number(&parts.params),
            rpm: limit(rpm_share, "rpm"),
            tpm: limit(tpm_share, "tpm"),
        }
    }

    /// What the plan knows of the deployment; weight and order are the whole group's to settle.
    pub fn candidate(self, served: &Served) -> Candidate {
        Candidate {
            id: served.deployment.attempt.id.clone(),
            weight: 1,
            num_retries: self.num_retries,
            rpm: self.rpm,
            tpm: self.tpm,
            cost: served.cost,
            abilities: served.abilities.clone(),
            ..Candidate::default()
        }
    }
}

fn thousandths(at: &Cursor<'_>) -> Option<u64> {
    at.number("a number from 0", |decimal| decimal.rounded(3))
}

/// Deployments without an order come after those with one; among those of one order, who are drawn against each other,
/// weights are settled.
pub(super) fn settle(group: &Group, wishes: &[Wish], candidates: &mut [Candidate]) {
    let mut orders: BTreeMap<Option<u32>, Vec<(usize, Wish)>> = BTreeMap::new();
    for index in &group.deployments {
        if let Some(wish) = wishes.get(*index) {
            orders.entry(wish.order).or_default().push((*index, *wish));
        }
    }
    let last = orders.keys().flatten().max().map_or(0, |highest| highest + 1);
    for (order, members) in orders {
        for ((index, _), weight) in members.iter().zip(weights(&members)) {
            if let Some(candidate) = candidates.get_mut(*index) {
                candidate.weight = weight;
                candidate.order = order.unwrap_or(last);
            }
        }
    }
}

/// As small whole numbers, never all zero. Of the three shares, the first counts that any member has: a number of tokens is
/// nothing to compare with one of requests.
fn weights(members: &[(usize, Wish)]) -> Vec<u64> {
    let share = |kind: usize| move |(_, wish): &(usize, Wish)| wish.shares.get(kind).copied().flatten();
    let kind = (0..3).find(|kind| members.iter().any(|member| share(*kind)(member).is_some())).unwrap_or(0);
    let weights: Vec<u64> = members.iter().map(|member| share(kind)(member).unwrap_or(1000)).collect();
    if weights.iter().all(|weight| *weight == 0) {
        return vec![1; weights.len()];
    }
    let unit = if weights.iter().all(|weight| weight % 1000 == 0) { 1000 } else { 1 };
    weights.into_iter().map(|weight| weight / unit).collect()
}
