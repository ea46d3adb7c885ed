//! What is summed of an event and is in no column of its row, or only as text.

use std::collections::BTreeSet;

use spillway_filter::event::Event;

use super::spend::is_answered;
use super::{key_text, non_empty};

/// Tags of one request that it is counted under and found by; the row has all of them.
const MOST_TAGS: usize = 32;

/// Numbers and names of one request, for sums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// The first different tags, each as [`key_text`] cuts it; empty ones are left out.
    pub(crate) tags: Vec<String>,
    /// Tokens that the provider read from its cache.
    pub(crate) cache_read: u64,
    /// Tokens that the provider wrote into its cache.
    pub(crate) cache_write: u64,
    /// Tries at the requested group after the first.
    pub(crate) retries: u32,
    /// Fallback groups that were entered.
    pub(crate) fallbacks: u32,
    /// Microseconds from start to end of a request that succeeded.
    pub(crate) duration_us: Option<u64>,
    /// Microseconds from the start of a stream to its first token, where it had one.
    pub(crate) first_token_us: Option<u64>,
    /// What a deployment was asked for, so that its model is a configured one.
    pub(crate) is_served: bool,
}

impl Counted {
    /// The numbers of an event.
    pub(super) fn of(event: &Event) -> Self {
        let since_start = |until_us: u64| until_us.saturating_sub(event.started_us);
        Self {
            tags: key_tags(&event.tags),
            cache_read: event.usage.cache_read,
            cache_write: event.usage.cache_write,
            retries: event.retries,
            fallbacks: event.fallbacks,
            duration_us: is_answered(event).then(|| since_start(event.ended_us)),
            first_token_us: event.first_token_us.filter(|_| event.stream).map(since_start),
            is_served: !event.deployment.is_empty(),
        }
    }
}

/// The tags of a request that it is counted under and found by.
pub(crate) fn key_tags(told: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let cut = told.iter().filter_map(|tag| non_empty(key_text(tag)));
    cut.filter(|tag| seen.insert(*tag)).take(MOST_TAGS).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_different_bounded_and_short() {
        let many = |count: usize| (0..count).map(|number| format!("t{number}")).collect::<Vec<_>>();
        assert_eq!(key_tags(&many(40)), many(MOST_TAGS));
        let told = ["b", "", "a", "b"].map(str::to_owned);
        assert_eq!(key_tags(&told), ["b", "a"]);
        let long = [format!("{}1", "é".repeat(128)), format!("{}2", "é".repeat(128))];
        assert_eq!(key_tags(&long), ["é".repeat(128)]);
    }

    #[test]
    fn only_good_answers_have_a_duration_and_only_streams_a_first_token() {
        let event = Event {
            started_us: 10,
            ended_us: 30,
            first_token_us: Some(15),
            http_status: 200,
            stream: true,
            ..Event::default()
        };
        let counted = Counted::of(&event);
        assert_eq!((counted.duration_us, counted.first_token_us), (Some(20), Some(5)));
        let failed = Counted::of(&Event { http_status: 500, ..event.clone() });
        assert_eq!((failed.duration_us, failed.first_token_us), (None, Some(5)));
        assert_eq!(Counted::of(&Event { stream: false, ..event }).first_token_us, None);
    }
}
