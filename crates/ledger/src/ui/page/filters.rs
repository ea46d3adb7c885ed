//! What a page is chosen with: the time as links, the rest as a form that works without a script.

use maud::{Markup, html};

use super::Ask;
use super::ask::View;
use super::layout::hidden;
use super::parts::{Labels, dialect, seen};
use crate::ui::asked::{Address, PRESETS, Range, name};
use crate::ui::data::{Choices, Dimension, MOST_ROWS, Named};

/// What belongs to a part of a list, and not to another choice of it.
const PLACES: &[&str] = &["older", "newer"];

/// A value that a field offers, and its words.
type Choice = (String, String);

/// The time alone.
pub(super) fn time(ask: &Ask, view: &View) -> Markup {
    let plain = ask.address.clone().without(PLACES).without(&["from", "to"]);
    html! {
        nav.range aria-label="Time" {
            ul {
                @for (index, (name, words, _)) in PRESETS.iter().enumerate() {
                    li {
                        a href=(plain.clone().with("range", name).href()) title=(words)
                            aria-current=[(view.range == Range::Last(index)).then_some("true")] { (name) }
                    }
                }
            }
            @if view.range.days().is_some() { span.days { (view.range.words()) } }
        }
    }
}

/// The time, a field for each dimension, and what is filtered by now.
pub(super) fn filters(ask: &Ask, view: &View, choices: &Choices) -> Markup {
    html! {
        (time(ask, view))
        details.filters open[!active(ask, view).is_empty()] {
            summary { "Filter" }
            // A browser that goes back fills a form in as it was left, which is not what the page shows.
            form method="get" action=(ask.address.path()) autocomplete="off" {
                @if let Some(range) = ask.address.get("range") { (hidden("range", range)) }
                @if let Some(sort) = ask.address.get("sort") { (hidden("sort", sort)) }
                @for dimension in view.dimensions {
                    (field(*dimension, ask.address.get(name(*dimension)), offered(*dimension, choices)))
                }
                (days(view))
                button.primary type="submit" { "Apply" }
            }
        }
        (chips(ask, view, choices))
    }
}

fn days(view: &View) -> Markup {
    let (from, to) = view.range.days().unwrap_or_default();
    html! {
        label { "From day" input type="date" name="from" value=(from); }
        label { "To day" input type="date" name="to" value=(to); }
    }
}

/// A choice where all there is can be listed, else a text with suggestions.
fn field(dimension: Dimension, now: Option<&str>, mut offered: Vec<Choice>) -> Markup {
    let parameter = name(dimension);
    if offered.len() >= MOST_ROWS {
        return suggested(dimension, now, &offered);
    }
    if let Some(now) = now
        && offered.iter().all(|(value, _)| value != now)
    {
        offered.push((now.to_owned(), seen(now)));
    }
    html! {
        label {
            (title(dimension))
            select name=(parameter) {
                option value="" { "All" }
                @for (value, words) in &offered {
                    option value=(value) selected[now == Some(value)] { (words) }
                }
            }
        }
    }
}

fn suggested(dimension: Dimension, now: Option<&str>, offered: &[Choice]) -> Markup {
    let list = format!("known-{}", name(dimension));
    html! {
        label {
            (title(dimension))
            input type="text" name=(name(dimension)) value=[now] list=(list) placeholder="All" maxlength="512";
            datalist #(list) { @for (value, words) in offered { option value=(value) { (words) } } }
        }
    }
}

fn title(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Model => "Model",
        Dimension::Key => "Key",
        Dimension::Team => "Team",
        Dimension::Tag => "Tag",
        Dimension::Guardrail => "Guardrail",
        Dimension::Dialect => "Dialect",
        Dimension::Status => "Status",
        Dimension::Action => "Guardrail’s verdict",
    }
}

fn offered(dimension: Dimension, choices: &Choices) -> Vec<Choice> {
    let plain = |names: &[String]| names.iter().map(|name| (name.clone(), seen(name))).collect();
    let named = |names: &[Named]| {
        let labels = Labels::of(names);
        names.iter().map(|named| (named.id.clone(), labels.of_one(named))).collect()
    };
    let words = |words: &[(&str, &str)]| {
        words.iter().map(|(value, words)| ((*value).to_owned(), (*words).to_owned())).collect()
    };
    match dimension {
        Dimension::Model => plain(&choices.models),
        Dimension::Key => named(&choices.keys),
        Dimension::Team => named(&choices.teams),
        Dimension::Tag => plain(&choices.tags),
        Dimension::Guardrail => named(&choices.guardrails),
        Dimension::Dialect => {
            choices.dialects.iter().map(|name| (name.clone(), dialect(name).to_owned())).collect()
        }
        Dimension::Status => words(&[("success", "Succeeded"), ("failure", "Failed")]),
        Dimension::Action => words(&[("blocked", "Blocked"), ("flagged", "Flagged"), ("passed", "Passed")]),
    }
}

/// The dimensions that are filtered by.
fn active<'a>(ask: &'a Ask, view: &View) -> Vec<(Dimension, &'a str)> {
    let value = |dimension: &Dimension| Some((*dimension, ask.address.get(name(*dimension))?));
    view.dimensions.iter().filter_map(value).collect()
}

/// Each filter, with a link that takes it away.
fn chips(ask: &Ask, view: &View, choices: &Choices) -> Markup {
    let active = active(ask, view);
    let plain: Address = ask.address.clone().without(PLACES);
    html! {
        @if !active.is_empty() {
            ul.chips aria-label="Filters in use" {
                @for (dimension, value) in active {
                    @let known = offered(dimension, choices).into_iter().find(|(known, _)| known == value);
                    li {
                        a href=(plain.clone().without(&[name(dimension)]).href()) title="Take this filter away" {
                            (title(dimension)) " " b { (known.map_or_else(|| seen(value), |(_, words)| words)) }
                            span.cross aria-hidden="true" { "×" }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(query: &str, choices: &Choices) -> String {
        let address = Address::read(&format!("/ui/traffic?{query}").parse().unwrap()).unwrap();
        let ask = Ask { address, ..Ask::default() };
        let view = ask.view(Dimension::TRAFFIC, &["sort"]).unwrap();
        filters(&ask, &view, choices).into_string()
    }

    #[test]
    fn a_filter_is_selected_shown_and_taken_away_by_a_link() {
        let choices = Choices { models: vec!["gpt".to_owned(), "<b>".to_owned()], ..Choices::default() };
        let page = drawn("range=7d&model=gpt", &choices);
        assert!(page.contains(r#"<option value="gpt" selected>gpt</option>"#), "{page}");
        assert!(page.contains(r#"<a href="/ui/traffic?range=7d" title="Take"#), "{page}");
        assert!(page.contains("&lt;b&gt;") && !page.contains("<b>gpt</b><b>"));
        // Going back must not fill in what was chosen since.
        assert!(page.contains(r#"autocomplete="off""#), "{page}");
        let unknown = drawn("model=gone", &choices);
        assert!(unknown.contains(r#"<option value="gone" selected>"#), "{unknown}");
    }

    #[test]
    fn keys_of_one_name_are_offered_and_shown_with_their_hashes() {
        let key = |id: &str| Named { id: id.repeat(32), name: Some("build".to_owned()) };
        let choices = Choices { keys: vec![key("0a"), key("1b")], ..Choices::default() };
        let address = Address::read(&format!("/ui/spend?key={}", "1b".repeat(32)).parse().unwrap()).unwrap();
        let ask = Ask { address, ..Ask::default() };
        let page = filters(&ask, &ask.view(Dimension::SPEND, &["sort"]).unwrap(), &choices).into_string();
        for part in
            [">build (0a0a0a0a0a…)</option>", ">build (1b1b1b1b1b…)</option>", "<b>build (1b1b1b1b1b…)</b>"]
        {
            assert!(page.contains(part), "{part} in {page}");
        }
    }

    #[test]
    fn what_cannot_be_listed_is_typed() {
        let choices =
            Choices { models: (0..MOST_ROWS).map(|n| n.to_string()).collect(), ..Choices::default() };
        let page = drawn("model=x", &choices);
        assert!(page.contains(r#"<input type="text" name="model" value="x" list="known-model""#), "{page}");
    }
}
