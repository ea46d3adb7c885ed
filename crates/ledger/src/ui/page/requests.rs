//! The list of requests.

use maud::{Markup, html};

use super::column::{named, named_among};
use super::parts::{Labels, dialect, empty, seen, story_path, time};
use super::table::{Column, table};
use super::{Ask, Failure, Page, Room, badge, filters};
use crate::ui::asked::{position, written};
use crate::ui::data::{Action, Dimension, Place, Position, RequestList, RequestQuery, RequestRow, Source};
use crate::ui::format::{compact, count, duration, money};

/// Asks and draws.
pub(in crate::ui) async fn requests<S: Source>(source: &S, ask: &Ask) -> Result<Page, Failure> {
    let view = ask.view(Dimension::REQUESTS, &["older", "newer"])?;
    let position = position(&ask.address)?;
    let newest = position == Position::Newest;
    let filtered = view.is_filtered();
    let choice_view = &view;
    let query = RequestQuery { filter: view.filter.clone(), position, size: RequestQuery::USUAL };
    let (found, choices) = tokio::try_join!(source.requests(&query), source.choices())?;
    Ok(Page {
        title: "Requests".to_owned(),
        room: Some(Room::Requests),
        choice: filters::filters(ask, choice_view, &choices),
        body: body(ask, &found, newest, filtered),
        // Rows move down as new ones come; who reads an older page keeps it.
        live: newest && view.range.is_live(ask.now_us),
    })
}

fn body(ask: &Ask, found: &RequestList, newest: bool, filtered: bool) -> Markup {
    let keys = Labels::of(found.rows.iter().filter_map(|row| row.key.as_ref()));
    html! {
        @if found.rows.is_empty() && newest { (empty(ask, "requests", filtered)) }
        @else if found.rows.is_empty() { p.nothing { "There are no more." } (pager(ask, found)) }
        @else { section aria-label="Requests" { (table(ask, "requests", "Requests, newest first", &columns(ask, &keys), &found.rows)) (pager(ask, found)) } }
    }
}

fn columns<'a>(ask: &'a Ask, keys: &'a Labels) -> [Column<'a, RequestRow>; 10] {
    [
        Column::text("time", "Began", |row: &RequestRow| {
            html! { a href=(story_path(&row.id)) { (time(row.started_us)) } }
        }),
        Column::text("status", "Result", |row: &RequestRow| {
            html! { (badge::outcome(row.status, row.http_status)) (marks(row)) }
        }),
        Column::text("model", "Model", |row: &RequestRow| model(row)),
        Column::text("dialect", "Dialect", |row: &RequestRow| html! { (dialect(&row.dialect)) }),
        Column::text("key", "Key", move |row: &RequestRow| match &row.key {
            Some(key) => named_among(ask, Dimension::Key, key, keys),
            None => html! { span.quiet { "none" } },
        }),
        Column::text("team", "Team", |row: &RequestRow| match &row.team {
            Some(team) => named(ask, Dimension::Team, team),
            None => html! { span.quiet { "none" } },
        }),
        Column::number("duration", "Duration", |row: &RequestRow| html! { (duration(row.duration_us)) }),
        Column::number("first", "First token", |row: &RequestRow| {
            html! { (row.first_token_us.map_or_else(|| "–".to_owned(), duration)) }
        }),
        Column::number("tokens", "Tokens", |row: &RequestRow| {
            html! { span title=(count(row.tokens)) { (compact(row.tokens)) } }
        }),
        Column::number("spend", "Spend", |row: &RequestRow| html! { (money(row.nanodollars)) }),
    ]
}

/// The model that was asked for, and below it who answered.
fn model(row: &RequestRow) -> Markup {
    html! {
        @if row.model.is_empty() { span.quiet { "none" } } @else { span.name title=(row.model) { (seen(&row.model)) } }
        @if !row.deployment.is_empty() { span.below.name title=(row.deployment) { (row.deployment) } }
    }
}

/// What was not as usual.
fn marks(row: &RequestRow) -> Markup {
    html! {
        @if row.fallbacks > 0 { " " span.badge.three { "fell back" } }
        @if row.retries > 0 { " " span.badge.quiet { (row.retries) @if row.retries == 1 { " retry" } @else { " retries" } } }
        @if let Some(action @ (Action::Flagged | Action::Blocked)) = row.action { " " (badge::action(action)) }
    }
}

fn pager(ask: &Ask, found: &RequestList) -> Markup {
    let plain = ask.address.clone().without(&["older", "newer"]);
    let at = |row: &RequestRow| written(&Place { started_us: row.started_us, id: row.id.clone() });
    html! {
        nav.pager aria-label="Parts of the list" {
            @if ask.address != plain { a href=(plain.href()) { "Newest" } }
            @if let Some(row) = found.rows.first().filter(|_| found.newer) {
                a rel="prev" href=(plain.clone().with("newer", &at(row)).href()) { "← Newer" }
            }
            @if let Some(row) = found.rows.last().filter(|_| found.older) {
                a rel="next" href=(plain.clone().with("older", &at(row)).href()) { "Older →" }
            }
        }
    }
}
