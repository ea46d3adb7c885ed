//! Guardrails: when each runs, and what it looks for.

use spillway_filter::config::Gateway;
use spillway_filter::guardrails::callout::{Callout, Unreachable};
use spillway_filter::guardrails::{ContentFilter, Guardrail, Kind, Mode};

use super::amounts::duration;
use super::outline::Outline;

/// Every guardrail, in the order of the file.
pub fn all(gateway: &Gateway) -> Outline {
    let mut all = Outline::default();
    for guardrail in &gateway.admission.guardrails {
        all.part(&guardrail.name, one(guardrail));
    }
    all
}

fn one(guardrail: &Guardrail) -> Outline {
    let mut told = Outline::default();
    match &guardrail.kind {
        Kind::ContentFilter(filter) => {
            told.say("kind", "litellm_content_filter, inside the gateway");
            told.say("looks for", rules(filter));
            if filter.refuse_unscanned {
                told.say("refuses", "images, sounds and files, which no rule can read");
            }
        }
        Kind::Callout(callout) => service(&mut told, callout),
    }
    told.say("mode", modes(&guardrail.modes.default));
    for (tag, of_tag) in &guardrail.modes.tags {
        told.say(format!("mode of tag {tag}"), modes(of_tag));
    }
    let runs = if guardrail.default_on { "on every request" } else { "on requests and keys that name it" };
    told.say("runs", runs);
    told
}

fn service(told: &mut Outline, callout: &Callout) {
    told.say("kind", format!("{}, a service", callout.api.name()));
    told.say("address", format!("{}{}", callout.authority, callout.path));
    let otherwise = match callout.unreachable {
        Unreachable::FailClosed => "then the request is refused",
        Unreachable::FailOpen => "then the text passes",
    };
    told.say("waits", format!("{}, {otherwise}", duration(callout.timeout_ms)));
    if callout.cache_ms > 0 {
        told.say("remembers", duration(callout.cache_ms));
    }
}

fn modes(modes: &[Mode]) -> String {
    let names: Vec<&str> = modes.iter().map(|mode| mode.name()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn rules(filter: &ContentFilter) -> String {
    let counted = |count: usize, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {many}")),
    };
    let prebuilt = filter.patterns.iter().filter(|pattern| pattern.regex.is_none());
    let named: Vec<&str> = prebuilt.map(|pattern| pattern.name.as_str()).collect();
    let own = filter.patterns.len() - named.len();
    let categories: Vec<&str> = filter.categories.iter().map(|category| category.name.as_str()).collect();
    let listed =
        |what: &str, names: &[&str]| (!names.is_empty()).then(|| format!("{what} {}", names.join(", ")));
    let parts = [
        counted(filter.blocked_words.len(), "blocked word", "blocked words"),
        counted(own, "pattern of the file", "patterns of the file"),
        listed("prebuilt patterns", &named),
        listed("categories", &categories),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "no text".to_owned() } else { parts.join("; ") }
}
