//! Lines: percentiles over time. Where a slot has no value the line has a gap, for nothing is not zero.

use std::fmt::Write;

use maud::{Markup, html};

use super::scale::Scale;
use super::{HEAD, HEIGHT, Slots, Told, Unit, axis, bars::words, figure, percent, pixels};

/// One line.
pub(in crate::ui) struct Line<'a> {
    /// What it shows.
    pub(in crate::ui) name: &'a str,
    /// Class of its colour.
    pub(in crate::ui) class: &'a str,
    /// Its value in each slot.
    pub(in crate::ui) values: Vec<Option<u64>>,
}

/// Lines over the same slots.
pub(in crate::ui) fn lines(label: &str, slots: &Slots, series: &[Line<'_>], unit: Unit) -> Markup {
    let scale = Scale::over(series.iter().flat_map(|line| line.values.iter().copied().flatten()));
    let titles: Vec<String> = slots.titles().collect();
    let told: Vec<Told<'_>> = series.iter().map(|line| tell(line, unit)).collect();
    let plot = html! {
        (axis::grid(&scale, slots))
        @for line in series { (drawn(&scale, slots, line)) }
        @for (index, title) in titles.iter().enumerate() {
            (axis::column(slots, index, &words(title, &told, index), &dots(&scale, slots, series, index)))
        }
    };
    figure(label, slots, &told, &axis::values(&scale, unit), &plot)
}

fn tell<'a>(line: &Line<'a>, unit: Unit) -> Told<'a> {
    let written = |value: &Option<u64>| value.map_or_else(|| "–".to_owned(), unit);
    Told { name: line.name, class: line.class, values: line.values.iter().map(written).collect() }
}

/// The line, in a drawing within the drawing that is stretched to the width.
fn drawn(scale: &Scale, slots: &Slots, line: &Line<'_>) -> Markup {
    let view = format!("0 0 {} {}", slots.count(), HEAD + HEIGHT);
    html! {
        svg.stretched viewBox=(view) preserveAspectRatio="none" width="100%" height=(HEAD + HEIGHT) {
            path.line.(line.class) d=(path(scale, &line.values)) {}
        }
    }
}

fn path(scale: &Scale, values: &[Option<u64>]) -> String {
    let mut path = String::new();
    let mut pen = 'M';
    for (index, value) in values.iter().enumerate() {
        match value {
            None => pen = 'M',
            Some(value) => {
                // Writing to a text cannot fail.
                let _ = write!(path, "{pen}{index}.5 {}", pixels(scale.y(*value)));
                pen = 'L';
            }
        }
    }
    path
}

/// The values of a slot: seen under the pointer, and always where a line of one point would not be.
fn dots(scale: &Scale, slots: &Slots, series: &[Line<'_>], index: usize) -> Markup {
    let (start, width) = slots.place(index);
    html! {
        @for line in series {
            @if let Some(value) = value(line, index) {
                circle.dot.(line.class).alone[is_alone(line, index)]
                    cx=(percent(start + width / 2.0)) cy=(pixels(scale.y(value))) r="3" {}
            }
        }
    }
}

fn value(line: &Line<'_>, index: usize) -> Option<u64> {
    line.values.get(index).copied().flatten()
}

fn is_alone(line: &Line<'_>, index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|before| value(line, before));
    before.is_none() && value(line, index.saturating_add(1)).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_lifts_the_pen() {
        let values = [Some(1), Some(0), None, Some(1)];
        let scale = Scale::over(values.iter().copied().flatten());
        assert_eq!(path(&scale, &values), "M0.5 8.0L1.5 176.0M3.5 8.0");
        let line = Line { name: "p50", class: "one", values: values.to_vec() };
        assert_eq!([0, 1, 3].map(|index| is_alone(&line, index)), [false, false, true]);
    }
}
