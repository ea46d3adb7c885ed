//! Events that are the same in everything that they are counted under, summed: what the sums of a batch are made of, and
//! what is kept of them while they wait to be written ([`super::waiting`]). Pure.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::guardrails::Runs;
use super::histogram::Histogram;
use super::spend::Spent;
use crate::calendar::hour_of;
use crate::record::{Entry, key_text};

/// What events tell of themselves, none of it longer than a key may be.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Kind<'a> {
    /// The hour in which they began.
    #[serde(borrow)]
    pub(super) hour: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) api_key: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) team: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) user: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) model_group: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) model: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) provider: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) call_type: Cow<'a, str>,
    /// What a deployment was asked for, so that its model is a configured one.
    pub(super) is_served: bool,
    /// In the order in which they were told.
    pub(super) tags: Vec<Cow<'a, str>>,
}

/// What is summed of the events of a kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Measured<'a> {
    pub(super) spent: Spent,
    /// Requests that entered a fallback group.
    pub(super) fallbacks: u64,
    /// Tries after the first.
    pub(super) retries: u64,
    /// Of those that succeeded.
    pub(super) durations: Histogram,
    /// Of streams that had a first token.
    pub(super) first_tokens: Histogram,
    /// By guardrail.
    #[serde(borrow)]
    pub(super) runs: BTreeMap<Cow<'a, str>, Runs>,
}

/// Kinds in the order in which each was first seen, for the first names of a day are counted apart.
#[derive(Debug, Default)]
pub(super) struct Summed<'a> {
    kinds: HashMap<Kind<'a>, (usize, Measured<'a>)>,
}

impl<'a> Kind<'a> {
    fn of(entry: &'a Entry) -> Self {
        let row = &entry.spend_log;
        Self {
            hour: hour_of(&row.start_time).into(),
            api_key: key_text(&row.api_key).into(),
            team: key_text(row.team_id.as_deref().unwrap_or_default()).into(),
            user: key_text(&row.user).into(),
            model_group: key_text(&row.model_group).into(),
            model: key_text(&row.model).into(),
            provider: key_text(&row.custom_llm_provider).into(),
            call_type: key_text(&row.call_type).into(),
            is_served: entry.counted.is_served,
            tags: entry.counted.tags.iter().map(|tag| tag.as_str().into()).collect(),
        }
    }
}

impl<'a> Measured<'a> {
    fn count(&mut self, entry: &'a Entry) {
        let counted = &entry.counted;
        self.spent.plus(Spent::of(entry));
        self.fallbacks += u64::from(counted.fallbacks > 0);
        self.retries += u64::from(counted.retries);
        counted.duration_us.iter().for_each(|duration| self.durations.count(*duration));
        counted.first_token_us.iter().for_each(|duration| self.first_tokens.count(*duration));
        for run in &entry.guardrail_runs {
            self.runs.entry(key_text(&run.id).into()).or_default().count(run);
        }
    }

    fn add(&mut self, other: Self) {
        self.spent.plus(other.spent);
        self.fallbacks = self.fallbacks.saturating_add(other.fallbacks);
        self.retries = self.retries.saturating_add(other.retries);
        self.durations.add(&other.durations);
        self.first_tokens.add(&other.first_tokens);
        for (id, runs) in other.runs {
            self.runs.entry(id).or_default().add(&runs);
        }
    }
}

impl<'a> Summed<'a> {
    /// Those of these events.
    pub(super) fn of(entries: &[&'a Entry]) -> Self {
        let mut summed = Self::default();
        entries.iter().for_each(|entry| summed.kind(Kind::of(entry)).count(entry));
        summed
    }

    /// Adds events of a kind.
    pub(super) fn add(&mut self, kind: Kind<'a>, measured: Measured<'a>) {
        self.kind(kind).add(measured);
    }

    fn kind(&mut self, kind: Kind<'a>) -> &mut Measured<'a> {
        let next = self.kinds.len();
        let (_, measured) = self.kinds.entry(kind).or_insert_with(|| (next, Measured::default()));
        measured
    }

    /// Each kind once.
    pub(super) fn into_list(self) -> Vec<(Kind<'a>, Measured<'a>)> {
        let mut list: Vec<_> = self.kinds.into_iter().collect();
        list.sort_unstable_by_key(|(_, (place, _))| *place);
        list.into_iter().map(|(kind, (_, measured))| (kind, measured)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spillway_filter::event::Event;

    fn entry(model: &str, tags: &[&str]) -> Entry {
        Entry::of(&Event {
            request_id: "r".to_owned(),
            model_group: model.to_owned(),
            http_status: 200,
            ended_us: 7,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..Event::default()
        })
    }

    #[test]
    fn kinds_are_in_the_order_in_which_they_came() {
        let entries =
            [("b", ["x"]), ("a", ["x"]), ("b", ["y"]), ("b", ["x"])].map(|(model, tags)| entry(model, &tags));
        let list = Summed::of(&entries.iter().collect::<Vec<_>>()).into_list();
        let told: Vec<_> = list
            .iter()
            .map(|(kind, measured)| (&*kind.model_group, &*kind.tags[0], measured.spent.requests))
            .collect();
        assert_eq!(told, [("b", "x", 2), ("a", "x", 1), ("b", "y", 1)]);
    }

    #[test]
    fn what_is_written_down_is_read_again_and_added() {
        let entries = [entry("\"quoted\"\n", &["x", "é"]), entry("a", &[])];
        let list = Summed::of(&entries.iter().collect::<Vec<_>>()).into_list();
        let text = serde_json::to_string(&list).unwrap();
        let read: Vec<(Kind<'_>, Measured<'_>)> = serde_json::from_str(&text).unwrap();
        assert_eq!(read, list);
        let mut twice = Summed::default();
        list.into_iter().chain(read).for_each(|(kind, measured)| twice.add(kind, measured));
        let told: Vec<_> =
            twice.into_list().into_iter().map(|(_, measured)| measured.durations.to_string()).collect();
        assert_eq!(told, ["7:2", "7:2"]);
    }
}
