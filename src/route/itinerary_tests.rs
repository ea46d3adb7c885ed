#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::cause::PerClass;
use crate::random::SplitMix;
use crate::route::plan::tests::{ONE, World, entries, router, wish};
use crate::route::{RetryPolicy, Router, Wish};

/// Two deployments and a fallback with its own fallback, and groups for prompts and content.
fn routes() -> Router {
    let groups: &[(&str, &[(u64, u32)])] =
        &[("a", &[(1, 0), (1, 1)]), ("b", ONE), ("c", ONE), ("window", ONE), ("policy", ONE)];
    let mut router = router(groups, &[("a", &["b"]), ("b", &["c"]), ("window", &["c"])]);
    router.context_window_fallbacks = entries(&[("a", &["window"]), ("b", &["window"])]);
    router.content_policy_fallbacks = entries(&[("*", &["policy"])]);
    router
}

fn plan(router: &Router, wish: &Wish<'_>) -> Itinerary {
    router.plan(wish, &World::default()).unwrap()
}

fn after(itinerary: &Itinerary, at: usize, cause: Cause) -> Turn {
    itinerary.after(at, cause, &|_| false)
}

/// The deployments of a changed path.
fn path(turn: Turn) -> Vec<String> {
    match turn {
        Turn::To(stops) => stops.into_iter().map(|stop| stop.deployment).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_failure_of_the_provider_goes_on_as_planned() {
    let itinerary = plan(&routes(), &wish("a"));
    let elsewhere = |cause: &Cause| cause.fault() == Fault::Provider && *cause != Cause::AnswerTooLarge;
    for cause in Cause::ALL.into_iter().filter(elsewhere) {
        for at in 0..3 {
            assert_eq!(after(&itinerary, at, cause), Turn::Next, "{cause:?} at {at}");
        }
        assert_eq!(after(&itinerary, 3, cause), Turn::Stay, "{cause:?} at the end");
        assert_eq!(after(&itinerary, 4, cause), Turn::Stay, "{cause:?} past the end");
    }
}

#[test]
fn the_caller_s_fault_is_not_replayed() {
    let itinerary = plan(&routes(), &Wish { num_retries: Some(3), ..wish("a") });
    for cause in [Cause::InvalidRequest, Cause::RequestTooLarge] {
        assert_eq!(after(&itinerary, 0, cause), Turn::Stay);
    }
}

#[test]
fn an_answer_that_is_too_large_is_bought_from_no_other_deployment_of_its_group() {
    let mut router = routes();
    router.retry_policy.by_class.bad_gateway = Some(3);
    let cause = Cause::AnswerTooLarge;
    for wish in [wish("a"), Wish { num_retries: Some(3), ..wish("a") }] {
        let mut itinerary = plan(&router, &wish);
        let Turn::To(stops) = after(&itinerary, 0, cause) else { panic!() };
        let of_a = stops.iter().filter(|stop| stop.leg == 0).count();
        assert_eq!((of_a, stops[1].deployment.as_str()), (1, "b/0"), "another model may say less");
        itinerary.stops = stops;
        if let Turn::To(stops) = after(&itinerary, 1, cause) {
            itinerary.stops = stops;
        }
        assert_eq!(itinerary.stops[2].deployment, "c/0");
    }
    let alone = plan(&router, &Wish { disable_fallbacks: true, ..wish("a") });
    assert_eq!(after(&alone, 0, cause), Turn::Stay);
}

#[test]
fn a_group_that_fills_the_path_has_fallbacks_all_the_same() {
    let crowd: Vec<(u64, u32)> = (0..MAX_TRIES as u32 + 4).map(|order| (1, order)).collect();
    let router = router(&[("a", &crowd), ("b", ONE), ("c", ONE)], &[("a", &["b", "c"])]);
    let itinerary = plan(&router, &wish("a"));
    assert!(itinerary.stops.iter().all(|stop| stop.leg == 0), "there is room for no other");
    assert_eq!(path(after(&itinerary, 0, Cause::AnswerTooLarge)), ["a/0", "b/0", "c/0"]);
    assert_eq!(path(after(&itinerary, 13, Cause::AnswerTooLarge))[13..], ["a/13", "b/0", "c/0"]);
    assert_eq!(path(after(&itinerary, 14, Cause::AnswerTooLarge))[14..], ["a/14", "b/0"]);
    assert_eq!(after(&itinerary, 15, Cause::AnswerTooLarge), Turn::Stay);
}

/// The same of a group that only a prompt which fits nowhere else leads to.
#[test]
fn a_detour_that_fills_the_path_has_fallbacks_all_the_same() {
    let crowd: Vec<(u64, u32)> = (0..MAX_TRIES as u32).map(|order| (1, order)).collect();
    let groups: &[(&str, &[(u64, u32)])] = &[("a", ONE), ("w", &crowd), ("b", ONE), ("c", ONE), ("d", ONE)];
    let mut router = router(groups, &[("a", &["b"]), ("w", &["c", "d"])]);
    router.context_window_fallbacks = entries(&[("a", &["w"])]);
    let mut itinerary = plan(&router, &wish("a"));
    let Turn::To(stops) = after(&itinerary, 0, Cause::ContextWindow) else { panic!() };
    itinerary.stops = stops;
    assert!(itinerary.stops.len() == MAX_TRIES && itinerary.stops[15].deployment == "w/14");
    assert_eq!(path(after(&itinerary, 2, Cause::AnswerTooLarge)), ["a/0", "w/0", "w/1", "c/0", "d/0"]);
    let Turn::To(stops) = after(&itinerary, 14, Cause::AnswerTooLarge) else { panic!() };
    itinerary.stops = stops;
    assert_eq!(itinerary.stops[15].deployment, "c/0");
    assert_eq!(after(&itinerary, 15, Cause::AnswerTooLarge), Turn::Stay);
}

#[test]
fn prompts_and_content_have_chains_of_their_own() {
    let itinerary = plan(&routes(), &wish("a"));
    assert_eq!(path(after(&itinerary, 0, Cause::ContextWindow)), ["a/0", "window/0", "c/0"]);
    assert_eq!(path(after(&itinerary, 2, Cause::ContextWindow)), ["a/0", "a/1", "b/0", "window/0", "c/0"]);
    assert_eq!(path(after(&itinerary, 0, Cause::ContentPolicy)), ["a/0", "policy/0"]);
    assert_eq!(after(&itinerary, 3, Cause::ContextWindow), Turn::Stay, "`c` has none");
}

#[test]
fn a_changed_path_is_followed_from_there() {
    let mut itinerary = plan(&routes(), &wish("a"));
    let Turn::To(stops) = after(&itinerary, 0, Cause::ContextWindow) else { panic!() };
    itinerary.stops = stops;
    assert_eq!(after(&itinerary, 1, Cause::ServerError), Turn::Next);
    assert_eq!(path(after(&itinerary, 1, Cause::ContentPolicy)), ["a/0", "window/0", "policy/0"]);
    assert_eq!(after(&itinerary, 2, Cause::ServerError), Turn::Stay);
}

#[test]
fn what_is_out_is_not_tried_again() {
    let itinerary = plan(&routes(), &Wish { num_retries: Some(3), ..wish("a") });
    let stops: Vec<&str> = itinerary.stops.iter().map(|stop| stop.deployment.as_str()).collect();
    assert_eq!(stops[..5], ["a/0", "a/1", "a/0", "a/1", "b/0"]);
    let turn = itinerary.after(0, Cause::Authentication, &|id| id == "a/0");
    assert_eq!(path(turn)[..5], ["a/0", "a/1", "a/1", "a/1", "b/0"]);
    let turn = itinerary.after(1, Cause::Authentication, &|id| id.starts_with("a/"));
    assert_eq!(path(turn)[..4], ["a/0", "a/1", "b/0", "b/0"]);
    assert_eq!(itinerary.after(0, Cause::ServerError, &|_| true), Turn::Stay);
}

#[test]
fn a_policy_counts_by_cause() {
    let mut router = routes();
    router.retry_policy = RetryPolicy {
        by_class: PerClass {
            bad_request: Some(1),
            rate_limit: Some(3),
            timeout: Some(0),
            content_policy_violation: Some(1),
            ..PerClass::default()
        },
        other: Some(2),
    };
    let itinerary = plan(&router, &wish("a"));
    let stops: Vec<&str> = itinerary.stops.iter().map(|stop| stop.deployment.as_str()).collect();
    assert_eq!(stops, ["a/0", "b/0", "c/0"], "a lost try is not made again");
    assert_eq!(path(after(&itinerary, 0, Cause::RateLimit)), ["a/0", "a/1", "b/0", "c/0"]);
    for (cause, then) in [(Cause::InvalidRequest, None), (Cause::ContentPolicy, Some("policy/0"))] {
        let mut itinerary = itinerary.clone();
        let Turn::To(stops) = after(&itinerary, 0, cause) else { panic!() };
        assert_eq!(stops[1].deployment, "a/1");
        itinerary.stops = stops;
        let turn = after(&itinerary, 1, cause);
        match then {
            Some(then) => assert_eq!(path(turn), ["a/0", "a/1", then]),
            None => assert_eq!(turn, Turn::Stay),
        }
    }
    let limited = |tries: usize| {
        let mut itinerary = itinerary.clone();
        for at in 0..tries {
            match after(&itinerary, at, Cause::RateLimit) {
                Turn::To(stops) => itinerary.stops = stops,
                Turn::Next => {}
                Turn::Stay => panic!("{at}"),
            }
        }
        itinerary.stops[tries].deployment.clone()
    };
    assert_eq!([limited(1), limited(2), limited(3), limited(4)], ["a/1", "a/0", "a/1", "b/0"]);
    assert_eq!(itinerary.most_tries(), MAX_TRIES);
}

/// Whatever goes wrong, in whatever order: a request ends, within the tries that the router is allowed, and
/// never tries what is out.
#[test]
fn every_course_of_failures_is_bounded() {
    let mut router = routes();
    router.retry_policy.by_class.rate_limit = Some(4);
    let mut numbers = SplitMix(1);
    let mut next = |bound: usize| numbers.index(bound);
    for _ in 0..2_000 {
        let retries = [None, Some(0), Some(1), Some(7)][next(4)];
        let mut itinerary =
            plan(&router, &Wish { num_retries: retries, ..wish(["a", "b", "window"][next(3)]) });
        let most = itinerary.most_tries();
        assert!(itinerary.stops.len() <= most && most <= MAX_TRIES);
        let mut out: Vec<String> = Vec::new();
        let mut at = 0;
        loop {
            let here = itinerary.stops[at].deployment.clone();
            assert!(!out.contains(&here), "{here} is out");
            let cause = Cause::ALL[next(Cause::ALL.len())];
            if cause.lasts() {
                out.push(here);
            }
            match itinerary.after(at, cause, &|id| out.iter().any(|other| other == id)) {
                Turn::Stay => break,
                Turn::Next => {}
                Turn::To(stops) => {
                    assert_eq!(stops[..=at], itinerary.stops[..=at], "what was tried was tried");
                    itinerary.stops = stops;
                }
            }
            at += 1;
            assert!(at < most, "{at} of {most}");
        }
    }
}
