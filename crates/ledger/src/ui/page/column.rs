//! Columns that several tables have.

use maud::{Markup, html};

use super::parts::{Labels, dialect, label};
use super::{Ask, Room};
use crate::ui::asked::name;
use crate::ui::chart::meter;
use crate::ui::data::{Dimension, Named, Percentiles};
use crate::ui::format::{duration, percent, share};

/// A name that leads to the requests of it, or says that there is none.
pub(super) fn named(ask: &Ask, dimension: Dimension, of: &Named) -> Markup {
    link(ask, dimension, of, &label(of))
}

/// The same of one of a list that may have others of its name.
pub(super) fn named_among(ask: &Ask, dimension: Dimension, of: &Named, labels: &Labels) -> Markup {
    link(ask, dimension, of, &labels.of_one(of))
}

fn link(ask: &Ask, dimension: Dimension, of: &Named, words: &str) -> Markup {
    html! {
        @if of.id.is_empty() { span.quiet { "none" } }
        @else { a.name href=(requests_of(ask, dimension, &of.id)) title=(of.id) { (words) } }
    }
}

/// A dialect by its name, which leads to its requests.
pub(super) fn dialect_name(ask: &Ask, call_type: &str) -> Markup {
    html! { a href=(requests_of(ask, Dimension::Dialect, call_type)) title=(call_type) { (dialect(call_type)) } }
}

/// The list of the requests of something.
fn requests_of(ask: &Ask, dimension: Dimension, id: &str) -> String {
    ask.over_the_same_time(Room::Requests.path()).with(name(dimension), id).href()
}

/// A share as a number and a bar.
pub(super) fn part(part: u64, whole: u64, class: &str) -> Markup {
    html! { (percent(part, whole)) (meter(share(part, whole), class)) }
}

/// A percentile, or a dash where there is none.
pub(super) fn percentile(percentiles: Option<Percentiles>, which: fn(Percentiles) -> u64) -> Markup {
    html! { (percentiles.map_or_else(|| "–".to_owned(), |found| duration(which(found)))) }
}
