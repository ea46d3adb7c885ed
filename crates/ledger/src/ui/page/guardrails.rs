//! What guardrails did.

use maud::{Markup, html};

use super::column::{dialect_name, named, part};
use super::parts::{dialect, empty, label, nothing, of_all, section, story_path, tile, time};
use super::table::{Column, table};
use super::{Ask, Failure, Page, Room, badge, filters};
use crate::ui::chart::{Slots, Stack, bars};
use crate::ui::data::{
    Block, Dimension, GuardrailReport, GuardrailRow, OutcomePoint, OutcomeRow, Outcomes, Source,
};
use crate::ui::format::{compact, count, duration, large};

/// Characters of a reason in a list.
const REASON: usize = 160;

/// Asks and draws.
pub(in crate::ui) async fn guardrails<S: Source>(source: &S, ask: &Ask) -> Result<Page, Failure> {
    let view = ask.view(Dimension::GUARDRAILS, &["sort"])?;
    let (found, choices) = tokio::try_join!(source.guardrails(&view.filter), source.choices())?;
    let slots = Slots::of(view.filter.span);
    let filtered = view.is_filtered();
    Ok(Page {
        title: "Guardrails".to_owned(),
        room: Some(Room::Guardrails),
        choice: filters::filters(ask, &view, &choices),
        body: body(ask, &slots, &found, filtered),
        live: view.range.is_live(ask.now_us),
    })
}

fn body(ask: &Ask, slots: &Slots, found: &GuardrailReport, filtered: bool) -> Markup {
    if found.total.evaluated == 0 {
        return empty(ask, "guardrail ran", filtered);
    }
    html! {
        (tiles(found.total))
        @if found.total.flagged > 0 {
            p.quiet { "Flagged are also runs whose service did not answer. The page of a request tells which it was." }
        }
        div.columns {
            (section("stopped", "Blocked and flagged", &outcome_bars(slots, &found.over_time)))
            (section("evaluated", "All runs", &run_bars(slots, &found.over_time)))
        }
        (section("by-guardrail", "By guardrail", &by_guardrail(ask, &found.by_guardrail)))
        div.columns {
            (section("by-team", "By team", &by(ask, "teams", "Team", &found.by_team,
                |ask, row| named(ask, Dimension::Team, &row.of))))
            (section("by-dialect", "By dialect", &by(ask, "dialects", "Dialect", &found.by_dialect,
                |ask, row| dialect_name(ask, &row.of.id))))
        }
        (section("latest", "Latest blocks", &blocks(&found.latest_blocks)))
    }
}

fn passed(outcomes: Outcomes) -> u64 {
    outcomes.evaluated.saturating_sub(outcomes.blocked).saturating_sub(outcomes.flagged)
}

fn tiles(total: Outcomes) -> Markup {
    html! {
        dl.tiles {
            (tile("Evaluated", &large(total.evaluated), &html! { "runs" }))
            (tile("Blocked", &large(total.blocked), &of_all(total.blocked, total.evaluated)))
            (tile("Flagged", &large(total.flagged), &of_all(total.flagged, total.evaluated)))
            (tile("Passed", &large(passed(total)), &of_all(passed(total), total.evaluated)))
        }
    }
}

fn stack(
    slots: &Slots,
    points: &[OutcomePoint],
    name: &'static str,
    class: &'static str,
    of: fn(Outcomes) -> u64,
) -> Stack<'static> {
    Stack { name, class, values: slots.filled(points, |point| point.at_us, |point| of(point.outcomes)) }
}

/// What is not as usual: a chart of its own, for among all runs it would not be seen.
pub(super) fn outcome_bars(slots: &Slots, points: &[OutcomePoint]) -> Markup {
    let blocked = stack(slots, points, "Blocked", "bad", |outcomes| outcomes.blocked);
    let flagged = stack(slots, points, "Flagged", "warn", |outcomes| outcomes.flagged);
    bars("Runs of guardrails that blocked or flagged, over time", slots, &[blocked, flagged], count, compact)
}

fn run_bars(slots: &Slots, points: &[OutcomePoint]) -> Markup {
    let parts = [
        stack(slots, points, "Passed", "one", passed),
        stack(slots, points, "Flagged", "warn", |outcomes| outcomes.flagged),
        stack(slots, points, "Blocked", "bad", |outcomes| outcomes.blocked),
    ];
    bars("Runs of guardrails over time", slots, &parts, count, compact)
}

fn by_guardrail(ask: &Ask, rows: &[GuardrailRow]) -> Markup {
    let columns = [
        Column::text("name", "Guardrail", |row: &GuardrailRow| {
            named(ask, Dimension::Guardrail, &row.guardrail)
        })
        .by(|a, b| label(&a.guardrail).cmp(&label(&b.guardrail))),
        Column::text("kind", "Kind", |row: &GuardrailRow| html! { span.quiet { (row.provider) } })
            .by(|a, b| a.provider.cmp(&b.provider)),
        Column::number(
            "evaluated",
            "Evaluated",
            |row: &GuardrailRow| html! { (count(row.outcomes.evaluated)) },
        )
        .by(|a, b| a.outcomes.evaluated.cmp(&b.outcomes.evaluated)),
        Column::number("blocked", "Blocked", |row: &GuardrailRow| html! { (count(row.outcomes.blocked)) })
            .by(|a, b| a.outcomes.blocked.cmp(&b.outcomes.blocked)),
        Column::number("rate", "Of its runs", |row: &GuardrailRow| {
            part(row.outcomes.blocked, row.outcomes.evaluated, "bad")
        })
        .by(|a, b| rate(a.outcomes).total_cmp(&rate(b.outcomes))),
        Column::number("flagged", "Flagged", |row: &GuardrailRow| html! { (count(row.outcomes.flagged)) })
            .by(|a, b| a.outcomes.flagged.cmp(&b.outcomes.flagged)),
        Column::number("mean", "Mean time", |row: &GuardrailRow| {
            html! { (row.mean_us.map_or_else(|| "–".to_owned(), duration)) }
        })
        .by(|a, b| a.mean_us.cmp(&b.mean_us)),
        Column::number("score", "Mean risk", |row: &GuardrailRow| {
            html! { (row.mean_score.map_or_else(|| "–".to_owned(), |score| format!("{score:.1}"))) }
        })
        .by(|a, b| a.mean_score.unwrap_or(-1.0).total_cmp(&b.mean_score.unwrap_or(-1.0))),
    ];
    table(ask, "guardrails", "What each guardrail did", &columns, rows)
}

fn rate(outcomes: Outcomes) -> f64 {
    crate::ui::format::share(outcomes.blocked, outcomes.evaluated)
}

fn by(
    ask: &Ask,
    id: &'static str,
    title: &'static str,
    rows: &[OutcomeRow],
    name: fn(&Ask, &OutcomeRow) -> Markup,
) -> Markup {
    let columns = [
        Column::text("name", title, |row: &OutcomeRow| name(ask, row))
            .by(|a, b| label(&a.of).cmp(&label(&b.of))),
        Column::number(
            "evaluated",
            "Evaluated",
            |row: &OutcomeRow| html! { (count(row.outcomes.evaluated)) },
        )
        .by(|a, b| a.outcomes.evaluated.cmp(&b.outcomes.evaluated)),
        Column::number("blocked", "Blocked", |row: &OutcomeRow| html! { (count(row.outcomes.blocked)) })
            .by(|a, b| a.outcomes.blocked.cmp(&b.outcomes.blocked)),
        Column::number("rate", "Of its runs", |row: &OutcomeRow| {
            part(row.outcomes.blocked, row.outcomes.evaluated, "bad")
        })
        .by(|a, b| rate(a.outcomes).total_cmp(&rate(b.outcomes))),
        Column::number("flagged", "Flagged", |row: &OutcomeRow| html! { (count(row.outcomes.flagged)) })
            .by(|a, b| a.outcomes.flagged.cmp(&b.outcomes.flagged)),
    ];
    table(ask, id, &format!("What guardrails did, by {}", title.to_lowercase()), &columns, rows)
}

/// Blocks as a list, each leading to its request.
pub(super) fn blocks(blocks: &[Block]) -> Markup {
    if blocks.is_empty() {
        return nothing("Nothing was blocked in this time.");
    }
    html! {
        ol.blocks {
            @for block in blocks {
                li {
                    p {
                        (badge::action(block.action)) " "
                        a href=(story_path(&block.request_id)) { b { (label(&block.guardrail)) } }
                        " " span.quiet { (time(block.at_us)) }
                    }
                    @if let Some(reason) = &block.reason { p.reason { (reason_words(reason)) } }
                    p.quiet {
                        (dialect(&block.dialect))
                        @if !block.model.is_empty() { " · " (block.model) }
                        @if let Some(team) = &block.team { " · " (label(team)) }
                    }
                }
            }
        }
    }
}

/// A reason is JSON that was cut short: what it says of rules, without its brackets.
fn reason_words(reason: &str) -> String {
    let words = match spillway_filter::wire::value::parse(reason.as_bytes()) {
        Ok(whole) => super::story::plain(&whole),
        Err(_) => reason.to_owned(),
    };
    if words.chars().count() > REASON {
        format!("{}…", words.chars().take(REASON).collect::<String>())
    } else {
        words
    }
}
