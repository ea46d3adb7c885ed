//! Guardrails of a request and of its answer: filters, and services before, beside and after the call.

use std::rc::Rc;

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::admission::{World, reply, report, settings};
use super::{find, response_header};
use crate::config::{AdmissionSettings, most_held};
use crate::event::GuardrailStatus;
use crate::exchange::admission::{Admission, Ending, Input, Setup, Wants};
use crate::exchange::context::{Report, write};
use crate::exchange::{Asker, Effect, Flow, Question, Step};
use crate::guardrails::callout::{Callout, Unreachable};
use crate::guardrails::{Guardrail, Kind, Mode, Modes};
use crate::memory::Memory;

const PASS: &str = r#"{"action":"NONE"}"#;
const BLOCK: &str = r#"{"action":"BLOCKED","blocked_reason":"not here"}"#;
const SAID: &str =
    r#"{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":"It is said."}}]}"#;

fn service(name: &str, mode: Mode, unreachable: Unreachable) -> Guardrail {
    let callout = Callout {
        cluster: format!("cluster-{name}"),
        authority: "judge".to_owned(),
        path: "/beta/litellm_basic_guardrail_api".to_owned(),
        timeout_ms: 500,
        unreachable,
        ..Callout::default()
    };
    Guardrail {
        name: name.to_owned(),
        id: name.to_owned(),
        default_on: true,
        modes: Modes { default: vec![mode], ..Modes::default() },
        kind: Kind::Callout(Box::new(callout)),
    }
}

fn closed(mode: Mode) -> Guardrail {
    service("judge", mode, Unreachable::FailClosed)
}

/// A gateway with these guardrails besides the filter before the call.
fn world(more: Vec<Guardrail>) -> World {
    let mut settings: AdmissionSettings = settings();
    settings.guardrails.extend(more);
    World { setup: Rc::new(Setup::new(settings, Some([1, 2])).unwrap()), memory: Memory::default() }
}

/// The filter before the call, once more, on answers.
fn filter_of_answers() -> Guardrail {
    let mut filter = settings().guardrails.remove(0);
    filter.name = "answers".to_owned();
    filter.modes = Modes { default: vec![Mode::PostCall], ..Modes::default() };
    filter
}

fn chat() -> Value {
    json!({"model": "a", "messages": [{"role": "user", "content": "say it"}], "max_tokens": 10})
}

fn questions(step: &Step) -> Vec<Question> {
    find(&step.effects, |effect| match effect {
        Effect::AskGuardrails(questions) => Some(questions.clone()),
        _ => None,
    })
    .unwrap_or_default()
}

fn has(step: &Step, effect: &Effect) -> bool {
    step.effects.contains(effect)
}

/// The service's answer; `None`: there was none.
fn opinion(world: &World, machine: &mut Admission, mode: Mode, body: Option<&str>) -> Step {
    let asker = Asker { guardrail: 1, mode };
    let step = world.on(machine, &Input::Opinion { asker, answer: body.map(|body| (200, body.as_bytes())) });
    assert_eq!(step.flow, Flow::Pause, "an opinion is no phase of the request: {step:?}");
    step
}

fn head(world: &World, machine: &mut Admission) -> Step {
    let report = write(&report(10));
    world.on(machine, &Input::ResponseHeaders { status: 200, report: Some(&report), end: false })
}

fn body(world: &World, machine: &mut Admission, body: &str) -> Step {
    world.on(machine, &Input::ResponseBody { body: body.as_bytes(), end: true })
}

/// Name, mode and status of every record of the event, without those of the filter before the call.
fn recorded(world: &World, machine: &mut Admission) -> Vec<(String, GuardrailStatus)> {
    let event = world.event(machine, &report(10)).unwrap();
    let others = event.guardrail_information.into_iter().filter(|record| record.guardrail_name != "words");
    others.map(|record| (record.guardrail_mode, record.guardrail_status)).collect()
}

fn replaced(step: &Step) -> Option<String> {
    find(&step.effects, |effect| match effect {
        Effect::ReplaceResponseBody(body) | Effect::ReplaceRequestBody(body) => {
            Some(String::from_utf8(body.clone()).unwrap())
        }
        _ => None,
    })
}

#[test]
fn a_request_waits_for_services_before_the_call() {
    let world = world(vec![closed(Mode::PreCall)]);
    let (mut machine, step) = world.ask(&chat());
    assert_eq!(step.flow, Flow::Pause);
    let [question] = &questions(&step)[..] else { panic!("{step:?}") };
    assert_eq!((question.cluster.as_str(), question.timeout_ms), ("cluster-judge", 500));
    assert!(String::from_utf8(question.body.clone()).unwrap().contains(r#""texts":["say it"]"#));
    let step = opinion(&world, &mut machine, Mode::PreCall, Some(PASS));
    assert!(has(&step, &Effect::ResumeRequest));
    let without = World::new().ask(&chat()).1.effects;
    assert_eq!(step.effects[..without.len()], without, "it goes on as without");
    assert_eq!(opinion(&world, &mut machine, Mode::PreCall, Some(BLOCK)), Step::wait(), "asked once");
    assert_eq!(recorded(&world, &mut machine), [("pre_call".to_owned(), GuardrailStatus::Success)]);
}

#[test]
fn a_service_masks_a_request() {
    let world = world(vec![closed(Mode::PreCall)]);
    let (mut machine, _) = world.ask(&chat());
    let masked = r#"{"action":"GUARDRAIL_INTERVENED","texts":["say *"]}"#;
    let step = opinion(&world, &mut machine, Mode::PreCall, Some(masked));
    assert!(replaced(&step).unwrap().contains(r#""content":"say *""#));
}

#[test]
fn a_service_sees_what_the_filters_left() {
    let world = world(vec![closed(Mode::PreCall)]);
    let (_, step) = world.ask(&json!({"model": "a", "messages": [{"role": "user", "content": "a secret"}]}));
    let body = String::from_utf8(questions(&step).remove(0).body).unwrap();
    assert!(body.contains("[KEYWORD_REDACTED]") && !body.contains("secret"), "{body}");
}

#[test]
fn a_refusal_before_the_call_is_the_answer() {
    for (unreachable, said, status) in [
        (Unreachable::FailClosed, Some(BLOCK), Some(400)),
        (Unreachable::FailClosed, None, Some(503)),
        (Unreachable::FailClosed, Some("<html>"), Some(503)),
        (Unreachable::FailOpen, Some(BLOCK), Some(400)),
        (Unreachable::FailOpen, None, None),
    ] {
        let world = world(vec![service("judge", Mode::PreCall, unreachable)]);
        let (mut machine, _) = world.ask(&chat());
        let step = opinion(&world, &mut machine, Mode::PreCall, said);
        match status {
            Some(status) => assert_eq!(reply(&step).status, status, "{unreachable:?} {said:?}"),
            None => assert!(has(&step, &Effect::ResumeRequest)),
        }
        let expected = match said {
            Some(BLOCK) => GuardrailStatus::GuardrailIntervened,
            _ => GuardrailStatus::GuardrailFailedToRespond,
        };
        assert_eq!(recorded(&world, &mut machine), [("pre_call".to_owned(), expected)]);
    }
}

/// Envoy would end the request inside of the call that puts such a body.
#[test]
fn a_mask_that_is_longer_than_envoys_buffer_is_not_put_there() {
    let longer = "x".repeat(most_held(settings().max_body_bytes) as usize);
    let masked = json!({"action": "GUARDRAIL_INTERVENED", "texts": [longer]}).to_string();
    for (mode, status, code) in
        [(Mode::PreCall, 413, "request_too_large"), (Mode::PostCall, 502, "answer_too_large")]
    {
        let world = world(vec![closed(mode)]);
        let (mut machine, _) = world.ask(&chat());
        if mode == Mode::PostCall {
            head(&world, &mut machine);
            body(&world, &mut machine, SAID);
        }
        let step = opinion(&world, &mut machine, mode, Some(&masked));
        let told: Value = serde_json::from_slice(&reply(&step).body).unwrap();
        assert_eq!((reply(&step).status, &told["error"]["code"]), (status, &json!(code)));
        assert_eq!((step.effects.len(), replaced(&step)), (1, None), "nothing is done besides");
        let event = world.event(&mut machine, &report(10)).unwrap();
        assert_eq!((event.http_status, event.usage.input), (status, 10));
        assert_eq!(event.guardrail_information.last().unwrap().guardrail_name, "judge");
    }
}

#[test]
fn an_answer_waits_for_services_beside_the_call() {
    let world = world(vec![closed(Mode::DuringCall)]);
    let (mut machine, step) = world.ask(&chat());
    assert_eq!((step.flow, questions(&step).len()), (Flow::Continue, 1));
    assert_eq!(head(&world, &mut machine).flow, Flow::Pause);
    assert_eq!(machine.wants_answer(), Wants::Whole);
    assert_eq!(body(&world, &mut machine, SAID), Step::wait());
    let step = opinion(&world, &mut machine, Mode::DuringCall, Some(PASS));
    assert_eq!(step.effects, [Effect::ResumeResponse]);
    assert_eq!(machine.wants_answer(), Wants::Nothing);
}

#[test]
fn an_answer_that_comes_last_does_not_wait() {
    let world = world(vec![closed(Mode::DuringCall)]);
    let (mut machine, _) = world.ask(&chat());
    assert_eq!(opinion(&world, &mut machine, Mode::DuringCall, Some(PASS)), Step::wait());
    assert_eq!(head(&world, &mut machine).flow, Flow::Continue);
}

#[test]
fn a_refusal_beside_the_call_is_the_answer_whenever_it_comes() {
    for phase in 0..3 {
        let world = world(vec![closed(Mode::DuringCall)]);
        let (mut machine, _) = world.ask(&chat());
        if phase > 0 {
            head(&world, &mut machine);
        }
        if phase > 1 {
            body(&world, &mut machine, SAID);
        }
        let step = opinion(&world, &mut machine, Mode::DuringCall, Some(BLOCK));
        assert!(has(&step, &Effect::KeepDeparture), "the try is not to blame");
        let reply = reply(&step);
        assert_eq!(reply.status, 400, "phase {phase}");
        let applied = reply.headers.iter().find(|(name, _)| *name == "x-litellm-applied-guardrails");
        assert_eq!(applied.unwrap().1, "words,judge");
        let mut open = report(10);
        open.attempts[0].cause.clear();
        let event = world.event(&mut machine, &open).unwrap();
        assert_eq!((event.http_status, event.usage.input), (400, 10), "the provider is paid");
        // Once response headers have come, the try is over.
        let cause = if phase == 0 { "refused" } else { "success" };
        assert_eq!(event.attempts[0].cause, cause, "phase {phase}");
    }
}

#[test]
fn a_service_that_only_tells_holds_nothing_and_is_waited_for() {
    for is_over in [false, true] {
        let world = world(vec![closed(Mode::LoggingOnly)]);
        let (mut machine, step) = world.ask(&chat());
        let later = step.effects.iter().filter(|effect| matches!(effect, Effect::AskGuardrailsLater(_)));
        assert_eq!((step.flow, later.count()), (Flow::Continue, 1));
        assert_eq!(head(&world, &mut machine).flow, Flow::Continue);
        let event = if is_over {
            assert_eq!(world.event(&mut machine, &report(10)), None, "an opinion is awaited");
            let step = opinion(&world, &mut machine, Mode::LoggingOnly, Some(BLOCK));
            find(&step.effects, |effect| match effect {
                Effect::Emit(event) => Some((**event).clone()),
                _ => None,
            })
        } else {
            assert_eq!(opinion(&world, &mut machine, Mode::LoggingOnly, Some(BLOCK)), Step::wait());
            world.event(&mut machine, &report(10))
        };
        let event = event.unwrap();
        let told = event.guardrail_information.last().unwrap();
        assert_eq!(
            (told.guardrail_mode.as_str(), told.guardrail_status),
            ("logging_only", GuardrailStatus::GuardrailFlagged)
        );
        assert_eq!((event.http_status, event.usage.input), (200, 10));
    }
}

#[test]
fn a_filter_masks_an_answer() {
    let world = world(vec![filter_of_answers()]);
    let (mut machine, _) = world.ask(&chat());
    let step = head(&world, &mut machine);
    assert_eq!((step.flow, machine.wants_answer()), (Flow::Pause, Wants::Whole));
    let step = body(&world, &mut machine, &SAID.replace("said", "a secret"));
    assert_eq!(step.flow, Flow::Continue);
    assert!(replaced(&step).unwrap().contains("It is a [KEYWORD_REDACTED]."));
    let applied = response_header(&step.effects, "x-litellm-applied-guardrails");
    assert_eq!(applied.as_deref(), Some("words,answers"));
    assert_eq!(machine.wants_answer(), Wants::Nothing);
}

#[test]
fn a_filter_blocks_an_answer() {
    let world = world(vec![filter_of_answers()]);
    let (mut machine, _) = world.ask(&chat());
    head(&world, &mut machine);
    let step = body(&world, &mut machine, &SAID.replace("said", "forbidden"));
    let reply = reply(&step);
    assert_eq!(reply.status, 400);
    assert!(reply.headers.iter().any(|(name, _)| *name == "x-litellm-model-id"), "{:?}", reply.headers);
    assert!(!String::from_utf8(reply.body).unwrap().contains("It is"));
    let event = world.event(&mut machine, &report(10)).unwrap();
    assert_eq!((event.http_status, event.usage.input), (400, 10));
}

#[test]
fn an_answer_waits_for_services_after_the_call() {
    for (said, status) in [(Some(PASS), 200), (Some(BLOCK), 400), (None, 503)] {
        let world = world(vec![closed(Mode::PostCall)]);
        let (mut machine, _) = world.ask(&chat());
        head(&world, &mut machine);
        let step = body(&world, &mut machine, SAID);
        assert_eq!((step.flow, questions(&step).len()), (Flow::Pause, 1));
        let step = opinion(&world, &mut machine, Mode::PostCall, said);
        match status {
            200 => assert!(has(&step, &Effect::ResumeResponse)),
            status => assert_eq!(reply(&step).status, status),
        }
        assert_eq!(machine.wants_answer(), Wants::Nothing);
    }
}

#[test]
fn a_service_masks_an_answer() {
    let world = world(vec![closed(Mode::PostCall)]);
    let (mut machine, _) = world.ask(&chat());
    head(&world, &mut machine);
    body(&world, &mut machine, SAID);
    let masked = r#"{"action":"GUARDRAIL_INTERVENED","texts":["It is *."]}"#;
    let step = opinion(&world, &mut machine, Mode::PostCall, Some(masked));
    assert!(has(&step, &Effect::ResumeResponse));
    assert_eq!(replaced(&step).unwrap(), SAID.replace("said", "*"));
}

#[test]
fn errors_of_a_provider_are_not_looked_at() {
    let world = world(vec![filter_of_answers(), closed(Mode::PostCall)]);
    let (mut machine, _) = world.ask(&chat());
    let report = write(&report(0));
    let input = Input::ResponseHeaders { status: 429, report: Some(&report), end: false };
    assert_eq!(world.on(&mut machine, &input).flow, Flow::Continue);
    assert_eq!(machine.wants_answer(), Wants::Nothing);
}

#[test]
fn a_client_that_leaves_ends_the_waiting() {
    for mode in [Mode::PreCall, Mode::DuringCall] {
        let world = world(vec![closed(mode)]);
        let (mut machine, _) = world.ask(&chat());
        let left = Ending { disconnected: true, report: None, ..Ending::default() };
        let step = world.on(&mut machine, &Input::Done(left));
        let event = find(&step.effects, |effect| match effect {
            Effect::Emit(event) => Some((**event).clone()),
            _ => None,
        });
        let records = event.unwrap().guardrail_information;
        let judged = records.iter().find(|record| record.guardrail_name == "judge").unwrap();
        assert_eq!(judged.guardrail_status, GuardrailStatus::NotRun, "{mode:?}");
        assert_eq!(opinion(&world, &mut machine, mode, Some(BLOCK)), Step::wait());
    }
}

#[test]
fn envoy_may_answer_a_request_that_waits() {
    let world = world(vec![closed(Mode::PreCall)]);
    let (mut machine, _) = world.ask(&chat());
    let report = write(&Report::default());
    let input = Input::ResponseHeaders { status: 408, report: Some(&report), end: false };
    assert_eq!(world.on(&mut machine, &input).flow, Flow::Continue);
    assert_eq!(machine.wants_answer(), Wants::End);
    assert_eq!(opinion(&world, &mut machine, Mode::PreCall, Some(PASS)), Step::wait());
}
