//! The table of guardrails (`guardrail-table.yaml`): every kind in every mode with every outcome, on every dialect,
//! streamed and not. Complete by construction: a cell that nobody filled in fails.

use std::collections::BTreeMap;

use mock_providers::After;
use mock_providers::guardrail::{Behaviour, MASKED};
use serde::Deserialize;
use serde_json::Value;
use spillway_e2e::answer::Answer;
use spillway_e2e::client;
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::gateway::root;
use spillway_e2e::{Failure, ledger};

use super::dialects::{DIALECTS, Dialect};
use super::{Outcome, ensure, normal};

const KINDS: [&str; 3] = ["filter", "generic", "moderation"];
const MODES: [&str; 4] = ["pre_call", "during_call", "post_call", "logging_only"];

type Table = BTreeMap<String, BTreeMap<String, BTreeMap<Outcome, Cell>>>;

#[derive(Deserialize)]
#[serde(untagged)]
enum Cell {
    Impossible(Impossible),
    Expected(Expected),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Impossible {
    /// Why.
    impossible: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    status: u16,
    stream: Option<u16>,
    client: Client,
    upstream: Upstream,
    records: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Client {
    Said,
    Masked,
    Error,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Upstream {
    Sent,
    Masked,
    Nothing,
    Perhaps,
}

/// One request.
struct Case<'t> {
    kind: &'static str,
    mode: &'static str,
    outcome: Outcome,
    dialect: &'static Dialect,
    stream: bool,
    expected: &'t Expected,
}

/// Plays every cell; tells every one that is not as the table says, and every two records of one cell that differ.
pub async fn every_cell(fixture: &Fixture) -> Result<(), Failure> {
    let table = table()?;
    let (mut wrong, mut count) = (Vec::new(), 0);
    for kind in KINDS {
        for mode in MODES {
            for outcome in Outcome::ALL {
                let cell = table.get(kind).and_then(|of_kind| of_kind.get(mode)?.get(&outcome));
                let cell = cell.ok_or_else(|| format!("no cell for {kind}, {mode}, {outcome:?}"))?;
                let Cell::Expected(expected) = cell else { continue };
                let cases: Vec<Case<'_>> = cases(kind, mode, outcome, expected).collect();
                count += cases.len();
                wrong.extend(same_records(fixture, &cases).await);
            }
        }
    }
    ensure(wrong.is_empty(), || format!("{} of {count} cells:\n{}", wrong.len(), wrong.join("\n")))?;
    ensure(count >= 300, || format!("only {count} requests were made"))
}

/// The table, which must have nothing that is not played, and a reason where something cannot be.
fn table() -> Result<Table, Failure> {
    let path = root().join("tests/e2e/guardrail-table.yaml");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let table: Table =
        serde_yaml_ng::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    for (kind, modes) in &table {
        ensure(KINDS.contains(&kind.as_str()), || format!("no guardrail is a {kind}"))?;
        for (mode, cells) in modes {
            ensure(MODES.contains(&mode.as_str()), || format!("{kind}: no mode {mode}"))?;
            let empty =
                cells.values().any(|cell| matches!(cell, Cell::Impossible(why) if why.impossible.is_empty()));
            ensure(!empty, || format!("{kind}, {mode}: impossible, and nobody says why"))?;
        }
    }
    Ok(table)
}

fn cases<'t>(
    kind: &'static str,
    mode: &'static str,
    outcome: Outcome,
    expected: &'t Expected,
) -> impl Iterator<Item = Case<'t>> {
    DIALECTS.iter().flat_map(move |dialect| {
        [false, true].into_iter().filter(|stream| dialect.streams || !stream).map(move |stream| Case {
            kind,
            mode,
            outcome,
            dialect,
            stream,
            expected,
        })
    })
}

/// Plays the cases of one cell; what is wrong with them, or with their records beside each other.
async fn same_records(fixture: &Fixture, cases: &[Case<'_>]) -> Vec<String> {
    let (mut wrong, mut answered) = (Vec::new(), Vec::new());
    for case in cases.iter().filter(|case| case.exists()) {
        match case.play(fixture).await {
            Ok(answer) => answered.push((case, answer)),
            Err(failure) => wrong.push(format!("{}: {failure}", case.name())),
        }
    }
    let mut first: Option<(String, Value)> = None;
    for (case, answer) in &answered {
        match case.recorded(fixture, answer).await {
            Err(failure) => wrong.push(format!("{}: {failure}", case.name())),
            Ok(records) => match &first {
                None => first = Some((case.name(), records)),
                Some((name, same)) if *same != records => {
                    wrong.push(format!("{}: recorded {records}\n{name}: recorded {same}", case.name()));
                }
                Some(_) => {}
            },
        }
    }
    wrong
}

impl Case<'_> {
    fn name(&self) -> String {
        let stream = if self.stream { ", stream" } else { "" };
        format!("{} {} {:?} on {}{stream}", self.kind, self.mode, self.outcome, self.dialect.path)
    }

    /// An answer without text has nothing that could be masked or blocked.
    fn exists(&self) -> bool {
        let of_answer = self.mode == "post_call" || (self.kind == "filter" && self.mode == "logging_only");
        self.dialect.speaks || !of_answer || self.outcome == Outcome::Passed
    }

    fn guardrail(&self) -> String {
        let open =
            if self.outcome == Outcome::FailedOpen && self.mode != "logging_only" { "-open" } else { "" };
        format!("{}-{}{open}", self.kind, self.mode)
    }

    fn text(&self) -> String {
        format!("Say {} again.", self.outcome.word(self.kind, self.mode))
    }

    async fn play(&self, fixture: &Fixture) -> Result<Answer, Failure> {
        let mocks = &fixture.gateway.mocks;
        mocks.clear();
        let service = fixture.gateway.guardrails.as_ref().ok_or("no guardrail service")?;
        service.set(if self.outcome.fails() { Behaviour::Status(500) } else { Behaviour::Judge });
        let post = self.mode == "post_call";
        let asked = if post { "Say it again.".to_owned() } else { self.text() };
        let said = if post || self.mode == "logging_only" { self.text() } else { "It is said.".to_owned() };
        let script = format!("text={},events=7", said.replace(' ', "%20"));
        mocks.set_script(self.dialect.model, &[&script], After::Last).map_err(|e| e.to_string())?;
        let ask = self.dialect.ask(fixture.key("alice"), &asked, &self.guardrail(), self.stream);
        let answer = client::send(fixture.gateway.address, &ask).await?;
        let expected = self.expected;
        let status = expected.stream.filter(|_| self.stream).unwrap_or(expected.status);
        ensure(answer.status == status, || {
            format!("HTTP {}, not {status}: {}", answer.status, answer.text())
        })?;
        ensure(answer.complete, || "the answer was cut".to_owned())?;
        self.check_client(&answer, &said)?;
        self.check_upstream(fixture, &asked)?;
        let applied = answer.header("x-litellm-applied-guardrails");
        ensure(applied == Some(self.guardrail().as_str()), || format!("applied: {applied:?}"))?;
        Ok(answer)
    }

    fn check_client(&self, answer: &Answer, said: &str) -> Result<(), Failure> {
        if !self.dialect.speaks {
            return Ok(());
        }
        let spoken = answer.spoken();
        let word = self.outcome.word(self.kind, self.mode);
        match self.expected.client {
            Client::Said => ensure(spoken == said, || format!("the client got {spoken:?}, not {said:?}")),
            Client::Masked => {
                let masked = said.replace(word, MASKED);
                ensure(spoken == masked, || format!("the client got {spoken:?}, not {masked:?}"))?;
                ensure(!answer.text().contains(word), || format!("unmasked: {}", answer.text()))
            }
            Client::Error => {
                let text = answer.text();
                ensure(!text.contains("Say "), || format!("the client got text: {text}"))?;
                ensure(text.contains("\"error\""), || format!("no error: {text}"))
            }
        }
    }

    fn check_upstream(&self, fixture: &Fixture, asked: &str) -> Result<(), Failure> {
        let received = fixture.gateway.mocks.received();
        let masked = asked.replace(self.outcome.word(self.kind, self.mode), MASKED);
        let wanted = match self.expected.upstream {
            Upstream::Nothing => {
                return ensure(received.is_empty(), || "the request went upstream".to_owned());
            }
            Upstream::Perhaps if received.is_empty() => return Ok(()),
            Upstream::Sent | Upstream::Perhaps => asked,
            Upstream::Masked => &masked,
        };
        ensure(received.len() == 1, || format!("{} upstream requests", received.len()))?;
        let body =
            received.iter().map(|one| String::from_utf8_lossy(&one.body).into_owned()).collect::<String>();
        ensure(body.contains(wanted), || format!("upstream saw {body}, which has no {wanted:?}"))
    }

    /// The records in the ledger, without ids, times and places; as the table says.
    async fn recorded(&self, fixture: &Fixture, answer: &Answer) -> Result<Value, Failure> {
        let id = answer.header("x-litellm-call-id").ok_or("no x-litellm-call-id")?;
        let row = ledger::row(fixture.gateway.ledger, MASTER_KEY, id).await?;
        let records = normal(&row)?;
        let statuses: Vec<&str> = records
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|record| record["guardrail_status"].as_str())
            .collect();
        ensure(statuses == self.expected.records, || format!("statuses {statuses:?} in {records}"))?;
        let failed = self.expected.client == Client::Error;
        let status = if failed { "failure" } else { "success" };
        ensure(row["status"] == status, || format!("the row's status is {}", row["status"]))?;
        Ok(records)
    }
}
