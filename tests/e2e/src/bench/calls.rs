//! `make bench-calls`: what a call from the filter to Envoy costs, kind by kind, and what the gateway's own configuration
//! costs with filters in it that do next to nothing. Of the floor and what these come to, the rest is the filter's.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Parser, value_parser};
use mock_providers::MockProviders;
use serde_yaml_ng::Value;

use super::envoy::{Envoy, filled, floor_module};
use super::loads::LOADS;
use super::machine::Machine;
use super::running::{KEY, PATH, Running, buffer_bytes};
use super::setup::Folder;
use super::sides::{self, Kind};
use super::spread::Spread;
use super::table::{number, table};
use super::wrk::{self, Load};
use crate::gateway::{free_addresses, scratch};
use crate::{Failure, process};

/// Calls of one kind that a request makes.
const TIMES: u32 = 100;
const CONNECTIONS: u32 = 16;
const WARM_UP_SECONDS: u32 = 1;

/// What is measured.
#[derive(Clone, Debug, Parser)]
#[command(name = "bench-calls", about = "What a call from the filter to Envoy costs, kind by kind.")]
pub struct Options {
    /// Rounds; in each, the kinds take turns.
    #[arg(long, default_value_t = 5, value_parser = value_parser!(u32).range(1..=50))]
    pub rounds: u32,
    /// Seconds of load on one kind in one round.
    #[arg(long, default_value_t = 1, value_parser = value_parser!(u32).range(1..=30))]
    pub seconds: u32,
    /// Write the figures into docs/BENCHMARK.md.
    #[arg(long)]
    pub record: bool,
}

/// A kind of call: what the floor's module knows it by, and what it is.
struct Call {
    name: &'static str,
    about: &'static str,
}

/// The first is none: what all others are compared with.
static CALLS: [Call; 16] = [
    Call { name: "none", about: "" },
    Call { name: "time", about: "the time" },
    Call { name: "metric", about: "a value for a histogram" },
    Call { name: "header", about: "one header, read" },
    Call { name: "set-header", about: "one header, set" },
    Call { name: "headers", about: "all request headers, read" },
    Call { name: "headers-and-back", about: "all request headers, read and replaced by the same" },
    Call { name: "no-property", about: "a property that is not there" },
    Call { name: "property", about: "a property, read (20 bytes)" },
    Call { name: "set-property", about: "filter state, set (100 bytes)" },
    Call { name: "no-shared", about: "shared data that is not there" },
    Call { name: "shared", about: "shared data, read (100 bytes)" },
    Call { name: "set-shared", about: "shared data, set (100 bytes)" },
    Call { name: "queue", about: "an event into the shared queue and out again (1,000 bytes)" },
    Call { name: "body", about: "the request's body, read (1 KB)" },
    Call { name: "edit-body", about: "the request's body, its first byte replaced" },
];

/// An Envoy under measurement.
struct Subject {
    about: String,
    envoy: Envoy,
    /// CPU microseconds of a request, round by round.
    taken: Vec<f64>,
}

/// Measures everything.
///
/// # Errors
/// Something did not start, or an answer was not 2xx.
pub async fn run(options: &Options, say: fn(&str)) -> Result<String, Failure> {
    let mut upstream =
        MockProviders::start_fast(("127.0.0.1", 0)).await.map_err(|error| error.to_string())?;
    let folder = Folder(scratch()?);
    let side = sides::named(sides::BARE).ok_or("there is no bare gateway")?;
    let Kind::Gateway(parts) = side.kind else { return Err("the bare gateway is none".to_owned()) };
    let gateway = Running::gateway(side, parts, upstream.addr(), None).await?;
    let rendered = gateway.rendered().ok_or("it has no configuration")?;
    let program = process::program(gateway.pid)?;
    let machine = Machine::read(&program, wrk::version().await?).await?;
    let buffer = buffer_bytes(&rendered)?;

    let mut subjects = Vec::new();
    for call in &CALLS {
        let envoy = caller(call, &program, &folder.0, upstream.addr(), buffer).await?;
        subjects.push(Subject { about: call.about.to_owned(), envoy, taken: Vec::new() });
    }
    let frame = frame(&rendered, &program, &folder.0).await?;
    subjects.push(Subject {
        about: "the gateway's configuration".to_owned(),
        envoy: frame,
        taken: Vec::new(),
    });

    let load = LOADS.first().ok_or("there is no load")?;
    let body = load.write(&folder.0, "calls", None)?;
    measure(&mut subjects, &body, WARM_UP_SECONDS, false).await?;
    for round in 1..=options.rounds {
        say(&format!("  round {round} of {}", options.rounds));
        measure(&mut subjects, &body, options.seconds, true).await?;
    }
    let text = report(&subjects, &machine, options)?;
    for subject in subjects {
        subject.envoy.stop().await?;
    }
    gateway.stop().await?;
    upstream.shutdown().await;
    Ok(text)
}

/// The floor, with calls of one kind.
async fn caller(
    call: &Call,
    program: &Path,
    folder: &Path,
    upstream: SocketAddr,
    buffer: u64,
) -> Result<Envoy, Failure> {
    let [address, admin] = free_addresses()?;
    let text = filled(&super::read_data("bench-floor.yaml")?, [address, admin, upstream], buffer);
    let role = format!("value: admission {} {TIMES}", call.name);
    let text = text.replace("value: admission", &role);
    let config = folder.join(format!("calls-{}.yaml", call.name));
    Envoy::run(&text, program, &config, [address, admin]).await
}

/// What was rendered for a gateway, with the floor's filters in place of the gateway's.
async fn frame(rendered: &Path, program: &Path, folder: &Path) -> Result<Envoy, Failure> {
    let text = std::fs::read_to_string(rendered).map_err(|error| error.to_string())?;
    let mut config: Value = serde_yaml_ng::from_str(&text).map_err(|error| error.to_string())?;
    let addresses @ [address, admin] = free_addresses()?;
    put(&mut config, "static_resources/listeners/0/address", &socket(address))?;
    put(&mut config, "admin/address", &socket(admin))?;
    with_floor(&mut config);
    let text = serde_yaml_ng::to_string(&config).map_err(|error| error.to_string())?;
    Envoy::run(&text, program, &folder.join("frame.yaml"), addresses).await
}

fn socket(address: SocketAddr) -> Value {
    let text = format!("{{socket_address: {{address: {}, port_value: {}}}}}", address.ip(), address.port());
    serde_yaml_ng::from_str(&text).unwrap_or_default()
}

/// Puts a value where there is one.
fn put(config: &mut Value, path: &str, value: &Value) -> Result<(), Failure> {
    let mut place = config;
    for step in path.split('/') {
        place = match step.parse::<usize>() {
            Ok(index) => place.get_mut(index),
            Err(_) => place.get_mut(step),
        }
        .ok_or_else(|| format!("the gateway's configuration has no {path}"))?;
    }
    *place = value.clone();
    Ok(())
}

/// Every filter of ours becomes the floor's, and what nobody plans goes to the first deployment.
fn with_floor(config: &mut Value) {
    match config {
        Value::Sequence(items) => {
            items.retain(|item| item.get("name").and_then(Value::as_str) != Some("spillway-unplanned"));
            items.iter_mut().for_each(with_floor);
        }
        Value::Mapping(members) => {
            let role = members.get("root_id").and_then(Value::as_str).map(str::to_owned);
            if let (Some(role), Some(vm)) = (role, members.get_mut("vm_config")) {
                let _ = put(vm, "code/local/filename", &Value::from(floor_module()));
                let mut settings = members.get_mut("configuration");
                if let Some(value) = settings.as_mut().and_then(|settings| settings.get_mut("value")) {
                    *value = Value::from(role);
                }
            }
            members.values_mut().for_each(with_floor);
        }
        _ => {}
    }
}

/// One round.
async fn measure(
    subjects: &mut [Subject],
    body: &PathBuf,
    seconds: u32,
    counts: bool,
) -> Result<(), Failure> {
    for subject in subjects {
        let pid = subject.envoy.pid()?;
        let before = process::cpu(pid)?;
        let load = Load { path: PATH, body, headers: "", connections: CONNECTIONS, seconds };
        let told = |error| format!("{}: {error}", subject.about);
        let figures = wrk::run(subject.envoy.address, KEY, &load).await.map_err(told)?;
        let taken = process::cpu(pid)?.saturating_sub(before);
        if counts {
            subject.taken.push(taken.as_secs_f64() * 1e6 / figures.requests as f64);
        }
    }
    Ok(())
}

fn report(subjects: &[Subject], machine: &Machine, options: &Options) -> Result<String, Failure> {
    let (floor, others) = subjects.split_first().ok_or("nothing was measured")?;
    let (frame, calls) = others.split_last().ok_or("nothing was measured")?;
    let median = |subject: &Subject| Spread::of(subject.taken.iter().copied()).unwrap_or_default().median;
    let cell = |subject: &Subject, unit: f64, digits| {
        // Round by round, for what else the machine does hits a round's subjects alike.
        let more = subject.taken.iter().zip(&floor.taken).map(|(with, without)| (with - without) * unit);
        let Spread { median, least, most } = Spread::of(more).unwrap_or_default();
        format!("{} ({} … {})", number(median, digits), number(least, digits), number(most, digits))
    };
    let mut lines = vec![vec!["a call".to_owned(), "ns".to_owned()]];
    for call in calls {
        lines.push(vec![call.about.clone(), cell(call, 1e3 / f64::from(TIMES), 0)]);
    }
    Ok(format!(
        "Envoy {}, one worker, {CONNECTIONS} connections; {} cores of {}. {} rounds of {} s; median (least … most) of a \
         round's difference from the floor, which took {:.1} µs of Envoy's CPU for a request. A request makes {TIMES} calls of \
         one kind.\n\n{}\nThe gateway's configuration, with the floor's filters in place of the gateway's: {:.1} µs; \
         above the floor {} µs.",
        machine.envoy,
        machine.cores,
        machine.cpu,
        options.rounds,
        options.seconds,
        median(floor),
        table(&lines, 1),
        median(frame),
        cell(frame, 1.0, 1),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_takes_the_places_of_the_filters() {
        let text = "filters:\n- root_id: admission\n  vm_config: {code: {local: {filename: a.wasm}}}\n  \
                    configuration: {value: '{}'}\ngroups:\n- name: spillway-unplanned\n- name: a\n";
        let mut config: Value = serde_yaml_ng::from_str(text).unwrap();
        with_floor(&mut config);
        assert_eq!(config["filters"][0]["configuration"]["value"], Value::from("admission"));
        assert_eq!(
            config["filters"][0]["vm_config"]["code"]["local"]["filename"],
            Value::from(floor_module())
        );
        assert_eq!(config["groups"].as_sequence().unwrap().len(), 1);
    }

    #[test]
    fn what_is_not_there_is_not_put() {
        let mut config: Value = serde_yaml_ng::from_str("a: [{b: 1}]").unwrap();
        assert!(put(&mut config, "a/0/b", &Value::from(2)).is_ok());
        assert_eq!(config["a"][0]["b"], Value::from(2));
        assert!(put(&mut config, "a/1/b", &Value::from(2)).is_err());
    }

    #[test]
    fn the_floor_knows_every_call() {
        let module = include_str!("../../../bench/floor/src/calls.rs");
        for Call { name, .. } in &CALLS {
            assert!(module.contains(&format!("\"{name}\" =>")), "{name}");
        }
    }
}
