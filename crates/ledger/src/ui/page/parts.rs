//! What several pages have: tiles, sections, names, what stands where there is nothing.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::Ask;
use crate::ui::asked::{PRESETS, segment};
use crate::ui::data::{Named, Percentiles};
use crate::ui::format::{duration, iso, moment, percent};

/// A number that a page begins with.
pub(super) fn tile(label: &str, value: &str, note: &Markup) -> Markup {
    html! {
        div.tile {
            dt { (label) }
            dd { span.value { (value) } " " span.note { (note) } }
        }
    }
}

/// A tile's note that is a share.
pub(super) fn of_all(part: u64, whole: u64) -> Markup {
    html! { (percent(part, whole)) }
}

/// Percentiles as a tile: the median large, the others beside it.
pub(super) fn latency_tile(label: &str, percentiles: Option<Percentiles>) -> Markup {
    match percentiles {
        None => tile(label, "–", &html! { "none measured" }),
        Some(found) => tile(
            label,
            &duration(found.p50_us),
            &html! {
                span.together { "p90 " (duration(found.p90_us)) } " · " span.together { "p99 " (duration(found.p99_us)) }
            },
        ),
    }
}

/// A part of a page with a headline.
pub(super) fn section(id: &str, title: &str, body: &Markup) -> Markup {
    html! { section #(id) aria-labelledby={ (id) "-title" } { h2 #{ (id) "-title" } { (title) } (body) } }
}

/// In place of a table without rows.
pub(super) fn nothing(text: &str) -> Markup {
    html! { p.nothing { (text) } }
}

/// In place of a page without numbers.
pub(super) fn empty(ask: &Ask, what: &str, filtered: bool) -> Markup {
    html! {
        div.empty {
            h2 { "No " (what) " in this time" }
            @if filtered {
                p { "Nothing matches the filters. Take some of them away, or look at a longer time." }
            } @else {
                p { "Gateways report a request as soon as it is over; it is here a moment later." }
            }
            @if let Some((name, words, _)) = PRESETS.last() {
                p { a.button href=(ask.address.clone().without(&["from", "to", "older", "newer"]).with("range", name).href()) {
                    (words)
                } }
            }
        }
    }
}

/// A time in a table.
pub(super) fn time(at_us: u64) -> Markup {
    html! { time datetime=(iso(at_us)) title=(iso(at_us)) { (moment(at_us)) } }
}

/// Where a request's story is.
pub(super) fn story_path(id: &str) -> String {
    format!("/ui/requests/{}", segment(id))
}

/// What people call it, or the beginning of what it is stored under.
pub(super) fn label(named: &Named) -> String {
    let short = || beginning(&named.id).unwrap_or_else(|| named.id.clone());
    seen(&named.name.clone().filter(|name| !name.is_empty()).unwrap_or_else(short))
}

/// How those of a list are called: keys of one name, as a key and the one that it replaced, with the beginnings of their hashes.
pub(super) struct Labels {
    /// Label → whose it is; none where it is that of several.
    whose: BTreeMap<String, Option<String>>,
}

impl Labels {
    /// Of these, each of which may be there more than once.
    pub(super) fn of<'a>(list: impl IntoIterator<Item = &'a Named>) -> Self {
        let mut whose = BTreeMap::new();
        for named in list {
            let one = whose.entry(label(named)).or_insert_with(|| Some(named.id.clone()));
            if one.as_ref() != Some(&named.id) {
                *one = None;
            }
        }
        Self { whose }
    }

    /// Of one of them.
    pub(super) fn of_one(&self, named: &Named) -> String {
        let label = label(named);
        let is_shared = self.whose.get(&label) == Some(&None);
        match beginning(&named.id).filter(|hash| is_shared && *hash != label) {
            Some(hash) => format!("{label} ({hash})"),
            None => label,
        }
    }
}

/// A name with marks for the spaces that it begins or ends with, which no page shows: ` gpt` is not `gpt`.
pub(super) fn seen(name: &str) -> String {
    let inner = name.trim();
    let (before, after) = name.split_once(inner).unwrap_or_default();
    let marks = |spaces: &str| "␣".repeat(spaces.chars().count());
    format!("{}{inner}{}", marks(before), marks(after))
}

/// What a hash is known by; none of another id, which is shown whole.
fn beginning(id: &str) -> Option<String> {
    let is_hash = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| format!("{}…", id.chars().take(10).collect::<String>()))
}

/// A dialect by the name that people use; others as they are.
pub(super) fn dialect(call_type: &str) -> &str {
    match call_type {
        "acompletion" => "Chat completions",
        "aresponses" => "Responses",
        "acompact_responses" => "Responses, compact",
        "anthropic_messages" => "Messages",
        "acount_tokens" => "Token count",
        "atext_completion" => "Completions",
        "aembedding" => "Embeddings",
        "amoderation" => "Moderations",
        "aget_responses" => "Responses, get",
        "adelete_responses" => "Responses, delete",
        "acancel_responses" => "Responses, cancel",
        "alist_input_items" => "Responses, input items",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_alias_or_the_beginning_of_its_hash() {
        let named = |id: &str, name: Option<&str>| Named { id: id.to_owned(), name: name.map(str::to_owned) };
        let hash = "ab".repeat(32);
        assert_eq!(label(&named(&hash, Some("ci"))), "ci");
        assert_eq!(label(&named(&hash, None)), "ababababab…");
        assert_eq!(label(&named("tools", Some(""))), "tools");
    }

    #[test]
    fn keys_of_one_name_are_told_apart_by_their_hashes() {
        let named = |id: &str, name: &str| Named { id: id.to_owned(), name: Some(name.to_owned()) };
        let (old, new, ci) = ("0a".repeat(32), "1b".repeat(32), "2c".repeat(32));
        let keys = [named(&old, "build"), named(&new, "build"), named(&ci, "ci"), named(&ci, "ci")];
        let labels = Labels::of(&keys);
        assert_eq!(
            keys.each_ref().map(|key| labels.of_one(key)),
            ["build (0a0a0a0a0a…)", "build (1b1b1b1b1b…)", "ci", "ci"]
        );
        let nameless = Named { id: old, name: None };
        assert_eq!(Labels::of([&nameless, &named(&new, "0a0a0a0a0a…")]).of_one(&nameless), "0a0a0a0a0a…");
        let teams = [named("t-1", "tools"), named("t-2", "tools")];
        assert_eq!(teams.each_ref().map(|team| Labels::of(&teams).of_one(team)), ["tools", "tools"]);
    }

    #[test]
    fn spaces_around_a_name_are_seen() {
        for (name, expected) in [
            ("gpt 4", "gpt 4"),
            (" gpt", "␣gpt"),
            ("gpt\t ", "gpt␣␣"),
            (" a a", "␣a a"),
            ("  ", "␣␣"),
            ("", ""),
        ] {
            assert_eq!(seen(name), expected, "{name:?}");
        }
    }

    #[test]
    fn every_dialect_of_the_gateway_has_a_name() {
        for known in ["acompletion", "aresponses", "anthropic_messages", "alist_input_items"] {
            assert_ne!(dialect(known), known);
        }
        assert_eq!(dialect("avideo"), "avideo");
    }
}
