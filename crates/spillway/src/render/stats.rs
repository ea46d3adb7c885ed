//! How Envoy's statistics are shown: the labels that the filter writes into its metrics' names are taken out again.

use serde_json::{Value, json};
use spillway_filter::stats::Label;

/// Envoy's own rules stay.
pub fn config() -> Value {
    let tags = Label::ALL.map(|label| json!({ "tag_name": label.tag(), "regex": label.regex() }));
    json!({ "stats_tags": tags })
}
