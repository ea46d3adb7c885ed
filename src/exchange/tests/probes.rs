//! Probes that end without an outcome: the deployment was not asked, so the next request may ask it.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::rc::Rc;

use serde_json::json;

use super::admission::{self, World};
use super::attempt::{QUESTION, Try, begun, context, itinerary, settings};
use crate::cause::Cause;
use crate::config::{AdmissionSettings, AttemptSettings, RateLimitService};
use crate::exchange::Flow;
use crate::exchange::admission::Setup;
use crate::exchange::attempt::{self, Input};
use crate::health::{Board, Cooldown, Failure, Standing, claim, failed};
use crate::memory::Memory;
use crate::translate::Target;
use crate::wire::Provider;

/// The deployment of the tries, and when its cooldown is over, in milliseconds.
const ID: &str = "group/openai-1";
const DUE_MS: u64 = 5_000;
/// By when a request has its probe, in microseconds, and for how long it may, in milliseconds.
const NOW_US: u64 = 6_000_000;
const LEASE_MS: u64 = 601_000;

fn cooldown() -> Cooldown {
    Cooldown { length_ms: DUE_MS, ..Cooldown::default() }
}

fn cool(memory: &Memory, id: &str, now_ms: u64) {
    let failure = Failure { cause: Cause::Authentication, retry_after_ms: None, probe: false };
    assert!(failed(memory, id, &cooldown(), &failure, now_ms));
}

/// A try that has the probe of its deployment, and whose body is awaited.
fn probe(settings: AttemptSettings) -> Try {
    let mut itinerary = itinerary(1, 1);
    itinerary.legs[0].probe = true;
    let settings = AttemptSettings { cooldown: Some(cooldown()), ..settings };
    let (machine, _) = begun(settings, &context(false, itinerary), 0);
    cool(&machine.memory, ID, 0);
    assert!(claim(&machine.memory, ID, LEASE_MS, DUE_MS));
    assert_ne!(standing(&machine), Standing::Due, "this request's own");
    machine
}

fn standing(machine: &Try) -> Standing {
    Board::load(&machine.memory).standing(ID, NOW_US / 1_000)
}

#[test]
fn a_body_that_the_provider_has_no_words_for_gives_the_probe_back() {
    let target = Target::new(Provider::Groq, "m");
    let mut machine = probe(AttemptSettings { target, ..settings() });
    let body = json!({"model": "public", "messages": [{"role": "user", "content": "hi"}], "logprobs": true});
    let step = machine.on(&Input::RequestBody { body: body.to_string().as_bytes() }, NOW_US);
    assert_eq!(step.flow, Flow::Pause, "it is refused");
    machine.on(&Input::Done { left: false }, NOW_US);
    assert_eq!(standing(&machine), Standing::Due);
}

#[test]
fn a_model_that_the_caller_made_up_rests_nobodys_deployment() {
    for (model, expected) in
        [("private", Standing::Cooled { until_ms: NOW_US / 1_000 + DUE_MS }), ("*", Standing::Well)]
    {
        let target = Target::new(Provider::OpenAi, model);
        let settings = AttemptSettings { cooldown: Some(cooldown()), target, ..settings() };
        let (mut machine, _) = begun(settings, &context(false, itinerary(1, 1)), 0);
        machine.on(&Input::RequestBody { body: QUESTION }, NOW_US);
        let head = super::headers(&[(":status", "404")]);
        machine.on(&Input::ResponseHeaders { headers: &head, end: true }, NOW_US);
        assert_eq!(standing(&machine), expected, "{model}");
    }
}

#[test]
fn a_panic_in_a_try_gives_the_probe_back() {
    let mut machine = probe(settings());
    let moment = attempt::Moment { now: &|| NOW_US, shared: &machine.memory };
    machine.machine.after_panic(None, None, &moment);
    assert_eq!(standing(&machine), Standing::Due);
}

#[test]
fn a_panic_after_an_outcome_leaves_the_next_one_s_probe_alone() {
    let mut machine = probe(settings());
    machine.on(&Input::RequestBody { body: QUESTION }, NOW_US);
    let head = super::headers(&[(":status", "503")]);
    machine.on(&Input::ResponseHeaders { headers: &head, end: true }, NOW_US);
    let again_ms = NOW_US / 1_000 + DUE_MS;
    assert!(claim(&machine.memory, ID, LEASE_MS, again_ms), "another request's");
    let moment = attempt::Moment { now: &|| again_ms * 1_000, shared: &machine.memory };
    machine.machine.after_panic(None, None, &moment);
    assert_ne!(Board::load(&machine.memory).standing(ID, again_ms), Standing::Due);
}

#[test]
fn a_panic_before_the_router_was_reached_gives_the_probe_back() {
    const CANDIDATE: &str = "a/openai-1";
    let service = RateLimitService { domain: "d".to_owned(), timeout_ms: 70, failure_mode_deny: false };
    let mut settings = AdmissionSettings { rate_limit_service: Some(service), ..admission::settings() };
    settings.router.cooldowns = true;
    let world = World { setup: Rc::new(Setup::new(settings, None).unwrap()), memory: Memory::default() };
    let now_ms = admission::NOW_US / 1_000;
    cool(&world.memory, CANDIDATE, now_ms - DUE_MS);
    let standing = || Board::load(&world.memory).standing(CANDIDATE, now_ms);
    let body = json!({"model": "a", "messages": [{"role": "user", "content": "hi"}]});
    let (mut machine, step) = world.ask(&body);
    assert_eq!(step.flow, Flow::Pause, "the rate-limit service is asked");
    assert_ne!(standing(), Standing::Due, "this request's own");
    machine.after_panic(false, &world.moment());
    assert_eq!(standing(), Standing::Due);
}
