//! `spillway_settings`: what LiteLLM has no name for.

use super::checked::{Delivery, Ledger, MAX_BODY_BYTES, RateLimitService, Upstream};
use super::cursor::Cursor;
use super::general::General;
use super::section::Section;
use super::{delivery, format, key_lookup, ledger, limits, rate_limit_service};
use crate::guardrails::KNOWN_TEXTS;
use crate::keys::LookupSettings;
use crate::limits::Limits;

/// Bounds of what the file may say instead.
pub(super) const LEAST_BODY_BYTES: u32 = 1 << 10;
pub(super) const MOST_BODY_BYTES: u32 = 256 << 20;

/// Memory of each worker: 32 bytes each.
const MOST_KNOWN_TEXTS: u64 = 1_000_000;

/// The section's values, but for keys and timeouts.
pub(super) struct Own {
    pub allow_anonymous: bool,
    pub ledger: Ledger,
    pub key_lookup: LookupSettings,
    /// Whether the file itself says that the ledger's keys are looked up.
    pub names_key_lookup: bool,
    pub end_user_limits: Limits,
    pub fallback_on_limits: bool,
    pub rate_limit_service: Option<(Upstream, RateLimitService)>,
    pub max_body_bytes: u32,
    pub known_texts: u32,
    pub delivery: Delivery,
}

/// Reads the values. The section stays open: keys and timeouts are read elsewhere. `general`:
/// LiteLLM's section, which has other names for some of them.
pub(super) fn read(section: Option<&Section<'_>>, general: &General) -> Own {
    let get = |key: &'static str| section.and_then(|section| section.get(key));
    let max_body_bytes =
        || get("max_body_bytes").and_then(|at| at.whole(LEAST_BODY_BYTES.into()..=MOST_BODY_BYTES.into()));
    let known_texts = || u32::try_from(get("known_texts")?.whole(0..=MOST_KNOWN_TEXTS)?).ok();
    let lookup = get("key_lookup");
    let key_lookup = key_lookup::read(lookup.as_ref(), general.key_ttl_ms);
    Own {
        allow_anonymous: get("allow_anonymous").and_then(|at| at.boolean()).unwrap_or(false),
        ledger: get("ledger").and_then(|at| ledger::read(&at)).unwrap_or_default(),
        names_key_lookup: lookup.is_some() && key_lookup.enabled,
        key_lookup,
        end_user_limits: get("end_user_limits").and_then(|at| end_user_limits(&at)).unwrap_or_default(),
        fallback_on_limits: get("fallback_on_limits").and_then(|at| at.boolean()).unwrap_or(false),
        rate_limit_service: get("rate_limit_service").and_then(|at| rate_limit_service::read(&at)),
        max_body_bytes: max_body_bytes()
            .and_then(|bytes| u32::try_from(bytes).ok())
            .or(general.max_body_bytes)
            .unwrap_or(MAX_BODY_BYTES),
        known_texts: known_texts().unwrap_or(KNOWN_TEXTS),
        delivery: delivery::read(section),
    }
}

fn end_user_limits(at: &Cursor<'_>) -> Option<Limits> {
    let section = at.section()?;
    let limits = limits::read(&section);
    section.close(&format::END_USER_LIMITS);
    Some(limits)
}
