//! Bodies, and the services beside the gateway.

use spillway_filter::config::{Gateway, WhenFull};

use super::amounts::{duration, size};
use super::outline::Outline;

/// What holds for every request.
pub fn requests(gateway: &Gateway) -> Outline {
    let admission = &gateway.admission;
    let mut told = Outline::default();
    told.say("largest body", size(gateway.admission.max_body_bytes.into()));
    let unsupported = match admission.policy.drop_params {
        true => "left out",
        false => "refused",
    };
    told.say("unknown parameters", unsupported);
    if admission.policy.allow_mock_testing {
        told.say("mock failures", "may be asked for");
    }
    if let (Some(service), Some(upstream)) = (&admission.rate_limit_service, &gateway.rate_limit_service) {
        let otherwise = if service.failure_mode_deny { "refused" } else { "served" };
        told.say(
            "shared limits",
            format!(
                "{}:{}, domain {}, within {}, else {otherwise}",
                upstream.host,
                upstream.port,
                service.domain,
                duration(service.timeout_ms),
            ),
        );
    }
    told
}

/// Where events go.
pub fn ledger(gateway: &Gateway) -> Outline {
    let (ledger, delivery) = (&gateway.ledger, &gateway.admission.delivery);
    let mut told = Outline::default();
    let at = &ledger.address;
    let scheme = if at.tls { "https" } else { "http" };
    told.say("address", format!("{scheme}://{}:{}", at.host, at.port));
    match (ledger.http2, at.tls) {
        (Some(true), false) => told.say("protocol", "HTTP/2"),
        (Some(false), true) => told.say("protocol", "HTTP/1.1"),
        (_, true) => told.say("protocol", "HTTP/2 where the ledger takes it"),
        (_, false) => {}
    }
    if at.tls {
        told.say("authorities", ledger.authorities.as_deref().unwrap_or("those of the providers"));
    }
    if let Some(shown) = &ledger.certificate {
        told.say("shows", format!("{}, key {}", shown.certificate, shown.key));
    }
    let gives_way = match delivery.when_full {
        WhenFull::DropOldest => "then the oldest are dropped, and counted",
        WhenFull::Refuse => "then requests are refused",
    };
    told.say("events that wait", format!("at most {}, {gives_way}", size(delivery.outbox_bytes.into())));
    if delivery.durable {
        told.say("each event", "is written to a file as well");
    }
    told
}
