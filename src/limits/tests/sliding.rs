//! The window against an exact log, on many generated histories.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

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

/// Ways for requests to arrive: milliseconds until the next.
fn pause(random: &mut SplitMix, manner: u64) -> u64 {
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
    for seed in histories(30) {
        let mut random = SplitMix(seed);
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
    for seed in histories(20) {
        let mut random = SplitMix(seed);
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
                assert!(reservation.settle(&memory, Some(used), now));
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
        let mut random = SplitMix(seed);
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

#[test]
fn a_clock_that_only_goes_back_frees_nothing() {
    for seed in histories(20) {
        let mut random = SplitMix(seed);
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
    let mut random = SplitMix(7);
    for length in [0, 1, 20, 873, 874, 875, 4_000] {
        let memory = Memory::default();
        let bytes: Vec<u8> = (0..length).map(|_| random.draw().to_le_bytes()[0]).collect();
        memory.store(&KEY.slot(), &bytes, None);
        let quota = granted(reserve(&memory, &KEY, &limits(2, None), 0, 1_000)).quotas.requests.unwrap();
        assert_eq!(quota.remaining, 1, "{length}");
    }
}
