//! What each guardrail found.

use maud::{Markup, html};
use spillway_filter::event::{GuardrailInformation, GuardrailStatus};

use super::course::microseconds;
use super::plain::plain;
use crate::ui::data::Story;
use crate::ui::format::{count, duration};
use crate::ui::page::badge;
use crate::ui::page::parts::nothing;

/// Places that are listed of one run; the number of all is told.
const MOST_PLACES: usize = 20;

/// One card for each run.
pub(super) fn guardrails(story: &Story) -> Markup {
    if story.guardrails.is_empty() {
        return nothing("None was selected for this request.");
    }
    html! { ul.runs { @for run in &story.guardrails { li { (card(run)) } } } }
}

fn card(run: &GuardrailInformation) -> Markup {
    html! {
        p { (badge::run(run.guardrail_status)) " " b { (run.guardrail_name) } " " span.quiet { (about(run)) } }
        @if !run.guardrail_response.is_empty() {
            ul.found { @for found in &run.guardrail_response { li { (plain(found)) } } }
        }
        @if !run.masked_entity_count.is_empty() {
            p { "Masked: " (plain(&run.masked_entity_count.clone().into())) }
        }
        (places(run))
    }
}

fn about(run: &GuardrailInformation) -> String {
    if run.guardrail_status == GuardrailStatus::NotRun {
        return format!("{} · {}", run.guardrail_provider, run.guardrail_mode);
    }
    let mut parts = vec![
        run.guardrail_provider.clone(),
        run.guardrail_mode.clone(),
        duration(microseconds(run.duration)),
    ];
    if run.patterns_checked > 0 {
        parts.push(format!("{} rules looked for", count(run.patterns_checked)));
    }
    parts.extend(run.detection_method.clone());
    parts.extend(run.risk_score.map(|score| format!("risk {score:.1} of 10")));
    parts.retain(|part| !part.is_empty());
    parts.join(" · ")
}

fn places(run: &GuardrailInformation) -> Markup {
    let all = run.match_details.len();
    html! {
        @if all > 0 {
            details.numbers {
                summary { "Where (" (all) ")" }
                ul.found {
                    @for place in run.match_details.iter().take(MOST_PLACES) { li { (plain(place)) } }
                    @if all > MOST_PLACES { li.quiet { "and " (all - MOST_PLACES) " more" } }
                }
            }
        }
    }
}
