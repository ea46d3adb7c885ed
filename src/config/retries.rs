//! How often a group is tried again: `num_retries`, `retry_policy`, `model_group_retry_policy`.

use super::cursor::Cursor;
use super::format;
use super::names::Names;
use super::per_class;
use super::router::Settings;
use super::section::Section;
use crate::route::{MAX_TRIES, RetryPolicy};

/// Most retries: a plan's tries after the first.
const MOST: u64 = MAX_TRIES as u64 - 1;

/// Tries after the first within one group, of the router.
pub(super) fn number(settings: &Settings<'_>) -> Option<u32> {
    capped(&settings.get("num_retries")?)
}

/// A number of retries, or of groups to fall back to; of more than a plan has room for, that many.
pub(super) fn capped(at: &Cursor<'_>) -> Option<u32> {
    let written = at.whole(0..=u64::MAX)?;
    if written > MOST {
        at.warning(
            format!("found {written}: a request is tried again {MOST} times at most"),
            format!("write {MOST}, or less: each try takes its time"),
        );
    }
    u32::try_from(written.min(MOST)).ok()
}

/// A deployment's own number: `num_retries`, else `max_retries`.
pub(super) fn own_number(params: &Section<'_>) -> Option<u32> {
    let (own, client) = (params.get("num_retries"), params.get("max_retries"));
    if let (Some(_), Some(at)) = (&own, &client) {
        at.warning("without effect: `num_retries` counts", "keep one of them".to_owned());
    }
    capped(&own.or(client)?)
}

/// `retry_policy`
pub(super) fn policy(settings: &Settings<'_>) -> RetryPolicy {
    settings.router("retry_policy").and_then(|at| read_policy(&at)).unwrap_or_default()
}

/// `model_group_retry_policy`: group, or name that a pattern serves → policy.
pub(super) fn group_policies(settings: &Settings<'_>, names: &Names) -> Vec<(String, RetryPolicy)> {
    let mut policies: Vec<(String, RetryPolicy)> = Vec::new();
    let Some(all) = settings.router("model_group_retry_policy") else { return policies };
    for (name, value) in all.fields().into_iter().flatten() {
        let at = all.at_key(name, value);
        let (group, policy) = (names.group_or_served(&at, name), read_policy(&at));
        let (Some(group), Some(policy)) = (group, policy) else { continue };
        if policies.iter().any(|(known, _)| *known == group) {
            at.warning(
                format!("without effect: an earlier entry for `{group}` counts"),
                "write one entry for each group".to_owned(),
            );
        } else {
            policies.push((group, policy));
        }
    }
    policies
}

fn read_policy(at: &Cursor<'_>) -> Option<RetryPolicy> {
    let section = at.section()?;
    let by_class = per_class::retries(&section, capped);
    let other = section.get("DefaultRetries").and_then(|at| capped(&at));
    section.close(&format::RETRY_POLICY);
    Some(RetryPolicy { by_class, other })
}
