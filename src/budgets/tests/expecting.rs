//! What is expected of requests under way, and what that refuses.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::memory::Memory;

/// What happens to a budget of 1,000.
enum Do {
    /// A request is asked for, with a guess.
    Ask(u64),
    /// The oldest request under way ends, and did cost so much.
    End(u64),
}
use Do::{Ask, End};

#[test]
fn expectations() {
    for (what, deeds, passes) in [
        ("one alone passes, whatever is expected of it", vec![Ask(5_000)], true),
        ("while anything is left", vec![Ask(1), End(999), Ask(5_000)], true),
        ("but not when nothing is", vec![Ask(1), End(1_000), Ask(1)], false),
        ("guesses fill the budget", vec![Ask(400), Ask(400), Ask(200)], true),
        ("and no more", vec![Ask(400), Ask(400), Ask(201)], false),
        (
            "a guess that is far too high counts only until the mean is known",
            { vec![Ask(900), End(10), Ask(900), Ask(900), Ask(900)] },
            true,
        ),
        ("so does one that is far too low", vec![Ask(1), End(300), Ask(1), Ask(1), Ask(1)], false),
        (
            "requests under way count with the mean, as it is now",
            { vec![Ask(500), Ask(500), End(10), Ask(500), Ask(500)] },
            true,
        ),
        (
            "the mean of 100 and 300 is 200",
            vec![Ask(1), End(100), Ask(1), End(300), Ask(1), Ask(1), Ask(1)],
            true,
        ),
        (
            "600 of it are left for three",
            { vec![Ask(1), End(100), Ask(1), End(300), Ask(1), Ask(1), Ask(1), Ask(1)] },
            false,
        ),
        (
            "what fails does not make requests cheap",
            vec![Ask(1), End(400), Ask(1), End(0), Ask(1), Ask(1)],
            false,
        ),
        ("what costs nothing passes while anything is left", vec![Ask(600), Ask(300), Ask(0)], true),
        ("and takes no room", vec![Ask(600), Ask(0), Ask(0), Ask(400)], true),
    ] {
        let memory = Memory::default();
        let mut open = Vec::new();
        let mut passed = true;
        for deed in deeds {
            assert!(passed, "{what}: only the last may be refused");
            match deed {
                Ask(prior) => match ask(&memory, &max(1_000), prior, NOW) {
                    Outcome::Granted(reservation) => open.push(reservation),
                    Outcome::Refused(_) => passed = false,
                    Outcome::Contended => panic!("{what}: contended"),
                },
                End(cost) => assert!(open.remove(0).settle(&memory, cost, NOW)),
            }
        }
        assert_eq!(passed, passes, "{what}");
    }
}

#[test]
fn a_refusal_tells_what_is_expected() {
    let memory = Memory::default();
    spend(&memory, &max(1_000), 300, NOW);
    granted(ask(&memory, &max(1_000), 1, NOW));
    granted(ask(&memory, &max(1_000), 1, NOW));
    let refusal = refused(ask(&memory, &max(1_000), 1, NOW));
    assert_eq!((refusal.spent_nanodollars, refusal.expected_nanodollars), (300, 900));
}
