//! Names in Envoy's filter state, by which the roles talk with each other and with the rest of the rendered chain.

/// The request's context.
pub const CONTEXT: &str = "spillway.context";

/// The attempts' report.
pub const REPORT: &str = "spillway.report";

/// What a stream costs that ended before its end.
pub const OWED: &str = "spillway.owed";

/// That the client has left.
pub const DEPARTED: &str = "spillway.departed";

/// What the access log tells: each word's name begins with this.
pub const SUMMARY: &str = "spillway.log.";

/// The request's event, from where Envoy writes it to a file.
pub const EVENT: &str = "spillway.event";

/// What stands before each of these names where Envoy's own filters and loggers ask for it.
pub const FROM_WASM: &str = "wasm.";
