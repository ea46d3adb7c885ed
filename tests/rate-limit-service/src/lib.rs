//! The messages of `envoy.service.ratelimit.v3`, as far as the tests need them.

pub mod messages;
