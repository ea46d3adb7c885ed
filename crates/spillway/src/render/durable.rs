//! Events on disk, for gateways that may lose none (`durable_events`): two files, which the ledger reconciles from.
//!
//! Envoy's access log has a line for every request with an event. A thread of Envoy's writes it, a moment after the
//! request's end: what is handed to that thread is lost when Envoy is killed. So the event of an answer that is about
//! to end is also written by a filter, to the journal, before the end goes on: a client that has its whole answer is
//! on record, whatever happens next. Both lines are the same event, which the ledger stores once.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use spillway_filter::exchange::filter_state::{EVENT, FROM_WASM};

use super::Options;
use super::typed::{any, extension};

/// The journal is for the last moments only: past this size it becomes `….1`, and a new one begins.
const JOURNAL_BYTES: u32 = 64 << 20;

/// The file of Envoy's access log of events.
pub fn event_log(options: &Options) -> &Path {
    &options.event_log
}

/// The journal stands beside it.
pub fn journal_of(event_log: &Path) -> PathBuf {
    let mut name = event_log.as_os_str().to_owned();
    name.push(".journal");
    PathBuf::from(name)
}

/// One event a line; a request without an event has none.
pub fn access_log(options: &Options) -> Value {
    let has_event = any(
        "envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter",
        json!({ "expression": format!("'{FROM_WASM}{EVENT}' in filter_state") }),
    );
    let line = format!("%FILTER_STATE({FROM_WASM}{EVENT}:PLAIN)%\n");
    json!({
        "name": "envoy.access_loggers.file",
        "filter": {
            "extension_filter": {
                "name": "envoy.access_loggers.extension_filters.cel",
                "typed_config": has_event,
            },
        },
        "typed_config": any(
            "envoy.extensions.access_loggers.file.v3.FileAccessLog",
            json!({
                "path": event_log(options).display().to_string(),
                "log_format": { "text_format_source": { "inline_string": line } },
            }),
        ),
    })
}

/// The filter that writes the journal. Responses pass it last: what it lets go is on its way to the client.
pub fn journal(options: &Options) -> Value {
    let path = journal_of(event_log(options)).display().to_string();
    // A JSON string is a string of Lua's, for paths without control characters.
    let script = include_str!("journal.lua")
        .replace("EVENT", &format!("\"{FROM_WASM}{EVENT}\""))
        .replace("JOURNAL_BYTES", &JOURNAL_BYTES.to_string())
        .replace("JOURNAL", &format!("{path:?}"));
    extension(
        "envoy.filters.http.lua",
        "envoy.extensions.filters.http.lua.v3.Lua",
        json!({ "default_source_code": { "inline_string": script } }),
    )
}
