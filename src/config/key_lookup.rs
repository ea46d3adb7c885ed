//! `spillway_settings.key_lookup`: how the ledger's keys are asked for.

use std::ops::RangeInclusive;

use super::cursor::Cursor;
use super::format;
use crate::keys::LookupSettings;

const HOUR_MS: u64 = 3_600_000;
const TTL_MS: RangeInclusive<u64> = 1_000..=24 * HOUR_MS;
/// 0: keys work no longer than the ledger answers, or than their `ttl`.
const GRACE_MS: RangeInclusive<u64> = 0..=30 * 24 * HOUR_MS;
const REFUSED_TTL_MS: RangeInclusive<u64> = 100..=HOUR_MS;
/// Not more often: each gateway asks.
const INTERVAL_MS: RangeInclusive<u64> = 50..=60_000;
/// A request waits for it.
const TIMEOUT_MS: RangeInclusive<u64> = 10..=30_000;
const MOST_PER_SECOND: u64 = 100_000;

/// Reads the section, whose absence means the defaults. `ttl_ms`: what LiteLLM's `user_api_key_cache_ttl` says,
/// which counts where the section has no `ttl`.
pub(super) fn read(at: Option<&Cursor<'_>>, ttl_ms: Option<u64>) -> LookupSettings {
    let defaults = LookupSettings::default();
    let defaults = LookupSettings { ttl_ms: ttl_ms.unwrap_or(defaults.ttl_ms), ..defaults };
    let Some(section) = at.and_then(Cursor::section) else { return defaults };
    let duration =
        |name: &'static str, bounds| section.get(name).and_then(|at| at.milliseconds_within(bounds));
    let per_second = section.get("max_per_second").and_then(|at| at.whole(1..=MOST_PER_SECOND));
    let settings = LookupSettings {
        enabled: section.boolean("enabled").unwrap_or(defaults.enabled),
        ttl_ms: duration("ttl", TTL_MS).unwrap_or(defaults.ttl_ms),
        grace_ms: duration("grace", GRACE_MS).unwrap_or(defaults.grace_ms),
        refused_ttl_ms: duration("refused_ttl", REFUSED_TTL_MS).unwrap_or(defaults.refused_ttl_ms),
        interval_ms: duration("interval", INTERVAL_MS).unwrap_or(defaults.interval_ms),
        timeout_ms: duration("timeout", TIMEOUT_MS).unwrap_or(defaults.timeout_ms),
        max_per_second: per_second
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or(defaults.max_per_second),
    };
    section.close(&format::KEY_LOOKUP);
    settings
}
