//! Fallbacks of groups of which nothing can be tried.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use crate::route::plan::Played;
use crate::route::plan::tests::{ONE, World, entries, router, stops, wish};
use crate::route::{Abilities, Itinerary, Needs, Router, Standing, Surroundings, Wish};

const TWO: &[(u64, u32)] = &[(1, 0), (1, 1)];

/// `a`, whose deployments are these, falls back to `b`, which has two, and to `c`; long prompts to `w`.
fn falling_back(of_a: &[(u64, u32)]) -> Router {
    let groups = &[("a", of_a), ("b", TWO), ("c", ONE), ("w", TWO)];
    let mut router = router(groups, &[("a", &["b", "c"])]);
    router.context_window_fallbacks = entries(&[("a", &["w"])]);
    router.cooldowns = true;
    router
}

fn plan(router: &Router, wish: &Wish<'_>, world: &World) -> Itinerary {
    router.plan(wish, world).unwrap()
}

#[test]
fn a_fallback_that_is_due_is_probed_where_it_is_the_very_first_try() {
    for (of_a, resting) in
        [(&[][..], &[][..]), (TWO, &[("a/0", Standing::Cooled(9)), ("a/1", Standing::Due)])]
    {
        let router = falling_back(of_a);
        let world = World::of(&[resting, &[("b/0", Standing::Due), ("c/0", Standing::Due)]].concat());
        assert!(world.claim("a/1"), "somebody else probes it");
        let probing = plan(&router, &wish("a"), &world);
        assert_eq!(stops(&probing), ["b/0", "b/1"], "what is due behind it is left out");
        assert_eq!(probing.legs.iter().filter(|leg| leg.probe).count(), 1);
        assert!(probing.legs[1].probe);
        assert_eq!(stops(&plan(&router, &wish("a"), &world)), ["b/1"], "one request at a time");
    }
}

#[test]
fn a_fallback_for_long_prompts_is_probed_where_the_prompt_fits_nothing_of_the_group() {
    let mut router = falling_back(ONE);
    router.pre_call_checks = true;
    router.deployments[0].abilities = Abilities { max_input_tokens: Some(10), ..Abilities::default() };
    let long = Wish { needs: Needs { input_tokens: 50, ..Needs::default() }, ..wish("a") };
    let world = World::of(&[("w/0", Standing::Due), ("b/0", Standing::Due)]);
    assert_eq!(stops(&plan(&router, &long, &world)), ["w/0", "w/1"]);
    assert_eq!(world.taken(), ["w/0"], "nothing is taken of groups that are not tried");
}

#[test]
fn what_only_another_failure_leads_to_is_not_probed() {
    let router = falling_back(TWO);
    let world = World::of(&[
        ("a/0", Standing::Cooled(2)),
        ("a/1", Standing::Cooled(3)),
        ("b/0", Standing::Cooled(5)),
        ("b/1", Standing::Cooled(5)),
        ("c/0", Standing::Cooled(5)),
        ("w/0", Standing::Due),
    ]);
    assert_eq!(stops(&plan(&router, &wish("a"), &world)), ["a/0"]);
    assert!(world.taken().is_empty());
}

#[test]
fn groups_of_which_nothing_is_served_use_up_no_fallbacks() {
    let names: Vec<String> = (0..20).map(|n| format!("t{n}")).collect();
    let unserved: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut groups: Vec<(&str, &[(u64, u32)])> = unserved.iter().map(|name| (*name, &[][..])).collect();
    groups.extend([("a", &[][..]), ("p/*", &[]), ("b", ONE), ("c", ONE), ("d", ONE)]);
    let all = [&unserved[..], &["b", "p/x", "p/y", "c", "d"]].concat();
    let mut router = router(&groups, &[("a", &all)]);
    router.max_fallbacks = 2;
    assert_eq!(stops(&plan(&router, &wish("a"), &World::default())), ["b/0", "c/0"]);
}

#[test]
fn what_a_group_without_a_deployment_falls_back_to_takes_its_place() {
    let groups = [("a", ONE), ("x", &[][..]), ("p/*", &[]), ("b", ONE), ("c", ONE)];
    let ring =
        &[("a", &["x", "c"][..]), ("x", &["p/1"]), ("p/1", &["x", "p/2"]), ("p/2", &["p/1", "b", "a"])];
    let mut router = router(&groups, ring);
    router.context_window_fallbacks = entries(&[("a", &["x"])]);
    for (asked, expected) in [("a", &["a/0", "b/0", "c/0"][..]), ("x", &["b/0", "a/0", "c/0"])] {
        assert_eq!(stops(&plan(&router, &wish(asked), &World::default())), expected, "{asked}");
    }
    let played = Wish { played: Some(Played::ContextWindow), ..wish("a") };
    assert_eq!(stops(&plan(&router, &played, &World::default())), ["b/0", "c/0"]);
}
