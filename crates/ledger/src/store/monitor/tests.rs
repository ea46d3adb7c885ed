//! Events are stored, and whole answers compared.

mod listed;
mod plans;
mod reports;
mod told;

use spillway_filter::event::{
    Attempt, Caller, ErrorInformation, Event, GuardrailInformation, GuardrailStatus,
};
use spillway_filter::usage::Usage;

use crate::calendar::now;
use crate::db::Connection;
use crate::record::Entry;
use crate::store::append::{self, Sums};
use crate::ui::data::{Bucket, Filter, Named, Span};

/// 2026-11-20T12:00:00Z.
const NOON: u64 = 1_795_176_000_000_000;
const HOUR: u64 = Bucket::Hour.microseconds();
const DAY: u64 = Bucket::Day.microseconds();

/// From the midnight before [`NOON`] on, by the hour.
const HOURS: Span = Span { from_us: NOON - 12 * HOUR, to_us: NOON + 12 * HOUR, bucket: Bucket::Hour };
/// The day before, and that of [`NOON`].
const DAYS: Span = Span { from_us: NOON - 36 * HOUR, to_us: NOON + 12 * HOUR, bucket: Bucket::Day };

/// A stream that was answered after 2 s, its first token after 0.5 s.
fn answered(id: &str, started_us: u64) -> Event {
    Event {
        request_id: id.to_owned(),
        call_type: "acompletion".to_owned(),
        started_us,
        ended_us: started_us + 2_000_000,
        first_token_us: Some(started_us + 500_000),
        http_status: 200,
        stream: true,
        caller: Caller {
            key_hash: "a1".to_owned(),
            team_id: Some("tools".to_owned()),
            user_id: Some("ada".to_owned()),
            ..Caller::default()
        },
        model_group: "gpt-4.1".to_owned(),
        deployment: "gpt-4.1/azure-eu".to_owned(),
        model: "gpt-4.1-2025-04-14".to_owned(),
        provider: "azure".to_owned(),
        usage: Usage { input: 100, output: 20, ..Usage::default() },
        cost_nanodollars: 1_001,
        tags: vec!["nightly".to_owned()],
        ..Event::default()
    }
}

/// A request without a key that no deployment saw.
fn refused(id: &str, started_us: u64) -> Event {
    Event {
        call_type: "aresponses".to_owned(),
        http_status: 400,
        ended_us: started_us + 1_000,
        first_token_us: None,
        stream: false,
        caller: Caller::default(),
        deployment: String::new(),
        model: String::new(),
        provider: String::new(),
        usage: Usage::default(),
        cost_nanodollars: 0,
        tags: Vec::new(),
        error: Some(ErrorInformation {
            error_class: "invalid_request_error".to_owned(),
            ..Default::default()
        }),
        ..answered(id, started_us)
    }
}

/// A run of 2 ms.
fn ran(id: &str, guardrail_status: GuardrailStatus) -> GuardrailInformation {
    let blocked = guardrail_status == GuardrailStatus::GuardrailIntervened;
    GuardrailInformation {
        guardrail_id: id.to_owned(),
        guardrail_name: format!("the {id}"),
        guardrail_provider: "litellm_content_filter".to_owned(),
        guardrail_status,
        guardrail_response: if blocked { vec!["rule".into()] } else { Vec::new() },
        duration: 0.002,
        risk_score: blocked.then_some(10.0),
        ..GuardrailInformation::default()
    }
}

fn deliver(db: &Connection, events: &[Event]) {
    let entries: Vec<Entry> = events.iter().cloned().map(Entry::of).collect();
    db.transact(|db| append::batches(db, &[&entries], Sums::Now, &now())).unwrap();
}

/// A key and a team that have names.
fn name_holders(db: &Connection) {
    let at = now();
    let insert = [
        format!(
            r#"INSERT INTO "LiteLLM_VerificationToken" ("token", "key_alias", "created_at", "updated_at")
               VALUES ('a1', 'ci', '{at}', '{at}')"#
        ),
        format!(
            r#"INSERT INTO "LiteLLM_TeamTable" ("team_id", "team_alias", "created_at", "updated_at")
               VALUES ('tools', 'Tools', '{at}', '{at}')"#
        ),
    ];
    db.script(&insert.join(";")).unwrap();
}

fn of(id: &str, name: &str) -> Named {
    Named { id: id.to_owned(), name: Some(name.to_owned()) }
}

fn nameless(id: &str) -> Named {
    Named { id: id.to_owned(), name: None }
}

fn over(span: Span, change: impl FnOnce(&mut Filter)) -> Filter {
    let mut filter = Filter::over(span);
    change(&mut filter);
    filter
}

fn attempt(cause: &str) -> Attempt {
    Attempt { deployment: "gpt-4.1/azure-eu".to_owned(), cause: cause.to_owned(), ..Attempt::default() }
}
