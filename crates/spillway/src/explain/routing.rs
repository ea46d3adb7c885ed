//! How deployments are chosen, and what happens after a failure, for all groups.

use spillway_filter::cause::PerClass;
use spillway_filter::config::Gateway;
use spillway_filter::route::{RetryPolicy, Strategy};

use super::amounts::duration;
use super::outline::Outline;

/// `router_settings`
pub fn settings(gateway: &Gateway) -> Outline {
    let router = &gateway.admission.router;
    let mut told = Outline::default();
    told.say("strategy", strategy(router.strategy));
    let retries = router.num_retries.map(|retries| format!("{retries} within a group, after the first try"));
    told.say("retries", retries.unwrap_or_else(|| "each other deployment of a group once".to_owned()));
    told.say_some("retries by error", policy(&router.retry_policy));
    for (group, own) in &router.group_retry_policies {
        told.say_some(format!("retries of {group}"), policy(own));
    }
    told.say("fallbacks", format!("at most {} groups after the first", router.max_fallbacks));
    told.say("cooldowns", if router.cooldowns { "as each deployment says" } else { "none" });
    let checks = match router.pre_call_checks {
        true => "deployments that cannot serve a request are left out",
        false => "none",
    };
    told.say("checks before a call", checks);
    let timeouts = &gateway.admission.timeouts;
    told.say("a whole request", format!("at most {} over all tries", duration(timeouts.request_ms)));
    if gateway.admission.fallback_on_limits {
        told.say("limits of one model", "lead to its fallbacks");
    }
    told
}

fn strategy(strategy: Strategy) -> String {
    match strategy {
        Strategy::SimpleShuffle => "simple-shuffle: drawn by weight".to_owned(),
        Strategy::LeastBusy => "least-busy: the fewest requests under way first".to_owned(),
        Strategy::LatencyBased { buffer_permille, ttl_s } => {
            let (whole, tenths) = (buffer_permille / 10, buffer_permille % 10);
            format!(
                "latency-based-routing: the fastest first, within {whole}.{tenths} % drawn by weight; measured over {ttl_s} s"
            )
        }
        Strategy::UsageBasedV2 => "usage-based-routing-v2: the fewest tokens in this minute first".to_owned(),
        Strategy::CostBased => "cost-based-routing: the cheapest first".to_owned(),
    }
}

/// `BadRequest 0, RateLimit 3, others 2`
fn policy(policy: &RetryPolicy) -> Option<String> {
    let mut parts = by_class(&policy.by_class);
    parts.extend(policy.other.map(|other| format!("others {other}")));
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn by_class(numbers: &PerClass) -> Vec<String> {
    let named = [
        ("BadRequest", numbers.bad_request),
        ("Authentication", numbers.authentication),
        ("Timeout", numbers.timeout),
        ("RateLimit", numbers.rate_limit),
        ("ContentPolicyViolation", numbers.content_policy_violation),
        ("InternalServer", numbers.internal_server),
        ("ServiceUnavailable", numbers.service_unavailable),
        ("BadGateway", numbers.bad_gateway),
        ("NotFound", numbers.not_found),
    ];
    named.into_iter().filter_map(|(name, number)| Some(format!("{name} {}", number?))).collect()
}
