//! One request's whole story.

mod course;
mod facts;
mod guardrails;
mod plain;

use maud::{Markup, html};

pub(super) use plain::plain;

use super::parts::{label, nothing, section, tile};
use super::{Ask, Failure, Page, Room, badge};
use crate::ui::data::{Source, Story};
use crate::ui::format::{count, duration, exact_money, money};

/// Asks and draws.
pub(in crate::ui) async fn story<S: Source>(source: &S, ask: &Ask, id: &str) -> Result<Page, Failure> {
    ask.address.expect(&[])?;
    let found = source.request(id).await?.ok_or_else(|| Failure::NoRequest(id.to_owned()))?;
    Ok(Page {
        title: format!("Request {id}"),
        room: Some(Room::Requests),
        choice: Markup::default(),
        body: body(&found),
        // It is over, so it does not change.
        live: false,
    })
}

fn body(story: &Story) -> Markup {
    html! {
        (summary(story))
        (tiles(story))
        @if let Some(error) = &story.error { (facts::error(error)) }
        (section("course", "What happened", &course::course(story)))
        (section("guardrails", "Guardrails", &guardrails::guardrails(story)))
        div.columns {
            (section("who", "Who asked", &facts::caller(story)))
            (section("what", "Who answered", &facts::provider(story)))
            (section("tokens", "Tokens and cost", &facts::tokens(story)))
            (section("metadata", "The caller’s metadata", &match &story.metadata {
                Some(metadata) => html! { pre tabindex="0" { (metadata) } },
                None => nothing("The caller sent none."),
            }))
        }
    }
}

/// The story in a sentence.
fn summary(story: &Story) -> Markup {
    let tries = story.attempts.len();
    html! {
        p.summary {
            (badge::outcome(story.status, story.http_status)) " "
            b { (super::parts::dialect(&story.dialect)) } " for " b { (super::parts::seen(&story.model_group)) }
            @if let Some(key) = &story.key { " with key " b { (label(key)) } }
            ": "
            @match tries {
                0 => "no provider was asked",
                1 => "one try",
                _ => { (tries) " tries" }
            }
            @if story.retries > 0 { ", " (story.retries) " on the same model" }
            @if story.fallbacks > 0 { ", after " (story.fallbacks) @if story.fallbacks == 1 { " fallback" } @else { " fallbacks" } }
            @if story.client_disconnected { ", and the client left before the end" }
            "."
        }
    }
}

fn tiles(story: &Story) -> Markup {
    let whole = story.ended_us.saturating_sub(story.started_us);
    let first = story.first_token_us.map(|at| at.saturating_sub(story.started_us));
    let tokens = story.tokens.input.saturating_add(story.tokens.output);
    html! {
        dl.tiles {
            (tile("Duration", &duration(whole), &html! { @if story.stream { "streamed" } }))
            (tile("First token", &first.map_or_else(|| "–".to_owned(), duration), &Markup::default()))
            (tile("Tokens", &count(tokens), &html! { (count(story.tokens.input)) " in · " (count(story.tokens.output)) " out" }))
            (tile("Cost", &money(story.nanodollars), &html! { (exact_money(story.nanodollars)) }))
        }
    }
}
