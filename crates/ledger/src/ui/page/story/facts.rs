//! Lists of facts: who asked, who answered, what it cost, what went wrong.

use maud::{Markup, html};
use spillway_filter::event::ErrorInformation;

use crate::ui::data::Story;
use crate::ui::format::{count, exact_money};
use crate::ui::page::parts::label;

/// Facts that are known.
fn list(facts: &[(&str, Option<String>)]) -> Markup {
    html! {
        dl.facts {
            @for (name, value) in facts {
                @if let Some(value) = value.as_ref().filter(|value| !value.is_empty()) {
                    div { dt { (name) } dd { (value) } }
                }
            }
        }
    }
}

/// Who asked.
pub(super) fn caller(story: &Story) -> Markup {
    list(&[
        ("Key", story.key.as_ref().map(label)),
        ("Key’s hash", story.key.as_ref().map(|key| key.id.clone())),
        ("Team", story.team.as_ref().map(label)),
        ("User", story.user.clone()),
        ("End user", story.end_user.clone()),
        ("Session", story.session.clone()),
        ("Tags", Some(story.tags.join(", "))),
        ("Address", story.ip.clone()),
        ("Client", story.user_agent.clone()),
    ])
}

/// Who answered.
pub(super) fn provider(story: &Story) -> Markup {
    list(&[
        ("Deployment", Some(or_none(&story.deployment))),
        ("Provider", Some(story.provider.clone())),
        ("Provider’s model", Some(story.model.clone())),
        ("Base address", Some(story.api_base.clone())),
    ])
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "none was tried".to_owned() } else { text.to_owned() }
}

/// What was counted.
pub(super) fn tokens(story: &Story) -> Markup {
    let tokens = story.tokens;
    list(&[
        ("Input", Some(count(tokens.input))),
        ("– cache read", Some(count(tokens.cache_read))),
        ("– cache written", Some(count(tokens.cache_write))),
        ("Output", Some(count(tokens.output))),
        ("– reasoning", Some(count(tokens.reasoning))),
        ("Cost", Some(exact_money(story.nanodollars))),
    ])
}

/// What the client was told; where it was told nothing more, what happened.
pub(super) fn error(error: &ErrorInformation) -> Markup {
    let title = if is_untold(error) { "What went wrong" } else { "The client got an error" };
    html! {
        div.notice role="note" {
            p { b { (title) } ": " code { (error.error_class) } " " code { (error.error_code) } }
            p { q { (error.error_message) } }
        }
    }
}

/// Whether it is the gateway's word for an answer that had begun and was cut: a status and an error cannot follow then.
fn is_untold(error: &ErrorInformation) -> bool {
    is_cut(error) || error.error_class == "client_disconnected"
}

/// Whether the provider's connection was lost in the middle of an answer, and with it the client's.
pub(super) fn is_cut(error: &ErrorInformation) -> bool {
    error.error_class == "upstream_cut"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_client_was_told_is_said_to_be() {
        for (class, title) in [
            ("rate_limit_error", "The client got an error"),
            ("upstream_stream_cut", "The client got an error"),
            ("upstream_cut", "What went wrong"),
            ("client_disconnected", "What went wrong"),
        ] {
            let told = ErrorInformation { error_class: class.to_owned(), ..ErrorInformation::default() };
            assert!(error(&told).into_string().contains(title), "{class}");
        }
    }
}
