//! The table of causes (`causes.yaml`) on every dialect, streaming and not, at two providers. Complete by
//! construction: the causes are the filter's own, and a cell that nobody filled in fails.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::gateway::root;
use spillway_e2e::{Failure, ledger};
use spillway_filter::cause::Cause;

use super::ensure;

/// What the table says of one cause.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    then: Then,
    plain: Cell,
    stream: Cell,
}

/// What follows.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Then {
    FallsBack,
    ContextWindow,
    ContentPolicy,
    Caller,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Cell {
    Impossible(Impossible),
    /// Scripts, each with the status that the client gets.
    Scripts(BTreeMap<String, u16>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Impossible {
    /// Why.
    impossible: String,
}

/// A route of the gateway, which is the provider's, too.
struct Dialect {
    route: &'static str,
    streams: bool,
}

const DIALECTS: [Dialect; 3] = [
    Dialect { route: "chat/completions", streams: true },
    Dialect { route: "responses", streams: true },
    Dialect { route: "responses/compact", streams: false },
];

/// A provider, and where its API stands.
const PROVIDERS: [(&str, &str); 2] = [("openai", "/mock-openai/v1/"), ("azure", "/mock-azure/openai/v1/")];

/// One request, and what its failure must lead to.
struct Case<'t> {
    cause: Cause,
    then: Then,
    dialect: &'t Dialect,
    provider: (&'static str, &'static str),
    stream: bool,
    script: &'t str,
    status: u16,
}

/// Plays every cell, then looks for each in the ledger; tells every cell that is not as the table says.
pub async fn every_cell(fixture: &Fixture) -> Result<(), Failure> {
    let table = table()?;
    let mut answered = Vec::new();
    let mut wrong = Vec::new();
    for case in cases(&table)? {
        match case.play(fixture).await {
            Ok(answer) => answered.push((case, answer)),
            Err(failure) => wrong.push(format!("{}: {failure}", case.name())),
        }
    }
    for (case, answer) in &answered {
        if let Err(failure) = case.recorded(fixture, answer).await {
            wrong.push(format!("{}: {failure}", case.name()));
        }
    }
    let count = answered.len() + wrong.len();
    ensure(wrong.is_empty(), || format!("{} of {count} cells:\n{}", wrong.len(), wrong.join("\n")))
}

/// The table, which must have an entry for each cause and for nothing else.
fn table() -> Result<BTreeMap<String, Entry>, Failure> {
    let path = root().join("tests/e2e/causes.yaml");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let table: BTreeMap<String, Entry> =
        serde_yaml_ng::from_str(&text).map_err(|error| format!("causes.yaml: {error}"))?;
    match table.keys().find(|name| Cause::named(name).is_none()) {
        Some(name) => Err(format!("causes.yaml: no cause is called {name}")),
        None => Ok(table),
    }
}

fn cases(table: &BTreeMap<String, Entry>) -> Result<Vec<Case<'_>>, Failure> {
    let mut cases = Vec::new();
    for cause in Cause::ALL {
        let entry = table.get(cause.name());
        let entry = entry.ok_or_else(|| format!("causes.yaml: no entry for {}", cause.name()))?;
        for (stream, cell) in [(false, &entry.plain), (true, &entry.stream)] {
            let scripts = cell.scripts().map_err(|why| format!("causes.yaml: {}: {why}", cause.name()))?;
            for dialect in DIALECTS.iter().filter(|dialect| dialect.streams || !stream) {
                for provider in PROVIDERS {
                    cases.extend(scripts.iter().map(|(script, status)| Case {
                        cause,
                        then: entry.then,
                        dialect,
                        provider,
                        stream,
                        script,
                        status: **status,
                    }));
                }
            }
        }
    }
    Ok(cases)
}

impl Cell {
    fn scripts(&self) -> Result<Vec<(&String, &u16)>, Failure> {
        match self {
            Self::Impossible(cell) if cell.impossible.is_empty() => Err("impossible, but why?".to_owned()),
            Self::Impossible(_) => Ok(Vec::new()),
            Self::Scripts(scripts) if scripts.is_empty() => Err("a cell without a script".to_owned()),
            Self::Scripts(scripts) => Ok(scripts.iter().collect()),
        }
    }
}

impl Case<'_> {
    fn name(&self) -> String {
        let stream = if self.stream { ", streaming" } else { "" };
        format!(
            "{} by {} at {} on {}{stream}",
            self.cause.name(),
            self.script,
            self.provider.0,
            self.dialect.route
        )
    }

    fn group(&self) -> String {
        format!("flaky-{}", self.provider.0)
    }

    /// The group that answers after the failure, and where it stands.
    fn landing(&self) -> Option<(&'static str, &'static str)> {
        let [openai, azure] = PROVIDERS;
        match self.then {
            Then::FallsBack => Some(("good", azure.1)),
            Then::ContextWindow => Some(("roomy", openai.1)),
            Then::ContentPolicy => Some(("lenient", azure.1)),
            Then::Caller => None,
        }
    }

    async fn play(&self, fixture: &Fixture) -> Result<Answer, Failure> {
        let mocks = &fixture.gateway.mocks;
        mocks.clear();
        mocks
            .set_script(&self.group(), &[self.script], mock_providers::After::Cycle)
            .map_err(|error| error.to_string())?;
        let answer = client::send(fixture.gateway.address, &self.ask(fixture)).await?;
        let seen = self.answered(&answer).and_then(|()| self.asked(&mocks.received()));
        seen.map_err(|failure| {
            format!("{failure}\nHTTP {} {:?}: {}", answer.status, answer.headers, answer.text())
        })?;
        Ok(answer)
    }

    fn ask(&self, fixture: &Fixture) -> Ask {
        let mut body = json!({"model": self.group(), "num_retries": 0});
        let prompt = if self.dialect.route == "chat/completions" { "messages" } else { "input" };
        body[prompt] = json!([{"role": "user", "content": "Hello"}]);
        if self.stream {
            body["stream"] = json!(true);
        }
        Ask::post(&format!("/v1/{}", self.dialect.route), fixture.key("alice"), &body)
    }

    /// The upstream calls: one at the group that fails, one at where the request goes then.
    fn asked(&self, received: &[mock_providers::Received]) -> Result<(), Failure> {
        let asked: Vec<(String, Value)> =
            received.iter().map(|one| (one.target.clone(), one.json()["model"].clone())).collect();
        let route = self.dialect.route;
        let mut expected = vec![(format!("{}{route}", self.provider.1), json!(self.group()))];
        expected.extend(self.landing().map(|(model, base)| (format!("{base}{route}"), json!(model))));
        ensure(asked == expected, || format!("upstream calls {asked:?}, expected {expected:?}"))
    }

    fn answered(&self, answer: &Answer) -> Result<(), Failure> {
        ensure(answer.status == self.status && answer.complete, || {
            format!("expected a whole answer with HTTP {}", self.status)
        })?;
        let fallbacks = if self.landing().is_some() { "1" } else { "0" };
        let told = answer.header("x-litellm-attempted-fallbacks");
        ensure(told == Some(fallbacks), || format!("x-litellm-attempted-fallbacks: {told:?}"))?;
        match self.landing() {
            Some(landing) => self.spoken(answer, landing),
            None => error_of_a_provider(answer),
        }
    }

    /// The fallback's answer, whole, and nothing of another beside it.
    fn spoken(&self, answer: &Answer, (model, base): (&str, &str)) -> Result<(), Failure> {
        if self.dialect.route == "responses/compact" {
            return ensure(answer.json()["object"] == "response.compaction", || "no compaction".to_owned());
        }
        let provider = PROVIDERS.iter().find(|one| one.1 == base).map_or("", |one| one.0);
        let text = format!("Hello from {provider}/{model}.");
        ensure(answer.spoken() == text, || format!("said {:?}", answer.spoken()))?;
        if !self.stream {
            return Ok(());
        }
        let events: Vec<Value> = answer.events().into_iter().map(|event| event.data).collect();
        let begins = |data: &&Value| {
            data["type"] == "response.created" || data.pointer("/choices/0/delta/role").is_some()
        };
        let begun = events.iter().filter(begins).count();
        let ends =
            events.last().is_some_and(|last| *last == "[DONE]" || last["type"] == "response.completed");
        ensure(begun == 1 && ends, || format!("{begun} beginnings; ends properly: {ends}"))
    }

    /// The row has every try with its cause, and the header tells the same.
    async fn recorded(&self, fixture: &Fixture, answer: &Answer) -> Result<(), Failure> {
        let id = answer.header("x-litellm-call-id").ok_or("no x-litellm-call-id")?;
        let row = ledger::row(fixture.gateway.ledger, MASTER_KEY, id).await?;
        let attempts = row["metadata"]["spillway_attempts"].as_array().cloned().unwrap_or_default();
        let causes: Vec<&str> = attempts.iter().filter_map(|one| one["cause"].as_str()).collect();
        let expected: Vec<&str> =
            std::iter::once(self.cause.name()).chain(self.landing().map(|_| "success")).collect();
        ensure(causes == expected, || format!("recorded {causes:?}, expected {expected:?}"))?;
        let status = if self.landing().is_some() { "success" } else { "failure" };
        ensure(row["status"] == status, || format!("row status {}", row["status"]))?;
        let trail = attempts.iter().map(step).collect::<Vec<_>>().join(", ");
        let told = answer.header("x-spillway-attempts").unwrap_or_default();
        ensure(told == trail, || format!("x-spillway-attempts: {told:?}, recorded {trail:?}"))
    }
}

/// An error of OpenAI's dialects, which all three routes speak.
fn error_of_a_provider(answer: &Answer) -> Result<(), Failure> {
    let body = answer.json();
    let error = body["error"].as_object().ok_or("no error object")?;
    let names: Vec<&str> = error.keys().map(String::as_str).collect();
    let json = answer.header("content-type") == Some("application/json");
    ensure(json && names == ["message", "type", "param", "code"], || format!("not an error: {names:?}"))
}

/// A try as `x-spillway-attempts` writes it: its status, or its cause where that says more.
fn step(attempt: &Value) -> String {
    let deployment = attempt["deployment"].as_str().unwrap_or_default();
    let cause = attempt["cause"].as_str().unwrap_or_default();
    match attempt["status"].as_u64().unwrap_or_default() {
        0 => format!("{deployment}={cause}"),
        200..=299 if cause != "success" => format!("{deployment}={cause}"),
        status => format!("{deployment}={status}"),
    }
}
