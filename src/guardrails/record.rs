//! What is told of a guardrail's run: to the client, and to the ledger.
//!
//! Neither holds what the caller wrote: only rules by their names, and where they matched.

use serde_json::{Map, Value, json};

use super::Compiled;
use super::category::{By, OfCategory};
use super::findings::{Findings, Found, MAX_MASKS, Matches};
use super::media::Media;
use super::rule::{Kind, Rule};
use super::selection::Running;
use super::settings::Action;
use crate::event::{GuardrailInformation, GuardrailStatus};
use crate::reject::Reject;

const PROVIDER: &str = "litellm_content_filter";

/// Everything that records are made of.
pub(super) struct Report<'r> {
    pub(super) compiled: &'r Compiled,
    pub(super) running: &'r Running,
    pub(super) findings: &'r Findings,
    pub(super) started_us: u64,
    pub(super) ended_us: u64,
}

impl Report<'_> {
    /// The record of one guardrail that ran. All run in one pass, so they share its times.
    pub(super) fn record(&self, guardrail: usize) -> GuardrailInformation {
        let named = self.compiled.guardrails.get(guardrail);
        let found = self.found(guardrail);
        let blocks = self.blocks(guardrail, &found);
        let tells = self.running.only_tells(guardrail);
        let unscanned = self.unscanned(guardrail);
        let checked = self.compiled.rules.iter().filter(|rule| rule.guardrail == guardrail).count();
        GuardrailInformation {
            guardrail_name: named.map(|named| named.name.clone()).unwrap_or_default(),
            guardrail_provider: PROVIDER.to_owned(),
            guardrail_mode: self.mode(guardrail).to_owned(),
            guardrail_response: found
                .iter()
                .map(|(rule, _)| detection(rule))
                .chain(unscanned.map(refused))
                .collect(),
            guardrail_status: self.status(guardrail, blocks, !found.is_empty() || unscanned.is_some()),
            start_time: seconds(self.started_us),
            end_time: seconds(self.ended_us),
            duration: seconds(self.ended_us.saturating_sub(self.started_us)),
            masked_entity_count: if blocks || tells { Map::new() } else { masked(&found) },
            guardrail_id: named.map(|named| named.id.clone()).unwrap_or_default(),
            detection_method: methods(&found),
            match_details: found
                .iter()
                .flat_map(|(rule, matches)| details(rule, matches))
                .chain(unscanned.map(refused))
                .collect(),
            patterns_checked: u64::try_from(checked).unwrap_or(u64::MAX),
            risk_score: Some(if blocks { 10.0 } else { risk(&found, checked) }),
        }
    }

    /// The first guardrail that does not let the request or the answer pass. Blocking wins over masking.
    pub(super) fn blocking_guardrail(&self) -> Option<usize> {
        let refuses =
            |guardrail: &usize| !self.running.only_tells(*guardrail) && self.unscanned(*guardrail).is_some();
        let refusing = self.running.iter().find(refuses);
        let blocking = self.findings.blocking_guardrail(&self.compiled.rules, self.running);
        refusing.into_iter().chain(blocking).min()
    }

    /// What this guardrail refuses because no rule can read it, and where it is.
    fn unscanned(&self, guardrail: usize) -> Option<&(Media, String)> {
        let named = self.compiled.guardrails.get(guardrail);
        self.findings.first_unreadable().filter(|_| named.is_some_and(|named| named.refuses_unscanned))
    }

    /// The answer when this guardrail blocks.
    pub(super) fn reject(&self, guardrail: usize) -> Reject {
        let found = self.found(guardrail);
        let blocking = found.iter().map(|(rule, _)| *rule).find(|rule| rule.action == Action::Block);
        let mut details = Map::new();
        let message = match (blocking, self.unscanned(guardrail)) {
            (Some(rule), _) => why(rule, &mut details),
            (None, Some((media, path))) => {
                details.insert("path".to_owned(), path.as_str().into());
                format!("Content blocked: the request holds {} that guardrails cannot read", media.name())
            }
            (None, None) => format!("Content blocked: more than {MAX_MASKS} matches would have to be masked"),
        };
        let name = self.compiled.guardrails.get(guardrail).map(|named| named.name.as_str());
        details.shift_insert(0, "error".to_owned(), message.as_str().into());
        details.insert("guardrail_name".to_owned(), name.into());
        details.insert("guardrail_mode".to_owned(), self.mode(guardrail).into());
        let mut reject = Reject::invalid(message);
        reject.details = Some(details);
        reject
    }

    fn mode(&self, guardrail: usize) -> &'static str {
        self.running.mode(guardrail).unwrap_or_default().name()
    }

    fn status(&self, guardrail: usize, blocks: bool, found: bool) -> GuardrailStatus {
        if blocks {
            GuardrailStatus::GuardrailIntervened
        } else if self.running.only_tells(guardrail) && found {
            GuardrailStatus::GuardrailFlagged
        } else {
            GuardrailStatus::Success
        }
    }

    /// The guardrail's rules that matched: those that block first.
    fn found(&self, guardrail: usize) -> Vec<(&Rule, &Matches)> {
        let mut found: Vec<_> = self.findings.of(&self.compiled.rules, guardrail).collect();
        found.sort_by_key(|(rule, _)| rule.action != Action::Block);
        found
    }

    fn blocks(&self, guardrail: usize, found: &[(&Rule, &Matches)]) -> bool {
        let blocks = || found.iter().any(|(rule, _)| rule.action == Action::Block);
        let refuses = || self.unscanned(guardrail).is_some();
        !self.running.only_tells(guardrail) && (self.findings.overflows(guardrail) || refuses() || blocks())
    }
}

/// LiteLLM's text for a rule that blocks, and its fields beside it.
fn why(rule: &Rule, details: &mut Map<String, Value>) -> String {
    let name = &rule.name;
    match &rule.kind {
        Kind::Pattern { .. } | Kind::Prebuilt(_) => {
            details.insert("pattern".to_owned(), name.as_str().into());
            format!("Content blocked: {name} pattern detected")
        }
        Kind::Word { description } => {
            details.insert("keyword".to_owned(), name.as_str().into());
            details.insert("description".to_owned(), description.clone().into());
            let description = description.as_ref().map(|text| format!(" ({text})")).unwrap_or_default();
            format!("Content blocked: keyword '{name}' detected{description}")
        }
        Kind::Category(OfCategory { category, severity, by, .. }) => {
            details.insert("category".to_owned(), category.as_str().into());
            details.insert("keyword".to_owned(), name.as_str().into());
            details.insert("severity".to_owned(), severity.name().into());
            let (by, severity) = (by.name(), severity.name());
            format!("Content blocked: {category} {by} '{name}' detected (severity: {severity})")
        }
    }
}

/// Of what no rule can read.
fn refused((media, path): &(Media, String)) -> Value {
    json!({"type": "unscanned", "content": media.name(), "action_taken": Action::Block, "path": path})
}

fn detection(rule: &Rule) -> Value {
    match &rule.kind {
        Kind::Pattern { .. } | Kind::Prebuilt(_) => {
            json!({"type": "pattern", "pattern_name": rule.name, "action": rule.action})
        }
        Kind::Word { description } => json!({
            "type": "blocked_word",
            "keyword": rule.name,
            "action": rule.action,
            "description": description,
        }),
        Kind::Category(OfCategory { category, severity, .. }) => json!({
            "type": "category_keyword",
            "category": category,
            "keyword": rule.name,
            "severity": severity.name(),
            "action": rule.action,
        }),
    }
}

fn details(rule: &Rule, matches: &Matches) -> impl Iterator<Item = Value> {
    matches.places.iter().map(|Found { path, range }| {
        json!({
            "type": kind(rule),
            "rule": rule.name,
            "action_taken": rule.action,
            "detection_method": method(rule),
            "path": path,
            "start": range.start,
            "end": range.end,
        })
    })
}

/// LiteLLM's name of the kind of rule.
fn kind(rule: &Rule) -> &'static str {
    match rule.kind {
        Kind::Pattern { .. } | Kind::Prebuilt(_) => "pattern",
        Kind::Word { .. } => "blocked_word",
        Kind::Category(_) => "category_keyword",
    }
}

fn method(rule: &Rule) -> &'static str {
    match rule.kind {
        Kind::Pattern { .. } | Kind::Prebuilt(_) | Kind::Category(OfCategory { by: By::Phrase, .. }) => {
            "regex"
        }
        Kind::Word { .. } | Kind::Category(_) => "keyword",
    }
}

fn methods(found: &[(&Rule, &Matches)]) -> Option<String> {
    let used = |wanted: &&str| found.iter().any(|(rule, _)| method(rule) == *wanted);
    let methods: Vec<&str> = ["keyword", "regex"].into_iter().filter(used).collect();
    (!methods.is_empty()).then(|| methods.join(","))
}

/// Matches per pattern and per category, and all words together, as LiteLLM counts them.
fn masked(found: &[(&Rule, &Matches)]) -> Map<String, Value> {
    let mut counts = Map::new();
    for (rule, matches) in found {
        let entity = match &rule.kind {
            Kind::Pattern { .. } | Kind::Prebuilt(_) => rule.name.as_str(),
            Kind::Word { .. } => "blocked_word",
            Kind::Category(of) => of.category.as_str(),
        };
        let before = counts.get(entity).and_then(Value::as_u64).unwrap_or_default();
        counts.insert(entity.to_owned(), (before + matches.count as u64).into());
    }
    counts
}

/// LiteLLM's score of what did not block: more for more of the rules, and for more matches.
fn risk(found: &[(&Rule, &Matches)], checked: usize) -> f64 {
    if found.is_empty() {
        return 0.0;
    }
    let ratio = found.len() as f64 / checked.max(1) as f64;
    let matches: usize = found.iter().map(|(_, matches)| matches.count).sum();
    (ratio * 7.0 + matches.min(5) as f64 * 0.6).clamp(2.0, 10.0)
}

fn seconds(us: u64) -> f64 {
    us as f64 / 1e6
}
