//! The end-to-end harness: a gateway as `spillway up` runs it, strict providers, a client.
//!
//! | module | room |
//! |---|---|
//! | [`gateway`] | starts and stops mock providers and `spillway up` on free ports |
//! | [`client`] | one HTTP/1.1 exchange, as raw as a test needs it; HTTP/2 |
//! | [`fixture`] | the gateway of the suite: its keys, and its canaries |
//! | [`answer`] | what came back: headers, JSON, server-sent events |
//! | [`scenario`] | a file in `scenarios/` is a test: requests, and all that must follow |
//! | [`pattern`] | JSON expectations with wildcards |
//! | [`leak`] | nothing internal in anything that an upstream received |
//! | [`ledger`] | reads spend rows, waiting until they are there |
//! | [`rate_limits`] | Redis, and a rate-limit service on it |
//! | [`program`] | other people's programs, run to their end |
//! | [`bench`] | what the gateway adds to a request, measured |

pub mod answer;
pub mod bench;
pub mod client;
pub mod fixture;
pub mod gateway;
pub mod leak;
pub mod ledger;
pub mod pattern;
pub mod process;
pub mod program;
pub mod rate_limits;
pub mod scenario;

/// A failed expectation or a broken fixture, in words.
pub type Failure = String;
