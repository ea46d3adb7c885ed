//! What a service answers, read strictly: what is not an answer of its API is a failure.
//!
//! No failure's reason repeats anything of the answer, which may hold the text that was asked about.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Api, Callout};

/// Largest answer that is read, in bytes: as long as the longest texts that are asked about, and room for escapes.
pub const MAX_ANSWER: usize = 2 * crate::guardrails::texts::MAX_BYTES;
/// Longest reason that is passed on, in characters.
const MAX_REASON: usize = 1_000;
/// Most categories that are told, and the longest name of one, in bytes.
const MAX_CATEGORIES: usize = 32;
const MAX_CATEGORY: usize = 64;
/// Most texts that are told as those at fault.
const MAX_INDICES: usize = 10;

/// What a service makes of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opinion {
    /// They may pass.
    Pass,
    /// They may pass as these, which are as many.
    Masked(Vec<String>),
    /// They may not.
    Block(Objection),
    /// It gave no answer, or one that is none: why, in words that hold nothing of the texts.
    Failed(String),
}

/// Why texts may not pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Objection {
    /// For the client; in the service's own words, and so perhaps in the caller's.
    pub reason: String,
    /// Names of what is violated.
    pub categories: Vec<String>,
    /// Indices of the texts at fault, where the API tells.
    pub texts: Vec<usize>,
}

/// Reads the answer about so many texts; `status` is `None` where none came.
#[must_use]
pub fn read(callout: &Callout, status: Option<u16>, body: &[u8], asked: usize) -> Opinion {
    let opinion = match status {
        None => Err("it gave no answer in time".to_owned()),
        // Envoy's own answers, unless a proxy before the service gave them.
        Some(504) => Err("it gave no answer in time (504)".to_owned()),
        Some(503) => Err("it could not be reached, or does not serve (503)".to_owned()),
        Some(status) if !(200..300).contains(&status) => Err(format!("it answered with status {status}")),
        Some(_) if body.len() > MAX_ANSWER => Err(format!("its answer is longer than {MAX_ANSWER} bytes")),
        Some(_) => match callout.api {
            Api::Generic => generic(body, asked),
            Api::Moderations => moderations(body, asked),
        },
    };
    opinion.unwrap_or_else(Opinion::Failed)
}

#[derive(Deserialize)]
struct Generic {
    action: String,
    blocked_reason: Option<String>,
    texts: Option<Vec<String>>,
}

fn generic(body: &[u8], asked: usize) -> Result<Opinion, String> {
    let answer: Generic = json(body)?;
    match answer.action.as_str() {
        "NONE" => Ok(Opinion::Pass),
        "BLOCKED" => {
            let reason = shown(&answer.blocked_reason.unwrap_or_default());
            Ok(Opinion::Block(Objection { reason, ..Objection::default() }))
        }
        "GUARDRAIL_INTERVENED" => {
            let texts = answer.texts.ok_or("it intervened and gave no texts")?;
            same_number(texts.len(), asked, "texts")?;
            Ok(Opinion::Masked(texts))
        }
        _ => Err("its action is none of NONE, BLOCKED and GUARDRAIL_INTERVENED".to_owned()),
    }
}

#[derive(Deserialize)]
struct Moderations {
    results: Vec<Moderation>,
}

#[derive(Deserialize)]
struct Moderation {
    flagged: bool,
    /// Some are `null` with older models.
    #[serde(default)]
    categories: BTreeMap<String, Option<bool>>,
}

fn moderations(body: &[u8], asked: usize) -> Result<Opinion, String> {
    let Moderations { results } = json(body)?;
    same_number(results.len(), asked, "results")?;
    let flagged = results.iter().enumerate().filter(|(_, result)| result.flagged);
    let texts: Vec<usize> = flagged.clone().map(|(index, _)| index).take(MAX_INDICES).collect();
    if texts.is_empty() {
        return Ok(Opinion::Pass);
    }
    let violated = flagged.flat_map(|(_, result)| &result.categories).filter(|(_, is)| **is == Some(true));
    let mut categories: Vec<String> =
        violated.map(|(name, _)| name).filter(|name| is_category(name)).cloned().collect();
    categories.sort_unstable();
    categories.dedup();
    categories.truncate(MAX_CATEGORIES);
    let mut reason = "Violated OpenAI moderation policy".to_owned();
    if !categories.is_empty() {
        reason = format!("{reason}: {}", categories.join(", "));
    }
    Ok(Opinion::Block(Objection { reason, categories, texts }))
}

/// Whether it is a name, such as `self-harm/intent`, and not a text.
fn is_category(name: &str) -> bool {
    (1..=MAX_CATEGORY).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_/.".contains(&byte))
}

fn json<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, String> {
    // Not the error's own text: it repeats what it found.
    serde_json::from_slice(body).map_err(|_| "its answer is not its API's JSON".to_owned())
}

fn same_number(found: usize, asked: usize, what: &str) -> Result<(), String> {
    if found == asked { Ok(()) } else { Err(format!("it gave {found} {what} for {asked} texts")) }
}

/// A reason as clients see it: on one line, and no longer than it must be.
fn shown(reason: &str) -> String {
    let plain = |char: char| if char.is_control() { ' ' } else { char };
    let text: String = reason.trim().chars().map(plain).take(MAX_REASON).collect();
    if text.is_empty() { "Content blocked by a guardrail, which gave no reason".to_owned() } else { text }
}
