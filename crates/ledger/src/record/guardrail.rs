//! What one guardrail did to one request, as the monitor counts it.

use spillway_filter::event::{GuardrailInformation, GuardrailStatus};

use super::non_empty_or;

/// Characters of [`GuardrailRun::reason`], as many as LiteLLM's monitor shows.
const REASON_CHARACTERS: usize = 500;

/// The monitor's verdicts, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Action {
    /// It ran and let the request through, masked or not.
    Passed,
    /// It reported something, or could not be asked.
    Flagged,
    /// It stopped the request.
    Blocked,
}

impl Action {
    /// Every action's name.
    pub(crate) const NAMES: [&str; 3] = ["blocked", "flagged", "passed"];

    /// LiteLLM's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Flagged => "flagged",
            Self::Blocked => "blocked",
        }
    }

    /// LiteLLM's rule; none where the guardrail did not run, which counts nowhere.
    fn of(status: GuardrailStatus) -> Option<Self> {
        match status {
            GuardrailStatus::Success => Some(Self::Passed),
            GuardrailStatus::GuardrailFlagged | GuardrailStatus::GuardrailFailedToRespond => {
                Some(Self::Flagged)
            }
            GuardrailStatus::GuardrailIntervened => Some(Self::Blocked),
            GuardrailStatus::NotRun => None,
        }
    }
}

/// One run of one guardrail.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GuardrailRun {
    /// The configured id, or the name where there is none: what LiteLLM counts under.
    pub(crate) id: String,
    /// The name in the configuration, or the id.
    pub(crate) name: String,
    /// The kind, e.g. `litellm_content_filter`.
    pub(crate) provider: String,
    /// How it ended.
    pub(crate) action: Action,
    /// 0 to 10.
    pub(crate) score: Option<f64>,
    /// How long it took.
    pub(crate) latency_ms: f64,
    /// The rules that it reported, as JSON, cut short; none where it reported nothing.
    pub(crate) reason: Option<String>,
}

impl GuardrailRun {
    /// The run that a record tells of; none where the guardrail did not run.
    pub(crate) fn of(told: GuardrailInformation) -> Option<Self> {
        let action = Action::of(told.guardrail_status)?;
        let reason = reason(&told);
        let id = non_empty_or(told.guardrail_id, &told.guardrail_name);
        Some(Self {
            name: non_empty_or(told.guardrail_name, &id),
            id,
            provider: told.guardrail_provider,
            action,
            score: told.risk_score,
            latency_ms: (told.duration * 1_000.0).max(0.0),
            reason,
        })
    }
}

fn reason(told: &GuardrailInformation) -> Option<String> {
    if told.guardrail_response.is_empty() {
        return None;
    }
    let whole = serde_json::to_string(&told.guardrail_response).ok()?;
    Some(whole.chars().take(REASON_CHARACTERS).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn actions_follow_litellms_rule() {
        for (status, action) in [
            (GuardrailStatus::Success, Some("passed")),
            (GuardrailStatus::GuardrailFlagged, Some("flagged")),
            (GuardrailStatus::GuardrailFailedToRespond, Some("flagged")),
            (GuardrailStatus::GuardrailIntervened, Some("blocked")),
            (GuardrailStatus::NotRun, None),
        ] {
            let told = GuardrailInformation { guardrail_status: status, ..Default::default() };
            assert_eq!(GuardrailRun::of(told).map(|run| run.action.name()), action, "{status:?}");
        }
        assert!(Action::Passed < Action::Flagged && Action::Flagged < Action::Blocked);
    }

    #[test]
    fn the_id_falls_back_to_the_name_and_the_name_to_the_id() {
        let named = |id: &str, name: &str| {
            let told = GuardrailInformation {
                guardrail_id: id.to_owned(),
                guardrail_name: name.to_owned(),
                ..Default::default()
            };
            let run = GuardrailRun::of(told).unwrap();
            (run.id, run.name)
        };
        assert_eq!(named("g-1", "block-word"), ("g-1".to_owned(), "block-word".to_owned()));
        assert_eq!(named("", "block-word"), ("block-word".to_owned(), "block-word".to_owned()));
        assert_eq!(named("g-1", ""), ("g-1".to_owned(), "g-1".to_owned()));
    }

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        let told =
            GuardrailInformation { guardrail_response: vec![json!("é".repeat(600))], ..Default::default() };
        let reason = GuardrailRun::of(told).unwrap().reason.unwrap();
        assert_eq!(reason.chars().count(), REASON_CHARACTERS);
    }
}
