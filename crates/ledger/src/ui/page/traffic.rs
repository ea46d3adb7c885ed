//! How requests went.

use maud::{Markup, html};

use super::column::{dialect_name, named, part, percentile};
use super::cooldowns::cooldowns;
use super::parts::{empty, latency_tile, nothing, of_all, section, tile};
use super::table::{Column, table};
use super::{Ask, Failure, Page, Room, filters};
use crate::ui::chart::{Line, Slots, Stack, bars, lines};
use crate::ui::data::{
    Cooldowns, Dimension, Named, Percentiles, Source, TrafficPoint, TrafficReport, TrafficRow, Volume,
};
use crate::ui::format::{compact, count, duration, large, share};

/// Asks and draws.
pub(in crate::ui) async fn traffic<S: Source>(
    source: &S,
    cooled: &Cooldowns,
    ask: &Ask,
) -> Result<Page, Failure> {
    let view = ask.view(Dimension::TRAFFIC, &["sort"])?;
    let (found, choices) = tokio::try_join!(source.traffic(&view.filter), source.choices())?;
    let slots = Slots::of(view.filter.span);
    let filtered = view.is_filtered();
    let cooled = section("cooldowns", "Cooled deployments now", &cooldowns(ask, cooled));
    Ok(Page {
        title: "Traffic".to_owned(),
        room: Some(Room::Traffic),
        choice: filters::filters(ask, &view, &choices),
        body: body(ask, &slots, &found, &cooled, filtered),
        live: view.range.is_live(ask.now_us),
    })
}

fn body(ask: &Ask, slots: &Slots, found: &TrafficReport, cooled: &Markup, filtered: bool) -> Markup {
    if found.total.requests == 0 {
        return html! { (empty(ask, "requests", filtered)) (cooled) };
    }
    html! {
        (tiles(found))
        (section("course", "Requests", &request_bars(slots, &found.over_time)))
        div.columns {
            (section("latency", "Duration of what succeeded",
                &percentile_lines("Duration of requests", slots, &found.over_time, |point| point.latency)))
            (section("first-token", "Until the first token",
                &percentile_lines("Time to the first token", slots, &found.over_time, |point| point.first_token)))
        }
        div.columns {
            (section("fallbacks", "Fallbacks", &fallback_bars(slots, &found.over_time)))
            (cooled)
        }
        (section("by-model", "By model", &by(ask, "models", "Model", &found.by_model, |ask, row| {
            named(ask, Dimension::Model, &Named { id: row.name.clone(), name: None })
        })))
        (section("by-dialect", "By dialect", &by(ask, "dialects", "Dialect", &found.by_dialect, |ask, row| dialect_name(ask, &row.name))))
    }
}

fn tiles(found: &TrafficReport) -> Markup {
    let total = found.total;
    html! {
        dl.tiles {
            (tile("Requests", &large(total.requests), &Markup::default()))
            (tile("Failed", &large(total.errors), &of_all(total.errors, total.requests)))
            (tile("Fell back", &large(total.fallbacks), &of_all(total.fallbacks, total.requests)))
            (latency_tile("Duration, median", found.latency))
            (latency_tile("First token, median", found.first_token))
        }
    }
}

fn stack(
    slots: &Slots,
    points: &[TrafficPoint],
    name: &'static str,
    class: &'static str,
    of: fn(Volume) -> u64,
) -> Stack<'static> {
    Stack { name, class, values: slots.filled(points, |point| point.at_us, |point| of(point.volume)) }
}

/// Requests over time, those that failed on top.
pub(super) fn request_bars(slots: &Slots, points: &[TrafficPoint]) -> Markup {
    let good = |volume: Volume| volume.requests.saturating_sub(volume.errors);
    let parts = [
        stack(slots, points, "Succeeded", "one", good),
        stack(slots, points, "Failed", "bad", |volume| volume.errors),
    ];
    bars("Requests over time", slots, &parts, count, compact)
}

fn fallback_bars(slots: &Slots, points: &[TrafficPoint]) -> Markup {
    let fallbacks = stack(slots, points, "Fell back", "three", |volume| volume.fallbacks);
    bars("Requests that fell back, over time", slots, &[fallbacks], count, compact)
}

fn percentile_lines(
    label: &str,
    slots: &Slots,
    points: &[TrafficPoint],
    of: fn(&TrafficPoint) -> Option<Percentiles>,
) -> Markup {
    if points.iter().all(|point| of(point).is_none()) {
        return nothing("Nothing was measured in this time.");
    }
    let found = slots.filled(points, |point| point.at_us, of);
    let line = |name, class, which: fn(Percentiles) -> u64| Line {
        name,
        class,
        values: found.iter().map(|found| found.map(which)).collect(),
    };
    let series = [
        line("p50", "one", |found| found.p50_us),
        line("p90", "two", |found| found.p90_us),
        line("p99", "three", |found| found.p99_us),
    ];
    lines(label, slots, &series, duration)
}

fn by(
    ask: &Ask,
    id: &'static str,
    title: &'static str,
    rows: &[TrafficRow],
    name: fn(&Ask, &TrafficRow) -> Markup,
) -> Markup {
    let columns = [
        Column::text("name", title, |row: &TrafficRow| name(ask, row)).by(|a, b| a.name.cmp(&b.name)),
        Column::number("requests", "Requests", |row: &TrafficRow| html! { (count(row.volume.requests)) })
            .by(|a, b| a.volume.requests.cmp(&b.volume.requests)),
        Column::number("errors", "Failed", |row: &TrafficRow| {
            part(row.volume.errors, row.volume.requests, "bad")
        })
        .by(|a, b| errors(a).total_cmp(&errors(b))),
        Column::number("fallbacks", "Fell back", |row: &TrafficRow| {
            part(row.volume.fallbacks, row.volume.requests, "three")
        })
        .by(|a, b| fallbacks(a).total_cmp(&fallbacks(b))),
        Column::number("p50", "p50", |row: &TrafficRow| percentile(row.latency, |found| found.p50_us))
            .by(|a, b| a.latency.map(|found| found.p50_us).cmp(&b.latency.map(|found| found.p50_us))),
        Column::number("p90", "p90", |row: &TrafficRow| percentile(row.latency, |found| found.p90_us))
            .by(|a, b| a.latency.map(|found| found.p90_us).cmp(&b.latency.map(|found| found.p90_us))),
        Column::number("p99", "p99", |row: &TrafficRow| percentile(row.latency, |found| found.p99_us))
            .by(|a, b| a.latency.map(|found| found.p99_us).cmp(&b.latency.map(|found| found.p99_us))),
        Column::number("first", "First token, p50", |row: &TrafficRow| {
            percentile(row.first_token, |found| found.p50_us)
        })
        .by(|a, b| a.first_token.map(|found| found.p50_us).cmp(&b.first_token.map(|found| found.p50_us))),
    ];
    table(ask, id, &format!("Traffic by {}", title.to_lowercase()), &columns, rows)
}

fn errors(row: &TrafficRow) -> f64 {
    share(row.volume.errors, row.volume.requests)
}

fn fallbacks(row: &TrafficRow) -> f64 {
    share(row.volume.fallbacks, row.volume.requests)
}
