//! Charts, drawn here as SVG. A chart is as wide as its place: what lies across is given in hundredths of the width,
//! what lies upwards in pixels, so text keeps its size. The numbers stand in a table below, for who cannot see it or
//! wants to copy them.

mod axis;
mod bars;
mod lines;
mod meter;
mod scale;
mod slots;
mod waterfall;

pub(super) use bars::{Stack, bars};
pub(super) use lines::{Line, lines};
pub(super) use meter::meter;
pub(super) use slots::Slots;
pub(super) use waterfall::{Bar, waterfall};

use maud::{Markup, html};

/// Pixels from the top of a plot to its base line.
const HEIGHT: f64 = 168.0;
/// Pixels below, for the names of the slots.
const FOOT: f64 = 24.0;
/// Pixels above, for half of the topmost label.
const HEAD: f64 = 8.0;

/// How a value is written.
pub(super) type Unit = fn(u64) -> String;

/// A series' name and colour, and its value in each slot as text.
struct Told<'a> {
    name: &'a str,
    class: &'a str,
    values: Vec<String>,
}

/// The frame of a chart: legend, plot, table.
fn figure(label: &str, slots: &Slots, told: &[Told<'_>], axis: &Markup, plot: &Markup) -> Markup {
    html! {
        figure.chart {
            @if told.len() > 1 {
                ul.legend aria-hidden="true" {
                    @for series in told { li { span.key.(series.class) {} (series.name) } }
                }
            }
            div.plot-area {
                svg.y-axis aria-hidden="true" width="56" height=(HEAD + HEIGHT + FOOT) { (axis) }
                svg.plot role="img" aria-label=(label) width="100%" height=(HEAD + HEIGHT + FOOT) { (plot) }
            }
            (numbers(slots, told))
        }
    }
}

fn numbers(slots: &Slots, told: &[Told<'_>]) -> Markup {
    html! {
        details.numbers {
            summary { "Show the numbers" }
            div.scroll tabindex="0" role="region" aria-label="Numbers of the chart" {
                table {
                    thead { tr { th scope="col" { "Time" } @for series in told { th.number scope="col" { (series.name) } } } }
                    tbody {
                        @for (index, title) in slots.titles().enumerate() {
                            tr {
                                th scope="row" { (title) }
                                @for series in told {
                                    td.number { (series.values.get(index).map_or("", String::as_str)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Hundredths of the width, as SVG takes them.
fn percent(share: f64) -> String {
    format!("{:.3}%", 100.0 * share)
}

/// Pixels.
fn pixels(length: f64) -> String {
    format!("{length:.1}")
}
