//! How many requests at once a budget lets pass, by what the deployments cost that they may reach.

use std::rc::Rc;

use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::admission::{World, report, settings};
use crate::budgets::Budget;
use crate::config::AdmissionSettings;
use crate::exchange::Flow;
use crate::exchange::admission::{Admission, Setup};
use crate::limits::Limits;
use crate::memory::Memory;
use crate::route::Group;

/// Requests that ask at once.
const ASKING: usize = 20;
/// What the budget covers, at the cost of the first request.
const COVERED: u64 = 10;
/// What the first request costs, in nano-dollars.
const COST: u64 = 1_000;

/// A gateway whose deployments cost so much, an input and an output token together, and a key with a budget.
fn world(costs: [Option<u64>; 2], budget: u64, one_group: bool) -> World {
    of(costing(costs, budget, one_group))
}

fn of(settings: AdmissionSettings) -> World {
    World { setup: Rc::new(Setup::new(settings, None).unwrap()), memory: Memory::default() }
}

fn costing(costs: [Option<u64>; 2], budget: u64, one_group: bool) -> AdmissionSettings {
    let mut settings = settings();
    for (candidate, cost) in settings.router.deployments.iter_mut().zip(costs) {
        candidate.cost = cost;
    }
    if one_group {
        settings.router.groups = vec![Group { name: "a".to_owned(), deployments: vec![0, 1] }];
        settings.router.fallbacks.clear();
    }
    for key in &mut settings.keys {
        key.limits = Limits::default();
        key.budget = Budget { max_nanodollars: Some(budget), ..Budget::default() };
    }
    settings
}

fn ask(world: &World) -> (Admission, bool) {
    let body = json!({"model": "a", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 10});
    let (machine, step) = world.ask(&body);
    (machine, step.flow == Flow::Continue)
}

/// How many of those that ask at once pass. All of them are under way until the last has asked.
fn passing(world: &World) -> usize {
    let asked: Vec<_> = (0..ASKING).map(|_| ask(world)).collect();
    asked.iter().filter(|(_, passed)| *passed).count()
}

/// One request is over, and did cost so much.
fn spend(world: &World, cost: u64) {
    let (mut machine, passed) = ask(world);
    assert!(passed);
    let mut report = report(10);
    report.answer.cost_nanodollars = cost;
    world.event(&mut machine, &report);
}

#[test]
fn only_what_is_sure_to_cost_nothing_takes_no_room() {
    let left = usize::try_from(COVERED).unwrap() - 1;
    for (costs, passes) in [
        ([Some(1_000), Some(1_000)], left),
        // Whichever answers: the mean of what was paid is expected.
        ([None, Some(1_000)], left),
        ([Some(0), Some(1_000)], left),
        ([Some(1_000), Some(0)], left),
        // What has no price is charged nothing.
        ([None, None], ASKING),
        ([Some(0), None], ASKING),
        ([None, Some(0)], ASKING),
        ([Some(0), Some(0)], ASKING),
    ] {
        for one_group in [false, true] {
            let world = world(costs, COVERED * COST, one_group);
            spend(&world, COST);
            assert_eq!(passing(&world), passes, "{costs:?}, one group: {one_group}");
        }
    }
}

#[test]
fn until_a_cost_is_known_the_dearest_is_guessed() {
    // Three of the dearer; its first alone passes as well.
    let (cheap, dear) = (1_000_000, 1_000_000_000);
    let of_dear = passing(&world([Some(dear), Some(dear)], 20_000, false));
    assert!((2..ASKING).contains(&of_dear), "{of_dear}");
    for costs in
        [[Some(cheap), Some(dear)], [Some(dear), Some(cheap)], [None, Some(dear)], [Some(dear), None]]
    {
        for one_group in [false, true] {
            assert_eq!(
                passing(&world(costs, 20_000, one_group)),
                of_dear,
                "{costs:?}, one group: {one_group}"
            );
        }
    }
}

#[test]
fn where_only_the_answer_tells_the_model_next_to_nothing_is_guessed() {
    let behind_a_pattern = |budget| {
        let mut settings = costing([None, None], budget, true);
        settings.router.groups.iter_mut().for_each(|group| group.name = "*".to_owned());
        of(settings)
    };
    assert_eq!(passing(&behind_a_pattern(20_000)), ASKING);
    assert_eq!(passing(&behind_a_pattern(5)), 5);
}
