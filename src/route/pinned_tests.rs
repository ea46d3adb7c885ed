#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::route::plan::tests::{entries, router, wish};
use crate::route::{Abilities, Lack, Needs, Own, Played};

fn world() -> Router {
    router(
        &[("a", &[(1, 0), (1, 0)]), ("b", &[(1, 0)]), ("c", &[(1, 0)]), ("d", &[(1, 0)])],
        &[("a", &["b"]), ("b", &["c"])],
    )
}

fn stops(itinerary: &Itinerary) -> Vec<&str> {
    itinerary.stops.iter().map(|stop| stop.deployment.as_str()).collect()
}

#[test]
fn a_deployment_is_found_in_its_group_or_behind_it() {
    let router = world();
    for (model, id, group) in [("a", "a/1", "a"), ("a", "b/0", "b"), ("a", "c/0", "c"), ("b", "c/0", "c")] {
        let plan = router.pinned(&wish(model), id).unwrap();
        assert_eq!((stops(&plan), plan.legs[0].group.as_str()), (vec![id], group), "{model} {id}");
        assert_eq!(plan.most_tries(), 1);
    }
    for (model, id, none) in [
        ("a", "d/0", NoPlan::Elsewhere),
        ("b", "a/0", NoPlan::Elsewhere),
        ("a", "gone", NoPlan::Elsewhere),
        ("x", "a/0", NoPlan::UnknownModel),
    ] {
        assert_eq!(router.pinned(&wish(model), id), Err(none), "{model} {id}");
    }
}

#[test]
fn detours_and_the_requests_own_fallbacks_lead_there_too() {
    let mut router = world();
    router.context_window_fallbacks = entries(&[("a", &["d"])]);
    assert_eq!(router.pinned(&wish("a"), "d/0").unwrap().legs[0].group, "d");
    let own =
        [Target { model: "d".to_owned(), overrides: serde_json::json!({"top_p": 1}).as_object().cloned() }];
    let own = Wish { own: Own { general: Some(&own), ..Own::default() }, ..wish("b") };
    assert!(router.pinned(&own, "d/0").unwrap().legs[0].overrides.is_some());
    assert_eq!(
        router.pinned(&own, "c/0"),
        Err(NoPlan::Elsewhere),
        "they count instead of the configured ones"
    );
}

#[test]
fn what_a_caller_may_not_do_it_may_not_do_here() {
    let router = world();
    let narrow = |model| Wish { may_use: &|group| group == "a", ..wish(model) };
    assert_eq!(router.pinned(&narrow("a"), "b/0"), Err(NoPlan::Elsewhere));
    assert_eq!(router.pinned(&narrow("b"), "b/0"), Err(NoPlan::Forbidden));
    let stay = Wish { disable_fallbacks: true, ..wish("a") };
    assert_eq!(router.pinned(&stay, "b/0"), Err(NoPlan::Elsewhere));
    let played = Wish { played: Some(Played::RateLimit), ..wish("a") };
    assert_eq!(router.pinned(&played, "a/0"), Err(NoPlan::NoFallback(Played::RateLimit)));
}

#[test]
fn it_is_tried_as_often_as_its_group_says() {
    let router = Router { num_retries: Some(2), ..world() };
    assert_eq!(stops(&router.pinned(&wish("a"), "a/1").unwrap()), ["a/1", "a/1", "a/1"]);
    let once = Wish { num_retries: Some(0), ..wish("") };
    assert_eq!(stops(&router.holding(&once, "b/0").unwrap()), ["b/0"]);
    assert_eq!(router.holding(&once, "gone"), Err(NoPlan::Elsewhere));
}

#[test]
fn a_region_is_kept_to() {
    let mut router = world();
    router.deployments[0].abilities = Abilities { region: Some("eu".to_owned()), ..Abilities::default() };
    let wish = |region| Wish { needs: Needs { region: Some(region), ..Needs::default() }, ..wish("a") };
    assert!(router.pinned(&wish("eu"), "a/0").is_ok());
    assert_eq!(router.pinned(&wish("us"), "a/0"), Err(NoPlan::Unable(Lack::Region)));
}
