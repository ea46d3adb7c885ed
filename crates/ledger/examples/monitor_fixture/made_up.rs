//! A busy day, the same each time: waves by the hour, and shares by the place in a list.

use spillway_ledger::ui::data::{
    Action, Block, Cooldowns, Cooled, Filter, GuardrailReport, GuardrailRow, Named, OutcomePoint, OutcomeRow,
    Outcomes, Overview, Percentiles, Place, Position, RequestList, RequestQuery, RequestRow, SpendPoint,
    SpendReport, SpendRow, Spending, Status, TrafficPoint, TrafficReport, TrafficRow, Volume,
};

use crate::state::State;

pub const MODELS: [&str; 5] = ["gpt-4.1", "claude-sonnet-4", "gemini-2.5-pro", "gpt-4.1-mini", "embeddings"];
pub const KEYS: [&str; 4] = ["ci-nightly", "support-bot", "research", "playground"];
pub const TEAMS: [&str; 3] = ["tools", "support", "research"];
pub const TAGS: [&str; 3] = ["nightly", "production", "experiment"];
pub const GUARDRAILS: [&str; 3] = ["pii", "block-word", "prompt-injection"];
pub const DIALECTS: [&str; 4] = ["acompletion", "anthropic_messages", "aresponses", "aembedding"];

const MINUTE: u64 = 60_000_000;

/// Rows of the list of requests.
const ROWS: u64 = 130;

pub fn key(state: State, index: usize) -> Named {
    let hash =
        format!("{:064x}", (index as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
    // The last has no alias.
    let name = KEYS.get(index).filter(|_| index + 1 < KEYS.len()).map(|name| state.named(name));
    Named { id: hash, name }
}

pub fn guardrail(state: State, name: &str) -> Named {
    Named { id: format!("id-of-{}", state.named(name)), name: Some(state.named(name)) }
}

fn item<'a>(list: &[&'a str], index: u64) -> &'a str {
    usize::try_from(index).ok().and_then(|index| list.get(index % list.len())).copied().unwrap_or_default()
}

/// When buckets begin that are over or under way.
fn buckets(filter: &Filter, now_us: u64) -> impl Iterator<Item = u64> {
    let length = filter.span.bucket.microseconds();
    (filter.span.from_us..filter.span.to_us.min(now_us))
        .step_by(usize::try_from(length).unwrap_or(usize::MAX))
}

/// Many at noon, few at midnight.
fn wave(at_us: u64) -> u64 {
    let hour = at_us / (60 * MINUTE);
    let distance = (hour % 24).abs_diff(14);
    420 - 28 * distance + (hour * 7_919) % 60
}

fn volume(state: State, at_us: u64) -> Volume {
    let requests = wave(at_us);
    Volume {
        requests: state.number(requests),
        errors: state.number(requests) / 40 + at_us / (60 * MINUTE) % 5,
        fallbacks: state.number(requests) / 25,
    }
}

fn percentiles(at_us: u64, unit_us: u64) -> Percentiles {
    let p50_us = unit_us * (300 + wave(at_us)) / 600;
    Percentiles { p50_us, p90_us: p50_us * 5 / 2, p99_us: p50_us * 6 }
}

/// The series, with a gap in the percentiles where the gateways were quiet.
fn traffic_points(state: State, filter: &Filter, now_us: u64) -> Vec<TrafficPoint> {
    let point = |at_us: u64| {
        let quiet = (at_us / (60 * MINUTE)).is_multiple_of(11);
        TrafficPoint {
            at_us,
            volume: volume(state, at_us),
            latency: (!quiet).then(|| percentiles(at_us, 1_400_000)),
            first_token: (!quiet).then(|| percentiles(at_us, 380_000)),
        }
    };
    buckets(filter, now_us).map(point).collect()
}

fn summed(points: &[TrafficPoint]) -> Volume {
    points.iter().fold(Volume::default(), |sum, point| Volume {
        requests: sum.requests.saturating_add(point.volume.requests),
        errors: sum.errors.saturating_add(point.volume.errors),
        fallbacks: sum.fallbacks.saturating_add(point.volume.fallbacks),
    })
}

pub fn traffic(state: State, filter: &Filter, now_us: u64) -> TrafficReport {
    let over_time = traffic_points(state, filter, now_us);
    let row = |name: String, share: u64| TrafficRow {
        name,
        volume: volume(state, share * 4 * 60 * MINUTE),
        latency: Some(percentiles(share * 60 * MINUTE, 1_400_000)),
        first_token: (share > 1).then(|| percentiles(share * 60 * MINUTE, 380_000)),
    };
    TrafficReport {
        total: summed(&over_time),
        latency: Some(percentiles(0, 1_400_000)),
        first_token: Some(percentiles(0, 380_000)),
        over_time,
        by_model: (2..=6).rev().zip(MODELS).map(|(share, name)| row(state.named(name), share)).collect(),
        by_dialect: (1..=4).rev().zip(DIALECTS).map(|(share, name)| row(name.to_owned(), share)).collect(),
    }
}

/// What three gateways let rest; in the state of largest numbers none says so.
pub fn cooldowns(state: State, now_us: u64) -> Cooldowns {
    let cooled = |name: &str, cause: &str, seconds: u64, gateways| Cooled {
        deployment: state.named(name),
        cause: cause.to_owned(),
        until_us: now_us + seconds * 1_000_000,
        gateways,
    };
    match state {
        State::Huge => Cooldowns::default(),
        State::Empty => Cooldowns { gateways: 3, cooled: Vec::new() },
        _ => Cooldowns {
            gateways: 3,
            cooled: vec![
                cooled("claude-sonnet-4/anthropic", "authentication", 1_260, 3),
                cooled("gpt-4.1/azure-eu", "rate_limit", 42, 2),
                cooled("gemini-2.5-pro/vertex", "server_error", 4, 1),
            ],
        },
    }
}

fn spending(state: State, requests: u64) -> Spending {
    Spending {
        requests: state.number(requests),
        input_tokens: state.number(requests * 1_850),
        output_tokens: state.number(requests * 310),
        nanodollars: state.number(requests * 6_180_000),
    }
}

fn spend_points(state: State, filter: &Filter, now_us: u64) -> Vec<SpendPoint> {
    buckets(filter, now_us)
        .map(|at_us| SpendPoint { at_us, spending: spending(state, wave(at_us)) })
        .collect()
}

fn spend_rows(state: State, names: impl Iterator<Item = Named>) -> Vec<SpendRow> {
    let row =
        |(index, of): (u32, Named)| SpendRow { of, spending: spending(state, 4_000 / 5_u64.pow(index)) };
    (0..).zip(names).map(row).collect()
}

pub fn spend(state: State, filter: &Filter, now_us: u64) -> SpendReport {
    let over_time = spend_points(state, filter, now_us);
    let plain = |name: &&str| Named { id: state.named(name), name: None };
    let teamless = std::iter::once(Named::default());
    SpendReport {
        total: over_time.iter().fold(Spending::default(), |sum, point| sum.plus(point.spending)),
        over_time: Some(over_time),
        by_model: Some(spend_rows(state, MODELS.iter().map(plain))),
        by_key: Some(spend_rows(state, (0..KEYS.len()).map(|index| key(state, index)))),
        by_team: Some(spend_rows(state, TEAMS.iter().map(plain).chain(teamless))),
        by_tag: filter.team.is_none().then(|| spend_rows(state, TAGS.iter().map(plain))),
    }
}

fn outcomes(state: State, at_us: u64) -> Outcomes {
    let evaluated = wave(at_us) * 2;
    let hour = at_us / (60 * MINUTE);
    Outcomes { evaluated: state.number(evaluated), blocked: hour * 31 % 17, flagged: hour * 13 % 9 }
}

fn outcome_points(state: State, filter: &Filter, now_us: u64) -> Vec<OutcomePoint> {
    buckets(filter, now_us).map(|at_us| OutcomePoint { at_us, outcomes: outcomes(state, at_us) }).collect()
}

fn all(points: &[OutcomePoint]) -> Outcomes {
    points.iter().fold(Outcomes::default(), |sum, point| Outcomes {
        evaluated: sum.evaluated.saturating_add(point.outcomes.evaluated),
        blocked: sum.blocked.saturating_add(point.outcomes.blocked),
        flagged: sum.flagged.saturating_add(point.outcomes.flagged),
    })
}

fn blocks(state: State, now_us: u64, most: u64) -> Vec<Block> {
    let block = |index: u64| Block {
        request_id: state.named(&format!("blocked-{index}")),
        at_us: now_us - index * 7 * MINUTE,
        guardrail: guardrail(state, item(&GUARDRAILS, index)),
        action: Action::Blocked,
        dialect: item(&DIALECTS, index).to_owned(),
        model: state.named(item(&MODELS, index)),
        team: Some(Named { id: state.named(item(&TEAMS, index)), name: None }),
        reason: Some(format!(
            r#"[{{"type":"pattern","pattern_name":"us_ssn","action":"BLOCK","severity":{}}}]"#,
            serde_json::Value::from(state.named("high"))
        )),
    };
    (1..=most).map(block).collect()
}

pub fn guardrails(state: State, filter: &Filter, now_us: u64) -> GuardrailReport {
    let over_time = outcome_points(state, filter, now_us);
    let rows = GUARDRAILS.iter().enumerate().map(|(index, name)| GuardrailRow {
        guardrail: guardrail(state, name),
        provider: "litellm_content_filter".to_owned(),
        outcomes: outcomes(state, index as u64 * 5 * 60 * MINUTE + 9 * 60 * MINUTE),
        mean_us: Some(180 * (index as u64 + 1).pow(6)),
        mean_score: (index > 0).then_some(2.5 * index as f64),
    });
    let by = |names: &[&str]| {
        let row = |(index, name): (usize, &&str)| OutcomeRow {
            of: Named { id: (*name).to_owned(), name: None },
            outcomes: outcomes(state, (8 + index as u64) * 60 * MINUTE),
        };
        names.iter().enumerate().map(row).collect::<Vec<_>>()
    };
    GuardrailReport {
        total: all(&over_time),
        over_time,
        by_guardrail: rows.collect(),
        by_team: by(&TEAMS),
        by_dialect: by(&DIALECTS),
        latest_blocks: blocks(state, now_us, 8),
    }
}

pub fn overview(state: State, filter: &Filter, now_us: u64) -> Overview {
    let traffic = traffic_points(state, filter, now_us);
    let spend = spend(state, filter, now_us);
    let guardrails = outcome_points(state, filter, now_us);
    Overview {
        volume: summed(&traffic),
        traffic,
        latency: Some(percentiles(0, 1_400_000)),
        spending: spend.total,
        spend: spend.over_time,
        top_models: spend.by_model.unwrap_or_default(),
        outcomes: all(&guardrails),
        guardrails,
        latest_blocks: blocks(state, now_us, 4),
    }
}

/// The row `index`, from the newest.
pub fn row(state: State, index: u64, now_us: u64) -> RequestRow {
    let failed = index % 9 == 4;
    let keyed = usize::try_from(index % 5).ok().filter(|index| *index < KEYS.len());
    RequestRow {
        id: state.named(&format!("request-{index:03}")),
        started_us: now_us - index * 37_000_000 - 4_000_000,
        dialect: item(&DIALECTS, index).to_owned(),
        status: if failed { Status::Failure } else { Status::Success },
        http_status: Some(if failed { 400 } else { 200 }),
        model: state.named(item(&MODELS, index)),
        deployment: if failed {
            String::new()
        } else {
            state.named(&format!("{}/azure-eu", item(&MODELS, index)))
        },
        key: keyed.map(|index| key(state, index)),
        team: keyed.map(|_| Named { id: state.named(item(&TEAMS, index)), name: None }),
        duration_us: 1_700 + index * index * 900,
        first_token_us: (!failed).then_some(900 + index * 7_100),
        tokens: state.number(index * 37),
        nanodollars: state.number(if failed { 0 } else { index.pow(3) * 41_000 + 36_123 }),
        retries: u32::from(index % 7 == 3),
        fallbacks: u32::from(index % 11 == 6),
        action: failed.then_some(Action::Blocked),
    }
}

fn matches(filter: &Filter, row: &RequestRow) -> bool {
    let same = |wanted: &Option<String>, found: Option<&str>| wanted.is_none() || wanted.as_deref() == found;
    let in_time = (filter.span.from_us..filter.span.to_us).contains(&row.started_us);
    in_time
        && same(&filter.model, Some(&row.model))
        && same(&filter.dialect, Some(&row.dialect))
        && same(&filter.key, row.key.as_ref().map(|key| key.id.as_str()))
        && same(&filter.team, row.team.as_ref().map(|team| team.id.as_str()))
        && filter.status.is_none_or(|status| status == row.status)
        && filter.action.is_none_or(|action| Some(action) == row.action)
}

fn place(row: &RequestRow) -> Place {
    Place { started_us: row.started_us, id: row.id.clone() }
}

pub fn requests(state: State, query: &RequestQuery, now_us: u64) -> RequestList {
    let rows = (0..ROWS).map(|index| row(state, index, now_us));
    let all: Vec<RequestRow> = rows.filter(|row| matches(&query.filter, row)).collect();
    let size = usize::try_from(query.size).unwrap_or(usize::MAX);
    let begin = match &query.position {
        Position::Newest => 0,
        Position::Older(below) => all.iter().filter(|row| place(row) >= *below).count(),
        Position::Newer(above) => all.iter().filter(|row| place(row) > *above).count().saturating_sub(size),
    };
    let rows: Vec<RequestRow> = all.iter().skip(begin).take(size).cloned().collect();
    RequestList { newer: begin > 0, older: begin + rows.len() < all.len(), rows }
}
