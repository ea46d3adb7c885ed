//! What is charged when a request does not go as it should: clients that leave, streams that break, failures that a
//! provider charges for, servers that do not count.

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::admission::World;
use super::attempt::{Try, context, itinerary, report, sent};
use super::{find, headers};
use crate::event::Event;
use crate::exchange::admission::{Ending, Input as Admitted};
use crate::exchange::attempt::Input;
use crate::exchange::context::{Report, Spent, write};
use crate::exchange::{Effect, Step};
use crate::usage::{MOST_TOKENS, MOST_TOLD, Usage};

/// The prompt and the rates of [`super::attempt`]: 5 tokens guessed, 1,000 nanodollars each; 2,000 for the answer's.
const INPUT: u64 = 5;

fn tokens(input: u64, output: u64) -> Usage {
    Usage { input, output, ..Usage::default() }
}

fn cost(usage: &Usage) -> u64 {
    usage.input * 1_000 + usage.output * 2_000
}

fn spent(input: u64, output: u64, estimated: bool) -> Spent {
    let usage = tokens(input, output);
    Spent { usage, cost_nanodollars: cost(&usage), estimated }
}

fn chunk(text: &str, more: &str) -> String {
    format!(r#"data: {{"id":"c","choices":[{{"index":0,"delta":{{"content":"{text}"}}{more}}}]}}"#) + "\n\n"
}

fn head(machine: &mut Try, kind: &str) {
    let head = headers(&[(":status", "200"), ("content-type", kind)]);
    machine.on(&Input::ResponseHeaders { headers: &head, end: false }, 2_000);
}

fn piece(machine: &mut Try, text: &str, end: bool) -> Step {
    machine.on(&Input::ResponseBody { body: text.as_bytes(), end }, 3_000)
}

/// What a try leaves of itself when it ends.
fn kept(step: &Step) -> Option<Spent> {
    find(&step.effects, |effect| match effect {
        Effect::KeepOwed(bytes) => Spent::read(bytes),
        _ => None,
    })
}

/// The event of a request whose client left, with what the try had told by then.
fn left(report: &Report, owed: Option<Spent>) -> Event {
    ended(report, Ending { owed, disconnected: true, ..Ending::default() })
}

fn ended(report: &Report, ending: Ending<'_>) -> Event {
    let world = World::new();
    let (mut machine, _) = world.ask(&json!({"model": "a", "messages": [{"role": "user", "content": "hi"}]}));
    let report = write(report);
    let ending = Ending { report: Some(&report), ..ending };
    let step = world.on(&mut machine, &Admitted::Done(ending));
    let event = find(&step.effects, |effect| match effect {
        Effect::Emit(event) => Some((**event).clone()),
        _ => None,
    });
    event.unwrap()
}

#[test]
fn a_client_that_leaves_pays_for_what_came() {
    let mut machine = sent(true, 1, 1);
    head(&mut machine, "text/event-stream");
    // The first piece goes out with the report; of what comes after it, the try is asked.
    let first = report(&piece(&mut machine, &chunk("12345678", ""), false));
    assert_eq!(first.answer.usage, None, "nothing is counted yet");
    let event = left(&first, None);
    assert_eq!((event.usage, event.usage_estimated), (tokens(INPUT, 2), true));
    assert_eq!(
        kept(&piece(&mut machine, &chunk("9", ""), false)),
        None,
        "it would be a call for every piece"
    );
    let second = machine.owed_now();
    let event = left(&first, second);
    assert_eq!((event.usage, event.cost_nanodollars), (tokens(INPUT, 3), 5_000 + 6_000));
    let last = event.attempts.last().unwrap();
    assert_eq!(
        (last.usage, last.cost_nanodollars, last.usage_estimated),
        (Some(tokens(INPUT, 3)), 11_000, true)
    );
}

#[test]
fn what_the_provider_counted_early_is_not_guessed() {
    let mut machine = sent(true, 1, 1);
    head(&mut machine, "text/event-stream");
    let counted = r#","finish_reason":null}],"usage":{"prompt_tokens":40,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":30}},"x":[{"#;
    piece(&mut machine, &chunk("a", counted), false);
    piece(&mut machine, &chunk("12345678", ""), false);
    let owed = machine.owed_now().unwrap();
    let usage = Usage { input: 40, output: 3, cache_read: 30, ..Usage::default() };
    assert_eq!((owed.usage, owed.estimated), (usage, true));
}

#[test]
fn a_stream_that_breaks_leaves_word_of_what_came() {
    let mut machine = sent(true, 1, 1);
    head(&mut machine, "text/event-stream");
    let first = report(&piece(&mut machine, &chunk("12345678", ""), false));
    piece(&mut machine, &chunk("9", ""), false);
    let owed = machine.owed_now();
    let step = machine.on(&Input::Done { left: false }, 4_000);
    assert_eq!((kept(&step), machine.owed_now()), (owed, None));
    assert_eq!(left(&first, kept(&step)).usage, tokens(INPUT, 3));
    // One that came whole has told by then.
    let mut machine = sent(true, 1, 1);
    head(&mut machine, "text/event-stream");
    piece(&mut machine, &chunk("12345678", ""), false);
    piece(&mut machine, "data: [DONE]\n\n", true);
    assert_eq!((machine.owed_now(), kept(&machine.on(&Input::Done { left: false }, 4_000))), (None, None));
}

#[test]
fn a_stream_that_came_to_its_own_end_is_no_failure_however_its_connection_ends() {
    let endings =
        [Ending { disconnected: true, ..Ending::default() }, Ending { cut: true, ..Ending::default() }];
    for ending in endings {
        // In one piece, and in two.
        for pieces in [
            vec![chunk("12345678", "") + "data: [DONE]\n\n"],
            vec![chunk("12345678", ""), "data: [DONE]\n\n".to_owned()],
        ] {
            let mut machine = sent(true, 1, 1);
            head(&mut machine, "text/event-stream");
            let steps: Vec<Step> = pieces.iter().map(|text| piece(&mut machine, text, false)).collect();
            let event = ended(&report(steps.last().unwrap()), ending);
            assert_eq!((event.error, event.client_disconnected), (None, false));
            assert_eq!(event.usage, tokens(INPUT, 2));
        }
        let mut machine = sent(true, 1, 1);
        head(&mut machine, "text/event-stream");
        let event = ended(&report(&piece(&mut machine, &chunk("12345678", ""), false)), ending);
        assert!(event.error.is_some(), "without its end it is one");
    }
}

#[test]
fn a_client_that_leaves_before_an_answer_pays_for_its_input() {
    let (_, step) = super::attempt::begun(super::attempt::settings(), &context(false, itinerary(1, 1)), 0);
    let event = left(&report(&step), None);
    assert_eq!((event.usage, event.cost_nanodollars, event.usage_estimated), (tokens(INPUT, 0), 5_000, true));
    // But not for a try that had failed by then.
    let mut machine = sent(false, 1, 2);
    let refused = headers(&[(":status", "500")]);
    let step = machine.on(&Input::ResponseHeaders { headers: &refused, end: true }, 2_000);
    let event = left(&report(&step), None);
    assert_eq!((event.usage, event.cost_nanodollars, event.usage_estimated), (tokens(0, 0), 0, false));
}

#[test]
fn a_stream_is_charged_when_it_is_over() {
    let done = "data: [DONE]\n\n";
    let end = |more: &str| chunk("", &format!(r#","finish_reason":"stop"{more}"#));
    let usage = r#"}],"usage":{"prompt_tokens":7,"completion_tokens":9},"x":[{"#;
    for (name, pieces, expected) in [
        ("counted", vec![chunk("hello", ""), end(usage), done.to_owned()], spent(7, 9, false)),
        ("never counted", vec![chunk("hello", ""), end(""), done.to_owned()], spent(INPUT, 2, true)),
        (
            "counted as nothing",
            vec![
                chunk("hello", r#"}],"usage":{"prompt_tokens":0,"completion_tokens":0},"x":[{"#),
                end(""),
                done.to_owned(),
            ],
            spent(INPUT, 2, true),
        ),
        (
            "counted as more than can be",
            vec![
                chunk("hello", ""),
                end(r#"}],"usage":{"prompt_tokens":7,"completion_tokens":9007199254740993},"x":[{"#),
                done.to_owned(),
            ],
            spent(INPUT, 2, true),
        ),
        ("broken", vec![chunk("hello", ""), chunk("more", "")], spent(INPUT, 3, true)),
        (
            "failed",
            vec![chunk("hello", ""), "data: {\"error\":{\"message\":\"m\"}}\n\n".to_owned()],
            spent(INPUT, 2, true),
        ),
    ] {
        for at_once in [false, true] {
            let mut machine = sent(true, 1, 1);
            head(&mut machine, "text/event-stream");
            let mut step = None;
            if at_once {
                step = Some(piece(&mut machine, &pieces.concat(), true));
            } else {
                for (index, text) in pieces.iter().enumerate() {
                    let is_last = index + 1 == pieces.len();
                    step = Some(piece(&mut machine, text, is_last));
                }
            }
            // What fails before the client has seen any of it is another try's to answer, and is not guessed.
            let unseen = at_once && matches!(name, "broken" | "failed");
            let expected = (!unseen).then_some(expected);
            assert_eq!(report(&step.unwrap()).spent(), expected, "{name}, at once: {at_once}");
        }
    }
}

#[test]
fn a_server_that_counts_nothing_is_guessed() {
    let mut machine = sent(false, 1, 1);
    head(&mut machine, "application/json");
    let answer = r#"{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"12345"},"finish_reason":"stop"}]}"#;
    assert_eq!(report(&piece(&mut machine, answer, true)).spent(), Some(spent(INPUT, 2, true)));
}

#[test]
fn a_count_that_cannot_be_is_none() {
    for (usage, expected) in [
        (r#"{"prompt_tokens":18446744073709551615,"completion_tokens":3}"#, spent(INPUT, 2, true)),
        (
            r#"{"prompt_tokens":7,"completion_tokens":3,"cache_creation_input_tokens":4294967297}"#,
            spent(INPUT, 2, true),
        ),
        (r#"{"prompt_tokens":4294967296,"completion_tokens":3}"#, spent(MOST_TOKENS, 3, false)),
    ] {
        let mut machine = sent(false, 1, 1);
        head(&mut machine, "application/json");
        let answer = r#"{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"12345"},"finish_reason":"stop"}],"usage":"#;
        let step = piece(&mut machine, &format!("{answer}{usage}}}"), true);
        assert_eq!(report(&step).spent(), Some(expected), "{usage}");
        // A failure is charged for what was counted only.
        let mut machine = sent(false, 1, 2);
        head(&mut machine, "application/json");
        let failure = format!(r#"{{"error":{{"message":"m"}},"usage":{usage}}}"#);
        let charged = report(&piece(&mut machine, &failure, true)).spent();
        assert_eq!(charged, Some(expected).filter(|expected| !expected.estimated), "{usage}");
    }
}

/// The ledger takes no larger price.
#[test]
fn what_all_tries_cost_is_bounded() {
    let dear = crate::event::Attempt {
        usage: Some(tokens(MOST_TOKENS, 0)),
        cost_nanodollars: MOST_TOLD,
        ..Default::default()
    };
    let mut report = super::admission::report(10);
    report.answer.cost_nanodollars = MOST_TOLD;
    report.attempts.insert(0, dear);
    assert_eq!(report.spent().unwrap().cost_nanodollars, MOST_TOLD);
}

#[test]
fn a_failed_try_that_was_counted_adds_to_the_cost() {
    let failures = [
        (
            "application/json",
            false,
            r#"{"error":{"message":"m"},"usage":{"prompt_tokens":7,"completion_tokens":1}}"#,
        ),
        ("application/json", true, r#"{"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":1}}"#),
        (
            "text/event-stream",
            true,
            "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":1}}\n\ndata: {\"error\":{\"message\":\"m\"}}\n\n",
        ),
    ];
    for (kind, stream, body) in failures {
        let mut machine = sent(stream, 1, 2);
        head(&mut machine, kind);
        let mut report = report(&piece(&mut machine, body, true));
        let billed = spent(7, 1, false);
        assert_eq!(report.spent(), Some(billed), "{body}");
        let last = report.attempts.last().unwrap();
        assert_eq!((last.usage, last.cost_nanodollars), (Some(billed.usage), billed.cost_nanodollars));
        // The next try's answer comes on top.
        report.attempts.push(crate::event::Attempt::default());
        report.answer.usage = Some(tokens(1, 1));
        report.answer.cost_nanodollars = 3_000;
        let both = report.spent().unwrap();
        assert_eq!((both.usage, both.cost_nanodollars), (tokens(8, 2), billed.cost_nanodollars + 3_000));
    }
}

#[test]
fn an_answer_tells_what_all_its_tries_cost() {
    let world = World::new();
    let body: Value = json!({"model": "a", "messages": [{"role": "user", "content": "hi"}]});
    let (mut machine, _) = world.ask(&body);
    let mut report = super::admission::report(10);
    report.answer.cost_nanodollars = 1_000;
    let failed = crate::event::Attempt {
        deployment: "a/openai-1".to_owned(),
        cause: "server_error".to_owned(),
        usage: Some(tokens(5, 0)),
        cost_nanodollars: 500,
        ..Default::default()
    };
    report.attempts.insert(0, failed);
    let bytes = write(&report);
    let step =
        world.on(&mut machine, &Admitted::ResponseHeaders { status: 200, report: Some(&bytes), end: false });
    let told = super::response_header(&step.effects, "x-litellm-response-cost");
    assert_eq!(told.as_deref(), Some("0.0000015"));
    let event = world.event(&mut machine, &report).unwrap();
    assert_eq!((event.usage, event.cost_nanodollars, event.usage_estimated), (tokens(15, 0), 1_500, false));
}

#[test]
fn dollars_without_trailing_zeros() {
    let cases = [(0, "0"), (65_000, "0.000065"), (1_000_000_000, "1"), (1_500_000_001, "1.500000001")];
    for (nanodollars, text) in cases {
        assert_eq!(crate::exchange::dollars(nanodollars), text);
    }
}
