//! What was spent: LiteLLM's daily tables, the same by hour, and totals by one thing at a time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::kind::is_zero;
use super::names::Counting;
use super::table::Table;
use crate::db::{Connection, DbError, Param, params};
use crate::record::Entry;
use crate::store::money::sum;

/// Columns of LiteLLM's daily tables that a batch adds to.
const DAILY_SUMS: &[&str] = &[
    "api_requests",
    "failed_requests",
    "prompt_tokens",
    "completion_tokens",
    "spend_nanodollars",
    "successful_requests",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "total_response_time_ms",
    "timed_requests",
];

/// Columns of our tables: the first of [`DAILY_SUMS`].
const SUMS: &[&str] =
    &["api_requests", "failed_requests", "prompt_tokens", "completion_tokens", "spend_nanodollars"];

/// LiteLLM's daily table of this name and of what its column `who` holds.
macro_rules! daily {
    ($name:literal, $who:literal) => {
        Table {
            name: $name,
            keys: &[
                $who,
                "date",
                "api_key",
                "model",
                "model_group",
                "custom_llm_provider",
                "mcp_namespaced_tool_name",
                "endpoint",
            ],
            sums: DAILY_SUMS,
            replaced: &["updated_at"],
            made: &["created_at"],
        }
    };
}

/// A table of ours with these keys.
macro_rules! ours {
    ($name:literal, $($key:literal),*) => {
        Table { name: $name, keys: &[$($key),*], sums: SUMS, replaced: &[], made: &[] }
    };
}

const DAILY_USERS: Table = daily!("LiteLLM_DailyUserSpend", "user_id");
const DAILY_TEAMS: Table = daily!("LiteLLM_DailyTeamSpend", "team_id");
const DAILY_TAGS: Table = daily!("LiteLLM_DailyTagSpend", "tag");
const HOURLY_TEAMS: Table = ours!("spillway_hourly_team_spend", "hour", "team_id", "api_key", "model_group");
const HOURLY_TAGS: Table = ours!("spillway_hourly_tag_spend", "hour", "tag", "api_key", "model_group");
const HOURLY_TOTALS: Table = ours!("spillway_hourly_totals", "dimension", "hour", "id");
const DAILY_TOTALS: Table = ours!("spillway_daily_totals", "dimension", "date", "id");

/// Sums by the values of a table's keys.
type Sums<'a, const KEYS: usize> = BTreeMap<[&'a str; KEYS], Spent>;

/// Adds what these events spent.
pub(super) fn add(db: &Connection, counted: &[Counting<'_>], now: &str) -> Result<(), DbError> {
    let mut sums = Spend::default();
    counted.iter().for_each(|counting| sums.add(counting));
    sums.write(db, now)
}

#[derive(Default)]
struct Spend<'a> {
    users: Sums<'a, 8>,
    teams: Sums<'a, 8>,
    tags: Sums<'a, 8>,
    hourly_teams: Sums<'a, 4>,
    hourly_tags: Sums<'a, 4>,
    hourly_totals: Sums<'a, 3>,
    daily_totals: Sums<'a, 3>,
}

impl<'a> Spend<'a> {
    fn add(&mut self, kind: &'a Counting<'a>) {
        let Counting { date, api_key, team, model_group, .. } = *kind;
        let spent = kind.measured.spent;
        let daily = |who| {
            let endpoint = endpoint(kind.call_type);
            [who, date, api_key, kind.model, model_group, kind.provider, "", endpoint]
        };
        self.users.entry(daily(kind.user)).or_default().plus(spent);
        self.teams.entry(daily(team)).or_default().plus(spent);
        for tag in &kind.tags {
            self.tags.entry(daily(tag)).or_default().plus(spent);
        }
        total(&mut self.daily_totals, date, kind, spent);
        let Some(hour) = kind.hour else { return };
        self.hourly_teams.entry([hour, team, api_key, model_group]).or_default().plus(spent);
        for tag in &kind.tags {
            self.hourly_tags.entry([hour, tag, api_key, model_group]).or_default().plus(spent);
        }
        total(&mut self.hourly_totals, hour, kind, spent);
    }

    fn write(&self, db: &Connection, now: &str) -> Result<(), DbError> {
        let stamp = params![now, now];
        for (table, sums) in
            [(DAILY_USERS, &self.users), (DAILY_TEAMS, &self.teams), (DAILY_TAGS, &self.tags)]
        {
            table.add(db, &rows(sums, Spent::daily, &stamp))?;
        }
        for (table, sums) in [(HOURLY_TEAMS, &self.hourly_teams), (HOURLY_TAGS, &self.hourly_tags)] {
            table.add(db, &rows(sums, Spent::ours, &[]))?;
        }
        for (table, sums) in [(HOURLY_TOTALS, &self.hourly_totals), (DAILY_TOTALS, &self.daily_totals)] {
            table.add(db, &rows(sums, Spent::ours, &[]))?;
        }
        Ok(())
    }
}

/// Adds to the totals of a stretch of time: under the kind's model, key and team, and each of its tags.
fn total<'a>(totals: &mut Sums<'a, 3>, at: &'a str, kind: &Counting<'a>, spent: Spent) {
    let named = [("model", kind.model_group), ("key", kind.api_key), ("team", kind.team)];
    let tags = kind.tags.iter().map(|tag| ("tag", *tag));
    for (dimension, id) in named.into_iter().chain(tags) {
        totals.entry([dimension, at, id]).or_default().plus(spent);
    }
}

fn rows<'a, const KEYS: usize, const VALUES: usize>(
    sums: &Sums<'a, KEYS>,
    values: impl Fn(&Spent) -> [Param<'a>; VALUES],
    stamp: &[Param<'a>],
) -> Vec<Vec<Param<'a>>> {
    let row = |(keys, spent): (&[&'a str; KEYS], &Spent)| {
        [keys.map(Param::from).as_slice(), &values(spent), stamp].concat()
    };
    sums.iter().map(row).collect()
}

/// LiteLLM's column of where a request was sent, which for a call type that it has no path for is the call type.
fn endpoint(call_type: &str) -> &str {
    match call_type {
        "acompletion" => "/chat/completions",
        "atext_completion" => "/completions",
        "aresponses" => "/responses",
        "acompact_responses" => "/responses/compact",
        "anthropic_messages" => "/v1/messages",
        "acount_tokens" => "/v1/messages/count_tokens",
        "aembedding" => "/embeddings",
        "amoderation" => "/moderations",
        other => other,
    }
}

/// Requests, tokens, time and money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Spent {
    #[serde(rename = "r", alias = "requests", skip_serializing_if = "is_zero")]
    pub(super) requests: u64,
    #[serde(rename = "f", alias = "failed", skip_serializing_if = "is_zero")]
    pub(super) failed: u64,
    #[serde(rename = "i", alias = "input", skip_serializing_if = "is_zero")]
    input: u64,
    #[serde(rename = "o", alias = "output", skip_serializing_if = "is_zero")]
    output: u64,
    #[serde(rename = "cr", alias = "cache_read", skip_serializing_if = "is_zero")]
    cache_read: u64,
    #[serde(rename = "cw", alias = "cache_write", skip_serializing_if = "is_zero")]
    cache_write: u64,
    #[serde(rename = "ms", alias = "milliseconds", skip_serializing_if = "is_zero")]
    milliseconds: u64,
    #[serde(rename = "n", alias = "nanodollars", skip_serializing_if = "is_zero")]
    nanodollars: u64,
}

impl Spent {
    /// One event.
    pub(super) fn of(entry: &Entry) -> Self {
        let row = &entry.spend_log;
        Self {
            requests: 1,
            failed: u64::from(row.status != "success"),
            input: row.prompt_tokens,
            output: row.completion_tokens,
            cache_read: entry.counted.cache_read,
            cache_write: entry.counted.cache_write,
            milliseconds: row.request_duration_ms,
            nanodollars: row.spend_nanodollars,
        }
    }

    /// Adds others.
    pub(super) fn plus(&mut self, other: Self) {
        *self = Self {
            requests: sum(self.requests, other.requests),
            failed: sum(self.failed, other.failed),
            input: sum(self.input, other.input),
            output: sum(self.output, other.output),
            cache_read: sum(self.cache_read, other.cache_read),
            cache_write: sum(self.cache_write, other.cache_write),
            milliseconds: sum(self.milliseconds, other.milliseconds),
            nanodollars: sum(self.nanodollars, other.nanodollars),
        };
    }

    /// In the order of [`SUMS`].
    fn ours<'a>(&self) -> [Param<'a>; SUMS.len()] {
        params![self.requests, self.failed, self.input, self.output, self.nanodollars]
    }

    /// In the order of [`DAILY_SUMS`].
    fn daily<'a>(&self) -> [Param<'a>; DAILY_SUMS.len()] {
        params![
            self.requests,
            self.failed,
            self.input,
            self.output,
            self.nanodollars,
            self.requests - self.failed,
            self.cache_read,
            self.cache_write,
            self.milliseconds,
            self.requests,
        ]
    }
}
