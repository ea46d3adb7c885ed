//! The chart: for each case a group of bars, as long as a request's CPU time is to plain Envoy's. An SVG of a few
//! rectangles, in the colours of a light or a dark page. It brings its own page: the one around it may not be what the
//! reader's system says.

use std::fmt::Write as _;

use super::compare::cpu_us;
use super::rounds::Series;
use super::sides::{ALL, FLOOR, PLAIN};
use super::table::number;

const WIDTH: f64 = 860.0;
/// Where bars begin, and how long the longest is.
const LEFT: f64 = 270.0;
const LONGEST: f64 = 440.0;
const BAR: f64 = 12.0;
const GAP: f64 = 14.0;
const TOP: f64 = 56.0;

const STYLE: &str = ".page{fill:#fff}text{font:12px system-ui,sans-serif;fill:#1f2328}.small{font-size:11px;fill:#57606a}\
    .plain{fill:#8c959f}.floor{fill:#54aeff}.gateway{fill:#218bff}.all{fill:#0550ae}.line{stroke:#d0d7de}\
    @media(prefers-color-scheme:dark){.page{fill:#0d1117}text{fill:#e6edf3}.small{fill:#9da7b3}.plain{fill:#6e7681}.floor{fill:#79c0ff}\
    .gateway{fill:#388bfd}.all{fill:#cae8ff}.line{stroke:#30363d}}";

/// The chart of these cases.
#[must_use]
pub fn chart(all: &[Series]) -> String {
    let bars: Vec<(&Series, Vec<Bar>)> = all.iter().map(|series| (series, bars(series))).collect();
    let most = bars.iter().flat_map(|(_, bars)| bars).map(|bar| bar.ratio).fold(1.0, f64::max);
    let mut y = TOP;
    let mut drawn = String::new();
    for (series, bars) in &bars {
        group(&mut drawn, series, bars, &mut y, LONGEST / most);
    }
    let x = LEFT + LONGEST / most;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {y}\" role=\"img\" aria-label=\"CPU time of a \
         request to plain Envoy's\">\n<style>{STYLE}</style>\n\
         <rect width=\"{WIDTH}\" height=\"{y}\" class=\"page\"/>\n\
         <text x=\"8\" y=\"20\">CPU time of a request in Envoy's process, as a multiple of plain Envoy's</text>\n\
         <text x=\"8\" y=\"38\" class=\"small\">medians of the rounds; shorter is better; the line is plain Envoy</text>\n\
         {drawn}<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{:.1}\" class=\"line\"/>\n</svg>\n",
        y - GAP
    )
}

struct Bar {
    side: &'static str,
    ratio: f64,
    cpu_us: f64,
}

fn bars(series: &Series) -> Vec<Bar> {
    let bar = |side: &'static str| {
        let ratio = series.ratio(side, PLAIN, cpu_us)?.median;
        Some(Bar { side, ratio, cpu_us: series.of(side, cpu_us)?.median })
    };
    series.case.sides.iter().filter_map(|side| bar(side.name)).collect()
}

fn group(drawn: &mut String, series: &Series, bars: &[Bar], y: &mut f64, scale: f64) {
    let mut text = |x: f64, y: f64, class: &str, anchor: &str, text: &str| {
        let _ = writeln!(
            drawn,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" class=\"{class}\" text-anchor=\"{anchor}\">{text}</text>"
        );
    };
    text(8.0, *y + BAR - 2.0, "", "start", series.case.load.about);
    let connections = format!("{} at once", series.case.connections);
    text(8.0, *y + 2.0 * BAR + 2.0, "small", "start", &connections);
    for (number, bar) in (0_u32..).zip(bars) {
        let top = *y + f64::from(number) * (BAR + 2.0);
        text(LEFT - 6.0, top + BAR - 2.0, "small", "end", bar.side);
        let figures = format!("{} µs, ×{}", digits(bar.cpu_us), self::number(bar.ratio, 2));
        text(LEFT + bar.ratio * scale + 6.0, top + BAR - 2.0, "small", "start", &figures);
    }
    for (number, bar) in (0_u32..).zip(bars) {
        let top = *y + f64::from(number) * (BAR + 2.0);
        let class = match bar.side {
            PLAIN | "buffered" => PLAIN,
            FLOOR | ALL => bar.side,
            _ => "gateway",
        };
        let width = bar.ratio * scale;
        let _ = writeln!(
            drawn,
            "<rect x=\"{LEFT}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{BAR}\" class=\"{class}\"/>"
        );
    }
    *y += bars.len().max(2) as f64 * (BAR + 2.0) + GAP;
}

fn digits(microseconds: f64) -> String {
    number(microseconds, usize::from(microseconds < 100.0))
}
