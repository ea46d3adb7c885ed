//! When the parts of one request began and how long they took, below each other.

use maud::{Markup, html};

use super::percent;
use crate::ui::format::{duration, share};

/// Share of the width of the shortest bar: what took no time is seen all the same.
const LEAST: f64 = 0.01;

/// One part of a request.
pub(in crate::ui) struct Bar {
    /// What it is.
    pub(in crate::ui) name: String,
    /// What came of it; empty where that is said elsewhere.
    pub(in crate::ui) outcome: String,
    /// Class of its colour.
    pub(in crate::ui) class: &'static str,
    /// When it began.
    pub(in crate::ui) from_us: u64,
    /// How long it took.
    pub(in crate::ui) length_us: u64,
}

/// The parts of what began at `from_us` and took `length_us`.
pub(in crate::ui) fn waterfall(from_us: u64, length_us: u64, parts: &[Bar]) -> Markup {
    html! {
        ol.waterfall {
            @for part in parts { (row(from_us, length_us, part)) }
        }
    }
}

fn row(from_us: u64, length_us: u64, part: &Bar) -> Markup {
    let after = part.from_us.saturating_sub(from_us);
    let start = share(after, length_us).min(1.0 - LEAST);
    let width = share(part.length_us, length_us).clamp(LEAST, 1.0 - start);
    html! {
        li {
            span.what { b { (part.name) } @if !part.outcome.is_empty() { " " span.outcome { (part.outcome) } } }
            span.when { "after " (duration(after)) ", took " (duration(part.length_us)) }
            svg.track aria-hidden="true" width="100%" height="12" {
                rect.rail width="100%" height="12" rx="3" {}
                rect.(part.class) x=(percent(start)) width=(percent(width)) height="12" rx="3" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_never_leaves_its_track() {
        let part = |from_us, length_us| Bar {
            name: "try".to_owned(),
            outcome: String::new(),
            class: "one",
            from_us,
            length_us,
        };
        for (from_us, length_us, x, width) in [
            (100, 50, "0.000%", "50.000%"),
            (150, 50, "50.000%", "50.000%"),
            (150, 500, "50.000%", "50.000%"),
            (900, 500, "99.000%", "1.000%"),
            (0, 0, "0.000%", "1.000%"),
        ] {
            let drawn = waterfall(100, 100, &[part(from_us, length_us)]).into_string();
            assert!(drawn.contains(&format!(r#"x="{x}" width="{width}""#)), "{drawn}");
        }
    }
}
