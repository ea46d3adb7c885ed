//! The first page: how it goes, at a glance.

use maud::{Markup, html};

use super::guardrails::{blocks, outcome_bars};
use super::parts::{empty, latency_tile, nothing, of_all, section, tile};
use super::spend::{money_bars, spending_table};
use super::traffic::request_bars;
use super::{Ask, Failure, Page, Room, filters};
use crate::ui::chart::Slots;
use crate::ui::data::{Dimension, Overview, Source};
use crate::ui::format::{compact, large, money};

/// Asks and draws.
pub(in crate::ui) async fn overview<S: Source>(source: &S, ask: &Ask) -> Result<Page, Failure> {
    let view = ask.view(&[], &["sort"])?;
    let found = source.overview(&view.filter).await?;
    let slots = Slots::of(view.filter.span);
    Ok(Page {
        title: "Overview".to_owned(),
        room: Some(Room::Overview),
        choice: filters::time(ask, &view),
        body: body(ask, &slots, &found),
        live: view.range.is_live(ask.now_us),
    })
}

fn body(ask: &Ask, slots: &Slots, found: &Overview) -> Markup {
    if found.volume.requests == 0 {
        return empty(ask, "requests", false);
    }
    html! {
        (tiles(found))
        (section("requests", "Requests", &request_bars(slots, &found.traffic)))
        div.columns {
            (section("spend", "Spend", &match &found.spend {
                Some(points) => money_bars(slots, points),
                None => nothing("Spend is kept by day; look at a longer time for its course."),
            }))
            (section("guardrails", "Stopped or flagged by guardrails", &outcome_bars(slots, &found.guardrails)))
        }
        div.columns {
            (section("top-models", "Models that cost most",
                &spending_table(ask, "models", "Model", Dimension::Model, &found.top_models, found.spending)))
            (section("blocks", "Latest blocks", &blocks(&found.latest_blocks)))
        }
    }
}

fn tiles(found: &Overview) -> Markup {
    let (volume, spending, outcomes) = (found.volume, found.spending, found.outcomes);
    let tokens = spending.input_tokens.saturating_add(spending.output_tokens);
    html! {
        dl.tiles {
            (tile("Requests", &large(volume.requests), &html! { (large(volume.fallbacks)) " fell back" }))
            (tile("Failed", &large(volume.errors), &of_all(volume.errors, volume.requests)))
            (latency_tile("Duration, median", found.latency))
            (tile("Spend", &money(spending.nanodollars), &html! { (compact(tokens)) " tokens" }))
            (tile("Blocked", &large(outcomes.blocked), &html! { (large(outcomes.flagged)) " flagged" }))
        }
    }
}
