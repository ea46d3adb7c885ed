//! Rounds: what a stage is decided to be, whoever answers first.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

const NOW_US: u64 = 5_000_000;

fn none() -> Vec<u8> {
    bytes(&json!({"action": "NONE"}))
}

fn block(reason: &str) -> Vec<u8> {
    bytes(&json!({"action": "BLOCKED", "blocked_reason": reason}))
}

fn mask(texts: &[&str]) -> Vec<u8> {
    bytes(&json!({"action": "GUARDRAIL_INTERVENED", "texts": texts}))
}

fn open() -> Callout {
    Callout { unreachable: Unreachable::FailOpen, ..generic() }
}

/// A round of services in one mode, and whom it asks first.
struct Game {
    round: Round,
    cache: Cache,
    asked: Vec<(usize, Request)>,
}

impl Game {
    fn new(mode: Mode, callouts: Vec<Callout>, texts: &[&str]) -> Self {
        let mut cache = Cache::default();
        let (round, next) = begin(mode, callouts, texts, &mut cache, NOW_US);
        let Next::Ask(asked) = next else { panic!("asked expected, found {next:?}") };
        Self { round, cache, asked }
    }

    fn says(&mut self, guardrail: usize, body: &[u8]) -> Next {
        self.round.answer(guardrail, Some(200), body, &mut self.cache, NOW_US + 100_000)
    }

    fn fails(&mut self, guardrail: usize) -> Next {
        self.round.answer(guardrail, None, b"", &mut self.cache, NOW_US + 100_000)
    }
}

fn begin(
    mode: Mode,
    callouts: Vec<Callout>,
    texts: &[&str],
    cache: &mut Cache,
    now_us: u64,
) -> (Round, Next) {
    let services = callouts.into_iter().enumerate().map(|(index, callout)| selected(index, mode, callout));
    Round::new(services.collect(), Stage::Request, passages(texts), about(), cache, now_us)
}

fn decided(next: Next) -> Decision {
    match next {
        Next::Decided(decision) => decision,
        other => panic!("decided expected, found {other:?}"),
    }
}

fn asked(next: Next) -> Vec<(usize, Request)> {
    match next {
        Next::Ask(asked) => asked,
        other => panic!("asked expected, found {other:?}"),
    }
}

fn refused(decision: &Decision) -> (u16, &str) {
    match &decision.ruling {
        Ruling::Blocked(reject) => (reject.status, &reject.message),
        other => panic!("blocked expected, found {other:?}"),
    }
}

fn statuses(decision: &Decision) -> Vec<GuardrailStatus> {
    decision.records.iter().map(|record| record.guardrail_status).collect()
}

#[test]
fn all_are_asked_at_once_and_waited_for() {
    let mut game = Game::new(Mode::PreCall, vec![generic(), moderations()], &["one", "two"]);
    assert_eq!(game.asked.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(body(&game.asked[0].1)["texts"], json!(["one", "two"]));
    assert_eq!(body(&game.asked[1].1)["input"], json!(["one", "two"]));
    let clean = bytes(&json!({"results": [{"flagged": false}, {"flagged": false}]}));
    assert_eq!(game.says(1, &clean), Next::Waiting);
    assert_eq!(game.says(1, &block("twice")), Next::Waiting, "it has answered already");
    assert_eq!(game.says(7, &block("who?")), Next::Waiting);
    let decision = decided(game.says(0, &none()));
    assert_eq!(decision.ruling, Ruling::Pass);
    assert_eq!(statuses(&decision), [GuardrailStatus::Success; 2]);
    assert_eq!((decision.records[0].start_time, decision.records[0].end_time), (5.0, 5.1));
    assert_eq!(game.says(0, &block("late")), Next::Waiting, "it is decided");
    assert_eq!(game.round.abandon(NOW_US), []);
}

#[test]
fn the_first_in_order_that_blocks_is_heard_of() {
    let mut game = Game::new(Mode::PreCall, vec![generic(), generic(), generic()], &["a"]);
    assert_eq!(game.says(1, &block("second")), Next::Waiting, "the first may block, too");
    let decision = decided(game.says(0, &block("first")));
    assert_eq!(refused(&decision), (400, "first"));
    use GuardrailStatus::*;
    assert_eq!(statuses(&decision), [GuardrailIntervened, GuardrailIntervened, NotRun]);

    let mut game = Game::new(Mode::PostCall, vec![generic(), generic(), generic()], &["a"]);
    assert_eq!(game.says(0, &none()), Next::Waiting);
    let decision = decided(game.says(1, &block("second")));
    assert_eq!(refused(&decision), (400, "second"));
    assert_eq!(statuses(&decision), [Success, GuardrailIntervened, NotRun]);
}

#[test]
fn a_failure_does_as_configured() {
    use GuardrailStatus::*;
    let refusal = "Guardrail 'g0' did not judge this request: it gave no answer in time. \
                   Nothing passes without it; try again in a moment.";
    let decision = decided(Game::new(Mode::PreCall, vec![generic()], &["a"]).fails(0));
    assert_eq!(refused(&decision), (503, refusal));
    assert_eq!(statuses(&decision), [GuardrailFailedToRespond]);

    let decision = decided(Game::new(Mode::DuringCall, vec![generic()], &["a"]).fails(0));
    assert_eq!(refused(&decision), (503, refusal));

    let decision = decided(Game::new(Mode::PreCall, vec![open()], &["a"]).fails(0));
    assert_eq!(decision.ruling, Ruling::Pass);
    assert_eq!(statuses(&decision), [GuardrailFailedToRespond]);

    let decision = decided(Game::new(Mode::LoggingOnly, vec![generic()], &["a"]).fails(0));
    assert_eq!(decision.ruling, Ruling::Pass, "it only tells");
    assert_eq!(statuses(&decision), [GuardrailFailedToRespond]);

    let mut game = Game::new(Mode::PreCall, vec![open(), generic()], &["a"]);
    assert_eq!(game.fails(0), Next::Waiting);
    assert_eq!(refused(&decided(game.says(1, &block("no")))), (400, "no"), "the others count");
}

#[test]
fn what_only_tells_or_comes_too_late_changes_nothing() {
    use GuardrailStatus::*;
    for (mode, answer) in [
        (Mode::LoggingOnly, block("no")),
        (Mode::LoggingOnly, mask(&["[MASKED]"])),
        (Mode::DuringCall, mask(&["[MASKED]"])),
    ] {
        let decision = decided(Game::new(mode, vec![generic()], &["a"]).says(0, &answer));
        assert_eq!((&decision.ruling, statuses(&decision)), (&Ruling::Pass, vec![GuardrailFlagged]));
    }
}

#[test]
fn masks_of_several_are_made_in_order() {
    let mut game = Game::new(Mode::PreCall, vec![generic(), generic()], &["one", "two", "{\"a\":1}"]);
    assert_eq!(game.says(1, &mask(&["one", "TWO", "{\"a\":1}"])), Next::Waiting);
    let decision = decided(game.says(0, &mask(&["ONE", "two", " {\"a\": 2}"])));
    assert_eq!(decision.ruling, Ruling::Masked(strings(&["ONE", "TWO", " {\"a\": 2}"])));
    assert_eq!(decision.records[0].masked_entity_count["text"], 2);
    assert_eq!(decision.records[1].masked_entity_count["text"], 1);

    let decision = decided(Game::new(Mode::PreCall, vec![generic()], &["one"]).says(0, &mask(&["one"])));
    assert_eq!(decision.ruling, Ruling::Pass, "nothing is changed");
}

#[test]
fn who_changes_what_another_has_changed_is_asked_again() {
    let mut game = Game::new(Mode::PreCall, vec![generic(), generic(), generic()], &["ann and bob", "x"]);
    assert_eq!(game.says(2, &mask(&["* and bob", "x"])), Next::Waiting);
    assert_eq!(game.says(1, &mask(&["ann and *", "x"])), Next::Waiting);
    let again = asked(game.says(0, &mask(&["ann & bob", "x"])));
    assert_eq!((again.len(), again[0].0), (1, 1));
    assert_eq!(body(&again[0].1)["texts"], json!(["ann & bob", "x"]));
    assert_eq!(game.says(0, &none()), Next::Waiting, "only one is waited for");
    let again = asked(game.says(1, &mask(&["ann & *", "x"])));
    assert_eq!((again.len(), again[0].0), (1, 2));
    assert_eq!(body(&again[0].1)["texts"], json!(["ann & *", "x"]));
    let decision = decided(game.says(2, &mask(&["* & *", "x"])));
    assert_eq!(decision.ruling, Ruling::Masked(strings(&["* & *", "x"])));
    assert_eq!(statuses(&decision), [GuardrailStatus::Success; 3]);
}

#[test]
fn who_wanted_a_mask_cannot_fail_open_when_it_is_asked_again() {
    let play = |last: &dyn Fn(&mut Game) -> Next| {
        let mut game = Game::new(Mode::PreCall, vec![open(), open()], &["ann and bob"]);
        assert_eq!(game.says(0, &mask(&["* and bob"])), Next::Waiting);
        assert_eq!(asked(game.says(1, &mask(&["ann and *"]))).len(), 1);
        decided(last(&mut game))
    };
    assert_eq!(refused(&play(&|game| game.fails(1))).0, 503);
    assert_eq!(refused(&play(&|game| game.says(1, &block("no")))), (400, "no"));
    assert_eq!(play(&|game| game.says(1, &none())).ruling, Ruling::Masked(strings(&["* and bob"])));
}

#[test]
fn json_stays_json() {
    for garbage in ["[MASKED]", "", "{\"a\":", "[1]", "1"] {
        let decision = decided(
            Game::new(Mode::PreCall, vec![generic()], &["x", "{\"a\":1}"]).says(0, &mask(&["x", garbage])),
        );
        let (status, message) = refused(&decision);
        assert_eq!(status, 503);
        assert!(message.contains("its text 1 is not JSON as the one it replaces"), "{message}");
    }
}

#[test]
fn without_texts_or_services_nobody_is_asked() {
    let (_, next) = begin(Mode::PreCall, vec![generic()], &[], &mut Cache::default(), NOW_US);
    let decision = decided(next);
    assert_eq!((&decision.ruling, statuses(&decision)), (&Ruling::Pass, vec![GuardrailStatus::Success]));
    let (_, next) = begin(Mode::PreCall, vec![], &["a"], &mut Cache::default(), NOW_US);
    assert_eq!(decided(next), Decision { ruling: Ruling::Pass, records: vec![] });
}

#[test]
fn an_opinion_holds_for_as_long_as_configured() {
    let caching = Callout { cache_ms: 1_000, ..generic() };
    for (answer, ruling) in [(none(), Ruling::Pass), (mask(&["A"]), Ruling::Masked(strings(&["A"])))] {
        let mut game = Game::new(Mode::PreCall, vec![caching.clone()], &["a"]);
        assert_eq!(decided(game.says(0, &answer)).ruling, ruling);
        let mut at = |after_us: u64, texts: &[&str]| {
            begin(Mode::PreCall, vec![caching.clone()], texts, &mut game.cache, NOW_US + 100_000 + after_us).1
        };
        let decision = decided(at(999_999, &["a"]));
        assert_eq!(decision.ruling, ruling);
        assert_eq!(decision.records[0].guardrail_response[0]["cached"], true);
        assert_eq!(asked(at(999_999, &["b"])).len(), 1, "another text");
        assert_eq!(asked(at(1_000_000, &["a"])).len(), 1, "over");
    }
    let mut game = Game::new(Mode::PreCall, vec![caching.clone()], &["a"]);
    game.fails(0);
    let (_, next) = begin(Mode::PreCall, vec![caching.clone()], &["a"], &mut game.cache, NOW_US);
    assert_eq!(asked(next).len(), 1, "failures are not kept");

    let mut game = Game::new(Mode::PreCall, vec![caching.clone(), generic()], &["a"]);
    assert_eq!(decided(game.says(0, &block("no"))).records.len(), 2);
    let (_, next) = begin(Mode::PreCall, vec![caching, generic()], &["a"], &mut game.cache, NOW_US);
    assert_eq!(refused(&decided(next)), (400, "no"), "nobody else need be asked");
}

#[test]
fn who_is_not_waited_for_any_more_did_not_run() {
    let mut game = Game::new(Mode::DuringCall, vec![generic(), generic()], &["a"]);
    assert_eq!(game.says(1, &none()), Next::Waiting);
    let records = game.round.abandon(NOW_US + 300_000);
    let statuses: Vec<_> = records.iter().map(|record| record.guardrail_status).collect();
    assert_eq!(statuses, [GuardrailStatus::NotRun, GuardrailStatus::Success]);
    assert_eq!(records[0].end_time, 5.3);
    assert_eq!(game.says(0, &block("late")), Next::Waiting);
    assert_eq!(game.round.abandon(NOW_US), []);
}

/// The permutation of 0 to 3 with this number.
fn permutation(mut number: usize) -> Vec<usize> {
    let mut left: Vec<usize> = (0..4).collect();
    let mut next = |most: usize| {
        let at = number % most;
        number /= most;
        left.remove(at)
    };
    (1..=4).rev().map(&mut next).collect()
}

#[test]
fn the_order_of_the_answers_decides_nothing() {
    let answers = |texts: &[String]| -> [Option<Vec<u8>>; 4] {
        let replaced = |from: &str, to: &str| {
            let texts: Vec<String> = texts.iter().map(|text| text.replace(from, to)).collect();
            Some(bytes(&json!({"action": "GUARDRAIL_INTERVENED", "texts": texts})))
        };
        [replaced("ann", "A"), None, replaced("bob", "B"), replaced("n", "m")]
    };
    let mut seen: Vec<Ruling> = Vec::new();
    for order in 0..24 {
        let callouts = vec![generic(), open(), generic(), generic()];
        let mut game = Game::new(Mode::PreCall, callouts, &["ann, bob, nan", "bob"]);
        let mut pending: Vec<(usize, Vec<String>)> = permutation(order)
            .into_iter()
            .map(|guardrail| (guardrail, strings(&["ann, bob, nan", "bob"])))
            .collect();
        let ruling = loop {
            let (guardrail, texts) = pending.remove(0);
            let next = match &answers(&texts)[guardrail] {
                Some(answer) => game.says(guardrail, answer),
                None => game.fails(guardrail),
            };
            match next {
                Next::Waiting => {}
                Next::Ask(again) => pending.extend(again.into_iter().map(|(index, request)| {
                    (index, serde_json::from_value(body(&request)["texts"].clone()).unwrap())
                })),
                Next::Decided(decision) => break decision.ruling,
            }
        };
        seen.push(ruling);
    }
    assert!(seen.iter().all(|ruling| *ruling == Ruling::Masked(strings(&["A, B, mam", "B"]))), "{seen:?}");
}
