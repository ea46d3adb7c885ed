//! A share as a thin bar, beside the number that says it.

use maud::{Markup, html};

use super::percent;

/// A share from 0 to 1, in a colour.
pub(in crate::ui) fn meter(share: f64, class: &str) -> Markup {
    html! {
        svg.meter aria-hidden="true" width="100%" height="4" {
            rect.rail width="100%" height="4" rx="2" {}
            rect.(class) width=(percent(share.clamp(0.0, 1.0))) height="4" rx="2" {}
        }
    }
}
