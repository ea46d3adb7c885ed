//! The limiter against a log of times: every answer has to be the same, on many generated histories.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

/// What a request took of a scope.
struct Taking {
    at: u64,
    requests: u64,
    tokens: u64,
}

/// A scope as one would write it down: nothing is summed, nothing forgotten.
struct Log {
    limits: Limits,
    /// When it was last written to, and by how much its time is ahead of the clock.
    last: u64,
    skew: u64,
    takings: Vec<Taking>,
    /// By request: when its lease ends.
    leases: Vec<(usize, u64)>,
}

impl Log {
    /// The scope's time at `clock`.
    fn time(&mut self, clock: u64) -> u64 {
        if clock + self.skew + 1_000 >= self.last {
            return self.last.max(clock + self.skew);
        }
        if self.counting(self.last).next().is_some() || self.running(self.last) > 0 {
            self.skew = self.last - clock;
        }
        self.last
    }

    fn write(&mut self, clock: u64) -> u64 {
        let now = self.time(clock);
        if clock + self.skew + 1_000 < self.last {
            self.skew = self.last - clock;
        }
        self.last = now;
        now
    }

    /// A second's takings count until the last of them is 60 s old.
    fn counting(&self, now: u64) -> impl Iterator<Item = &Taking> {
        self.takings
            .iter()
            .filter(move |taking| (taking.requests, taking.tokens) != (0, 0) && now < self.end(taking))
    }

    fn end(&self, taking: &Taking) -> u64 {
        let same_second = self.takings.iter().rev().find(|other| other.at / 1_000 == taking.at / 1_000);
        same_second.unwrap().at + WINDOW_MS
    }

    fn sums(&self, now: u64) -> (u64, u64) {
        self.counting(now).fold((0, 0), |sums, taking| (sums.0 + taking.requests, sums.1 + taking.tokens))
    }

    fn running(&self, now: u64) -> u64 {
        self.leases.iter().filter(|(_, ends)| now <= *ends).count() as u64
    }

    /// Whether the request still held a lease. For one that is over nothing is written down, so that it would
    /// count again if the clock were set back.
    fn release(&mut self, number: usize, now: u64) -> bool {
        let before = self.leases.len();
        self.leases.retain(|(other, ends)| *other != number || now > *ends);
        self.leases.len() < before
    }

    /// How long each limit wants the request to wait.
    fn waits(&self, now: u64, tokens: u64) -> [(Counted, Option<u64>); 3] {
        let Limits { requests, tokens: tpm, parallel } = self.limits;
        let request_fits = |at| requests.is_none_or(|limit| self.sums(at).0 < limit);
        let tokens_fit = |at| tpm.is_none_or(|limit| limit > 0 && self.sums(at).1 + tokens <= limit);
        let parallel_wait = match parallel {
            Some(0) => None,
            Some(limit) if self.running(now) >= limit => Some(1_000),
            _ => Some(0),
        };
        [
            (Counted::Requests, self.first(now, &request_fits)),
            (Counted::Tokens, self.first(now, &tokens_fit)),
            (Counted::Parallel, parallel_wait),
        ]
    }

    fn first(&self, now: u64, fits: &dyn Fn(u64) -> bool) -> Option<u64> {
        if fits(now) {
            return Some(0);
        }
        let mut ends: Vec<u64> = self.counting(now).map(|taking| self.end(taking)).collect();
        ends.sort_unstable();
        ends.into_iter().find(|at| fits(*at)).map(|at| at - now)
    }

    fn lease_end(now: u64, lease_ms: u64) -> u64 {
        let pitch = (lease_ms / 16).next_power_of_two().max(1_024);
        (now + lease_ms) / pitch * pitch + pitch - 1
    }
}

/// A request that was granted: what it took of which scope.
struct Open {
    number: usize,
    reservation: Reservation,
    tokens: u64,
    lease_ms: u64,
    /// Scope, and which of its takings.
    of: Vec<(usize, usize)>,
}

struct World {
    memory: Memory,
    logs: Vec<Log>,
    open: Vec<Open>,
    clock: u64,
    granted: usize,
    refused: usize,
}

impl World {
    fn new(random: &mut SplitMix) -> Self {
        let mut some = |bound: u64| (random.below(3) > 0).then(|| random.below(bound));
        let mut limits = || Limits { requests: some(30), tokens: some(2_000), parallel: some(8) };
        let logs = (0..4).map(|_| limits()).map(|limits| Log {
            limits,
            last: 0,
            skew: 0,
            takings: Vec::new(),
            leases: Vec::new(),
        });
        Self {
            memory: Memory::default(),
            logs: logs.collect(),
            open: Vec::new(),
            clock: 1_700_000_000_000,
            granted: 0,
            refused: 0,
        }
    }

    fn reserve(&mut self, random: &mut SplitMix) {
        let chosen: Vec<usize> = (0..self.logs.len()).filter(|_| random.below(3) > 0).collect();
        let tokens = random.below(300);
        let lease_ms = [2_000, 30_000, 600_000][usize::try_from(random.below(3)).unwrap()];
        let names: Vec<String> = chosen.iter().map(|scope| format!("scope/{scope}")).collect();
        let scopes: Vec<Scope<'_>> = chosen
            .iter()
            .zip(&names)
            .map(|(scope, name)| Scope {
                name,
                named_by_caller: scope % 2 == 1,
                label: name,
                limits: &self.logs[*scope].limits,
            })
            .collect();
        let outcome = super::super::reserve(&self.memory, &scopes, tokens, lease_ms, self.clock);
        match (self.expected(&chosen, tokens), outcome) {
            (None, Outcome::Granted(reservation)) => self.take(&chosen, tokens, lease_ms, reservation),
            (Some(expected), Outcome::Refused(refusal)) => {
                self.refused += 1;
                assert_eq!((refusal.index, refusal.counted, refusal.retry_after_s), expected);
                self.compare(&chosen, refusal.quotas);
            }
            (expected, outcome) => panic!("expected {expected:?}, found {outcome:?}"),
        }
    }

    /// Who refuses, why, and for how long.
    fn expected(&mut self, chosen: &[usize], tokens: u64) -> Option<(usize, Counted, Option<u64>)> {
        let mut longest: Option<(usize, Counted, Option<u64>)> = None;
        for (index, scope) in chosen.iter().enumerate() {
            let log = &mut self.logs[*scope];
            let now = log.time(self.clock);
            let late = log.last.saturating_sub(self.clock + log.skew);
            for (counted, wait) in log.waits(now, tokens) {
                let late = if counted == Counted::Parallel { 0 } else { late };
                let wait = wait.map(|wait| if wait > 0 { wait + late } else { 0 });
                let so_far = longest.map_or(0, |(_, _, wait)| wait.unwrap_or(u64::MAX));
                if wait.unwrap_or(u64::MAX) > so_far {
                    longest = Some((index, counted, wait));
                }
            }
        }
        longest.map(|(index, counted, wait)| (index, counted, wait.map(|ms| ms.div_ceil(1_000))))
    }

    fn take(&mut self, chosen: &[usize], tokens: u64, lease_ms: u64, reservation: Reservation) {
        let number = self.granted;
        self.granted += 1;
        let mut of = Vec::new();
        for scope in chosen {
            let log = &mut self.logs[*scope];
            if log.limits == Limits::default() {
                continue;
            }
            let at = log.write(self.clock);
            let Limits { requests, tokens: tpm, parallel } = log.limits;
            of.push((*scope, log.takings.len()));
            let tokens = tpm.map_or(0, |_| tokens);
            log.takings.push(Taking { at, requests: requests.map_or(0, |_| 1), tokens });
            if parallel.is_some() {
                log.leases.push((number, Log::lease_end(at, lease_ms)));
            }
        }
        self.compare(chosen, reservation.quotas);
        self.open.push(Open { number, reservation, tokens, lease_ms, of });
    }

    fn compare(&mut self, chosen: &[usize], quotas: Quotas) {
        let mut left = [None::<u64>; 2];
        for scope in chosen {
            let log = &mut self.logs[*scope];
            let now = log.time(self.clock);
            let (requests, tokens) = log.sums(now);
            let limits = [(log.limits.requests, requests), (log.limits.tokens, tokens)];
            for (left, (limit, taken)) in left.iter_mut().zip(limits) {
                if let Some(limit) = limit {
                    let remaining = limit.saturating_sub(taken);
                    *left = Some(left.map_or(remaining, |least| least.min(remaining)));
                }
            }
        }
        let found = [quotas.requests, quotas.tokens].map(|quota| quota.map(|quota| quota.remaining));
        assert_eq!(found, left);
    }

    fn settle(&mut self, open: Open, used: Option<u64>) {
        assert!(open.reservation.settle(&self.memory, used, self.clock));
        for (scope, taking) in open.of {
            let log = &mut self.logs[scope];
            let used = used.filter(|_| log.limits.tokens.is_some()).unwrap_or(log.takings[taking].tokens);
            let (excess, unused) = (
                used.saturating_sub(log.takings[taking].tokens),
                log.takings[taking].tokens.saturating_sub(used),
            );
            let leased = log.limits.parallel.is_some();
            if excess == 0 && unused == 0 && !leased {
                continue;
            }
            let now = log.time(self.clock);
            let known = now / 1_000 - log.takings[taking].at / 1_000 <= 60;
            let released = log.release(open.number, now);
            if excess > 0 || released || (unused > 0 && known) {
                let at = log.write(self.clock);
                log.takings[taking].tokens -= unused;
                if excess > 0 {
                    log.takings.push(Taking { at, requests: 0, tokens: excess });
                }
            }
        }
    }

    fn cancel(&mut self, open: Open) {
        assert!(open.reservation.cancel(&self.memory, self.clock));
        for (scope, taking) in open.of {
            let log = &mut self.logs[scope];
            let now = log.time(self.clock);
            let known = now / 1_000 - log.takings[taking].at / 1_000 <= 60;
            let took = (log.takings[taking].requests, log.takings[taking].tokens) != (0, 0);
            if log.release(open.number, now) || (known && took) {
                log.write(self.clock);
                log.takings[taking] = Taking { at: log.takings[taking].at, requests: 0, tokens: 0 };
            }
        }
    }

    fn renew(&mut self, index: usize) {
        let open = &mut self.open[index];
        assert!(open.reservation.renew(&self.memory, self.clock));
        for (scope, _) in &open.of {
            let log = &mut self.logs[*scope];
            if log.limits.parallel.is_some() {
                let now = log.time(self.clock);
                log.release(open.number, now);
                let now = log.write(self.clock);
                log.leases.push((open.number, Log::lease_end(now, open.lease_ms)));
            }
        }
    }

    fn pass_time(&mut self, random: &mut SplitMix) {
        match random.below(200) {
            0 => self.clock += random.below(200_000),
            1 => self.clock -= random.below(100_000),
            2 => self.clock -= random.below(1_000),
            3..60 => self.clock += random.below(4_000),
            _ => self.clock += random.below(50),
        }
    }

    fn step(&mut self, random: &mut SplitMix) {
        self.pass_time(random);
        let any =
            (!self.open.is_empty()).then(|| usize::try_from(random.below(self.open.len() as u64)).unwrap());
        match (random.below(10), any) {
            (0, Some(index)) => {
                let open = self.open.swap_remove(index);
                self.cancel(open);
            }
            (1..3, Some(index)) => {
                let open = self.open.swap_remove(index);
                let used = match random.below(4) {
                    0 => None,
                    1 => Some(0),
                    _ => Some(random.below(2 * open.tokens + 1)),
                };
                self.settle(open, used);
            }
            (3, Some(index)) => self.renew(index),
            _ => self.reserve(random),
        }
    }
}

#[test]
fn every_answer_is_that_of_an_exact_log() {
    let (mut granted, mut refused) = (0, 0);
    for seed in histories(150) {
        let mut random = SplitMix(seed);
        let mut world = World::new(&mut random);
        for _ in 0..300 {
            world.step(&mut random);
        }
        granted += world.granted;
        refused += world.refused;
    }
    let least = 33 * histories(150).count();
    assert!(granted > least && refused > least, "{granted} {refused}");
}
