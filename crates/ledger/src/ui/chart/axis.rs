//! Lines across a plot, their values beside it, and the names below.

use maud::{Markup, html};

use super::scale::Scale;
use super::slots::Slots;
use super::{HEAD, HEIGHT, Unit, percent, pixels};

/// The values, right-aligned, for the narrow drawing beside the plot.
pub(super) fn values(scale: &Scale, unit: Unit) -> Markup {
    html! {
        @for tick in scale.ticks() {
            text.tick x="50" y=(pixels(scale.y(tick) + 4.0)) text-anchor="end" { (unit(tick)) }
        }
    }
}

/// The lines and the names of the slots.
pub(super) fn grid(scale: &Scale, slots: &Slots) -> Markup {
    html! {
        @for tick in scale.ticks() {
            @let y = pixels(scale.y(tick));
            line.grid.base[tick == 0] x1="0" x2="100%" y1=(y) y2=(y) {}
        }
        @for (number, (index, label)) in slots.labels().enumerate() {
            @let (start, width) = slots.place(index);
            text.tick.second[number % 2 == 1] x=(percent(start + width / 2.0)) y=(pixels(HEAD + HEIGHT + 17.0)) text-anchor="middle" { (label) }
        }
    }
}

/// A slot's column: it lights up under the pointer and tells its numbers.
pub(super) fn column(slots: &Slots, index: usize, told: &str, marks: &Markup) -> Markup {
    let (start, width) = slots.place(index);
    html! {
        g.slot {
            title { (told) }
            rect.hit x=(percent(start)) width=(percent(width)) y=(pixels(HEAD)) height=(pixels(HEIGHT)) {}
            (marks)
        }
    }
}
