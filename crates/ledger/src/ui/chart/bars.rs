//! Stacked bars: how many, or how much, over time.

use maud::{Markup, html};

use super::scale::Scale;
use super::{Slots, Told, Unit, axis, figure, percent, pixels};

/// Share of a slot that its bar takes.
const FULL: f64 = 0.76;

/// Pixels of the smallest bar of what is not zero.
const LEAST: f64 = 1.5;

/// One part of each bar.
pub(in crate::ui) struct Stack<'a> {
    /// What it counts.
    pub(in crate::ui) name: &'a str,
    /// Class of its colour.
    pub(in crate::ui) class: &'a str,
    /// Its value in each slot.
    pub(in crate::ui) values: Vec<u64>,
}

/// Bars of parts on top of each other, the first at the bottom.
pub(in crate::ui) fn bars(
    label: &str,
    slots: &Slots,
    stacks: &[Stack<'_>],
    unit: Unit,
    tick: Unit,
) -> Markup {
    let scale = Scale::over((0..slots.count()).map(|index| total(stacks, index)));
    let titles: Vec<String> = slots.titles().collect();
    let told: Vec<Told<'_>> = stacks.iter().map(|stack| tell(stack, unit)).collect();
    let plot = html! {
        (axis::grid(&scale, slots))
        @for (index, title) in titles.iter().enumerate() {
            (axis::column(slots, index, &words(title, &told, index), &bar(&scale, slots, stacks, index)))
        }
    };
    figure(label, slots, &told, &axis::values(&scale, tick), &plot)
}

fn value(stack: &Stack<'_>, index: usize) -> u64 {
    stack.values.get(index).copied().unwrap_or(0)
}

fn total(stacks: &[Stack<'_>], index: usize) -> u64 {
    stacks.iter().fold(0, |sum, stack| sum.saturating_add(value(stack, index)))
}

fn tell<'a>(stack: &Stack<'a>, unit: Unit) -> Told<'a> {
    Told {
        name: stack.name,
        class: stack.class,
        values: stack.values.iter().map(|value| unit(*value)).collect(),
    }
}

/// `Nov 21, 17:00–18:00: Succeeded 12, Failed 1`
pub(super) fn words(title: &str, told: &[Told<'_>], index: usize) -> String {
    let parts = told
        .iter()
        .filter_map(|series| series.values.get(index).map(|value| format!("{} {value}", series.name)));
    format!("{title}: {}", parts.collect::<Vec<_>>().join(", "))
}

/// The parts of one bar, from the bottom.
fn bar(scale: &Scale, slots: &Slots, stacks: &[Stack<'_>], index: usize) -> Markup {
    let (start, width) = slots.place(index);
    let x = percent(start + width * (1.0 - FULL) / 2.0);
    let mut below = 0_u64;
    let mut parts = Vec::new();
    for stack in stacks.iter().filter(|stack| value(stack, index) > 0) {
        let height = scale.height(value(stack, index)).max(LEAST);
        parts.push((stack.class, scale.y(below) - height, height));
        below = below.saturating_add(value(stack, index));
    }
    html! {
        @for (class, y, height) in parts {
            rect.(class) x=(x) width=(percent(width * FULL)) y=(pixels(y)) height=(pixels(height)) {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::data::{Bucket, Span};
    use crate::ui::format::count;

    #[test]
    fn parts_stand_on_each_other_and_tell_their_numbers() {
        let slots = Slots::of(Span { from_us: 0, to_us: 7_200_000_000, bucket: Bucket::Hour });
        let stack = |name, values: &[u64]| Stack { name, class: "one", values: values.to_vec() };
        let drawn = bars("Requests", &slots, &[stack("Good", &[3, 0]), stack("Bad", &[1, 0])], count, count);
        let drawn = drawn.into_string();
        assert!(drawn.contains("Jan 1, 00:00–01:00: Good 3, Bad 1"), "{drawn}");
        // Four are as high as the plot, so three begin at a quarter from its top.
        assert!(drawn.contains(r#"y="50.0" height="126.0""#), "{drawn}");
        assert!(drawn.contains(r#"y="8.0" height="42.0""#), "{drawn}");
        assert_eq!(drawn.matches(r#"<rect class="one""#).count(), 2);
    }
}
