//! What a provider gets is what its API defines, whatever a client sends: every golden request, in every
//! dialect, for every provider, with canaries where no field is.
//!
//! Bodies go through [`spillway_filter::sanitise`] and [`spillway_filter::translate`] as they do in the filter;
//! the strict tables of the mock providers judge what comes out.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may fail by panicking, and a missing member of a JSON value reads as null"
)]

mod canaries;
mod inputs;
mod targets;

use std::collections::BTreeMap;

use inputs::{Input, inputs};
use mock_providers::provider::{Provider, Tables};
use mock_providers::schema::{Kind, Problem};
use serde_json::Value;
use spillway_filter::random::SplitMix;
use spillway_filter::reject::Reject;
use spillway_filter::sanitise::{self, Policy};
use spillway_filter::translate::{self, Ask, Built, Target};
use targets::{Deployment, deployments, table};

const STRICT: Policy = Policy { drop_params: false, allow_mock_testing: false, allowed: Vec::new() };
const DROPPING: Policy = Policy { drop_params: true, allow_mock_testing: false, allowed: Vec::new() };

/// Fewest bodies that each dialect must have got through to each deployment: a refusal proves nothing.
const LEAST: usize = 4;

/// What the filter makes of a client's body.
fn through(input: &Input, body: &[u8], policy: &Policy, target: &Target) -> Result<Built, Reject> {
    let request = sanitise::request(input.dialect, body, policy)?;
    let body = request.body.as_deref().unwrap_or(body);
    translate::request(&Ask { dialect: input.dialect, body, stream: request.stream }, target)
}

fn judged(tables: &Tables, provider: Provider, built: &Built) -> Result<(), Problem> {
    let body: Value = serde_json::from_slice(&built.body).expect("a body is JSON");
    table(tables, provider, built.api).check(&body)
}

#[test]
fn every_body_holds_only_what_its_api_defines() {
    let tables = Tables::load().expect("the tables hold no mistake");
    let mut problems = Vec::new();
    let mut seen: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for input in &inputs() {
        // A body that its own API would refuse may be refused by another one as well; never for a field.
        let valid = input.is_valid(&tables);
        for Deployment { name, mock, target } in &deployments() {
            for policy in [&STRICT, &DROPPING] {
                let Ok(built) = through(input, &input.body, policy, target) else { continue };
                *seen.entry((format!("{:?}", input.dialect), name)).or_default() += 1;
                match judged(&tables, *mock, &built) {
                    Err(problem) if valid || problem.kind == Kind::Unknown => problems.push(format!(
                        "{} for {name}: {problem:?}\n{}",
                        input.path,
                        String::from_utf8_lossy(&built.body)
                    )),
                    _ => {}
                }
            }
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n\n"));
    enough(&seen);
}

/// Every pair that exists was tried with bodies that came through.
fn enough(seen: &BTreeMap<(String, &str), usize>) {
    let few: Vec<_> = seen.iter().filter(|(_, count)| **count < LEAST).collect();
    assert!(few.is_empty(), "too few bodies came through: {few:?}");
    for dialect in ["Chat", "Responses", "Messages"] {
        for Deployment { name, .. } in &deployments() {
            assert!(
                seen.contains_key(&(dialect.to_owned(), name)),
                "no {dialect} body came through to {name}"
            );
        }
    }
}

#[test]
fn canaries_in_undefined_fields_reach_nobody() {
    let mut random = SplitMix(7);
    for input in &inputs() {
        let Ok(body) = serde_json::from_slice::<Value>(&input.body) else { continue };
        if sanitise::request(input.dialect, &input.body, &STRICT).is_err() {
            continue;
        }
        for round in 0..canaries::ROUNDS {
            let (salted, count) = canaries::salted(input.dialect, &body, round, &mut random);
            if count == 0 {
                continue;
            }
            let salted = salted.to_string().into_bytes();
            let refused = sanitise::request(input.dialect, &salted, &STRICT).expect_err(&input.path);
            assert_eq!(refused.status, 400, "{}", input.path);
            for Deployment { name, target, .. } in &deployments() {
                let told = |text: &[u8]| String::from_utf8_lossy(text).contains(canaries::CANARY);
                match through(input, &salted, &DROPPING, target) {
                    Ok(built) => assert!(
                        !told(&built.body),
                        "{} for {name}: {}",
                        input.path,
                        String::from_utf8_lossy(&built.body)
                    ),
                    Err(reject) => assert!(
                        (400..500).contains(&reject.status) || reject.status == 501,
                        "{} for {name}: {reject:?}",
                        input.path
                    ),
                }
            }
        }
    }
}

#[test]
fn internal_names_reach_nobody() {
    let plain: Vec<Input> = inputs().into_iter().filter(|input| input.path.contains("/plain.")).collect();
    assert!(plain.len() >= 3, "a `plain` request for each dialect");
    for input in &plain {
        for name in canaries::internal_names() {
            for inside in [None, Some("metadata"), Some("litellm_metadata")] {
                for value in canaries::VALUES {
                    let Some(body) = canaries::with(input.dialect, &input.body, &name, inside, value) else {
                        continue;
                    };
                    for policy in [&STRICT, &DROPPING] {
                        for Deployment { name: to, target, .. } in &deployments() {
                            match through(input, &body, policy, target) {
                                Ok(built) => assert!(
                                    !String::from_utf8_lossy(&built.body).contains(canaries::CANARY),
                                    "{name} in {inside:?} of {} for {to}: {}",
                                    input.path,
                                    String::from_utf8_lossy(&built.body)
                                ),
                                Err(reject) => assert!(
                                    reject.status == 400 || reject.status == 501,
                                    "{name} in {inside:?} of {} for {to}: {reject:?}",
                                    input.path
                                ),
                            }
                        }
                    }
                }
            }
        }
    }
}
