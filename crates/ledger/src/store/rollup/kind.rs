//! Events that are the same in everything that they are counted under, summed: what the sums of a batch are made of, and
//! what is kept of them while they wait to be written ([`crate::store::waiting`]). Pure.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use super::guardrails::Runs;
use super::histogram::Histogram;
use super::spend::Spent;
use crate::calendar::hour_of;
use crate::record::{Entry, key_text};

/// What events tell of themselves, none of it longer than a key may be. Names are short where it is written down, for many
/// are; until version 6 of the tables they were the fields' own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Kind<'a> {
    /// The hour in which they began.
    #[serde(borrow, rename = "h", alias = "hour")]
    pub(super) hour: Cow<'a, str>,
    #[serde(borrow, rename = "k", alias = "api_key")]
    pub(super) api_key: Cow<'a, str>,
    #[serde(borrow, rename = "t", alias = "team")]
    pub(super) team: Cow<'a, str>,
    #[serde(borrow, rename = "u", alias = "user")]
    pub(super) user: Cow<'a, str>,
    #[serde(borrow, rename = "g", alias = "model_group")]
    pub(super) model_group: Cow<'a, str>,
    #[serde(borrow, rename = "m", alias = "model")]
    pub(super) model: Cow<'a, str>,
    #[serde(borrow, rename = "p", alias = "provider")]
    pub(super) provider: Cow<'a, str>,
    #[serde(borrow, rename = "c", alias = "call_type")]
    pub(super) call_type: Cow<'a, str>,
    /// What a deployment was asked for, so that its model is a configured one.
    #[serde(rename = "s", alias = "is_served")]
    pub(super) is_served: bool,
    /// In the order in which they were told.
    #[serde(rename = "l", alias = "tags")]
    pub(super) tags: Vec<Cow<'a, str>>,
}

/// What is summed of the events of a kind. What is nothing is not written down.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Measured<'a> {
    #[serde(rename = "s", alias = "spent")]
    pub(super) spent: Spent,
    /// Requests that entered a fallback group.
    #[serde(rename = "f", alias = "fallbacks", skip_serializing_if = "is_zero")]
    pub(super) fallbacks: u64,
    /// Tries after the first.
    #[serde(rename = "r", alias = "retries", skip_serializing_if = "is_zero")]
    pub(super) retries: u64,
    /// Of those that succeeded.
    #[serde(rename = "d", alias = "durations", skip_serializing_if = "Histogram::is_empty")]
    pub(super) durations: Histogram,
    /// Of streams that had a first token.
    #[serde(rename = "t", alias = "first_tokens", skip_serializing_if = "Histogram::is_empty")]
    pub(super) first_tokens: Histogram,
    /// By guardrail.
    #[serde(borrow, rename = "g", alias = "runs", skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) runs: BTreeMap<Cow<'a, str>, Runs>,
}

/// Whether there is nothing to write down.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
pub(super) fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Each kind once, with what is summed of its events.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::store) struct Kinds<'a>(#[serde(borrow)] Vec<(Kind<'a>, Measured<'a>)>);

impl<'a> Kinds<'a> {
    /// In the order in which each was first seen.
    pub(super) fn list(&self) -> &[(Kind<'a>, Measured<'a>)] {
        &self.0
    }
}

/// Kinds in the order in which each was first seen, for the first names of a day are counted apart.
#[derive(Debug, Default)]
pub(in crate::store) struct Summed<'a> {
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
    /// What these events come to.
    pub(in crate::store) fn of(entries: &[&'a Entry]) -> Self {
        let mut summed = Self::default();
        entries.iter().for_each(|entry| summed.kind(Kind::of(entry)).count(entry));
        summed
    }

    /// Adds events of these kinds.
    pub(in crate::store) fn add(&mut self, kinds: Kinds<'a>) {
        kinds.0.into_iter().for_each(|(kind, measured)| self.kind(kind).add(measured));
    }

    fn kind(&mut self, kind: Kind<'a>) -> &mut Measured<'a> {
        let next = self.kinds.len();
        let (_, measured) = self.kinds.entry(kind).or_insert_with(|| (next, Measured::default()));
        measured
    }

    /// Each kind once.
    pub(in crate::store) fn into_kinds(self) -> Kinds<'a> {
        let mut list: Vec<_> = self.kinds.into_iter().collect();
        list.sort_unstable_by_key(|(_, (place, _))| *place);
        Kinds(list.into_iter().map(|(kind, (_, measured))| (kind, measured)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use spillway_filter::event::Event;

    fn entry(model: &str, tags: &[&str]) -> Entry {
        Entry::of(Event {
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
        let kinds = Summed::of(&entries.iter().collect::<Vec<_>>()).into_kinds();
        let told: Vec<_> = kinds
            .list()
            .iter()
            .map(|(kind, measured)| (&*kind.model_group, &*kind.tags[0], measured.spent.requests))
            .collect();
        assert_eq!(told, [("b", "x", 2), ("a", "x", 1), ("b", "y", 1)]);
    }

    #[test]
    fn what_an_older_version_wrote_down_is_read() {
        let text = r#"[[{"hour":"2026-11-22T14","api_key":"k","team":"t","user":"u","model_group":"g","model":"m",
            "provider":"p","call_type":"c","is_served":true,"tags":["x"]},{"spent":{"requests":2,"failed":1,"input":3,
            "output":4,"cache_read":5,"cache_write":6,"milliseconds":7,"nanodollars":8},"fallbacks":9,"retries":10,
            "durations":{"82":1},"first_tokens":{"7":2},"runs":{"r":{"evaluated":1,"blocked":2,"flagged":3,
            "latency_us":4,"scored":5,"score_milli":6}}}]]"#;
        let read: Kinds<'_> = serde_json::from_str(text).unwrap();
        let short = r#"[[{"h":"2026-11-22T14","k":"k","t":"t","u":"u","g":"g","m":"m","p":"p","c":"c","s":true,"l":["x"]},{"s":{"r":2,"f":1,"i":3,"o":4,"cr":5,"cw":6,"ms":7,"n":8},"f":9,"r":10,"d":{"82":1},"t":{"7":2},"g":{"r":{"e":1,"b":2,"f":3,"l":4,"s":5,"m":6}}}]]"#;
        assert_eq!(serde_json::to_string(&read).unwrap(), short);
    }

    #[test]
    fn what_is_written_down_is_read_again_and_added() {
        let entries = [entry("\"quoted\"\n", &["x", "é"]), entry("a", &[])];
        let kinds = Summed::of(&entries.iter().collect::<Vec<_>>()).into_kinds();
        let text = serde_json::to_string(&kinds).unwrap();
        let read: Kinds<'_> = serde_json::from_str(&text).unwrap();
        assert_eq!(read.list(), kinds.list());
        let mut twice = Summed::default();
        twice.add(kinds);
        twice.add(read);
        let twice = twice.into_kinds();
        let told: Vec<_> = twice.list().iter().map(|(_, measured)| measured.durations.to_string()).collect();
        assert_eq!(told, ["7:2", "7:2"]);
    }
}
