//! What was spent.

use maud::{Markup, html};

use super::column::{named_among, part};
use super::parts::{Labels, empty, label, nothing, section, tile};
use super::table::{Column, table};
use super::{Ask, Failure, Page, Room, filters};
use crate::ui::asked::Wrong;
use crate::ui::chart::{Slots, Stack, bars};
use crate::ui::data::{Bucket, Dimension, Source, SpendPoint, SpendReport, SpendRow, Spending};
use crate::ui::format::{compact, compact_money, count, day, exact_money, large, money};

/// Asks and draws.
pub(in crate::ui) async fn spend<S: Source>(source: &S, ask: &Ask) -> Result<Page, Failure> {
    let view = ask.view(Dimension::SPEND, &["sort"])?;
    if view.filter.team.is_some() && view.filter.tag.is_some() {
        let text = "Spend is summed by team and by tag, not by both at once; take one of the filters away.";
        return Err(Failure::Wrong(Wrong(text.to_owned())));
    }
    let (found, choices) = tokio::try_join!(source.spend(&view.filter), source.choices())?;
    let slots = Slots::of(view.filter.span);
    let filtered = view.is_filtered();
    Ok(Page {
        title: "Spend".to_owned(),
        room: Some(Room::Spend),
        choice: filters::filters(ask, &view, &choices),
        body: body(ask, &slots, &found, filtered),
        live: view.range.is_live(ask.now_us),
    })
}

fn body(ask: &Ask, slots: &Slots, found: &SpendReport, filtered: bool) -> Markup {
    if found.total.requests == 0 {
        return empty(ask, "requests", filtered);
    }
    let by = |id, title, dimension, rows: &Option<Vec<SpendRow>>| match rows {
        Some(rows) => spending_table(ask, id, title, dimension, rows, found.total),
        None => nothing("Not counted apart under this filter."),
    };
    html! {
        (tiles(found.total))
        @if let Some(points) = &found.over_time { (section("course", "Over time", &money_bars(slots, points))) }
        @else { (nothing("Spend is kept by day; look at a longer time for its course.")) }
        div.columns {
            (section("by-model", "By model", &by("models", "Model", Dimension::Model, &found.by_model)))
            (section("by-key", "By key", &by("keys", "Key", Dimension::Key, &found.by_key)))
            (section("by-team", "By team", &by("teams", "Team", Dimension::Team, &found.by_team)))
            (section("by-tag", "By tag", &by("tags", "Tag", Dimension::Tag, &found.by_tag)))
        }
        @if let Some(points) = &found.over_time { (section("by-day", "By day", &by_day(ask, points, found.total))) }
    }
}

fn tiles(total: Spending) -> Markup {
    let each = total.nanodollars.checked_div(total.requests).unwrap_or(0);
    html! {
        dl.tiles {
            (tile("Spend", &money(total.nanodollars), &html! { span title="to the nanodollar" { (exact_money(total.nanodollars)) } }))
            (tile("Requests", &large(total.requests), &html! { (money(each)) " each" }))
            (tile("Input tokens", &compact(total.input_tokens), &html! { (count(total.input_tokens)) }))
            (tile("Output tokens", &compact(total.output_tokens), &html! { (count(total.output_tokens)) }))
        }
    }
}

/// Money over time.
pub(super) fn money_bars(slots: &Slots, points: &[SpendPoint]) -> Markup {
    let values = slots.filled(points, |point| point.at_us, |point| point.spending.nanodollars);
    bars("Spend over time", slots, &[Stack { name: "Spend", class: "two", values }], money, compact_money)
}

/// A table of what each spent, with its part of the whole.
pub(super) fn spending_table(
    ask: &Ask,
    id: &'static str,
    title: &'static str,
    dimension: Dimension,
    rows: &[SpendRow],
    total: Spending,
) -> Markup {
    if rows.is_empty() {
        return nothing("There is none in this time.");
    }
    let labels = Labels::of(rows.iter().map(|row| &row.of));
    let name = Column::text("name", title, |row: &SpendRow| named_among(ask, dimension, &row.of, &labels))
        .by(|a, b| label(&a.of).cmp(&label(&b.of)));
    table(ask, id, &format!("Spend by {}", title.to_lowercase()), &columns(name, total), rows)
}

fn columns<'a>(name: Column<'a, SpendRow>, total: Spending) -> [Column<'a, SpendRow>; 5] {
    [
        name,
        Column::number("spend", "Spend", |row: &SpendRow| {
            html! { span title=(exact_money(row.spending.nanodollars)) { (money(row.spending.nanodollars)) } }
        })
        .by(|a, b| a.spending.nanodollars.cmp(&b.spending.nanodollars)),
        Column::number("part", "Part", move |row: &SpendRow| {
            part(row.spending.nanodollars, total.nanodollars, "two")
        }),
        Column::number("requests", "Requests", |row: &SpendRow| html! { (count(row.spending.requests)) })
            .by(|a, b| a.spending.requests.cmp(&b.spending.requests)),
        Column::number("tokens", "Tokens", |row: &SpendRow| {
            html! { span title={ (count(row.spending.input_tokens)) " in, " (count(row.spending.output_tokens)) " out" } {
                (compact(tokens(row)))
            } }
        })
        .by(|a, b| tokens(a).cmp(&tokens(b))),
    ]
}

fn tokens(row: &SpendRow) -> u64 {
    row.spending.input_tokens.saturating_add(row.spending.output_tokens)
}

fn by_day(ask: &Ask, points: &[SpendPoint], total: Spending) -> Markup {
    let name = Column::text("name", "Day", |row: &SpendRow| html! { time { (row.of.id) } })
        .by(|a, b| a.of.id.cmp(&b.of.id));
    table(ask, "days", "Spend by day", &columns(name, total), &days(points))
}

/// Hours are added up to their days. The latest day is first.
fn days(points: &[SpendPoint]) -> Vec<SpendRow> {
    let length = Bucket::Day.microseconds();
    let mut rows: Vec<(u64, SpendRow)> = Vec::new();
    for point in points {
        let start = point.at_us / length * length;
        match rows.iter_mut().find(|(known, _)| *known == start) {
            Some((_, row)) => row.spending = row.spending.plus(point.spending),
            None => {
                let mut row = SpendRow { spending: point.spending, ..SpendRow::default() };
                row.of.id = day(start);
                rows.push((start, row));
            }
        }
    }
    rows.sort_by_key(|(start, _)| std::cmp::Reverse(*start));
    rows.into_iter().map(|(_, row)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::data::Named;

    #[test]
    fn hours_are_added_up_to_days() {
        let point = |at_us, nanodollars| SpendPoint {
            at_us,
            spending: Spending { nanodollars, requests: 1, ..Spending::default() },
        };
        let day = Bucket::Day.microseconds();
        let rows = days(&[point(0, 1), point(day - 1, 2), point(day, 4)]);
        let told: Vec<_> = rows.iter().map(|row| (row.of.id.as_str(), row.spending.nanodollars)).collect();
        assert_eq!(told, [("1970-01-02", 4), ("1970-01-01", 3)]);
    }

    #[test]
    fn keys_of_one_name_are_two_rows_that_can_be_told_apart() {
        let row = |id: &str| {
            let of = Named { id: id.repeat(32), name: Some("build".to_owned()) };
            SpendRow { of, ..SpendRow::default() }
        };
        let (ask, rows) = (Ask::default(), [row("0a"), row("1b")]);
        let drawn = spending_table(&ask, "keys", "Key", Dimension::Key, &rows, Spending::default());
        let page = drawn.into_string();
        assert!(page.contains(">build (0a0a0a0a0a…)<") && page.contains(">build (1b1b1b1b1b…)<"), "{page}");
    }
}
