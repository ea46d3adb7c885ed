//! What the limiter promises, checked against an exact log on many generated histories.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::cell::Cell;

use super::*;

const KEY: Scope<'_> = Scope { name: "4f2c", label: "key \"batch\"" };
const WINDOW_MS: u64 = 60_000;

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// Every taking with its exact time.
#[derive(Default)]
struct Log(Vec<(u64, u64)>);

impl Log {
    /// The most that any 60 s hold: one of them begins with a taking.
    fn fullest(&self) -> u64 {
        let mut last = 0;
        let mut sum = 0;
        let mut most = 0;
        for (first, (start, amount)) in self.0.iter().enumerate() {
            while let Some((at, taken)) = self.0.get(last).filter(|(at, _)| *at < start + WINDOW_MS) {
                debug_assert!(first <= last && at >= start);
                sum += taken;
                last += 1;
            }
            most = most.max(sum);
            sum -= amount;
        }
        most
    }

    fn total(&self) -> u64 {
        self.0.iter().map(|(_, amount)| amount).sum()
    }
}

fn limits(requests: impl Into<Option<u64>>, tokens: impl Into<Option<u64>>) -> Limits {
    Limits { requests: requests.into(), tokens: tokens.into() }
}

fn granted(outcome: Outcome) -> Reservation {
    match outcome {
        Outcome::Granted(reservation) => reservation,
        other => panic!("granted expected, found {other:?}"),
    }
}

fn refused(outcome: Outcome) -> Refusal {
    match outcome {
        Outcome::Refused(refusal) => refusal,
        other => panic!("refused expected, found {other:?}"),
    }
}

/// Ways for requests to arrive: milliseconds until the next.
fn pause(random: &mut Random, manner: u64) -> u64 {
    match manner {
        0 => random.below(3),
        1 => random.below(200),
        2 => random.below(5_000),
        3 if random.below(50) == 0 => random.below(90_000),
        3 => 0,
        _ => 1_000 - random.below(2),
    }
}

#[test]
fn no_sixty_seconds_exceed_a_limit() {
    for seed in 0..30 {
        let mut random = Random(seed);
        let memory = Memory::default();
        let limit = limits(1 + random.below(60), 50 + random.below(3_000));
        let (mut requests, mut tokens) = (Log::default(), Log::default());
        let mut now = 1_700_000_000_000 + random.below(100_000);
        for _ in 0..3_000 {
            now += pause(&mut random, seed % 5);
            let wanted = random.below(120);
            if let Outcome::Granted(_) = reserve(&memory, &KEY, &limit, wanted, now) {
                requests.0.push((now, 1));
                tokens.0.push((now, wanted));
            }
        }
        assert!(requests.fullest() <= limit.requests.unwrap(), "seed {seed}");
        assert!(tokens.fullest() <= limit.tokens.unwrap(), "seed {seed}");
        assert!(requests.total() > 0, "seed {seed}");
    }
}

#[test]
fn no_sixty_seconds_exceed_a_limit_after_settling_but_for_the_excess() {
    for seed in 0..20 {
        let mut random = Random(seed);
        let memory = Memory::default();
        let limit = limits(None, 1_000 + random.below(3_000));
        let mut log = Log::default();
        let mut excess = 0;
        let mut open: Vec<(usize, Reservation, u64)> = Vec::new();
        let mut now = 1_700_000_000_000;
        for _ in 0..2_000 {
            now += pause(&mut random, seed % 5);
            if random.below(3) == 0 && !open.is_empty() {
                let index = usize::try_from(random.below(open.len() as u64)).unwrap();
                let (at, reservation, reserved) = open.swap_remove(index);
                let used = random.below(220);
                assert!(reservation.settle(&memory, used, now));
                log.0[at].1 = used.min(reserved);
                log.0.push((now, used.saturating_sub(reserved)));
                excess += used.saturating_sub(reserved);
            }
            let wanted = 1 + random.below(200);
            if let Outcome::Granted(reservation) = reserve(&memory, &KEY, &limit, wanted, now) {
                open.push((log.0.len(), reservation, wanted));
                log.0.push((now, wanted));
            }
        }
        assert!(log.fullest() <= limit.tokens.unwrap() + excess, "seed {seed}");
    }
}

/// Demand that never ends, in steps of `step_ms`; the share of the limit that was granted in the long run.
fn utilisation(limit: u64, step_ms: u64, start: u64) -> f64 {
    let memory = Memory::default();
    let minutes = 10;
    let mut total = 0;
    let mut now = start;
    while now < start + minutes * WINDOW_MS {
        while let Outcome::Granted(_) = reserve(&memory, &KEY, &limits(limit, None), 0, now) {
            total += 1;
        }
        now += step_ms;
    }
    total as f64 / (limit * minutes) as f64
}

#[test]
fn at_saturation_at_least_98_percent_are_used() {
    for (limit, step_ms, start) in [(1, 29, 0), (60, 41, 999), (60, 37, 500), (500, 53, 1), (500, 250, 0)] {
        let share = utilisation(limit, step_ms, 1_700_000_000_000 + start);
        assert!((0.98..=1.0).contains(&share), "{limit} {step_ms} {start}: {share}");
    }
}

#[test]
fn a_trickle_before_saturation_costs_less_than_two_percent() {
    for seed in 0..4 {
        let mut random = Random(seed);
        let memory = Memory::default();
        let start = 1_700_000_000_000;
        let (limit, minutes) = (120, 20);
        let (mut now, mut total) = (start, 0);
        while now < start + minutes * WINDOW_MS {
            // More demand than the limit has room for, at random instants.
            now += random.below(300);
            if let Outcome::Granted(_) = reserve(&memory, &KEY, &limits(limit, None), 0, now) {
                total += 1;
            }
        }
        let share = total as f64 / (limit * minutes) as f64;
        assert!((0.98..=1.0).contains(&share), "seed {seed}: {share}");
    }
}

/// [`Memory`] where other workers take a request between a load and a store, as often as `rivals` says.
struct Contested {
    memory: Memory,
    limits: Limits,
    rivals: Cell<u64>,
    granted: Cell<u64>,
    now_ms: u64,
}

impl Shared for Contested {
    fn load(&self, key: &str) -> (Option<Vec<u8>>, Option<u32>) {
        self.memory.load(key)
    }

    fn store(&self, key: &str, value: &[u8], cas: Option<u32>) -> bool {
        if self.rivals.get() > 0 {
            self.rivals.set(self.rivals.get() - 1);
            if let Outcome::Granted(_) = reserve(&self.memory, &KEY, &self.limits, 5, self.now_ms) {
                self.granted.set(self.granted.get() + 1);
            }
        }
        self.memory.store(key, value, cas)
    }
}

fn contested(limits: Limits, rivals: u64) -> Contested {
    Contested {
        memory: Memory::default(),
        limits,
        rivals: Cell::new(rivals),
        granted: Cell::new(0),
        now_ms: 1_000,
    }
}

#[test]
fn a_lost_race_loses_no_count() {
    for rivals in 0..20 {
        let shared = contested(limits(10, 1_000), rivals);
        let won = matches!(reserve(&shared, &KEY, &shared.limits, 5, 1_000), Outcome::Granted(_));
        assert_eq!(won, rivals < 10, "{rivals}");
        assert_eq!(shared.granted.get(), rivals.min(10), "{rivals}");
        shared.rivals.set(0);
        let left = 10 - shared.granted.get() - u64::from(won);
        for _ in 0..left {
            granted(reserve(&shared, &KEY, &shared.limits, 5, 1_000));
        }
        refused(reserve(&shared, &KEY, &shared.limits, 5, 1_000));
    }
}

#[test]
fn a_race_that_is_always_lost_ends() {
    let shared = contested(limits(1_000_000, None), u64::MAX);
    assert_eq!(reserve(&shared, &KEY, &shared.limits, 5, 1_000), Outcome::Contended);
    assert_eq!(shared.granted.get(), ATTEMPTS as u64);

    shared.rivals.set(0);
    let limit = limits(None, 1_000_000);
    let reservation = granted(reserve(&shared, &KEY, &limit, 5, 1_000));
    shared.rivals.set(u64::MAX);
    assert!(!reservation.settle(&shared, 0, 1_000));
    shared.rivals.set(3);
    assert!(reservation.settle(&shared, 0, 1_000));
}

#[test]
fn reserving_and_settling_with_nothing_sum_to_zero() {
    for seed in 0..20 {
        let mut random = Random(seed);
        let memory = Memory::default();
        let limit = limits(None, 1_000_000);
        let mut now = 1_700_000_000_000;
        let mut open = Vec::new();
        for _ in 0..100 {
            now += random.below(400);
            open.push(granted(reserve(&memory, &KEY, &limit, random.below(5_000), now)));
        }
        for reservation in open {
            now += random.below(100);
            assert!(reservation.settle(&memory, 0, now));
        }
        let after = granted(reserve(&memory, &KEY, &limit, 0, now)).quotas.tokens.unwrap();
        assert_eq!((after.remaining, after.reset_ms), (1_000_000, 0), "seed {seed}");
    }
}

#[test]
fn cancelling_gives_back_the_request_too() {
    let memory = Memory::default();
    let limit = limits(1, 100);
    for _ in 0..5 {
        assert!(granted(reserve(&memory, &KEY, &limit, 100, 1_000)).cancel(&memory, 1_000));
    }
    assert!(granted(reserve(&memory, &KEY, &limit, 100, 1_000)).settle(&memory, 0, 1_000));
    assert_eq!(refused(reserve(&memory, &KEY, &limit, 100, 1_000)).counted, Counted::Requests);
}

#[test]
fn a_refused_request_takes_nothing() {
    let memory = Memory::default();
    let limit = limits(2, 100);
    granted(reserve(&memory, &KEY, &limit, 60, 1_000));
    let before = memory.load("limits/4f2c");
    for _ in 0..10 {
        assert_eq!(refused(reserve(&memory, &KEY, &limit, 41, 1_000)).counted, Counted::Tokens);
    }
    assert_eq!(memory.load("limits/4f2c"), before);
    granted(reserve(&memory, &KEY, &limit, 40, 1_000));
}

#[test]
fn retry_after_is_when_the_same_request_passes() {
    for seed in 0..40 {
        let mut random = Random(seed);
        let memory = Memory::default();
        let limit = limits(1 + random.below(20), 100 + random.below(1_000));
        let mut now = 1_700_000_000_000;
        for _ in 0..300 {
            now += random.below(2_000);
            let wanted = random.below(100);
            if let Outcome::Refused(refusal) = reserve(&memory, &KEY, &limit, wanted, now) {
                let wait = refusal.retry_after_s.unwrap();
                assert!((1..=60).contains(&wait), "seed {seed}: {wait}");
                if wait > 1 {
                    refused(reserve(&memory, &KEY, &limit, wanted, now + (wait - 1) * 1_000));
                }
                now += wait * 1_000;
                granted(reserve(&memory, &KEY, &limit, wanted, now));
            }
        }
    }
}

#[test]
fn a_clock_that_only_goes_back_frees_nothing() {
    for seed in 0..20 {
        let mut random = Random(seed);
        let memory = Memory::default();
        let mut now = 1_700_000_000_000;
        let total = (0..50)
            .filter(|_| {
                let step = 1 << random.below(30);
                now -= random.below(step);
                matches!(reserve(&memory, &KEY, &limits(5, None), 0, now), Outcome::Granted(_))
            })
            .count();
        assert_eq!(total, 5, "seed {seed}");
        granted(reserve(&memory, &KEY, &limits(5, None), 0, now + 2 * WINDOW_MS));
    }
}

#[test]
fn long_idle_frees_everything() {
    let memory = Memory::default();
    for now in [0, WINDOW_MS, 1_700_000_000_000, 1_800_000_000_000, u64::MAX] {
        granted(reserve(&memory, &KEY, &limits(1, None), 0, now));
        refused(reserve(&memory, &KEY, &limits(1, None), 0, now));
    }
}

#[test]
fn a_value_that_is_no_window_counts_as_empty() {
    let mut random = Random(7);
    for length in [0, 1, 20, 873, 874, 875, 4_000] {
        let memory = Memory::default();
        let bytes: Vec<u8> = (0..length).map(|_| random.next().to_le_bytes()[0]).collect();
        memory.store("limits/4f2c", &bytes, None);
        let quota = granted(reserve(&memory, &KEY, &limits(2, None), 0, 1_000)).quotas.requests.unwrap();
        assert_eq!(quota.remaining, 1, "{length}");
    }
}

#[test]
fn without_limits_nothing_is_stored() {
    let memory = Memory::default();
    let reservation = granted(reserve(&memory, &KEY, &Limits::default(), 1_000, 0));
    assert!(reservation.settle(&memory, 5, 0) && reservation.cancel(&memory, 0));
    assert_eq!(reservation.headers(), []);
    assert_eq!(memory.load("limits/4f2c"), (None, None));
}

#[test]
fn a_reservation_travels_as_json() {
    let memory = Memory::default();
    let limit = limits(5, 100);
    let reservation = granted(reserve(&memory, &KEY, &limit, 100, 1_000));
    let text = serde_json::to_string(&reservation).unwrap();
    let back: Reservation = serde_json::from_str(&text).unwrap();
    assert_eq!(back, reservation);
    assert!(back.settle(&memory, 10, 2_000));
    assert_eq!(granted(reserve(&memory, &KEY, &limit, 90, 2_000)).quotas.tokens.unwrap().remaining, 0);
}

#[test]
fn texts_and_headers() {
    let memory = Memory::default();
    let limit = limits(2, 100);
    let first = granted(reserve(&memory, &KEY, &limit, 30, 10_500));
    let headers: Vec<String> =
        first.headers().into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
    assert_eq!(
        headers,
        [
            "x-ratelimit-limit-requests: 2",
            "x-ratelimit-remaining-requests: 1",
            "x-ratelimit-reset-requests: 1m0s",
            "x-ratelimit-limit-tokens: 100",
            "x-ratelimit-remaining-tokens: 70",
            "x-ratelimit-reset-tokens: 1m0s",
        ]
    );
    granted(reserve(&memory, &KEY, &limit, 30, 20_000));

    let cases = [
        (limit, 1, Some(41), "the limit of 2 requests per minute (rpm_limit) is used up. Try again in 41 s."),
        (
            limits(None, 100),
            90,
            Some(50),
            "the limit of 100 tokens per minute (tpm_limit) is used up. Try again in 50 s.",
        ),
        (
            limit,
            101,
            None,
            "this request may take 101 tokens (input and longest answer), more than the whole limit of 100 tokens \
             per minute (tpm_limit), so that it can never pass. Shorten the input, bound the answer with a lower \
             max_tokens, or ask for a higher limit.",
        ),
        (
            limits(0, None),
            1,
            None,
            "the limit is 0 requests per minute (rpm_limit), so that no request can pass. Ask for a higher limit.",
        ),
        (
            limits(None, 0),
            0,
            None,
            "the limit is 0 tokens per minute (tpm_limit), so that no request can pass. Ask for a higher limit.",
        ),
    ];
    for (limit, tokens, retry_after, text) in cases {
        let reject = refused(reserve(&memory, &KEY, &limit, tokens, 30_000)).reject();
        assert_eq!(reject.message, format!("Rate limit exceeded for key \"batch\": {text}"));
        assert_eq!((reject.status, reject.kind), (429, "throttling_error"));
        assert_eq!((reject.code, reject.retry_after), (Some("rate_limit_exceeded"), retry_after));
    }
}
