//! What the gateways said last of the deployments that they let rest. In memory alone: it is about now, and a gateway says
//! it again within seconds where the ledger was restarted.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use spillway_filter::health::report::{self, KNOWN_FOR_MS, Report};

use crate::ui::data;

/// For how long a report counts, in microseconds.
const KNOWN_FOR_US: u64 = KNOWN_FOR_MS * 1_000;

/// Most gateways whose reports are kept. The one that was not heard of for longest is forgotten for another.
const MOST_GATEWAYS: usize = 1_024;

/// The latest report of each gateway.
#[derive(Debug, Default)]
pub(crate) struct Cooldowns {
    reports: Mutex<HashMap<String, Heard>>,
}

#[derive(Debug)]
struct Heard {
    /// By the ledger's clock.
    heard_us: u64,
    /// By the gateway's.
    at_ms: u64,
    cooled: Vec<report::Cooled>,
}

impl Heard {
    fn counts(&self, now_us: u64) -> bool {
        now_us < self.heard_us.saturating_add(KNOWN_FOR_US)
    }
}

impl Cooldowns {
    /// Takes a report, unless a later one of its gateway was taken before.
    pub(crate) fn hear(&self, report: Report, now_us: u64) {
        let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        reports.retain(|_, heard| heard.counts(now_us));
        let known = reports.get(&report.gateway);
        if known.is_some_and(|known| report.at_ms < known.at_ms) {
            return;
        }
        if known.is_none() && reports.len() >= MOST_GATEWAYS {
            forget_one(&mut reports);
        }
        let heard = Heard { heard_us: now_us, at_ms: report.at_ms, cooled: report.cooled };
        reports.insert(report.gateway, heard);
    }

    /// What is so now. A cooldown ends with its time also where its gateway is not heard of any more.
    pub(crate) fn now(&self, now_us: u64) -> data::Cooldowns {
        let reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        let counting: Vec<&Heard> = reports.values().filter(|heard| heard.counts(now_us)).collect();
        let mut by_deployment: BTreeMap<&str, data::Cooled> = BTreeMap::new();
        for told in counting.iter().flat_map(|heard| &heard.cooled) {
            let until_us = told.until_ms.saturating_mul(1_000);
            if until_us > now_us {
                add(by_deployment.entry(&told.deployment).or_default(), told, until_us);
            }
        }
        let mut cooled: Vec<data::Cooled> = by_deployment.into_values().collect();
        cooled.sort_by_key(|deployment| std::cmp::Reverse(deployment.until_us));
        cooled.truncate(data::MOST_ROWS);
        data::Cooldowns { gateways: counting.len(), cooled }
    }
}

/// One more gateway that lets a deployment rest. The one that does for longest tells why.
fn add(sum: &mut data::Cooled, told: &report::Cooled, until_us: u64) {
    sum.gateways = sum.gateways.saturating_add(1);
    if until_us > sum.until_us {
        sum.deployment.clone_from(&told.deployment);
        sum.cause.clone_from(&told.cause);
        sum.until_us = until_us;
    }
}

fn forget_one(reports: &mut HashMap<String, Heard>) {
    let longest = reports.iter().min_by_key(|(_, heard)| heard.heard_us).map(|(gateway, _)| gateway.clone());
    if let Some(gateway) = longest {
        reports.remove(&gateway);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_176_000_000_000;
    const SECOND: u64 = 1_000_000;

    fn said(gateway: &str, at_us: u64, cooled: &[(&str, &str, u64)]) -> Report {
        let told = |(deployment, cause, seconds): &(&str, &str, u64)| report::Cooled {
            deployment: (*deployment).to_owned(),
            cause: (*cause).to_owned(),
            until_ms: NOW / 1_000 + seconds * 1_000,
        };
        Report {
            gateway: gateway.to_owned(),
            at_ms: at_us / 1_000,
            cooled: cooled.iter().map(told).collect(),
        }
    }

    fn listed(cooldowns: &Cooldowns, now_us: u64) -> (usize, Vec<(String, String, u64, usize)>) {
        let now = cooldowns.now(now_us);
        let row =
            |row: data::Cooled| (row.deployment, row.cause, (row.until_us - NOW) / SECOND, row.gateways);
        (now.gateways, now.cooled.into_iter().map(row).collect())
    }

    fn row(deployment: &str, cause: &str, seconds: u64, gateways: usize) -> (String, String, u64, usize) {
        (deployment.to_owned(), cause.to_owned(), seconds, gateways)
    }

    #[test]
    fn a_deployment_is_told_once_with_its_latest_end_and_that_ones_cause() {
        let cooldowns = Cooldowns::default();
        assert_eq!(listed(&cooldowns, NOW), (0, vec![]), "nobody reported");
        cooldowns.hear(said("one", NOW, &[("a", "rate_limit", 9), ("b", "timeout", 30)]), NOW);
        cooldowns.hear(said("two", NOW, &[("a", "server_error", 20)]), NOW);
        cooldowns.hear(said("three", NOW, &[]), NOW);
        let expected = vec![row("b", "timeout", 30, 1), row("a", "server_error", 20, 2)];
        assert_eq!(listed(&cooldowns, NOW), (3, expected));
        let later = vec![row("b", "timeout", 30, 1), row("a", "server_error", 20, 1)];
        assert_eq!(listed(&cooldowns, NOW + 9 * SECOND), (3, later), "the end comes without a report");
        assert_eq!(listed(&cooldowns, NOW + 30 * SECOND), (3, vec![]));
    }

    #[test]
    fn the_latest_word_of_a_gateway_counts_and_not_one_that_it_overtook() {
        let cooldowns = Cooldowns::default();
        cooldowns.hear(said("one", NOW + SECOND, &[]), NOW + SECOND);
        cooldowns.hear(said("one", NOW, &[("a", "rate_limit", 9)]), NOW + SECOND);
        assert_eq!(listed(&cooldowns, NOW + SECOND), (1, vec![]));
        cooldowns.hear(said("one", NOW + 2 * SECOND, &[("b", "timeout", 9)]), NOW + 2 * SECOND);
        assert_eq!(listed(&cooldowns, NOW + 2 * SECOND), (1, vec![row("b", "timeout", 9, 1)]));
    }

    #[test]
    fn a_gateway_that_falls_silent_is_forgotten() {
        let cooldowns = Cooldowns::default();
        cooldowns.hear(said("one", NOW, &[("a", "rate_limit", 900)]), NOW);
        assert_eq!(listed(&cooldowns, NOW + KNOWN_FOR_US - 1).0, 1);
        assert_eq!(listed(&cooldowns, NOW + KNOWN_FOR_US), (0, vec![]));
        // Its clock was set back meanwhile: what is forgotten overtakes nothing.
        cooldowns.hear(said("one", NOW - SECOND, &[]), NOW + KNOWN_FOR_US);
        assert_eq!(listed(&cooldowns, NOW + KNOWN_FOR_US), (1, vec![]));
    }

    #[test]
    fn no_more_gateways_are_kept_than_there_is_room_for() {
        let cooldowns = Cooldowns::default();
        for number in 0..MOST_GATEWAYS as u64 {
            let cooled = [("a", "rate_limit", 30)];
            cooldowns
                .hear(said(&number.to_string(), NOW, if number == 0 { &cooled } else { &[] }), NOW + number);
        }
        let now = NOW + MOST_GATEWAYS as u64;
        assert_eq!(listed(&cooldowns, now), (MOST_GATEWAYS, vec![row("a", "rate_limit", 30, 1)]));
        cooldowns.hear(said("another", NOW, &[]), now);
        assert_eq!(listed(&cooldowns, now), (MOST_GATEWAYS, vec![]), "the first was forgotten");
    }
}
