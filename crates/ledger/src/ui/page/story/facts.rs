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

/// What the client was told.
pub(super) fn error(error: &ErrorInformation) -> Markup {
    html! {
        div.notice role="note" {
            p { b { "The client got an error" } ": " code { (error.error_class) } " " code { (error.error_code) } }
            p { q { (error.error_message) } }
        }
    }
}
