//! Workers whose loads and stores alternate in every order, on a table with too few slots.
//!
//! There are no threads here. What a worker does next depends on nothing but what its loads and stores have
//! answered. So a step repeats a worker's work from its beginning with the answers of before, and lets it go
//! one load or store further.

use std::cell::{Cell, RefCell};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

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
enum Work {
    Reserve { scopes: Vec<usize>, tokens: u64 },
    Settle(Reservation, Option<u64>),
    Cancel(Reservation),
    Renew(Reservation),
}

enum Done {
    Reserved(Outcome),
    Ended(bool),
    Renewed(Reservation, bool),
}

/// A worker in the middle of something.
struct Worker {
    work: Work,
    /// The request that it works for.
    request: usize,
    now: u64,
    known: RefCell<Vec<Answer>>,
}

impl Worker {
    fn step(&self, world: &Small, limits: &[Limits]) -> Option<Done> {
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

/// A request that was granted and whose end has not begun.
struct Open {
    request: usize,
    reservation: Reservation,
}

struct World {
    small: Small,
    limits: Vec<Limits>,
    now: u64,
    workers: Vec<Option<Worker>>,
    open: Vec<Open>,
    /// By request: its scopes, its time, and whether it was granted and not cancelled.
    requests: Vec<(Vec<usize>, u64, bool)>,
    /// By scope: requests that run.
    running: Vec<u64>,
    granted: usize,
    full: usize,
}

/// Workers read the clock at most this long before they store.
const LATE_MS: u64 = 1_000;

impl World {
    fn new(random: &mut Random) -> Self {
        let limits = |_| Limits {
            requests: Some(1 + random.below(6)),
            tokens: Some(500),
            parallel: (random.below(2) == 0).then(|| 1 + random.below(2)),
        };
        let limits: Vec<Limits> = (0..10).map(limits).collect();
        Self {
            small: Small::new(8),
            running: vec![0; limits.len()],
            limits,
            now: 1_700_000_000_000,
            workers: (0..4).map(|_| None).collect(),
            open: Vec::new(),
            requests: Vec::new(),
            granted: 0,
            full: 0,
        }
    }

    fn begin(&mut self, random: &mut Random) -> Worker {
        let now = self.now;
        let worker = |work, request| Worker { work, request, now, known: RefCell::default() };
        if self.open.is_empty() || random.below(2) == 0 {
            let scopes: Vec<usize> = (0..self.limits.len()).filter(|_| random.below(4) == 0).collect();
            self.requests.push((scopes.clone(), now, false));
            return worker(Work::Reserve { scopes, tokens: random.below(100) }, self.requests.len() - 1);
        }
        let index = usize::try_from(random.below(self.open.len() as u64)).unwrap();
        let Open { request, reservation } = self.open.swap_remove(index);
        let end = random.below(4);
        if end > 0 {
            self.requests[request].0.iter().for_each(|scope| self.running[*scope] -= 1);
        }
        match end {
            0 => worker(Work::Renew(reservation), request),
            1 => {
                self.requests[request].2 = false;
                worker(Work::Cancel(reservation), request)
            }
            2 => worker(Work::Settle(reservation, None), request),
            _ => worker(Work::Settle(reservation, Some(random.below(100))), request),
        }
    }

    fn finish(&mut self, request: usize, done: Done) {
        match done {
            Done::Reserved(Outcome::Granted(reservation)) => {
                self.granted += 1;
                self.requests[request].2 = true;
                self.requests[request].0.iter().for_each(|scope| self.running[*scope] += 1);
                self.open.push(Open { request, reservation });
            }
            Done::Reserved(Outcome::Full) => self.full += 1,
            Done::Reserved(Outcome::Refused(_) | Outcome::Contended) => {}
            Done::Ended(ended) => assert!(ended || self.is_full(), "64 races lost"),
            Done::Renewed(reservation, renewed) => {
                assert!(renewed, "64 races lost");
                self.open.push(Open { request, reservation });
            }
        }
    }

    /// Whether tokens may have had no room to be charged in.
    fn is_full(&self) -> bool {
        self.small.entries().len() >= usize::from(self.small.slots)
    }

    /// One load or store of one worker.
    fn step(&mut self, random: &mut Random, begin: bool) {
        let index = usize::try_from(random.below(self.workers.len() as u64)).unwrap();
        let worker = match self.workers[index].take() {
            Some(worker) => worker,
            None if begin => self.begin(random),
            None => return,
        };
        match worker.step(&self.small, &self.limits) {
            Some(done) => self.finish(worker.request, done),
            None => self.workers[index] = Some(worker),
        }
        self.check();
    }

    fn check(&self) {
        let entries = self.small.entries();
        let firm: Vec<_> = entries.iter().filter(|entry| entry.firm && !entry.is_idle()).collect();
        for (index, entry) in firm.iter().enumerate() {
            assert!(firm[..index].iter().all(|other| other.id != entry.id), "a scope has two slots");
        }
        for (limits, running) in self.limits.iter().zip(&self.running) {
            assert!(limits.parallel.is_none_or(|limit| *running <= limit), "too many run");
        }
    }

    fn check_windows(&self) {
        for (scope, limits) in self.limits.iter().enumerate() {
            let granted =
                self.requests.iter().filter(|(scopes, _, granted)| *granted && scopes.contains(&scope));
            let mut times: Vec<u64> = granted.map(|(_, at, _)| *at).collect();
            times.sort_unstable();
            for (first, start) in times.iter().enumerate() {
                let within =
                    times[first..].iter().take_while(|at| **at < start + WINDOW_MS - LATE_MS).count();
                assert!(within as u64 <= limits.requests.unwrap(), "too many requests in a minute");
            }
        }
    }

    fn end(&mut self, random: &mut Random) {
        while self.workers.iter().any(Option::is_some) {
            self.step(random, false);
        }
    }
}

#[test]
fn workers_in_every_order_keep_every_limit() {
    let (mut granted, mut full) = (0, 0);
    for seed in 0..60 {
        let mut random = Random(seed);
        let mut world = World::new(&mut random);
        for _ in 0..15 {
            for _ in 0..60 {
                world.step(&mut random, true);
                world.now += random.below(3);
            }
            // Nobody is late by more than a little: the clock leaps only while nobody works.
            world.end(&mut random);
            world.now += random.below(40_000);
        }
        world.check_windows();
        for Open { reservation, .. } in std::mem::take(&mut world.open) {
            reservation.settle(&world.small, None, world.now);
        }
        assert!(world.small.entries().iter().all(|entry| entry.leases.is_empty()), "a place leaked");
        granted += world.granted;
        full += world.full;
    }
    assert!(granted > 1_000 && full > 100, "{granted} {full}");
}
