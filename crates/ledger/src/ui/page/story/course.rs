//! Guardrails, tries and the first token on one time line.

use maud::{Markup, html};
use spillway_filter::event::{Attempt, GuardrailInformation, GuardrailStatus};

use super::facts::is_cut;
use crate::ui::chart::{Bar, waterfall};
use crate::ui::data::{Status, Story};
use crate::ui::format::{duration, iso, moment};

/// The time line, in the order in which things began.
pub(super) fn course(story: &Story) -> Markup {
    let whole = story.ended_us.saturating_sub(story.started_us);
    let mut parts: Vec<Bar> = story.guardrails.iter().filter_map(|run| guardrail(story, run)).collect();
    let cut = story.error.as_ref().is_some_and(is_cut);
    let last = story.attempts.len().saturating_sub(1);
    let tries = story.attempts.iter().enumerate();
    parts.extend(tries.map(|(index, attempt)| tried(index, attempt, cut && index == last)));
    parts.extend(streamed(story));
    parts.sort_by_key(|part| part.from_us);
    parts.insert(0, all(story, whole));
    html! {
        (waterfall(story.started_us, whole, &parts))
        p.quiet {
            "Began " time datetime=(iso(story.started_us)) { (moment(story.started_us)) } " UTC, took "
            (duration(whole)) "."
        }
    }
}

fn all(story: &Story, length_us: u64) -> Bar {
    let class = match story.status {
        Status::Success => "one",
        Status::Failure => "bad",
    };
    let outcome = if story.client_disconnected { "the client left" } else { "" };
    Bar {
        name: "Request".to_owned(),
        outcome: outcome.to_owned(),
        class,
        from_us: story.started_us,
        length_us,
    }
}

/// A try. Its cause was told when its answer began; `cut`: whether that was lost later.
fn tried(index: usize, attempt: &Attempt, cut: bool) -> Bar {
    let status = if attempt.status == 0 { "no response".to_owned() } else { attempt.status.to_string() };
    let probe = if attempt.probe { ", first after its rest" } else { "" };
    let cut = if cut && attempt.cause == "success" { ", cut after it began" } else { "" };
    Bar {
        name: format!("Try {}: {}", index.saturating_add(1), attempt.deployment),
        outcome: format!("{} ({status}{probe}){cut}", attempt.cause),
        class: if attempt.cause == "success" && cut.is_empty() { "good" } else { "bad" },
        from_us: attempt.started_us,
        length_us: attempt.duration_us,
    }
}

/// From the first token to the end.
fn streamed(story: &Story) -> Option<Bar> {
    let from_us = story.first_token_us?;
    let length_us = story.ended_us.saturating_sub(from_us);
    Some(Bar { name: "Answer streamed".to_owned(), outcome: String::new(), class: "two", from_us, length_us })
}

/// None where the guardrail did not run.
fn guardrail(story: &Story, run: &GuardrailInformation) -> Option<Bar> {
    let (class, outcome) = match run.guardrail_status {
        GuardrailStatus::NotRun => return None,
        GuardrailStatus::Success => ("good", "passed"),
        GuardrailStatus::GuardrailFlagged => ("warn", "flagged"),
        GuardrailStatus::GuardrailFailedToRespond => ("warn", "did not answer"),
        GuardrailStatus::GuardrailIntervened => ("bad", "blocked"),
    };
    let from_us = microseconds(run.start_time).max(story.started_us);
    Some(Bar {
        name: format!("Guardrail {}", run.guardrail_name),
        outcome: format!("{outcome} ({})", run.guardrail_mode),
        class,
        from_us,
        length_us: microseconds(run.duration),
    })
}

/// Seconds as guardrails tell them; what is no time is none.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float's cast stops at the ends"
)]
pub(super) fn microseconds(seconds: f64) -> u64 {
    (seconds * 1e6).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_try_whose_answer_was_cut_is_not_shown_as_well() {
        let attempt = Attempt { cause: "success".to_owned(), status: 200, ..Attempt::default() };
        let (whole, cut) = (tried(0, &attempt, false), tried(0, &attempt, true));
        assert_eq!((whole.outcome.as_str(), whole.class), ("success (200)", "good"));
        assert_eq!((cut.outcome.as_str(), cut.class), ("success (200), cut after it began", "bad"));
        let failed = Attempt { cause: "timeout".to_owned(), ..Attempt::default() };
        assert_eq!(tried(0, &failed, true).outcome, "timeout (no response)");
    }

    #[test]
    fn times_of_guardrails_may_be_anything() {
        for (seconds, expected) in
            [(0.002, 2_000), (-1.0, 0), (f64::NAN, 0), (f64::INFINITY, u64::MAX), (1e300, u64::MAX)]
        {
            assert_eq!(microseconds(seconds), expected);
        }
    }
}
