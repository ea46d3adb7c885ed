//! What the delivery of events asks of a request.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::rc::Rc;

use serde_json::{Value, json};

use super::admission::{World, reply, report, settings};
use super::headers;
use crate::config::{Delivery, WhenFull};
use crate::exchange::admission::{Admission, Ending, Input, Setup};
use crate::exchange::context::write;
use crate::exchange::outbox::{Outbox, Store};
use crate::exchange::{Effect, Flow, Step};
use crate::memory::Memory;

const BOUND: u32 = 100;

fn world(delivery: Delivery) -> World {
    let settings = crate::config::AdmissionSettings { delivery, ..settings() };
    World { setup: Rc::new(Setup::new(settings, None).unwrap()), memory: Memory::default() }
}

fn fill(world: &World, bytes: usize) {
    let store = Store { queue: &world.memory, shared: &world.memory, most_bytes: u64::from(BOUND) };
    Outbox::new(1).push(&store, &vec![b'1'; bytes]);
}

fn head(world: &World, path: &str) -> (Admission, Step) {
    let mut machine = Admission::new(Rc::clone(&world.setup), "id-1".to_owned());
    let head = headers(&[(":method", "POST"), (":path", path), ("authorization", "Bearer sk-alice")]);
    let step = world.on(&mut machine, &Input::RequestHeaders { headers: &head, end: false });
    (machine, step)
}

fn is_refused(step: &Step) -> bool {
    step.effects.contains(&Effect::CountFull)
}

#[test]
fn a_full_outbox_refuses_where_that_is_wanted_and_leaves_no_event() {
    for (when_full, bytes, refused) in [
        (WhenFull::DropOldest, 99, false),
        (WhenFull::Refuse, 49, false),
        (WhenFull::Refuse, 50, true),
        (WhenFull::Refuse, 99, true),
    ] {
        let world = world(Delivery { outbox_bytes: BOUND, when_full, durable: false });
        fill(&world, bytes);
        let (mut machine, step) = head(&world, "/v1/chat/completions");
        assert_eq!(is_refused(&step), refused, "{when_full:?} {bytes}");
        if refused {
            let reply = reply(&step);
            let body: Value = serde_json::from_slice(&reply.body).unwrap();
            assert_eq!((reply.status, &body["error"]["code"]), (503, &json!("outbox_full")));
            assert!(reply.headers.contains(&("retry-after", "2".to_owned())));
            assert!(world.event(&mut machine, &report(5)).is_none());
        }
    }
}

#[test]
fn what_leaves_no_event_is_served_while_the_outbox_is_full() {
    let world = world(Delivery { outbox_bytes: BOUND, when_full: WhenFull::Refuse, durable: false });
    fill(&world, 99);
    let mut machine = Admission::new(Rc::clone(&world.setup), "id-1".to_owned());
    let head = headers(&[(":method", "GET"), (":path", "/v1/models"), ("authorization", "Bearer sk-alice")]);
    let step = world.on(&mut machine, &Input::RequestHeaders { headers: &head, end: true });
    assert_eq!(reply(&step).status, 200);
}

fn chat() -> Value {
    json!({"model": "a", "messages": [{"role": "user", "content": "hi"}]})
}

/// A request whose answer is coming; the machine.
fn answered(world: &World) -> Admission {
    let (mut machine, step) = world.ask(&chat());
    assert_eq!(step.flow, Flow::Continue);
    let report = write(&report(7));
    world.on(&mut machine, &Input::ResponseHeaders { status: 200, report: Some(&report), end: false });
    machine
}

fn end(world: &World, machine: &mut Admission, disconnected: bool) -> Vec<Effect> {
    let report = write(&report(7));
    let ending = Ending { report: Some(&report), disconnected, ..Ending::default() };
    let effects = world.on(machine, &Input::Done(ending)).effects;
    // What statistics and the access log are told is not of this.
    let others = |effect: &Effect| matches!(effect, Effect::Count(_) | Effect::KeepSummary(_));
    effects.into_iter().filter(|effect| !others(effect)).collect()
}

#[test]
fn a_durable_event_is_recorded_and_sent_before_the_end_of_the_answer_and_never_twice() {
    let world = world(Delivery { outbox_bytes: BOUND, when_full: WhenFull::DropOldest, durable: true });
    let mut machine = answered(&world);
    assert!(!machine.records_before_its_end(), "the answer is still coming");
    machine.answer_came_whole();
    assert!(machine.records_before_its_end());
    let effects = end(&world, &mut machine, false);
    let [Effect::Record(recorded), Effect::Emit(sent)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((recorded, recorded.usage.input), (sent, 7));
    assert!(!machine.records_before_its_end());
    assert_eq!(end(&world, &mut machine, false), [], "it has been told");
}

#[test]
fn a_request_without_an_end_is_recorded_when_it_is_over() {
    let world = world(Delivery { outbox_bytes: BOUND, when_full: WhenFull::DropOldest, durable: true });
    let mut machine = answered(&world);
    let effects = end(&world, &mut machine, true);
    assert!(
        matches!(&effects[..], [Effect::KeepDeparture, Effect::Record(event), Effect::Emit(_)] if event.client_disconnected)
    );
}

#[test]
fn other_events_are_sent_when_the_request_is_over_and_not_recorded() {
    let world = World::new();
    let mut machine = answered(&world);
    machine.answer_came_whole();
    assert!(!machine.records_before_its_end());
    assert!(matches!(&end(&world, &mut machine, false)[..], [Effect::Emit(_)]));
}
