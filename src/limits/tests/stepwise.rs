//! Workers that can be stopped after each load and each store.
//!
//! There are no threads here. What a worker does next depends on nothing but what its loads and stores have
//! answered. So a step repeats a worker's work from its beginning with the answers of before, and lets it go
//! one load or store further.

use std::cell::{Cell, RefCell};

use super::slots::Small;
use super::*;
use entry::Entry;
use scope_id::ScopeId;

thread_local! {
    static IN_USE: Vec<u8> = {
        let mut entry = Entry::empty(ScopeId::NOBODY, 1 << 60);
        entry.window.add(1, 0);
        entry.encode()
    };
}

#[derive(Clone)]
enum Answer {
    Load(Option<Vec<u8>>, Option<u32>),
    Store(bool),
}

/// Memory that goes one answer further than `known`. After that, every slot is in use by others: so the work is
/// soon over.
struct Step<'w> {
    world: &'w Small,
    known: &'w RefCell<Vec<Answer>>,
    next: Cell<usize>,
    has_stepped: Cell<bool>,
    /// Whether more was wanted. Then what comes of it is void.
    is_cut: Cell<bool>,
}

impl<'w> Step<'w> {
    fn new(world: &'w Small, known: &'w RefCell<Vec<Answer>>) -> Self {
        Self { world, known, next: Cell::new(0), has_stepped: Cell::new(false), is_cut: Cell::new(false) }
    }

    fn answer(&self, real: impl FnOnce() -> Answer) -> Option<Answer> {
        let next = self.next.get();
        self.next.set(next + 1);
        let known = self.known.borrow().get(next).cloned();
        if known.is_some() || self.has_stepped.replace(true) {
            self.is_cut.set(self.is_cut.get() || known.is_none());
            return known;
        }
        let answer = real();
        self.known.borrow_mut().push(answer.clone());
        Some(answer)
    }
}

impl Shared for Step<'_> {
    fn load(&self, key: &str) -> (Option<Vec<u8>>, Option<u32>) {
        let load = || {
            let (value, version) = self.world.load(key);
            Answer::Load(value, version)
        };
        match self.answer(load) {
            Some(Answer::Load(value, version)) => (value, version),
            Some(Answer::Store(_)) => panic!("the work is not the same"),
            None => (Some(IN_USE.with(Clone::clone)), Some(1)),
        }
    }

    fn store(&self, key: &str, value: &[u8], cas: Option<u32>) -> bool {
        match self.answer(|| Answer::Store(self.world.store(key, value, cas))) {
            Some(Answer::Store(stored)) => stored,
            Some(Answer::Load(..)) => panic!("the work is not the same"),
            None => false,
        }
    }
}

#[derive(Clone)]
pub(super) enum Work {
    Reserve { scopes: Vec<usize>, tokens: u64 },
    Settle(Reservation, Option<u64>),
    Cancel(Reservation),
    Renew(Reservation),
}

pub(super) enum Done {
    Reserved(Outcome),
    Ended(bool),
    Renewed(Reservation, bool),
}

/// A worker in the middle of something.
pub(super) struct Worker {
    work: Work,
    /// The request that it works for.
    pub(super) request: usize,
    now: u64,
    known: RefCell<Vec<Answer>>,
}

impl Worker {
    pub(super) fn new(work: Work, request: usize, now: u64) -> Self {
        Self { work, request, now, known: RefCell::default() }
    }

    /// One load or store further; what came of its work once it is done. Scopes are `scope/0` and so on, each with
    /// its limits.
    pub(super) fn step(&self, world: &Small, limits: &[Limits]) -> Option<Done> {
        let step = Step::new(world, &self.known);
        let done = match self.work.clone() {
            Work::Reserve { scopes, tokens } => {
                let names: Vec<String> = scopes.iter().map(|scope| format!("scope/{scope}")).collect();
                let scopes: Vec<Scope<'_>> = scopes
                    .iter()
                    .zip(&names)
                    .map(|(scope, name)| Scope {
                        name,
                        named_by_caller: false,
                        label: "",
                        limits: &limits[*scope],
                    })
                    .collect();
                Done::Reserved(super::super::reserve(&step, &scopes, tokens, 3_600_000, self.now))
            }
            Work::Settle(reservation, used) => Done::Ended(reservation.settle(&step, used, self.now)),
            Work::Cancel(reservation) => Done::Ended(reservation.cancel(&step, self.now)),
            Work::Renew(mut reservation) => {
                let renewed = reservation.renew(&step, self.now);
                Done::Renewed(reservation, renewed)
            }
        };
        (!step.is_cut.get()).then_some(done)
    }
}
