use std::cell::{Cell, RefCell};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::cause::PerClass;
use crate::route::{Abilities, Alias, Candidate, Fallback, Group, RetryPolicy, Strategy, Target};

/// Groups with candidates as (weight, order), and their fallbacks.
pub(in crate::route) fn router(groups: &[(&str, &[(u64, u32)])], fallbacks: &[(&str, &[&str])]) -> Router {
    let mut router = Router { max_fallbacks: 5, ..Router::default() };
    for (name, candidates) in groups {
        let first = router.deployments.len();
        for (n, (weight, order)) in candidates.iter().enumerate() {
            let id = format!("{name}/{n}");
            router.deployments.push(Candidate { id, weight: *weight, order: *order, ..Candidate::default() });
        }
        let deployments = (first..router.deployments.len()).collect();
        router.groups.push(Group { name: (*name).to_owned(), deployments });
    }
    router.fallbacks = entries(fallbacks);
    router
}

pub(in crate::route) fn entries(fallbacks: &[(&str, &[&str])]) -> Vec<Fallback> {
    let entry = |(from, to): &(&str, &[&str])| Fallback {
        from: (*from).to_owned(),
        to: to.iter().map(|name| Target::group(name)).collect(),
    };
    fallbacks.iter().map(entry).collect()
}

pub(in crate::route) fn wish(model: &str) -> Wish<'_> {
    Wish {
        model,
        played: None,
        disable_fallbacks: false,
        num_retries: None,
        own: Own::default(),
        of_key: &[],
        may_use: &|_| true,
        needs: Needs::default(),
        dice: 7,
    }
}

/// What is known of deployments by id; every question is counted.
#[derive(Default)]
pub(in crate::route) struct World {
    standings: Vec<(&'static str, Standing)>,
    taken: RefCell<Vec<String>>,
    questions: Cell<u32>,
}

impl World {
    pub(in crate::route) fn of(standings: &[(&'static str, Standing)]) -> Self {
        Self { standings: standings.to_vec(), ..Self::default() }
    }

    /// Whose probe was asked for, in order.
    pub(in crate::route) fn taken(&self) -> Vec<String> {
        self.taken.borrow().clone()
    }
}

impl Surroundings for World {
    fn standing(&self, deployment: &str) -> Standing {
        self.questions.set(self.questions.get() + 1);
        self.standings
            .iter()
            .find(|(id, _)| *id == deployment)
            .map_or(Standing::Well, |(_, standing)| *standing)
    }

    fn claim(&self, deployment: &str) -> bool {
        self.questions.set(self.questions.get() + 1);
        let mut taken = self.taken.borrow_mut();
        let free = !taken.iter().any(|id| id == deployment);
        taken.push(deployment.to_owned());
        free
    }

    fn load(&self, _: &str) -> Load {
        self.questions.set(self.questions.get() + 1);
        Load::default()
    }
}

fn plan(router: &Router, wish: &Wish<'_>) -> Result<Itinerary, NoPlan> {
    router.plan(wish, &World::default())
}

fn ids(router: &Router, wish: &Wish<'_>) -> Vec<String> {
    stops(&plan(router, wish).unwrap())
}

pub(in crate::route) fn stops(itinerary: &Itinerary) -> Vec<String> {
    itinerary.stops.iter().map(|stop| stop.deployment.clone()).collect()
}

pub(in crate::route) const ONE: &[(u64, u32)] = &[(1, 0)];

#[test]
fn a_group_then_its_fallbacks_then_theirs() {
    let router =
        router(&[("a", ONE), ("b", ONE), ("c", ONE), ("d", ONE)], &[("a", &["b", "d"]), ("b", &["c"])]);
    assert_eq!(ids(&router, &wish("a")), ["a/0", "b/0", "c/0", "d/0"]);
}

#[test]
fn a_ring_of_fallbacks_ends() {
    let router = router(&[("a", ONE), ("b", ONE)], &[("a", &["b"]), ("b", &["a"])]);
    assert_eq!(ids(&router, &wish("a")), ["a/0", "b/0"]);
}

#[test]
fn no_more_groups_are_entered_than_allowed() {
    let mut router = router(&[("a", ONE), ("b", ONE), ("c", ONE)], &[("a", &["b", "c"])]);
    router.max_fallbacks = 1;
    assert_eq!(ids(&router, &wish("a")), ["a/0", "b/0"]);
}

#[test]
fn default_fallbacks_serve_groups_without_their_own() {
    let mut router = router(&[("a", ONE), ("b", ONE), ("c", ONE)], &[("a", &["c"])]);
    router.default_fallbacks = vec![Target::group("b")];
    assert_eq!(ids(&router, &wish("a")), ["a/0", "c/0", "b/0"]);
    assert_eq!(ids(&router, &wish("c")), ["c/0", "b/0"]);
}

#[test]
fn a_played_failure_leaves_the_first_group_out() {
    let mut router = router(&[("a", ONE), ("b", ONE), ("w", ONE), ("p", ONE)], &[("a", &["b"])]);
    router.context_window_fallbacks = entries(&[("a", &["w"])]);
    router.content_policy_fallbacks = entries(&[("a", &["p"])]);
    for (played, to) in [
        (Played::ServerError, "b/0"),
        (Played::RateLimit, "b/0"),
        (Played::ContextWindow, "w/0"),
        (Played::ContentPolicy, "p/0"),
    ] {
        assert_eq!(ids(&router, &Wish { played: Some(played), ..wish("a") }), [to]);
        let none = plan(&router, &Wish { played: Some(played), ..wish("b") });
        assert_eq!(none, Err(NoPlan::NoFallback(played)));
    }
}

#[test]
fn retries_go_round_the_group_and_are_bounded() {
    let router = router(&[("a", &[(1, 0), (1, 1)]), ("b", ONE)], &[("a", &["b"])]);
    let retried = |count| Wish { num_retries: Some(count), ..wish("a") };
    assert_eq!(ids(&router, &retried(2)), ["a/0", "a/1", "a/0", "b/0", "b/0", "b/0"]);
    assert_eq!(ids(&router, &retried(u32::MAX)).len(), MAX_TRIES);
    assert_eq!(ids(&router, &retried(0)), ["a/0", "b/0"]);
}

#[test]
fn the_request_s_retries_count_before_the_deployment_s_and_those_before_the_router_s() {
    let mut router = router(&[("a", ONE)], &[]);
    router.num_retries = Some(1);
    assert_eq!(ids(&router, &wish("a")).len(), 2);
    router.deployments[0].num_retries = Some(3);
    assert_eq!(ids(&router, &wish("a")).len(), 4);
    assert_eq!(ids(&router, &Wish { num_retries: Some(0), ..wish("a") }).len(), 1);
}

#[test]
fn a_group_s_own_retry_policy_counts() {
    let mut router = router(&[("a", ONE), ("b", ONE)], &[("a", &["b"])]);
    let policy = |retries| RetryPolicy {
        by_class: PerClass {
            timeout: Some(retries),
            service_unavailable: Some(retries),
            ..PerClass::default()
        },
        other: None,
    };
    router.retry_policy = policy(1);
    router.group_retry_policies = vec![("b".to_owned(), policy(2))];
    assert_eq!(ids(&router, &wish("a")), ["a/0", "a/0", "b/0", "b/0", "b/0"]);
    assert_eq!(ids(&router, &Wish { num_retries: Some(0), ..wish("a") }), ["a/0", "b/0"]);
}

#[test]
fn a_group_that_the_caller_may_not_use_is_neither_asked_nor_fallen_back_to() {
    let router = router(&[("a", ONE), ("b", ONE)], &[("a", &["b"])]);
    assert_eq!(ids(&router, &Wish { may_use: &|name| name == "a", ..wish("a") }), ["a/0"]);
    assert_eq!(plan(&router, &Wish { may_use: &|name| name == "b", ..wish("a") }), Err(NoPlan::Forbidden));
    assert_eq!(plan(&router, &wish("none")), Err(NoPlan::UnknownModel));
}

#[test]
fn an_alias_means_its_group() {
    let mut router = router(&[("a", ONE)], &[]);
    router.aliases.push(Alias { alias: "x".to_owned(), group: "a".to_owned(), hidden: true });
    assert_eq!(ids(&router, &wish("x")), ["a/0"]);
    assert_eq!(router.models().collect::<Vec<_>>(), ["a"]);
}

#[test]
fn a_group_without_a_deployment_is_passed_by_for_its_fallbacks() {
    let mut router = router(&[("a", &[]), ("b", ONE), ("p/*", &[])], &[("a", &["p/x", "b"])]);
    router.aliases.push(Alias { alias: "x".to_owned(), group: "p/x".to_owned(), hidden: false });
    assert_eq!(ids(&router, &wish("a")), ["b/0"]);
    for unserved in ["p/x", "x"] {
        assert_eq!(plan(&router, &wish(unserved)), Err(NoPlan::Unserved), "{unserved}");
    }
    assert_eq!(plan(&router, &Wish { disable_fallbacks: true, ..wish("a") }), Err(NoPlan::Unserved));
    assert_eq!(router.models().collect::<Vec<_>>(), ["b"]);
}

#[test]
fn no_fallback_when_the_request_says_so() {
    let mut router = router(&[("a", ONE), ("b", ONE)], &[("a", &["b"])]);
    router.context_window_fallbacks = entries(&[("a", &["b"])]);
    let itinerary = plan(&router, &Wish { disable_fallbacks: true, ..wish("a") }).unwrap();
    assert_eq!(stops(&itinerary), ["a/0"]);
    assert_eq!(itinerary.legs.len(), 1);
}

#[test]
fn the_request_s_own_fallbacks_are_the_whole_list() {
    let router = router(&[("a", ONE), ("b", ONE), ("c", ONE)], &[("a", &["b"]), ("c", &["b"])]);
    let overrides = serde_json::json!({"temperature": 0}).as_object().cloned();
    let own = [Target { model: "c".to_owned(), overrides: overrides.clone() }];
    let wish = Wish { own: Own { general: Some(&own), ..Own::default() }, ..wish("a") };
    let itinerary = plan(&router, &wish).unwrap();
    assert_eq!(stops(&itinerary), ["a/0", "c/0"]);
    assert_eq!(itinerary.legs[1].overrides, overrides);
}

fn of_key(entries: &[(&str, &str)]) -> Vec<(String, Vec<Target>)> {
    entries.iter().map(|(from, to)| ((*from).to_owned(), vec![Target::group(to)])).collect()
}

#[test]
fn a_key_s_fallbacks_count_before_the_file_s_and_each_group_s_own_follow() {
    let groups = [("a", ONE), ("b", ONE), ("c", ONE), ("d", ONE)];
    let router = router(&groups, &[("a", &["d"]), ("b", &["c"])]);
    for (entries, expected) in [
        (&[("a", "b")][..], &["a/0", "b/0", "c/0"][..]),
        (&[("a", "b"), ("b", "d")], &["a/0", "b/0", "d/0"]),
        (&[("b", "d")], &["a/0", "d/0"]),
    ] {
        assert_eq!(ids(&router, &Wish { of_key: &of_key(entries), ..wish("a") }), expected);
    }
}

#[test]
fn a_key_s_fallbacks_are_those_of_the_name_that_is_asked_for_else_of_its_group() {
    let mut router = router(&[("p/*", ONE), ("b", ONE), ("c", ONE), ("d", ONE)], &[("p/*", &["d"])]);
    for (alias, group) in [("one", "b"), ("two", "b")] {
        router.aliases.push(Alias { alias: alias.to_owned(), group: group.to_owned(), hidden: false });
    }
    let both = &[("p/x", "b"), ("p/y", "c")][..];
    for (asked, entries, expected) in [
        ("p/x", both, &["p/*/0", "b/0"][..]),
        ("p/y", both, &["p/*/0", "c/0"]),
        ("p/z", both, &["p/*/0", "d/0"]),
        ("p/z", &[("p/*", "c"), ("p/x", "b")], &["p/*/0", "c/0"]),
        ("p/x", &[("p/*", "c"), ("p/x", "b")], &["p/*/0", "b/0"]),
        ("d", &[("d", "p/x"), ("p/x", "c")], &["d/0", "p/*/0", "c/0"]),
        ("two", &[("one", "c"), ("two", "d")], &["b/0", "d/0"]),
        ("b", &[("one", "c")], &["b/0", "c/0"]),
    ] {
        let wish = Wish { of_key: &of_key(entries), ..wish(asked) };
        assert_eq!(ids(&router, &wish), expected, "{asked} {entries:?}");
    }
}

#[test]
fn a_name_that_a_pattern_serves_has_entries_of_its_own() {
    let groups = [("p/*", ONE), ("b", ONE), ("c", ONE)];
    let mut router = router(&groups, &[("p/x", &["b"]), ("p/*", &["c"])]);
    router.context_window_fallbacks = entries(&[("p/x", &["c"]), ("*", &["b"])]);
    router.group_retry_policies = vec![
        ("p/*".to_owned(), RetryPolicy { other: Some(1), ..RetryPolicy::default() }),
        ("p/x".to_owned(), RetryPolicy { other: Some(2), ..RetryPolicy::default() }),
    ];
    for (asked, general, window, tries) in [("p/x", "b/0", "c/0", 3), ("p/y", "c/0", "b/0", 2)] {
        let ids = ids(&router, &wish(asked));
        assert_eq!(ids.first().map(String::as_str), Some("p/*/0"), "{asked}");
        assert_eq!(ids.last().map(String::as_str), Some(general), "{asked}");
        let played = Wish { played: Some(Played::ContextWindow), ..wish(asked) };
        assert_eq!(self::ids(&router, &played).first().map(String::as_str), Some(window), "{asked}");
        let first = plan(&router, &wish(asked)).unwrap().legs.into_iter().next().unwrap();
        assert_eq!(first.retries.policy.other, Some(tries - 1), "{asked}");
    }
}

#[test]
fn one_group_with_two_sets_of_parameters_is_two_legs() {
    let router = router(&[("a", ONE)], &[]);
    let own = [Target { model: "a".to_owned(), overrides: serde_json::json!({"n": 1}).as_object().cloned() }];
    let wish = Wish { own: Own { general: Some(&own), ..Own::default() }, ..wish("a") };
    assert_eq!(ids(&router, &wish), ["a/0", "a/0"]);
}

#[test]
fn the_shuffle_converges_to_the_weights_and_starves_nobody() {
    let router = router(&[("a", &[(1, 0), (2, 0), (7, 0)])], &[]);
    let mut first = [0_i64; 3];
    for dice in 0..100_000 {
        let ids = ids(&router, &Wish { dice, ..wish("a") });
        assert_eq!(ids.len(), 3);
        first[router.deployments.iter().position(|one| one.id == ids[0]).unwrap()] += 1;
    }
    // Within one percent of all requests.
    for (got, share) in first.iter().zip([10_000, 20_000, 70_000]) {
        assert!((got - share).abs() < 1_000, "{first:?}");
    }
}

#[test]
fn lower_orders_go_first_whatever_the_weights() {
    let router = router(&[("a", &[(100, 2), (1, 1), (0, 1)])], &[]);
    for dice in 0..100 {
        assert_eq!(ids(&router, &Wish { dice, ..wish("a") })[2], "a/0");
    }
}

#[test]
fn a_plan_asks_nothing_that_the_configuration_does_not_need() {
    let groups: &[(&str, &[(u64, u32)])] = &[("a", &[(1, 0), (1, 0)]), ("b", ONE)];
    let mut router = router(groups, &[("a", &["b"])]);
    let questions = |router: &Router| {
        let world = World::default();
        router.plan(&wish("a"), &world).unwrap();
        world.questions.get()
    };
    assert_eq!(questions(&router), 0);
    router.cooldowns = true;
    assert_eq!(questions(&router), 3);
    router.cooldowns = false;
    router.strategy = Strategy::CostBased;
    assert_eq!(questions(&router), 0);
    // Where there is no choice, nothing is measured.
    router.strategy = Strategy::LeastBusy;
    assert_eq!(questions(&router), 2);
}

fn cooled(standings: &[(&'static str, Standing)]) -> (Router, World) {
    let mut router = router(&[("a", &[(1, 0), (1, 1)]), ("b", ONE)], &[("a", &["b"])]);
    router.cooldowns = true;
    (router, World::of(standings))
}

#[test]
fn what_is_cooled_is_left_out() {
    let (router, world) = cooled(&[("a/0", Standing::Cooled(9))]);
    assert_eq!(stops(&router.plan(&wish("a"), &world).unwrap()), ["a/1", "b/0"]);
    let (router, world) = cooled(&[("a/0", Standing::Cooled(9)), ("a/1", Standing::Cooled(9))]);
    assert_eq!(stops(&router.plan(&wish("a"), &world).unwrap()), ["b/0"]);
}

#[test]
fn one_request_probes_what_is_due_and_the_others_pass_it_by() {
    let (router, world) = cooled(&[("a/0", Standing::Due)]);
    let probe = router.plan(&Wish { num_retries: Some(2), ..wish("a") }, &world).unwrap();
    assert!(probe.legs[0].probe);
    assert_eq!(stops(&probe)[..3], ["a/0", "a/1", "a/1"], "a probe is one try");
    let other = router.plan(&wish("a"), &world).unwrap();
    assert!(!other.legs[0].probe);
    assert_eq!(stops(&other), ["a/1", "b/0"]);
}

#[test]
fn a_fallback_that_is_due_is_not_probed_by_a_request_that_may_not_need_it() {
    let (router, world) = cooled(&[("b/0", Standing::Due)]);
    assert_eq!(stops(&router.plan(&wish("a"), &world).unwrap()), ["a/0", "a/1"]);
    assert!(world.taken().is_empty());
}

#[test]
fn a_request_whose_failure_is_played_takes_no_probe() {
    let (router, world) = cooled(&[("a/0", Standing::Due)]);
    let played = Wish { played: Some(Played::ServerError), ..wish("a") };
    assert_eq!(stops(&router.plan(&played, &world).unwrap()), ["b/0"]);
    assert!(world.taken().is_empty(), "the next request makes it");
}

#[test]
fn where_everything_is_cooled_the_one_due_back_first_is_tried() {
    let (router, world) = cooled(&[
        ("a/0", Standing::Cooled(30)),
        ("a/1", Standing::Cooled(20)),
        ("b/0", Standing::Cooled(10)),
    ]);
    assert_eq!(stops(&router.plan(&wish("a"), &world).unwrap()), ["b/0"]);
    assert_eq!(stops(&router.plan(&Wish { disable_fallbacks: true, ..wish("a") }, &world).unwrap()), ["a/1"]);
}

fn checked(abilities: &[Abilities]) -> Router {
    let mut router = router(&[("a", &[(1, 0), (1, 1)]), ("big", ONE)], &[]);
    router.pre_call_checks = true;
    router.context_window_fallbacks = entries(&[("a", &["big"])]);
    for (candidate, abilities) in router.deployments.iter_mut().zip(abilities) {
        candidate.abilities = abilities.clone();
    }
    router
}

#[test]
fn deployments_that_cannot_serve_a_request_are_left_out() {
    let window = |most| Abilities { max_input_tokens: Some(most), ..Abilities::default() };
    let router = checked(&[window(10), window(100)]);
    let long = |input_tokens| Wish { needs: Needs { input_tokens, ..Needs::default() }, ..wish("a") };
    assert_eq!(ids(&router, &long(5)), ["a/0", "a/1"]);
    assert_eq!(ids(&router, &long(50)), ["a/1"]);
    assert_eq!(ids(&router, &long(500)), ["big/0"], "as if the provider had said that it does not fit");
    let alone = Wish { disable_fallbacks: true, ..long(500) };
    assert_eq!(plan(&router, &alone), Err(NoPlan::Unable(Lack::ContextWindow)));
}

#[test]
fn a_modality_or_a_region_that_no_deployment_has_is_said() {
    let blind = Abilities { vision: Some(false), ..Abilities::default() };
    let european = Abilities { region: Some("eu".to_owned()), ..Abilities::default() };
    let router = checked(&[blind.clone(), european]);
    let see = Needs { vision: true, ..Needs::default() };
    assert_eq!(ids(&router, &Wish { needs: see, ..wish("a") }), ["a/1"]);
    let there = |region| Wish { needs: Needs { region: Some(region), ..Needs::default() }, ..wish("a") };
    assert_eq!(ids(&router, &there("eu")), ["a/1"]);
    assert_eq!(plan(&router, &there("us")), Err(NoPlan::Unable(Lack::Region)));
    let blind = checked(&[blind.clone(), blind]);
    let none = plan(&blind, &Wish { needs: see, disable_fallbacks: true, ..wish("a") });
    assert_eq!(none, Err(NoPlan::Unable(Lack::Modality("images"))));
}
