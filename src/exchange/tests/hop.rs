//! Tries in a cluster that all deployments share: the plan tells which one a try is at.

use std::rc::Rc;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::attempt::{QUESTION, context, itinerary, report, settings};
use super::find;
use crate::config::AttemptSettings;
use crate::event::Attempt as Tried;
use crate::exchange::attempt::{Attempt, Deployments, Input, Moment};
use crate::exchange::context::{Report, write};
use crate::exchange::{Effect, HOP_HEADER, Step};
use crate::memory::Memory;
use crate::route::{Itinerary, Stop};

fn deployment(id: &str) -> AttemptSettings {
    AttemptSettings {
        id: id.to_owned(),
        authority: format!("{}.example.com", id.replace('/', "-")),
        hop: Some(format!("hop-of-{id}")),
        ..settings()
    }
}

/// The three of an itinerary whose second one is ours.
fn three() -> Rc<Deployments> {
    let ids = ["group/other-1", "group/openai-1", "group/other-3"];
    Rc::new(Deployments::shared(ids.map(deployment).to_vec()).unwrap())
}

/// A try after `tried`, up to its request; what it keeps, and what it sends.
fn asked(deployments: &Rc<Deployments>, itinerary: Itinerary, tried: &Report) -> (Step, Step) {
    let memory = Memory::default();
    let moment = Moment { now: &|| 1_000, shared: &memory };
    let (context, tried) = (write(&context(false, itinerary)), write(tried));
    let mut machine = Attempt::new(Rc::clone(deployments));
    let head = Input::RequestHeaders { context: Some(&context), report: Some(&tried), headers: &[] };
    let begun = machine.on(&head, &moment);
    (begun, machine.on(&Input::RequestBody { body: QUESTION }, &moment))
}

fn failed(count: usize) -> Report {
    let attempt = Tried { cause: "server_error".to_owned(), status: 500, ..Tried::default() };
    Report { attempts: vec![attempt; count], ..Report::default() }
}

fn sent_header(step: &Step, name: &str) -> Option<String> {
    find(&step.effects, |effect| match effect {
        Effect::ReplaceRequestHeaders(all) => all.iter().find(|(key, _)| *key == name).cloned(),
        _ => None,
    })
    .map(|(_, value)| value)
}

#[test]
fn each_try_is_made_ready_for_the_deployment_whose_turn_it_is() {
    let deployments = three();
    for (before, id) in [(0, "group/other-1"), (1, "group/openai-1"), (2, "group/other-3")] {
        let (begun, sent) = asked(&deployments, itinerary(2, 3), &failed(before));
        assert_eq!(report(&begun).attempts.last().unwrap().deployment, id);
        assert_eq!(sent_header(&sent, ":authority").unwrap(), deployment(id).authority);
        assert_eq!(sent_header(&sent, HOP_HEADER), deployment(id).hop);
    }
}

#[test]
fn another_path_than_the_planned_one_is_followed() {
    let stop = |id: &str| Stop { deployment: id.to_owned(), leg: 0 };
    let path = vec![stop("group/other-1"), stop("group/other-3")];
    let tried = Report { path: Some(path), ..failed(1) };
    let (_, sent) = asked(&three(), itinerary(2, 3), &tried);
    assert_eq!(sent_header(&sent, HOP_HEADER), deployment("group/other-3").hop);
}

#[test]
fn a_deployment_that_is_no_longer_configured_is_asked_nothing() {
    let left = Deployments::shared(vec![deployment("group/openai-1")]).unwrap();
    let (begun, sent) = asked(&Rc::new(left), itinerary(2, 3), &failed(0));
    let reply = find(&begun.effects, |effect| match effect {
        Effect::Reply(reply) => Some(reply.clone()),
        _ => None,
    });
    assert_eq!(reply.unwrap().status, 503);
    assert!(sent.effects.is_empty(), "{:?}", sent.effects);
}

#[test]
fn a_cluster_of_a_deployments_own_names_nobody() {
    let own = Rc::new(Deployments::own(settings()));
    let (_, sent) = asked(&own, itinerary(1, 1), &failed(0));
    assert_eq!(sent_header(&sent, HOP_HEADER), None);
    assert!(sent_header(&sent, ":authority").is_some());
}

#[test]
fn a_cluster_without_deployments_is_none() {
    assert!(Deployments::shared(Vec::new()).is_none());
}
