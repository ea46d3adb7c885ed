//! Words with a colour. The word alone says it too.

use maud::{Markup, html};
use spillway_filter::event::GuardrailStatus;

use crate::ui::data::{Action, Status};

/// How a request ended: `200`, `429 failed`.
pub(super) fn outcome(status: Status, http_status: Option<u16>) -> Markup {
    let code = http_status.map(|code| if code == 0 { "none".to_owned() } else { code.to_string() });
    let (class, word) = match status {
        Status::Success => ("good", "ok"),
        Status::Failure => ("bad", "failed"),
    };
    html! { span.badge.(class) { @if let Some(code) = code { (code) " " } (word) } }
}

/// What a guardrail did.
pub(super) fn action(action: Action) -> Markup {
    let class = match action {
        Action::Passed => "good",
        Action::Flagged => "warn",
        Action::Blocked => "bad",
    };
    html! { span.badge.(class) { (action.name()) } }
}

/// How a guardrail's run ended.
pub(super) fn run(status: GuardrailStatus) -> Markup {
    let (class, word) = match status {
        GuardrailStatus::Success => ("good", "passed"),
        GuardrailStatus::GuardrailFlagged => ("warn", "flagged"),
        GuardrailStatus::GuardrailIntervened => ("bad", "blocked"),
        GuardrailStatus::GuardrailFailedToRespond => ("warn", "did not answer"),
        GuardrailStatus::NotRun => ("quiet", "not run"),
    };
    html! { span.badge.(class) { (word) } }
}
