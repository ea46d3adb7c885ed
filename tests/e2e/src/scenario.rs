//! A file in `scenarios/` is a test: requests, what the client gets, what each upstream saw, what the ledger
//! keeps. Expectations are [`crate::pattern`]s.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::client::{Ask, Connection};
use crate::fixture::SUITE;
use crate::gateway::Gateway;
use crate::leak::Canaries;
use crate::{Failure, ledger, pattern};

/// How deep anchors may merge anchors.
const MERGE_DEPTH: usize = 4;

/// A file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What must hold, in a sentence.
    pub title: String,
    /// Which gateway it is played against: the name of a configuration beside `gateway.yaml`.
    #[serde(default = "suite")]
    pub gateway: String,
    /// In order.
    pub steps: Vec<Step>,
}

fn suite() -> String {
    SUITE.to_owned()
}

/// One request and all that must follow from it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What is sent.
    pub request: Request,
    /// What must follow.
    pub expect: Expect,
}

/// What steps kept of their answers, by name: `${name}` stands for it in the steps after.
type Kept = BTreeMap<String, String>;

/// A request; a key by its name among the fixture's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// `POST` where unset.
    #[serde(default)]
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Name of a fixture's key; none is sent where unset.
    pub key: Option<String>,
    /// Further headers; `content-type: application/json` where a body is sent and none is named.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// A JSON body.
    pub json: Option<Value>,
    /// A body as it stands, for what is not JSON.
    pub text: Option<String>,
}

/// What must follow.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// HTTP status.
    pub status: u16,
    /// The answer breaks off: its connection closes before the body has ended. Otherwise it must not.
    #[serde(default)]
    pub cut: bool,
    /// Headers that must be there, as patterns.
    #[serde(default)]
    pub headers: BTreeMap<String, Value>,
    /// Headers that must not.
    #[serde(default)]
    pub no_headers: Vec<String>,
    /// The body, as a pattern.
    pub json: Option<Value>,
    /// The text of the answer, streamed or not.
    pub spoken: Option<String>,
    /// A stream's events, each as its data, as patterns.
    pub events: Option<Vec<Value>>,
    /// How a stream ends: the pattern of its last event's data.
    pub last_event: Option<Value>,
    /// Every upstream request, in order: none may be missing, none further. Not looked at where unset.
    pub upstream: Option<Vec<Upstream>>,
    /// The spend row, as a pattern. `false`: there is none to wait for.
    pub row: Option<Value>,
    /// Strings of the body to keep, by JSON pointer; of a stream, of its last event that has one there.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}

/// An upstream request, whole.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Upstream {
    /// `POST` where unset.
    #[serde(default)]
    pub method: Option<String>,
    /// Path and query, as a pattern.
    pub path: String,
    /// All headers but `host`, and `content-length` of a `POST`, which must be there too.
    pub headers: Option<BTreeMap<String, Value>>,
    /// The whole body, as a pattern.
    pub json: Value,
}

/// What happened in one step.
#[derive(Debug)]
pub struct Exchange {
    /// What was sent.
    pub ask: Ask,
    /// What came back.
    pub answer: Answer,
    /// What the upstreams saw.
    pub received: Vec<mock_providers::Received>,
}

/// What a scenario runs against.
pub struct Stage<'a> {
    /// The gateway.
    pub gateway: &'a Gateway,
    /// The address that the client connects from: a canary, too.
    pub from: IpAddr,
    /// Keys by name.
    pub keys: &'a BTreeMap<String, String>,
    /// For the ledger's queries.
    pub master_key: &'a str,
    /// What must never go upstream.
    pub canaries: &'a Canaries,
}

impl Scenario {
    /// Reads a file's text.
    ///
    /// # Errors
    /// It is not a scenario.
    pub fn read(text: &str) -> Result<Self, Failure> {
        let mut yaml: serde_yaml_ng::Value =
            serde_yaml_ng::from_str(text).map_err(|error| error.to_string())?;
        // A merged mapping may bring a merge key of its own.
        for _ in 0..MERGE_DEPTH {
            yaml.apply_merge().map_err(|error| error.to_string())?;
        }
        serde_yaml_ng::from_value(yaml).map_err(|error| error.to_string())
    }

    /// Plays it.
    ///
    /// # Errors
    /// The first expectation that did not hold, with the step's number.
    pub async fn play(&self, stage: &Stage<'_>) -> Result<(), Failure> {
        self.play_and_tell(stage, &mut |_| ()).await
    }

    /// Plays it, and tells of every exchange before its expectations are looked at.
    ///
    /// # Errors
    /// As [`Self::play`].
    pub async fn play_and_tell(
        &self,
        stage: &Stage<'_>,
        tell: &mut dyn FnMut(&Exchange),
    ) -> Result<(), Failure> {
        let mut kept = Kept::new();
        for (number, step) in self.steps.iter().enumerate() {
            stage.gateway.mocks.clear();
            step.play(stage, &mut kept, tell)
                .await
                .map_err(|failure| format!("step {}: {failure}", number + 1))?;
        }
        Ok(())
    }
}

impl Step {
    async fn play(
        &self,
        stage: &Stage<'_>,
        kept: &mut Kept,
        tell: &mut dyn FnMut(&Exchange),
    ) -> Result<(), Failure> {
        let ask = self.request.ask(stage, kept)?;
        let answer = Connection::open(stage.gateway.address, Some(stage.from)).await?.send(&ask).await?;
        let exchange = Exchange { ask, answer, received: stage.gateway.mocks.received() };
        tell(&exchange);
        let Exchange { answer, received, .. } = exchange;
        let shown = || format!("\nanswer: HTTP {} {:?}\n{}", answer.status, answer.headers, answer.text());
        self.expect.answer(&answer, kept).map_err(|failure| failure + &shown())?;
        self.expect.keep(&answer, kept).map_err(|failure| failure + &shown())?;
        stage.canaries.check(&received)?;
        if let Some(expected) = &self.expect.upstream {
            upstreams(expected, &received).map_err(|failure| failure + &shown())?;
        }
        match &self.expect.row {
            Some(pattern) => self.row(stage, &answer, pattern).await,
            None => Ok(()),
        }
    }

    async fn row(&self, stage: &Stage<'_>, answer: &Answer, pattern: &Value) -> Result<(), Failure> {
        let id = answer.header("x-litellm-call-id").ok_or("the answer has no x-litellm-call-id")?;
        let row = ledger::row(stage.gateway.ledger, stage.master_key, id).await?;
        pattern::check(pattern, &row).map_err(|failure| format!("spend row: {failure}"))
    }
}

impl Request {
    fn ask(&self, stage: &Stage<'_>, kept: &Kept) -> Result<Ask, Failure> {
        let mut headers: Vec<(String, String)> = self.headers.clone().into_iter().collect();
        if let Some(name) = &self.key {
            let key = stage.keys.get(name).ok_or_else(|| format!("no key is called {name}"))?;
            headers.push(("authorization".to_owned(), format!("Bearer {key}")));
        }
        let body = match (&self.json, &self.text) {
            (Some(json), _) => filled(&json.to_string(), kept).into_bytes(),
            (None, text) => text.clone().unwrap_or_default().into_bytes(),
        };
        if !body.is_empty() && !self.headers.contains_key("content-type") {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        Ok(Ask { method: self.method.clone(), path: filled(&self.path, kept), headers, body })
    }
}

impl Expect {
    fn answer(&self, answer: &Answer, kept: &Kept) -> Result<(), Failure> {
        if answer.status != self.status {
            return Err(format!("expected HTTP {}, got {}", self.status, answer.status));
        }
        if answer.complete == self.cut {
            return Err(format!(
                "expected an answer that {}",
                if self.cut { "breaks off" } else { "is whole" }
            ));
        }
        for (name, pattern) in &self.headers {
            let value = answer.header(name).map_or(Value::Null, |value| json!(value));
            pattern::check(pattern, &value).map_err(|failure| format!("header {name}: {failure}"))?;
        }
        if let Some(name) = self.no_headers.iter().find(|name| answer.header(name).is_some()) {
            return Err(format!("header {name} must not be there"));
        }
        if let Some(pattern) = &self.json {
            pattern::check(&filled_json(pattern, kept)?, &answer.json())?;
        }
        if self.spoken.as_ref().is_some_and(|spoken| *spoken != answer.spoken()) {
            return Err(format!("expected the text {:?}, got {:?}", self.spoken, answer.spoken()));
        }
        let events: Vec<Value> = answer.events().into_iter().map(|event| event.data).collect();
        if let Some(expected) = &self.events {
            pattern::check(&json!(expected), &json!(events))?;
        }
        match &self.last_event {
            Some(pattern) => {
                pattern::check(&filled_json(pattern, kept)?, events.last().unwrap_or(&Value::Null))
            }
            None => Ok(()),
        }
    }

    fn keep(&self, answer: &Answer, kept: &mut Kept) -> Result<(), Failure> {
        for (name, pointer) in &self.keep {
            let events = answer.events();
            let in_events = events.iter().rev().find_map(|event| event.data.pointer(pointer));
            let whole = answer.json();
            let found = whole.pointer(pointer).or(in_events).and_then(Value::as_str);
            let found = found.ok_or_else(|| format!("nothing to keep as {name}: no text at {pointer}"))?;
            kept.insert(name.clone(), found.to_owned());
        }
        Ok(())
    }
}

/// A text with what was kept. Names that nobody kept stay, and fail wherever they stand.
fn filled(text: &str, kept: &Kept) -> String {
    kept.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("${{{name}}}"), value))
}

fn filled_json(pattern: &Value, kept: &Kept) -> Result<Value, Failure> {
    serde_json::from_str(&filled(&pattern.to_string(), kept)).map_err(|error| error.to_string())
}

fn upstreams(expected: &[Upstream], received: &[mock_providers::Received]) -> Result<(), Failure> {
    let line = |method: &str, path: &str| json!([method, path]);
    let found: Value = received.iter().map(|request| line(&request.method, &request.target)).collect();
    let wanted: Value = expected
        .iter()
        .map(|upstream| line(upstream.method.as_deref().unwrap_or("POST"), &upstream.path))
        .collect();
    pattern::check(&wanted, &found).map_err(|failure| format!("upstream requests: {failure}"))?;
    for (upstream, request) in expected.iter().zip(received) {
        let body = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        pattern::check(&upstream.json, &body).map_err(|failure| format!("upstream body: {failure}"))?;
        if let Some(headers) = &upstream.headers {
            let found = request.headers.iter().filter(|(name, _)| name != "host" && name != "content-length");
            let found: serde_json::Map<String, Value> =
                found.map(|(name, value)| (name.clone(), json!(String::from_utf8_lossy(value)))).collect();
            let with_length = !request.body.is_empty() || request.method == "POST";
            if found.len() + 1 + usize::from(with_length) != request.headers.len() {
                return Err(format!("host, content-length or a header twice: {:?}", request.headers));
            }
            pattern::check(&json!(headers), &Value::Object(found))
                .map_err(|failure| format!("upstream headers: {failure}"))?;
        }
    }
    Ok(())
}
