//! Workers whose loads and stores alternate in every order, on a table with too few slots.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::slots::Small;
use super::stepwise::{Done, Work, Worker};
use super::*;
use scope_id::ScopeId;

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
    fn new(random: &mut SplitMix) -> Self {
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

    fn begin(&mut self, random: &mut SplitMix) -> Worker {
        let now = self.now;
        let worker = |work, request| Worker::new(work, request, now);
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
        self.small.entries().len() >= self.small.slots as usize
    }

    /// One load or store of one worker.
    fn step(&mut self, random: &mut SplitMix, begin: bool) {
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

    fn end(&mut self, random: &mut SplitMix) {
        while self.workers.iter().any(Option::is_some) {
            self.step(random, false);
        }
    }
}

#[test]
fn workers_in_every_order_keep_every_limit() {
    let (mut granted, mut full) = (0, 0);
    for seed in histories(12) {
        let mut random = SplitMix(seed);
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
    let least = histories(12).count();
    assert!(granted > 25 * least && full > least, "{granted} {full}");
}

/// The race that claims are for. A scope's first slot is given up while workers look for a slot for it: some go by
/// that slot while it is in use, some find it free.
#[test]
fn workers_that_find_a_slot_for_one_scope_find_the_same() {
    let limits = [Limits { requests: Some(1), tokens: None, parallel: None }; 100];
    let id = |scope: usize| {
        let name = format!("scope/{scope}");
        ScopeId::of(&Scope { name: &name, named_by_caller: false, label: "", limits: &limits[0] })
    };
    let small = Small::new(8);
    let first = |scope| id(scope).probes().next().unwrap() % small.slots;
    let other = (1..limits.len()).find(|other| first(*other) == first(0)).unwrap();
    let reserve = |scope| Work::Reserve { scopes: vec![scope], tokens: 0 };
    for seed in histories(2_000) {
        let mut random = SplitMix(seed);
        let small = Small::new(8);
        let now = 1_700_000_000_000;
        let occupant = Worker::new(reserve(other), 0, now);
        let occupant = loop {
            if let Some(Done::Reserved(outcome)) = occupant.step(&small, &limits) {
                break granted(outcome);
            }
        };
        let mut workers = vec![
            Worker::new(Work::Cancel(occupant), 0, now),
            Worker::new(reserve(0), 1, now),
            Worker::new(reserve(0), 2, now),
        ];
        let mut granted = 0;
        while !workers.is_empty() {
            let index = usize::try_from(random.below(workers.len() as u64)).unwrap();
            // Workers mostly get some way before others go on.
            for _ in 0..=random.below(6) {
                if let Some(done) = workers[index].step(&small, &limits) {
                    granted += u32::from(matches!(done, Done::Reserved(Outcome::Granted(_))));
                    workers.swap_remove(index);
                    break;
                }
            }
        }
        let slots = small.entries().iter().filter(|entry| entry.firm && entry.id == id(0)).count();
        assert_eq!((granted, slots), (1, 1), "seed {seed}");
    }
}
