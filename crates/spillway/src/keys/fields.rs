//! A key's settings as flags, each named like the field of LiteLLM's API that it becomes.

use clap::Args;
use serde_json::{Map, Number, Value, json};

use crate::failure::Failure;

/// What a key may have.
#[derive(Debug, Args)]
pub struct Fields {
    /// What the key is called in reports; no two keys have the same.
    #[arg(long, value_name = "NAME")]
    key_alias: Option<String>,
    /// Whose key it is.
    #[arg(long, value_name = "ID")]
    user_id: Option<String>,
    /// Which team's.
    #[arg(long, value_name = "ID")]
    team_id: Option<String>,
    /// Model groups that it may use, comma separated; all by default.
    #[arg(long, value_name = "GROUPS", value_delimiter = ',')]
    models: Vec<String>,
    /// Another name that its clients may use for a model group.
    #[arg(long, value_name = "NAME=GROUP", value_parser = pair)]
    aliases: Vec<Pair>,
    /// Requests per minute.
    #[arg(long, value_name = "N")]
    rpm_limit: Option<u64>,
    /// Tokens per minute.
    #[arg(long, value_name = "N")]
    tpm_limit: Option<u64>,
    /// Requests at any time.
    #[arg(long, value_name = "N")]
    max_parallel_requests: Option<u64>,
    /// Requests of one model group per minute.
    #[arg(long, value_name = "GROUP=N", value_parser = number_pair)]
    model_rpm_limit: Vec<Pair>,
    /// Tokens of one model group per minute.
    #[arg(long, value_name = "GROUP=N", value_parser = number_pair)]
    model_tpm_limit: Vec<Pair>,
    /// US dollars that it may spend.
    #[arg(long, value_name = "DOLLARS", value_parser = dollars)]
    max_budget: Option<Number>,
    /// US dollars past which a warning is recorded.
    #[arg(long, value_name = "DOLLARS", value_parser = dollars)]
    soft_budget: Option<Number>,
    /// When the budget begins anew: `1d`, `30d`, `1mo`, …; never by default.
    #[arg(long, value_name = "TIME")]
    budget_duration: Option<String>,
    /// US dollars for one model group, in a time.
    #[arg(long, value_name = "GROUP=DOLLARS[/TIME]", value_parser = budget_pair)]
    model_max_budget: Vec<Pair>,
    /// How long the key works from now: `24h`, `30d`, …; for ever by default.
    #[arg(long, value_name = "TIME")]
    duration: Option<String>,
    /// Guardrails that run besides the default ones, comma separated.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    guardrails: Vec<String>,
    /// Anything, for the records: a JSON object.
    #[arg(long, value_name = "JSON", value_parser = object)]
    metadata: Option<Map<String, Value>>,
    /// Further fields of the request, e.g. `router_settings`: a JSON object.
    #[arg(long, value_name = "JSON", value_parser = object)]
    fields: Option<Map<String, Value>>,
}

/// Settings that change, and those that are taken away.
#[derive(Debug, Args)]
pub struct FieldsOfChange {
    #[command(flatten)]
    fields: Fields,
    /// Fields to take away, comma separated: `--unset rpm_limit,max_budget`.
    #[arg(long, value_name = "FIELDS", value_delimiter = ',')]
    unset: Vec<String>,
}

/// A name and what belongs to it.
type Pair = (String, Value);

impl Fields {
    /// The request's body: what was typed, and nothing else.
    pub fn body(&self) -> Map<String, Value> {
        let mut body = self.fields.clone().unwrap_or_default();
        let mut set = |name: &str, value: Option<Value>| {
            body.extend(value.map(|value| (name.to_owned(), value)));
        };
        set("key_alias", self.key_alias.as_ref().map(|text| json!(text)));
        set("user_id", self.user_id.as_ref().map(|text| json!(text)));
        set("team_id", self.team_id.as_ref().map(|text| json!(text)));
        set("models", list(&self.models));
        set("aliases", mapping(&self.aliases));
        set("rpm_limit", self.rpm_limit.map(Value::from));
        set("tpm_limit", self.tpm_limit.map(Value::from));
        set("max_parallel_requests", self.max_parallel_requests.map(Value::from));
        set("model_rpm_limit", mapping(&self.model_rpm_limit));
        set("model_tpm_limit", mapping(&self.model_tpm_limit));
        set("max_budget", self.max_budget.clone().map(Value::Number));
        set("soft_budget", self.soft_budget.clone().map(Value::Number));
        set("budget_duration", self.budget_duration.as_ref().map(|text| json!(text)));
        set("model_max_budget", mapping(&self.model_max_budget));
        set("duration", self.duration.as_ref().map(|text| json!(text)));
        set("guardrails", list(&self.guardrails));
        set("metadata", self.metadata.clone().map(Value::Object));
        body
    }
}

impl FieldsOfChange {
    /// The request's body, without the key.
    ///
    /// # Errors
    /// Nothing is to be changed, or one field in two ways.
    pub fn body(&self) -> Result<Map<String, Value>, Failure> {
        let mut body = self.fields.body();
        for name in &self.unset {
            if body.insert(name.clone(), Value::Null).is_some_and(|value| !value.is_null()) {
                return Err(Failure::new(format!("`{name}` is both set and unset; keep one of them")));
            }
        }
        if body.is_empty() {
            return Err(Failure::new("nothing to change: `spillway keys update --help` lists the flags"));
        }
        Ok(body)
    }
}

fn list(items: &[String]) -> Option<Value> {
    (!items.is_empty()).then(|| json!(items))
}

fn mapping(pairs: &[Pair]) -> Option<Value> {
    (!pairs.is_empty()).then(|| Value::Object(pairs.iter().cloned().collect()))
}

/// `NAME=GROUP`
fn pair(text: &str) -> Result<Pair, String> {
    let (name, value) = halves(text)?;
    Ok((name, json!(value)))
}

/// `GROUP=N`
fn number_pair(text: &str) -> Result<Pair, String> {
    let (name, value) = halves(text)?;
    let number: u64 = value.parse().map_err(|_| format!("`{value}` is not a whole number from 0"))?;
    Ok((name, json!(number)))
}

/// `GROUP=DOLLARS[/TIME]`
fn budget_pair(text: &str) -> Result<Pair, String> {
    let (name, value) = halves(text)?;
    let (amount, time) = value.split_once('/').map_or((value, None), |(amount, time)| (amount, Some(time)));
    let mut budget = Map::from_iter([("budget_limit".to_owned(), Value::Number(dollars(amount)?))]);
    budget.extend(time.map(|time| ("time_period".to_owned(), json!(time))));
    Ok((name, Value::Object(budget)))
}

fn halves(text: &str) -> Result<(String, &str), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => Ok((name.to_owned(), value)),
        _ => Err("expected two words with a `=` between them".to_owned()),
    }
}

/// An amount as a JSON number.
fn dollars(text: &str) -> Result<Number, String> {
    let number: Option<Number> = text.parse().ok();
    number
        .filter(|number| number.as_f64().is_some_and(|value| value >= 0.0))
        .ok_or_else(|| format!("`{text}` is not an amount of US dollars from 0, such as 25 or 0.5"))
}

fn object(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(text).map_err(|error| format!("not a JSON object: {error}"))
}
