//! The question: `RateLimitRequest`.

use super::protobuf::Writer;

/// `RateLimitUnit.MINUTE`
const MINUTE: u64 = 2;

/// What the service counts together, over all gateways.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// What tells it from every other, outermost first, e.g. `("team", "blue"), ("model", "gpt-4.1")`. No value may be
    /// empty: a service may refuse the whole question for it.
    pub entries: Vec<(&'static str, String)>,
    /// What the caller calls it. Stays here.
    pub label: String,
    /// Requests per minute, where the gateway knows the limit: the service is asked to hold this one in place of
    /// its own.
    pub requests: Option<u64>,
    /// Tokens per minute, likewise.
    pub tokens: Option<u64>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Each request is one.
    Requests,
    /// Input and output, as the provider counts them.
    Tokens,
}

impl Unit {
    /// The value of a descriptor's first entry, `unit`.
    fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Tokens => "tokens",
        }
    }
}

/// Adds `hits` to every scope's count of `unit`, and asks whether that is within the limits.
///
/// One question is about one unit: Limitador takes the number of hits of the request only, not that of a
/// descriptor. `hits` is at least one (none would stand for one), and at most what its field holds.
#[must_use]
pub fn ask(domain: &str, scopes: &[Scope], unit: Unit, hits: u64) -> Vec<u8> {
    let writer = Writer::default().bytes(1, domain.as_bytes());
    let descriptors = scopes.iter().map(|scope| descriptor(scope, unit));
    let writer = descriptors.fold(writer, |writer, descriptor| writer.bytes(2, &descriptor));
    writer.number(3, in_uint32(hits.max(1))).finish()
}

/// `RateLimitDescriptor`
fn descriptor(scope: &Scope, unit: Unit) -> Vec<u8> {
    let mut writer = Writer::default().bytes(1, &entry("unit", unit.name()));
    for (key, value) in &scope.entries {
        writer = writer.bytes(1, &entry(key, value));
    }
    let limit = match unit {
        Unit::Requests => scope.requests,
        Unit::Tokens => scope.tokens,
    };
    if let Some(limit) = limit {
        let limit = Writer::default().number(1, in_uint32(limit)).number(2, MINUTE);
        writer = writer.bytes(2, &limit.finish());
    }
    writer.finish()
}

/// `RateLimitDescriptor.Entry`
fn entry(key: &str, value: &str) -> Vec<u8> {
    Writer::default().bytes(1, key.as_bytes()).bytes(2, value.as_bytes()).finish()
}

fn in_uint32(value: u64) -> u64 {
    value.min(u64::from(u32::MAX))
}
