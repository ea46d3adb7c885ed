//! `durable_events`: what is written, and that the journal is the last filter of a response.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{manager, names, rendered, sample, tree};
use crate::render::journal_of;

fn durable(event_log: &str) -> Value {
    let mut gateway = sample::gateway();
    gateway.admission.delivery.durable = true;
    let mut options = sample::options();
    options.event_log = PathBuf::from(event_log);
    tree(&gateway, &options).unwrap()
}

#[test]
fn only_a_durable_gateway_writes_events() {
    assert_eq!(manager(&rendered())["access_log"], Value::Null);
    let text = rendered().to_string();
    assert!(!text.contains("events.log"), "{text}");
}

#[test]
fn the_access_log_is_the_event_and_nothing_else() {
    let document = durable("/data/events.log");
    let log = &manager(&document)["access_log"][0];
    assert_eq!(log["typed_config"]["path"], "/data/events.log");
    assert_eq!(
        log["typed_config"]["log_format"]["text_format_source"]["inline_string"],
        "%FILTER_STATE(wasm.spillway.event:PLAIN)%\n"
    );
    let filter = &log["filter"]["extension_filter"]["typed_config"]["expression"];
    assert_eq!(*filter, "'wasm.spillway.event' in filter_state");
}

#[test]
fn responses_pass_the_journal_after_admission() {
    let document = durable("/data/ev\"ents.log");
    let filters = manager(&document)["http_filters"].as_array().unwrap();
    assert_eq!(names(filters)[1..3], ["envoy.filters.http.lua", "envoy.filters.http.wasm"]);
    let script = filters[1]["typed_config"]["default_source_code"]["inline_string"].as_str().unwrap();
    let first = script.lines().find(|line| line.starts_with("local path")).unwrap();
    assert_eq!(first, r#"local path, most_bytes = "/data/ev\"ents.log.journal", 67108864"#);
    assert!(script.contains(r#":get("wasm.spillway.event")"#), "{script}");
}

#[test]
fn the_journal_stands_beside_the_log() {
    assert_eq!(journal_of(Path::new("/data/events.log")), Path::new("/data/events.log.journal"));
}
