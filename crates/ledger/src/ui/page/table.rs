//! Tables that are sorted by their headers, which are links.

use std::cmp::Ordering;

use maud::{Markup, html};

use super::Ask;
use crate::ui::asked::{Direction, Sort};

/// A column.
pub(super) struct Column<'a, R> {
    /// Its name in links.
    pub(super) name: &'static str,
    /// Its header.
    pub(super) title: &'static str,
    /// Numbers stand at the right, and the largest is first.
    pub(super) number: bool,
    /// Its part of a row.
    pub(super) cell: Box<dyn Fn(&R) -> Markup + 'a>,
    /// How two rows compare by it; none where it does not sort.
    pub(super) order: Option<fn(&R, &R) -> Ordering>,
}

impl<'a, R> Column<'a, R> {
    /// A column of texts.
    pub(super) fn text(name: &'static str, title: &'static str, cell: impl Fn(&R) -> Markup + 'a) -> Self {
        Self { name, title, number: false, cell: Box::new(cell), order: None }
    }

    /// A column of numbers.
    pub(super) fn number(name: &'static str, title: &'static str, cell: impl Fn(&R) -> Markup + 'a) -> Self {
        Self { number: true, ..Self::text(name, title, cell) }
    }

    /// This column, which sorts.
    pub(super) fn by(mut self, order: fn(&R, &R) -> Ordering) -> Self {
        self.order = Some(order);
        self
    }

    fn first(&self) -> Direction {
        if self.number { Direction::Down } else { Direction::Up }
    }
}

/// A table. `id` is its name in links; rows keep their order where the address names no other.
pub(super) fn table<R>(ask: &Ask, id: &str, caption: &str, columns: &[Column<'_, R>], rows: &[R]) -> Markup {
    let sort = Sort::read(&ask.address, id);
    html! {
        div.scroll #(id) tabindex="0" role="region" aria-label=(caption) {
            table {
                caption.unseen { (caption) }
                thead { tr { @for column in columns { (header(ask, id, sort, column)) } } }
                tbody {
                    @for row in sorted(sort, columns, rows) {
                        tr { @for (index, column) in columns.iter().enumerate() { (cell(index, column, row)) } }
                    }
                }
            }
        }
    }
}

fn header<R>(ask: &Ask, id: &str, sort: Option<Sort<'_>>, column: &Column<'_, R>) -> Markup {
    let now = sort.filter(|sort| sort.column == column.name).map(|sort| sort.direction);
    let direction = now.map_or(column.first(), Direction::turned);
    let next = Sort { column: column.name, direction };
    html! {
        th.number[column.number] scope="col" aria-sort=[now.map(Direction::aria)] {
            @if column.order.is_some() { a href=(next.link(&ask.address, id)) { (column.title) } }
            @else { (column.title) }
        }
    }
}

/// The first column says what the row is.
fn cell<R>(index: usize, column: &Column<'_, R>, row: &R) -> Markup {
    let inner = (column.cell)(row);
    html! {
        @if index == 0 { th.number[column.number] scope="row" { (inner) } }
        @else { td.number[column.number] { (inner) } }
    }
}

fn sorted<'r, R>(sort: Option<Sort<'_>>, columns: &[Column<'_, R>], rows: &'r [R]) -> Vec<&'r R> {
    let mut rows: Vec<&R> = rows.iter().collect();
    let found = sort.and_then(|sort| {
        let column = columns.iter().find(|column| column.name == sort.column)?;
        Some((column.order?, sort.direction))
    });
    match found {
        None => {}
        Some((order, Direction::Up)) => rows.sort_by(|one, other| order(one, other)),
        Some((order, Direction::Down)) => rows.sort_by(|one, other| order(other, one)),
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::asked::Address;

    fn drawn(sort: &str) -> String {
        let ask = Ask { address: Address::of("/ui").with("sort", sort), ..Ask::default() };
        let columns = [
            Column::text("name", "Name", |row: &(&str, u64)| html! { (row.0) }),
            Column::number("count", "Count", |row: &(&str, u64)| html! { (row.1) }).by(|a, b| a.1.cmp(&b.1)),
        ];
        table(&ask, "things", "Things", &columns, &[("b", 2), ("<a>", 3), ("c", 1)]).into_string()
    }

    fn order(drawn: &str) -> Vec<usize> {
        ["&lt;a&gt;", ">b<", ">c<"].iter().map(|name| drawn.find(name).unwrap()).collect()
    }

    #[test]
    fn a_header_sorts_and_then_turns() {
        let down = drawn("things.count.desc");
        assert!(order(&down).is_sorted(), "{down}");
        assert!(down.contains(r#"aria-sort="descending""#) && down.contains("sort=things.count.asc#things"));
        let up = drawn("things.count.asc");
        assert!(order(&up).iter().rev().is_sorted(), "{up}");
        let other = drawn("others.count.asc");
        assert!(other.contains("sort=things.count.desc#things") && !other.contains("aria-sort"));
    }

    #[test]
    fn what_does_not_sort_has_no_link_and_no_effect() {
        let drawn = drawn("things.name.asc");
        assert!(!drawn.contains("things.name"));
        assert!(drawn.find(">b<") < drawn.find("&lt;a&gt;"));
    }
}
