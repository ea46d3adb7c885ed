//! What a gateway and a rate-limit service say to each other: `envoy.service.ratelimit.v3`, as envoyproxy/ratelimit
//! and Limitador speak it.
//!
//! Several gateways that ask one service share its limits. The service is told what is counted ([`Scope`]), in which
//! [`Unit`], and how much is added ([`ask`]); it says whether that was within every limit ([`read`]). What it
//! has added cannot be taken back: the protocol of its day-to-day implementations has no refund.
//!
//! Written by hand, because two messages of a few fields need no library of protobuf.
//!
//! Knows bytes. Knows no key, no counter, no host.

mod answer;
mod ask;
mod protobuf;

#[cfg(test)]
mod tests;

pub use answer::{Answer, Malformed, Over, read};
pub use ask::{Scope, Unit, ask};

/// The gRPC service, as it stands in the path of a call.
pub const SERVICE: &str = "envoy.service.ratelimit.v3.RateLimitService";
/// Its only method.
pub const METHOD: &str = "ShouldRateLimit";
