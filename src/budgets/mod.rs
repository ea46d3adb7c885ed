//! Budgets: how much money a scope may spend per period, in memory shared by every worker.
//!
//! Knows money, clocks and names of scopes. Knows no key, no price, no host.
//!
//! ## What is known of a scope's spend
//!
//! A gateway knows at once what it spent itself, and hears from the ledger, a little later, what all gateways
//! spent together. Its answer ([`Balance`]) tells the total and how much of it came from this very gateway, so
//! that
//!
//! ```text
//! spent = total − own share of it + what this gateway spent itself
//! ```
//!
//! counts nothing twice and forgets nothing, however late events arrive.
//!
//! ## What is expected of a request
//!
//! [`reserve`] refuses once the budget is spent. Before that, requests that are under way count with what requests of
//! this scope cost on average of late, or with the caller's guess as long as that is not known; never with the
//! most that they could cost. One request alone passes while anything is left. [`Reservation::settle`] charges
//! the true cost.
//!
//! What holds, in one gateway: a budget is exceeded at most by what the requests that were under way when it
//! granted the last one cost beyond that expectation; if that last one was alone, by less than its cost.
//! `docs/BUDGETS.md` has the rest.
//!
//! | module | room |
//! |---|---|
//! | `every` | when a budget begins anew |
//! | `account` | what is known of one scope |
//! | `slot` | where accounts stand in shared memory |
//! | `reservation`, `refusal` | what came of a request |

mod account;
mod every;
mod refusal;
mod reservation;
mod slot;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use every::Every;
pub use refusal::Refusal;
pub use reservation::Reservation;

use crate::memory::{ROUNDS, Shared};
use account::Lease;
use slot::Held;

/// How much a scope may spend.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Budget {
    /// `max_budget`, in 10⁻⁹ US dollars; `None`: no bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_nanodollars: Option<u64>,
    /// `soft_budget`, in 10⁻⁹ US dollars: told in the event once it is passed, and nothing refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soft_nanodollars: Option<u64>,
    /// `budget_duration` as LiteLLM writes it (`30d`, `1mo`, …); `None`: the budget never begins anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
}

impl Budget {
    /// Whether there is a budget at all.
    #[must_use]
    pub fn is_some(&self) -> bool {
        self.max_nanodollars.is_some() || self.soft_nanodollars.is_some()
    }
}

/// What the ledger knows of one scope's spend in one period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// The scope's name, e.g. `key/<hash>`.
    pub scope: String,
    /// When the period began, in milliseconds since the Unix epoch; 0 for a budget without a duration.
    pub period_ms: u64,
    /// Spent by all gateways together, in 10⁻⁹ US dollars.
    pub total_nanodollars: u64,
    /// Spent by the gateway that is told, in 10⁻⁹ US dollars: a part of the total.
    pub own_nanodollars: u64,
}

/// What a budget applies to.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// Its name, e.g. `key/<hash>`. Never shown.
    pub name: &'a str,
    /// What the caller calls it, fit to stand after `Key=` or `Team=`: an alias. Never a hash.
    pub label: &'a str,
    /// Its budget.
    pub budget: &'a Budget,
}

/// What came of [`reserve`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The request may pass; its cost is to be settled.
    Granted(Reservation),
    /// A budget is used up; nothing was taken.
    Refused(Refusal),
    /// Other workers were faster [`ROUNDS`] times in a row, or there is no memory for one more scope; nothing was
    /// taken.
    Contended,
}

/// Takes one request from the budgets of all `scopes`, or from none.
///
/// * `prior_nanodollars`: what the caller guesses that the request costs (its input and a typical answer), in 10⁻⁹ US
///   dollars; counts until it is known what requests of a scope cost. 0: it is sure to cost nothing, and nothing
///   is expected of it.
/// * `lease_ms`: for how long the request counts as under way unless it is renewed; 56 minutes at most.
/// * `now_ms`: the wall clock, in milliseconds since the Unix epoch.
///
/// A scope without a budget is passed over: nothing is read, written or charged. A duration that is none counts as
/// if there were none, so that such a budget never begins anew.
pub fn reserve(
    shared: &dyn Shared,
    scopes: &[Scope<'_>],
    prior_nanodollars: u64,
    lease_ms: u64,
    now_ms: u64,
) -> Outcome {
    let lease = Lease::new(prior_nanodollars, lease_ms, now_ms);
    let mut reservation = Reservation::new(lease_ms, now_ms);
    match reserve_all(shared, scopes, lease, now_ms, &mut reservation) {
        Ok(()) => Outcome::Granted(reservation),
        Err(outcome) => {
            reservation.cancel(shared, now_ms);
            outcome
        }
    }
}

/// Looks at every scope before it takes of the first, so that a request which is refused disturbs nobody.
fn reserve_all(
    shared: &dyn Shared,
    scopes: &[Scope<'_>],
    lease: Lease,
    now_ms: u64,
    reservation: &mut Reservation,
) -> Result<(), Outcome> {
    let bounded = scopes.iter().enumerate().filter(|(_, scope)| scope.budget.is_some());
    let wanted: Vec<Wanted<'_>> =
        bounded.map(|(index, scope)| Wanted::new(index, scope, lease, now_ms)).collect();
    let looked: Vec<Held> = wanted.iter().map(|wanted| wanted.look(shared)).collect::<Result<_, _>>()?;
    wanted.iter().zip(looked).try_for_each(|(wanted, held)| wanted.take(shared, held, reservation))
}

/// One scope of a request.
struct Wanted<'a> {
    index: usize,
    scope: &'a Scope<'a>,
    name: u128,
    every: Option<Every>,
    period_ms: u64,
    lease: Lease,
    now_ms: u64,
}

impl<'a> Wanted<'a> {
    fn new(index: usize, scope: &'a Scope<'a>, lease: Lease, now_ms: u64) -> Self {
        let every = scope.budget.duration.as_deref().and_then(|text| Every::parse(text).ok());
        let period_ms = every.map_or(0, |every| every.start_ms(now_ms));
        Self { index, scope, name: slot::hash(scope.name), every, period_ms, lease, now_ms }
    }

    /// The scope's account in the period that counts now, if it has room for the request.
    fn look(&self, shared: &dyn Shared) -> Result<Held, Outcome> {
        let found = Held::find(shared, self.name, self.period_ms, self.now_ms);
        let mut held = found.ok_or(Outcome::Contended)?;
        held.account.enter(self.period_ms, self.now_ms);
        let standing = held.account.standing(self.lease.guess, self.now_ms);
        let max = self.scope.budget.max_nanodollars.filter(|max| !standing.fits(*max));
        let Some(max) = max else { return Ok(held) };
        if held.account.refused(self.now_ms) {
            // Lost to another worker, the scope is in use all the same.
            held.store(shared);
        }
        Err(Outcome::Refused(self.refusal(max, &held, standing)))
    }

    fn take(&self, shared: &dyn Shared, held: Held, reservation: &mut Reservation) -> Result<(), Outcome> {
        let mut held = held;
        for _ in 0..ROUNDS {
            held.account.take(self.lease, self.now_ms);
            if held.store(shared) {
                self.note(&held, reservation);
                return Ok(());
            }
            held = self.look(shared)?;
        }
        Err(Outcome::Contended)
    }

    fn note(&self, held: &Held, reservation: &mut Reservation) {
        reservation.add(self.scope.name, held.account.period_ms(), self.lease);
        if self.scope.budget.soft_nanodollars.is_some_and(|soft| held.account.spent() >= soft) {
            reservation.over_soft.push(self.scope.label.to_owned());
        }
    }

    fn refusal(&self, max: u64, held: &Held, standing: account::Standing) -> Refusal {
        let spent = standing.spent;
        Refusal {
            index: self.index,
            kind: refusal::kind(self.scope.name),
            label: self.scope.label.to_owned(),
            spent_nanodollars: spent,
            max_nanodollars: max,
            expected_nanodollars: if spent < max { standing.expected } else { 0 },
            begins_anew_ms: self.every.map(|every| every.end_ms(held.account.period_ms().max(self.now_ms))),
        }
    }
}

/// Takes note of what the ledger told. Balances may come late, more than once and in any order; one of a period that
/// has not begun here yet counts when it does.
///
/// Where there is no memory for one more scope, its balance is dropped: a request of such a scope does not pass.
pub fn learn(shared: &dyn Shared, balances: &[Balance], now_ms: u64) {
    for balance in balances {
        slot::change(shared, &balance.scope, balance.period_ms, now_ms, |account| {
            account.learn(balance, now_ms)
        });
    }
}
