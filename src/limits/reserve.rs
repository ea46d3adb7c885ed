//! One request and all scopes that it belongs to: all of them grant it, or nothing is taken.

use super::demand::Demand;
use super::leases;
use super::quota::Quotas;
use super::refusal::Refusal;
use super::reservation::{Held, Reservation};
use super::scope_id::ScopeId;
use super::table::{self, Found, Unavailable};
use super::{Limits, Scope};
use crate::memory::Shared;

/// How often a request looks at all its scopes anew, because one had room when it was looked at and none when it
/// was to be taken from. Each time, others have taken it.
const LOOKS: usize = 8;

/// What came of [`reserve`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The request may pass; it is to be settled, or cancelled.
    Granted(Reservation),
    /// A limit is used up; nothing was taken.
    Refused(Refusal),
    /// Other workers were faster too often in a row; nothing was taken.
    Contended,
    /// All places that a scope may have in shared memory are in use by other scopes; nothing was taken. They
    /// become free a minute after their last request.
    Full,
}

/// Takes one request and `tokens` tokens from the limits of every scope, for no longer than `lease_ms` without
/// [`Reservation::renew`] where requests at one time are limited. From all, or from none.
///
/// Every scope is looked at before anything is taken. `lease_ms` is an hour at most. `now_ms` is the wall clock in
/// milliseconds since the Unix epoch. A scope without limits is neither read nor written.
pub fn reserve(
    shared: &dyn Shared,
    scopes: &[Scope<'_>],
    tokens: u64,
    lease_ms: u64,
    now_ms: u64,
) -> Outcome {
    let limited = |(_, scope): &(usize, &Scope<'_>)| *scope.limits != Limits::default();
    let asks: Vec<Ask<'_>> = scopes
        .iter()
        .enumerate()
        .filter(limited)
        .map(|(index, scope)| Ask {
            index,
            label: scope.label,
            id: ScopeId::of(scope),
            demand: Demand::new(scope.limits, tokens),
        })
        .collect();
    let round = Round { shared, asks: &asks, lease_ms: leases::length_ms(lease_ms), now_ms };
    for _ in 0..LOOKS {
        match round.run() {
            Ok(reservation) => return Outcome::Granted(reservation),
            Err(Failure::Refused(refusal)) => return Outcome::Refused(refusal),
            Err(Failure::Unavailable(Unavailable::Full)) => return Outcome::Full,
            Err(Failure::Unavailable(Unavailable::Contended)) => return Outcome::Contended,
            Err(Failure::Overtaken) => {}
        }
    }
    Outcome::Contended
}

/// What the request wants of one scope.
#[derive(Clone, Copy)]
pub(super) struct Ask<'a> {
    /// Which of the scopes that [`reserve`] was given.
    pub(super) index: usize,
    pub(super) label: &'a str,
    id: ScopeId,
    pub(super) demand: Demand,
}

enum Failure {
    Refused(Refusal),
    Unavailable(Unavailable),
    /// A scope that had room has none any more.
    Overtaken,
}

impl From<Unavailable> for Failure {
    fn from(unavailable: Unavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}

struct Round<'a> {
    shared: &'a dyn Shared,
    asks: &'a [Ask<'a>],
    lease_ms: u64,
    now_ms: u64,
}

impl Round<'_> {
    fn run(&self) -> Result<Reservation, Failure> {
        let found = self.look()?;
        let mut held = Vec::with_capacity(self.asks.len());
        let mut quotas = Quotas::default();
        for (ask, found) in self.asks.iter().zip(found) {
            match self.take(ask, found) {
                Ok((taken, after)) => {
                    held.push(taken);
                    quotas = quotas.tightest(after);
                }
                Err(failure) => {
                    held.iter().for_each(|held| {
                        held.cancel(self.shared, self.now_ms);
                    });
                    return Err(failure);
                }
            }
        }
        Ok(Reservation::new(held, quotas, self.lease_ms, self.now_ms))
    }

    /// The scopes' entries, if every one has room.
    fn look(&self) -> Result<Vec<Found>, Failure> {
        let find = |ask: &Ask<'_>| table::find(self.shared, ask.id, self.now_ms);
        let found = self.asks.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        let views = || self.asks.iter().zip(found.iter().map(|found| &found.entry));
        if views().all(|(ask, entry)| entry.fits(&ask.demand)) {
            return Ok(found);
        }
        Err(Refusal::new(views()).map_or(Failure::Overtaken, Failure::Refused))
    }

    fn take(&self, ask: &Ask<'_>, found: Found) -> Result<(Held, Quotas), Failure> {
        let mut taken = None;
        let place = table::update(self.shared, ask.id, self.now_ms, Some(found), |entry| {
            taken = entry.fits(&ask.demand).then(|| {
                let taking = entry.take(&ask.demand, self.lease_ms);
                (taking, entry.window.quotas(&ask.demand.limits))
            });
            taken.is_some()
        })?;
        let (place, (taking, quotas)) = place.zip(taken).ok_or(Failure::Overtaken)?;
        Ok((Held::new(place, taking, ask.demand.limits.tokens.is_some()), quotas))
    }
}
