//! Limits of requests, tokens and concurrency, wherever they are written.

use super::cursor::Cursor;
use super::section::Section;
use crate::limits::Limits;

/// `rpm_limit`, `tpm_limit` and `max_parallel_requests` of a mapping.
pub(super) fn read(section: &Section<'_>) -> Limits {
    let limit = |name: &'static str| limit(&section.get(name)?);
    Limits {
        requests: limit("rpm_limit"),
        tokens: limit("tpm_limit"),
        parallel: limit("max_parallel_requests"),
    }
}

/// One limit. 0 is one too, as LiteLLM has it, though elsewhere it often means that there is none.
pub(super) fn limit(at: &Cursor<'_>) -> Option<u64> {
    let limit = at.whole(0..=u64::MAX)?;
    if limit == 0 {
        at.warning("0 lets no request pass", "for no limit, take it out".to_owned());
    }
    Some(limit)
}
