//! What is told of a service's opinion: to the client, and to the ledger.
//!
//! The ledger gets no text: neither what was asked about, nor the service's reason, which may repeat it.

use serde_json::{Map, Value, json};

use super::answer::{Objection, Opinion};
use super::{Selected, Unreachable};
use crate::event::{GuardrailInformation, GuardrailStatus};
use crate::guardrails::Mode;
use crate::reject::Reject;

/// Most indices of texts that are recorded of one guardrail.
const MAX_INDICES: usize = 10;

/// Everything that a record is made of.
#[derive(Clone, Copy, Debug)]
pub struct Report<'r> {
    /// Which service.
    pub selected: &'r Selected,
    /// What it said; `None` if its answer was not waited for.
    pub opinion: Option<&'r Opinion>,
    /// Whether it said so about the same texts before, and was not asked.
    pub is_cached: bool,
    /// Indices of the texts that it wants otherwise, in order.
    pub changed: &'r [usize],
    /// When it was asked, in microseconds since the Unix epoch.
    pub started_us: u64,
    /// When it had answered.
    pub ended_us: u64,
}

impl Report<'_> {
    /// The record for the ledger.
    #[must_use]
    pub fn record(&self) -> GuardrailInformation {
        let service = &self.selected.service;
        let masks = masks(self.selected.mode) && !self.changed.is_empty();
        let blocks = enforces(self.selected.mode) && matches!(self.opinion, Some(Opinion::Block(_)));
        let mut masked = Map::new();
        if masks {
            masked.insert("text".to_owned(), self.changed.len().into());
        }
        GuardrailInformation {
            guardrail_name: service.name.clone(),
            guardrail_provider: service.callout.api.name().to_owned(),
            guardrail_mode: self.selected.mode.name().to_owned(),
            guardrail_response: vec![self.response()],
            guardrail_status: self.status(),
            start_time: seconds(self.started_us),
            end_time: seconds(self.ended_us),
            duration: seconds(self.ended_us.saturating_sub(self.started_us)),
            masked_entity_count: masked,
            guardrail_id: service.id.clone(),
            match_details: self.details(),
            risk_score: blocks.then_some(10.0),
            ..GuardrailInformation::default()
        }
    }

    fn status(&self) -> GuardrailStatus {
        let found = if enforces(self.selected.mode) {
            GuardrailStatus::GuardrailIntervened
        } else {
            GuardrailStatus::GuardrailFlagged
        };
        match self.opinion {
            None => GuardrailStatus::NotRun,
            Some(Opinion::Failed(_)) => GuardrailStatus::GuardrailFailedToRespond,
            Some(Opinion::Block(_)) => found,
            // What can no longer be changed is told.
            Some(Opinion::Masked(_)) if !masks(self.selected.mode) && !self.changed.is_empty() => {
                GuardrailStatus::GuardrailFlagged
            }
            Some(Opinion::Pass | Opinion::Masked(_)) => GuardrailStatus::Success,
        }
    }

    fn response(&self) -> Value {
        let mut response = match self.opinion {
            None => json!({"error": "its answer was not waited for"}),
            Some(Opinion::Failed(why)) => json!({"error": why}),
            Some(Opinion::Pass) => json!({"action": "NONE"}),
            Some(Opinion::Masked(_)) => json!({"action": "GUARDRAIL_INTERVENED"}),
            Some(Opinion::Block(Objection { categories, .. })) if categories.is_empty() => {
                json!({"action": "BLOCKED"})
            }
            Some(Opinion::Block(Objection { categories, .. })) => {
                json!({"action": "BLOCKED", "categories": categories})
            }
        };
        if let (true, Value::Object(fields)) = (self.is_cached, &mut response) {
            fields.insert("cached".to_owned(), true.into());
        }
        response
    }

    fn details(&self) -> Vec<Value> {
        let (action, texts) = match self.opinion {
            Some(Opinion::Block(objection)) => ("BLOCK", objection.texts.as_slice()),
            _ => ("MASK", self.changed),
        };
        let detail = |text: &usize| json!({"type": "text", "text": text, "action_taken": action});
        texts.iter().take(MAX_INDICES).map(detail).collect()
    }
}

/// Whether what a service says in this mode decides.
pub(super) fn enforces(mode: Mode) -> bool {
    mode != Mode::LoggingOnly
}

/// Whether texts can still be changed in this mode: beside the call, they have left.
pub(super) fn masks(mode: Mode) -> bool {
    matches!(mode, Mode::PreCall | Mode::PostCall)
}

/// Whether a failure refuses the texts.
pub(super) fn fails_closed(selected: &Selected) -> bool {
    enforces(selected.mode) && selected.service.callout.unreachable == Unreachable::FailClosed
}

/// The answer where a service blocks: 400, in the shape of the content filter's.
pub(super) fn blocked(selected: &Selected, objection: &Objection) -> Reject {
    let mut details = Map::new();
    if !objection.categories.is_empty() {
        details.insert("violated_categories".to_owned(), objection.categories.as_slice().into());
    }
    told(Reject::invalid(objection.reason.as_str()), selected, details)
}

/// The answer where nothing passes without a service that cannot be had.
///
/// 503, and not the 500 that LiteLLM answers with: nothing is wrong with the request or with the gateway, the
/// same request may pass in a moment, and clients' libraries and monitors treat the two alike in retrying but
/// not in alarming.
pub(super) fn unavailable(selected: &Selected, why: &str) -> Reject {
    let name = &selected.service.name;
    let what = if selected.mode == Mode::PostCall { "answer" } else { "request" };
    let message = format!(
        "Guardrail '{name}' did not judge this {what}: {why}. Nothing passes without it; try again in a moment."
    );
    let mut reject = Reject::new(503, "service_unavailable_error", message).code("guardrail_unavailable");
    reject.retry_after = Some(1);
    told(reject, selected, Map::new())
}

/// Adds what both answers tell.
fn told(mut reject: Reject, selected: &Selected, mut details: Map<String, Value>) -> Reject {
    details.shift_insert(0, "error".to_owned(), reject.message.as_str().into());
    details.insert("guardrail_name".to_owned(), selected.service.name.as_str().into());
    details.insert("guardrail_mode".to_owned(), selected.mode.name().into());
    reject.details = Some(details);
    reject
}

fn seconds(us: u64) -> f64 {
    us as f64 / 1e6
}
