#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::route::{Alias, Fallback};

fn router(groups: &[(&str, &[(u64, u32)])], fallbacks: &[(&str, &[&str])]) -> Router {
    let mut router = Router { max_fallbacks: 5, ..Router::default() };
    for (name, candidates) in groups {
        let first = router.deployments.len();
        for (n, (weight, order)) in candidates.iter().enumerate() {
            router.deployments.push(Candidate { id: format!("{name}/{n}"), weight: *weight, order: *order });
        }
        let deployments = (first..router.deployments.len()).collect();
        router.groups.push(Group { name: (*name).to_owned(), deployments });
    }
    for (from, to) in fallbacks {
        let to = to.iter().map(|name| (*name).to_owned()).collect();
        router.fallbacks.push(Fallback { from: (*from).to_owned(), to });
    }
    router
}

fn wish(model: &str) -> Wish<'_> {
    Wish {
        model,
        fail_first_group: false,
        disable_fallbacks: false,
        num_retries: None,
        may_use: &|_| true,
        dice: 7,
    }
}

fn ids(router: &Router, wish: &Wish<'_>) -> Vec<String> {
    let steps = router.plan(wish).unwrap().steps;
    steps.iter().map(|step| router.deployments[step.deployment].id.clone()).collect()
}

const ONE: &[(u64, u32)] = &[(1, 0)];

#[test]
fn a_group_then_its_fallbacks_then_theirs() {
    let router =
        router(&[("a", ONE), ("b", ONE), ("c", ONE), ("d", ONE)], &[("a", &["b", "d"]), ("b", &["c"])]);
    assert_eq!(ids(&router, &wish("a")), ["a/0", "b/0", "c/0", "d/0"]);
    let fallbacks: Vec<u32> =
        router.plan(&wish("a")).unwrap().steps.iter().map(|step| step.fallback).collect();
    assert_eq!(fallbacks, [0, 1, 2, 3]);
}

#[test]
fn a_ring_of_fallbacks_ends() {
    let router = router(&[("a", ONE), ("b", ONE)], &[("a", &["b"]), ("b", &["a"])]);
    assert_eq!(ids(&router, &wish("a")), ["a/0", "b/0"]);
}

#[test]
fn default_fallbacks_serve_groups_without_their_own() {
    let mut router = router(&[("a", ONE), ("b", ONE), ("c", ONE)], &[("a", &["c"])]);
    router.default_fallbacks = vec!["b".to_owned()];
    assert_eq!(ids(&router, &wish("a")), ["a/0", "c/0", "b/0"]);
    assert_eq!(ids(&router, &wish("c")), ["c/0", "b/0"]);
}

#[test]
fn a_forced_fallback_leaves_the_first_group_out() {
    let router = router(&[("a", ONE), ("b", ONE)], &[("a", &["b"])]);
    let forced = Wish { fail_first_group: true, ..wish("a") };
    assert_eq!(ids(&router, &forced), ["b/0"]);
    assert_eq!(router.plan(&forced).unwrap().steps[0].fallback, 1);
    assert_eq!(router.plan(&Wish { fail_first_group: true, ..wish("b") }), Err(NoPlan::NoFallback));
}

#[test]
fn retries_go_round_the_group_and_are_bounded() {
    let router = router(&[("a", &[(1, 0), (1, 1)]), ("b", ONE)], &[("a", &["b"])]);
    let retried = Wish { num_retries: Some(2), ..wish("a") };
    assert_eq!(ids(&router, &retried), ["a/0", "a/1", "a/0", "b/0", "b/0", "b/0"]);
    assert_eq!(
        router.plan(&Wish { num_retries: Some(u32::MAX), ..wish("a") }).unwrap().steps.len(),
        MAX_TRIES
    );
    assert_eq!(ids(&router, &Wish { num_retries: Some(0), ..wish("a") }), ["a/0", "b/0"]);
}

#[test]
fn a_group_that_the_caller_may_not_use_is_neither_asked_nor_fallen_back_to() {
    let router = router(&[("a", ONE), ("b", ONE)], &[("a", &["b"])]);
    assert_eq!(ids(&router, &Wish { may_use: &|name| name == "a", ..wish("a") }), ["a/0"]);
    assert_eq!(router.plan(&Wish { may_use: &|name| name == "b", ..wish("a") }), Err(NoPlan::Forbidden));
    assert_eq!(router.plan(&wish("none")), Err(NoPlan::UnknownModel));
}

#[test]
fn an_alias_means_its_group() {
    let mut router = router(&[("a", ONE)], &[]);
    router.aliases.push(Alias { alias: "x".to_owned(), group: "a".to_owned(), hidden: true });
    assert_eq!(ids(&router, &wish("x")), ["a/0"]);
    assert_eq!(router.models().collect::<Vec<_>>(), ["a"]);
}

#[test]
fn no_fallback_when_the_request_says_so() {
    let router = router(&[("a", ONE), ("b", ONE)], &[("a", &["b"])]);
    assert_eq!(ids(&router, &Wish { disable_fallbacks: true, ..wish("a") }), ["a/0"]);
}

#[test]
fn the_shuffle_converges_to_the_weights_and_starves_nobody() {
    let router = router(&[("a", &[(1, 0), (2, 0), (7, 0)])], &[]);
    let mut first = [0_u32; 3];
    for dice in 0..100_000 {
        let plan = router.plan(&Wish { dice, ..wish("a") }).unwrap();
        assert_eq!(plan.steps.len(), 3);
        first[plan.steps[0].deployment] += 1;
    }
    for (got, share) in first.iter().zip([10_000_i64, 20_000, 70_000]) {
        assert!((i64::from(*got) - share).abs() < 1_000, "{first:?}");
    }
}

#[test]
fn lower_orders_go_first_whatever_the_weights() {
    let router = router(&[("a", &[(100, 2), (1, 1), (0, 1)])], &[]);
    for dice in 0..100 {
        assert_eq!(router.plan(&Wish { dice, ..wish("a") }).unwrap().steps[2].deployment, 0);
    }
}
