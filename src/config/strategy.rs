//! `routing_strategy` and `routing_strategy_args`: the order of one group's deployments.

use super::cursor::Cursor;
use super::format;
use super::models::Models;
use super::router::Settings;
use super::section::Section;
use super::suggest::did_you_mean;
use crate::route::Strategy;

/// LiteLLM's own default: for how long a measured latency counts, in seconds.
const TTL_S: u64 = 3_600;

/// What is honoured.
const NAMES: [&str; 5] =
    ["simple-shuffle", "least-busy", "latency-based-routing", "usage-based-routing-v2", "cost-based-routing"];
/// LiteLLM's strategies that are not.
const OTHERS: [&str; 3] = ["lar1", "provider-budget-routing", "priority"];

/// Reads both keys.
pub(super) fn read(settings: &Settings<'_>) -> Strategy {
    let written = settings.get("routing_strategy").and_then(|at| named(&at)).unwrap_or_default();
    let Some(arguments) = settings.router("routing_strategy_args") else { return written };
    let Some(section) = arguments.section() else { return written };
    match written {
        Strategy::LatencyBased { .. } => latency_based(&section),
        _ => {
            section.close(&format::STRATEGY_ARGUMENTS);
            written
        }
    }
}

/// Has the traffic measured of deployments whose strategy looks at it, where there is a choice.
pub(super) fn settle(strategy: Strategy, models: &mut Models) {
    for group in &models.groups {
        let measured = strategy.needs_load() && group.deployments.len() > 1;
        for index in &group.deployments {
            if let Some(deployment) = models.deployments.get_mut(*index) {
                deployment.attempt.measured = measured;
            }
        }
    }
}

fn named(at: &Cursor<'_>) -> Option<Strategy> {
    let name = at.text()?;
    Some(match name.as_str() {
        "simple-shuffle" => Strategy::SimpleShuffle,
        "least-busy" => Strategy::LeastBusy,
        "latency-based-routing" => Strategy::LatencyBased { buffer_permille: 0, ttl_s: TTL_S },
        "usage-based-routing-v2" => Strategy::UsageBasedV2,
        "usage-based-routing" => {
            at.warning(
                "taken for `usage-based-routing-v2`, which also heeds `rpm` and `tpm`",
                "write `usage-based-routing-v2`".to_owned(),
            );
            Strategy::UsageBasedV2
        }
        "cost-based-routing" => Strategy::CostBased,
        other if OTHERS.contains(&other) => {
            at.warning(
                format!("strategy `{other}` is not supported: `simple-shuffle` is used"),
                format!("the strategies are {}", listed()),
            );
            Strategy::SimpleShuffle
        }
        other => {
            let hint =
                did_you_mean(other, NAMES).or_else(|| Some(format!("the strategies are {}", listed())));
            at.error(format!("no routing strategy is named `{other}`"), hint);
            return None;
        }
    })
}

fn listed() -> String {
    NAMES.map(|name| format!("`{name}`")).join(", ")
}

fn latency_based(section: &Section<'_>) -> Strategy {
    const YEAR_S: u64 = 31_536_000;
    let ttl = section.get("ttl").and_then(|at| {
        at.number("seconds from 1 to 31536000 (a year), as a number", |decimal| {
            decimal.rounded(0).filter(|seconds| (1..=YEAR_S).contains(seconds))
        })
    });
    let buffer = section.get("lowest_latency_buffer").and_then(|at| {
        at.number("a share of the lowest latency from 0 to 1000, e.g. `0.5`", |decimal| {
            decimal.rounded(3).filter(|permille| *permille <= 1_000_000)
        })
    });
    section.close(&format::LATENCY_ARGUMENTS);
    let buffer_permille = buffer.and_then(|permille| u32::try_from(permille).ok()).unwrap_or_default();
    Strategy::LatencyBased { buffer_permille, ttl_s: ttl.unwrap_or(TTL_S) }
}
