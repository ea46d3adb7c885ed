//! What every strategy promises, and what each one prefers.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::random::SplitMix;

const LATENCY: Strategy = Strategy::LatencyBased { buffer_permille: 0, ttl_s: 3600 };
const ALL: [Strategy; 5] =
    [Strategy::SimpleShuffle, Strategy::LeastBusy, LATENCY, Strategy::UsageBasedV2, Strategy::CostBased];

const DRAWS: u64 = 100_000;

fn candidate(weight: u64) -> Candidate {
    Candidate { weight, ..Candidate::default() }
}

/// The order of deployments that are alike but for their loads.
fn order_of(strategy: Strategy, loads: &[Load], size: Size, seed: u64) -> Vec<usize> {
    let alike = Candidate { tpm: Some(1_000), rpm: Some(10), ..candidate(1) };
    let entries: Vec<Entry<'_>> = loads.iter().map(|load| Entry { candidate: &alike, load: *load }).collect();
    strategy.order(&entries, size, &mut Dice::seeded(seed))
}

/// How often each of some deployments comes first.
fn firsts(strategy: Strategy, entries: &[Entry<'_>]) -> Vec<u64> {
    let mut firsts = vec![0; entries.len()];
    let mut dice = Dice::seeded(1);
    for _ in 0..DRAWS {
        firsts[strategy.order(entries, Size::default(), &mut dice)[0]] += 1;
    }
    firsts
}

/// Within a hundredth of all draws.
fn assert_shares(firsts: &[u64], weights: &[u64], what: &str) {
    let total: u64 = weights.iter().sum();
    for (first, weight) in firsts.iter().zip(weights) {
        let expected = DRAWS * weight / total;
        assert!(first.abs_diff(expected) < DRAWS / 100, "{what}: {firsts:?} for {weights:?}");
        assert_eq!(*first == 0, *weight == 0, "{what}: {firsts:?} for {weights:?}");
    }
}

#[test]
fn weights_converge_and_nobody_starves() {
    const HUGE: u64 = u64::MAX / 2;
    for weights in [&[5, 3, 2][..], &[1, 0, 3], &[1, 999], &[HUGE, HUGE], &[7]] {
        let candidates: Vec<Candidate> = weights.iter().map(|weight| candidate(*weight)).collect();
        let entries: Vec<Entry<'_>> =
            candidates.iter().map(|candidate| Entry { candidate, load: Load::default() }).collect();
        let small: Vec<u64> = weights.iter().map(|weight| *weight.min(&1_000)).collect();
        // The others draw only among equals, as these are: one set of weights shows it.
        let strategies = if weights.len() == 3 { &ALL[..] } else { &ALL[..1] };
        for strategy in strategies {
            assert_shares(&firsts(*strategy, &entries), &small, &format!("{strategy:?}"));
        }
    }
}

#[test]
fn without_weights_all_are_equal() {
    let candidates = [candidate(0), candidate(0), candidate(0)];
    let entries = candidates.each_ref().map(|candidate| Entry { candidate, load: Load::default() });
    assert_shares(&firsts(Strategy::SimpleShuffle, &entries), &[1, 1, 1], "no weights");
}

/// Deployments and loads of every kind.
fn any(random: &mut SplitMix) -> (Vec<Candidate>, Vec<Load>, Size) {
    let mut below = |bound: u64| random.below(bound);
    let count = below(9);
    let candidates = (0..count).map(|_| Candidate {
        weight: below(4),
        order: u32::try_from(below(3)).unwrap(),
        rpm: Some(below(20)).filter(|limit| *limit > 5),
        tpm: Some(below(2_000)).filter(|limit| *limit > 500),
        cost: Some(below(4)).filter(|cost| *cost > 0),
        ..Candidate::default()
    });
    let candidates = candidates.collect();
    let loads = (0..count).map(|_| Load {
        in_flight: below(4),
        us_per_token: Some(below(5)).filter(|time| *time > 0),
        first_token_us: [None, Some(u64::MAX), Some(7)][below(3) as usize],
        requests: below(20),
        tokens: [below(2_000), u64::MAX][below(2) as usize],
    });
    let loads = loads.collect();
    (candidates, loads, Size { stream: below(2) == 0, input_tokens: below(1_000) })
}

#[test]
fn an_order_has_each_once_keeps_levels_and_is_pure() {
    let mut random = SplitMix(42);
    for _ in 0..2_000 {
        let (candidates, loads, size) = any(&mut random);
        let entries: Vec<Entry<'_>> =
            candidates.iter().zip(loads).map(|(candidate, load)| Entry { candidate, load }).collect();
        let buffered = Strategy::LatencyBased { buffer_permille: u32::MAX, ttl_s: 1 };
        for strategy in ALL.into_iter().chain([buffered]) {
            let seed = random.draw();
            let order = strategy.order(&entries, size, &mut Dice::seeded(seed));
            assert_eq!(order, strategy.order(&entries, size, &mut Dice::seeded(seed)), "pure");
            assert!(order.is_sorted_by_key(|index| candidates[*index].order), "{strategy:?}: {order:?}");
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..candidates.len()).collect::<Vec<_>>(), "{strategy:?}: {order:?}");
        }
    }
}

#[test]
fn each_strategy_prefers_its_own() {
    let busy = |in_flight| Load { in_flight, ..Load::default() };
    let slow = |us| Load { us_per_token: Some(us), ..Load::default() };
    let late = |us| Load { first_token_us: Some(us), ..Load::default() };
    let used = |requests, tokens| Load { requests, tokens, ..Load::default() };
    let stream = Size { stream: true, input_tokens: 0 };
    let prompt = Size { stream: false, input_tokens: 100 };
    let whole = Size::default();
    let cases: &[(Strategy, &[Load], Size, &[usize])] = &[
        (Strategy::LeastBusy, &[busy(3), busy(0), busy(7), busy(1)], whole, &[1, 3, 0, 2]),
        (LATENCY, &[slow(30), slow(10), slow(20)], whole, &[1, 2, 0]),
        (LATENCY, &[late(30), late(10), late(20)], stream, &[1, 2, 0]),
        (LATENCY, &[slow(30), slow(0), Load::default()], whole, &[2, 1, 0]),
        (LATENCY, &[late(1), slow(u64::MAX), slow(9)], whole, &[0, 2, 1]),
        (Strategy::UsageBasedV2, &[used(9, 500), used(0, 700), used(5, 0)], prompt, &[2, 0, 1]),
        (Strategy::UsageBasedV2, &[used(0, 901), used(0, 900)], prompt, &[1, 0]),
        (Strategy::UsageBasedV2, &[used(10, 0), used(9, 900)], prompt, &[1, 0]),
        (Strategy::UsageBasedV2, &[used(0, u64::MAX), used(u64::MAX, 0), used(9, 900)], prompt, &[2, 1, 0]),
    ];
    for (strategy, loads, size, expected) in cases {
        for seed in 0..50 {
            assert_eq!(order_of(*strategy, loads, *size, seed), *expected, "{strategy:?} {loads:?}");
        }
    }
}

#[test]
fn the_cheapest_is_first_and_the_unknown_last() {
    let priced = |cost| Candidate { cost, ..candidate(1) };
    let candidates = [priced(Some(9)), priced(None), priced(Some(0)), priced(Some(u64::MAX))];
    let entries = candidates.each_ref().map(|candidate| Entry { candidate, load: Load::default() });
    for seed in 0..50 {
        let order = Strategy::CostBased.order(&entries, Size::default(), &mut Dice::seeded(seed));
        assert_eq!(order, [2, 0, 3, 1]);
    }
}

#[test]
fn what_is_within_the_buffer_is_drawn_by_weight() {
    let candidates = [candidate(1), candidate(3), candidate(100)];
    let slow = |us| Load { us_per_token: Some(us), ..Load::default() };
    let loads = [slow(1_000), slow(1_100), slow(1_101)];
    let entries: Vec<Entry<'_>> =
        candidates.iter().zip(loads).map(|(candidate, load)| Entry { candidate, load }).collect();
    let buffered = Strategy::LatencyBased { buffer_permille: 100, ttl_s: 3600 };
    assert_shares(&firsts(buffered, &entries), &[1, 3, 0], "buffer");
}

/// What comes back: requests arrive, run for a time of their deployment's own, and are measured.
fn simulate(strategy: Strategy, us_per_token: &[u64], ticks: u64) -> Vec<u64> {
    const TTL: u64 = 3_600;
    let count = us_per_token.len();
    let alike = Candidate { tpm: Some(10_000), rpm: Some(100), ..candidate(1) };
    let mut loads = vec![Load::default(); count];
    let mut measured = vec![0; count];
    let mut served = vec![0; count];
    let mut under_way: Vec<(u64, usize)> = Vec::new();
    let mut dice = Dice::seeded(3);
    for now in 0..ticks {
        under_way.retain(|(end, at)| {
            if *end <= now {
                loads[*at].in_flight -= 1;
                loads[*at].us_per_token = Some(us_per_token[*at]);
                measured[*at] = now;
            }
            *end > now
        });
        for (at, load) in loads.iter_mut().enumerate() {
            if now % 60 == 0 {
                (load.requests, load.tokens) = (0, 0);
            }
            load.us_per_token = load.us_per_token.filter(|_| now - measured[at] < TTL);
        }
        let entries: Vec<Entry<'_>> =
            loads.iter().map(|load| Entry { candidate: &alike, load: *load }).collect();
        let first = strategy.order(&entries, Size { stream: false, input_tokens: 10 }, &mut dice)[0];
        served[first] += 1;
        loads[first].in_flight += 1;
        loads[first].requests += 1;
        loads[first].tokens += 10 * (first as u64 + 1);
        under_way.push((now + us_per_token[first], first));
    }
    served
}

#[test]
fn what_is_measured_feeds_back() {
    let speeds = [2, 4, 8];
    let ticks = 36_000;
    let busy = simulate(Strategy::LeastBusy, &speeds, ticks);
    assert!(busy.is_sorted_by(|faster, slower| faster > slower) && busy[2] > ticks / 20, "{busy:?}");
    let latency = simulate(LATENCY, &speeds, ticks);
    assert!(latency[0] > ticks * 9 / 10, "the fastest: {latency:?}");
    assert!(
        latency[1] >= ticks / 3_600 && latency[2] >= ticks / 3_600,
        "all are measured again: {latency:?}"
    );
    let usage = simulate(Strategy::UsageBasedV2, &speeds, ticks);
    let tokens: Vec<u64> = usage.iter().zip(1..).map(|(requests, each)| requests * each).collect();
    let mean = tokens.iter().sum::<u64>() / 3;
    assert!(tokens.iter().all(|tokens| tokens.abs_diff(mean) < mean / 10), "tokens even out: {tokens:?}");
    let shuffle = simulate(Strategy::SimpleShuffle, &speeds, ticks);
    assert!(shuffle.iter().all(|served| served.abs_diff(ticks / 3) < ticks / 50), "{shuffle:?}");
}

/// The order as it is meant: levels, ranks within them, draws within those.
fn meant(strategy: Strategy, entries: &[Entry<'_>], size: Size, dice: &mut Dice) -> Vec<usize> {
    let mut order = Vec::new();
    let levels: BTreeSet<u32> = entries.iter().map(|entry| entry.candidate.order).collect();
    for level in levels {
        let level: Vec<_> =
            entries.iter().enumerate().filter(|(_, entry)| entry.candidate.order == level).collect();
        let fast = strategy.fast_us(&level, size);
        let mut ranks: BTreeMap<Rank, Vec<(usize, u64)>> = BTreeMap::new();
        for (index, entry) in &level {
            let equals = ranks.entry(strategy.rank(entry, size, fast)).or_default();
            equals.push((*index, entry.candidate.weight));
        }
        for mut left in ranks.into_values() {
            while !left.is_empty() {
                let next = dice.draw(left.iter().map(|(_, weight)| *weight));
                order.push(left.remove(next).0);
            }
        }
    }
    order
}

#[test]
fn the_order_is_by_level_then_by_rank_then_drawn() {
    let mut random = SplitMix(7);
    let mut below = |bound: u64| random.below(bound);
    for _ in 0..2_000 {
        let candidates: Vec<Candidate> = (0..below(6))
            .map(|_| Candidate {
                order: below(3) as u32,
                weight: below(4),
                cost: (below(2) > 0).then(|| below(3)),
                tpm: (below(2) > 0).then(|| below(20)),
                ..Candidate::default()
            })
            .collect();
        let load = |below: &mut dyn FnMut(u64) -> u64| Load {
            in_flight: below(3),
            us_per_token: (below(3) > 0).then(|| below(4)),
            tokens: below(20),
            ..Load::default()
        };
        let entries: Vec<Entry<'_>> =
            candidates.iter().map(|candidate| Entry { candidate, load: load(&mut below) }).collect();
        let seed = below(u64::MAX);
        for strategy in ALL {
            let (mut dice, mut same) = (Dice::seeded(seed), Dice::seeded(seed));
            let size = Size { stream: false, input_tokens: 3 };
            let found = strategy.order(&entries, size, &mut dice);
            assert_eq!(found, meant(strategy, &entries, size, &mut same), "{strategy:?}");
            assert_eq!(dice.0, same.0, "as much was drawn");
        }
    }
}
