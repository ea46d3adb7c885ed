//! Trace context of a request, for providers that are to have it.
//!
//! A provider is a third party, and gets none unless the file says so. What stands in the headers of a try is what the
//! client sent, or, where Envoy traces, what Envoy made of it for this try.

use super::Attempt;
use crate::exchange::{Headers, header};

/// W3C's (<https://www.w3.org/TR/trace-context/>) and Zipkin's (<https://github.com/openzipkin/b3-propagation>).
/// `baggage` is not among them: it holds whatever an application puts there.
const HEADERS: [&str; 8] = [
    "traceparent",
    "tracestate",
    "b3",
    "x-b3-traceid",
    "x-b3-spanid",
    "x-b3-parentspanid",
    "x-b3-sampled",
    "x-b3-flags",
];

/// Longest value that is passed on: W3C asks to pass 512 characters of `tracestate` at least.
const MOST_BYTES: usize = 1_024;

impl Attempt {
    /// Whether the request's headers are to be given with [`Input::RequestHeaders`](super::Input::RequestHeaders).
    #[must_use]
    pub fn reads_the_headers(&self) -> bool {
        self.deployments.read_traces()
    }

    pub(super) fn take_trace(&mut self, headers: &Headers) {
        if !self.settings.trace_context {
            return;
        }
        let is_safe = |value: &&str| {
            value.len() <= MOST_BYTES && value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
        };
        let found = |name: &&'static str| {
            let value = header(headers, name).filter(is_safe)?;
            Some((*name, value.to_owned()))
        };
        self.trace = HEADERS.iter().filter_map(found).collect();
    }
}
