//! Prometheus's text format, version 0.0.4.

use std::fmt::{Display, Write};

use super::histogram::{BOUNDS, Histogram};

/// The page that is scraped, as far as it is written.
#[derive(Default)]
pub(crate) struct Text {
    page: String,
    name: &'static str,
}

type Labels<'a> = &'a [(&'static str, &'a str)];

impl Text {
    /// Begins a number that only grows.
    pub(crate) fn counter(&mut self, name: &'static str, help: &str) {
        self.begin(name, help, "counter");
    }

    /// Begins a number that rises and falls.
    pub(crate) fn gauge(&mut self, name: &'static str, help: &str) {
        self.begin(name, help, "gauge");
    }

    /// Begins durations.
    pub(crate) fn histogram(&mut self, name: &'static str, help: &str) {
        self.begin(name, help, "histogram");
    }

    fn begin(&mut self, name: &'static str, help: &str, kind: &str) {
        self.name = name;
        // Writing to a string does not fail, here and below.
        let _ = writeln!(self.page, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// Writes a value of what was begun last.
    pub(crate) fn value(&mut self, labels: Labels<'_>, value: impl Display) {
        self.line("", labels, None, value);
    }

    /// Writes the buckets of what was begun last.
    pub(crate) fn buckets(&mut self, labels: Labels<'_>, histogram: &Histogram) {
        let counted = histogram.counted();
        let bounds = BOUNDS.iter().map(|(_, bound)| *bound).chain(["+Inf"]);
        for (bound, count) in bounds.zip(&counted.up_to) {
            self.line("_bucket", labels, Some(bound), count);
        }
        let (seconds, rest) = (counted.microseconds / 1_000_000, counted.microseconds % 1_000_000);
        self.line("_sum", labels, None, format_args!("{seconds}.{rest:06}"));
        self.line("_count", labels, None, counted.up_to.last().copied().unwrap_or_default());
    }

    fn line(&mut self, suffix: &str, labels: Labels<'_>, bound: Option<&str>, value: impl Display) {
        let mut told: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        told.extend(bound.map(|bound| format!("le=\"{bound}\"")));
        let labels = if told.is_empty() { String::new() } else { format!("{{{}}}", told.join(",")) };
        let _ = writeln!(self.page, "{}{suffix}{labels} {value}", self.name);
    }

    /// The page.
    pub(crate) fn finish(self) -> String {
        self.page
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_page_is_as_prometheus_reads_it() {
        let histogram = Histogram::default();
        histogram.observe(Duration::from_millis(1_500));
        let mut text = Text::default();
        text.gauge("up", "Whether it is.");
        text.value(&[("where", "a \"b\"\\\n")], 1);
        text.histogram("took_seconds", "How long.");
        text.buckets(&[], &histogram);
        let page = text.finish();
        assert!(
            page.starts_with(
                "# HELP up Whether it is.\n# TYPE up gauge\nup{where=\"a \\\"b\\\"\\\\\\n\"} 1\n"
            ),
            "{page}"
        );
        for line in [
            "took_seconds_bucket{le=\"1\"} 0\n",
            "took_seconds_bucket{le=\"2.5\"} 1\n",
            "took_seconds_bucket{le=\"+Inf\"} 1\n",
            "took_seconds_sum 1.500000\n",
            "took_seconds_count 1\n",
        ] {
            assert!(page.contains(line), "{line} in {page}");
        }
    }
}
