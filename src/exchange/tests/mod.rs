//! Scenarios of the two machines: inputs, and the steps that they must produce.

mod admission;
mod attempt;
mod betas;
mod bodiless;
mod budgets;
mod by_header;
mod deadline;
mod delivery;
mod deployment_paths;
mod guardrails;
mod handed;
mod hop;
mod lookups;
mod messages;
mod own_fallbacks;
mod parameters;
mod pattern_prices;
mod probes;
mod rate_service;
mod routes;
mod searches;
mod spending;
mod steering;
mod stored;
mod too_large;

use super::Effect;

/// The one effect that a picker finds.
fn find<T>(effects: &[Effect], pick: impl Fn(&Effect) -> Option<T>) -> Option<T> {
    effects.iter().find_map(pick)
}

fn response_header(effects: &[Effect], name: &str) -> Option<String> {
    find(effects, |effect| match effect {
        Effect::SetResponseHeader(key, value) if *key == name => Some(value.clone()),
        Effect::EditResponseHeaders { set, .. } => {
            set.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone())
        }
        Effect::ReplaceResponseHeaders(all) => {
            all.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        }
        Effect::ReplaceResponse { headers, .. } => {
            headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        }
        _ => None,
    })
}

fn headers(pairs: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect()
}
