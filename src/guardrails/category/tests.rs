//! What categories find, and what not.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::super::{
    Action, Category, Compiled, ContentFilter, Guardrail, Keyword, Kind, Outcome, Severity, Stage, Verdict,
};
use crate::wire::Dialect;

fn list(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn keyword(keyword: &str, severity: Severity) -> Keyword {
    Keyword { keyword: keyword.to_owned(), severity }
}

/// Blocks pairs, phrases and keywords about weather.
fn weather() -> Category {
    Category {
        name: "weather".to_owned(),
        keywords: vec![
            keyword("hail", Severity::High),
            keyword("st*rm", Severity::High),
            keyword("black ice", Severity::Medium),
            keyword("drizzle", Severity::Low),
            keyword("größe 8", Severity::High),
            keyword("übel", Severity::High),
            keyword("台风", Severity::High),
            keyword("fog*", Severity::High),
        ],
        phrases: list(&[r"cats\s+and\s+dogs"]),
        identifiers: list(&["coast", "roof", "wind"]),
        companions: list(&["flood", "wind", "tore off"]),
        exceptions: list(&["forecast", "storm in a teacup"]),
        ..Category::default()
    }
}

fn filter(categories: Vec<Category>) -> Guardrail {
    Guardrail {
        name: "g".to_owned(),
        default_on: true,
        kind: Kind::ContentFilter(ContentFilter { categories, ..ContentFilter::default() }),
        ..Guardrail::default()
    }
}

fn run(category: Category, text: &str) -> Verdict {
    let compiled = Compiled::new(&[filter(vec![category])]).unwrap();
    let selection = compiled.select(&[], &[], &[]).unwrap();
    let body = json!({"messages": [{"role": "user", "content": text}]}).to_string();
    compiled.scan(&selection, Stage::Request, Dialect::Chat, body.as_bytes(), &|| 0)
}

/// What blocks the text, without the words that all messages share.
fn blocks(category: Category, text: &str) -> Option<String> {
    match run(category, text).outcome {
        Outcome::Blocked(reject) => Some(reject.message.replace("Content blocked: weather ", "")),
        _ => None,
    }
}

#[test]
fn words_are_found_as_they_must_stand() {
    for (text, found) in [
        ("It may hail.", Some("category keyword 'hail' detected (severity: high)")),
        ("HAIL", Some("category keyword 'hail' detected (severity: high)")),
        ("to inhale; hailed; hail_1; Ahail", None),
        ("äHAILö", None),
        ("black ices", Some("category keyword 'black ice' detected (severity: medium)")),
        ("drizzle", None),
        ("a st0rm", Some("category keyword 'st*rm' detected (severity: high)")),
        ("strm", Some("category keyword 'st*rm' detected (severity: high)")),
        ("st**rm, storms, a st rm", None),
        ("Das ist ÜBEL", Some("category keyword 'übel' detected (severity: high)")),
        ("Kübel, übelst", None),
        ("GRÖSSE 8", Some("category keyword 'größe 8' detected (severity: high)")),
        ("今天有台风吗", Some("category keyword '台风' detected (severity: high)")),
        ("a foggy day", None),
        ("some fogs", Some("category keyword 'fog*' detected (severity: high)")),
        ("raining cats  and\ndogs", Some(r"category phrase 'cats\s+and\s+dogs' detected (severity: high)")),
    ] {
        assert_eq!(blocks(weather(), text).as_deref(), found, "{text}");
    }
}

#[test]
fn a_pair_stands_in_one_sentence() {
    let pair = |words: &str| Some(format!("conditional match '{words}' detected (severity: high)"));
    for (text, found) in [
        ("A flood at the coast.", pair("coast + flood")),
        ("The wind tore off the roof", pair("wind + tore off")),
        ("The wind blew.", None),
        ("Wind against wind", pair("wind + wind")),
        ("The coast is near. A flood is not.", None),
        ("The coast! Really? A flood.", None),
        ("The coast at 3.5 m had v2.0 of the flood", pair("coast + flood")),
        ("on the coast.a flood", pair("coast + flood")),
        ("Coast。 flood", None),
        ("A coaster and a flood", None),
        ("None here. None there. By the coast, a flood.", pair("coast + flood")),
    ] {
        assert_eq!(blocks(weather(), text), found, "{text}");
    }
}

#[test]
fn an_exception_wins_over_all_of_its_category() {
    let other = Category { name: "other".to_owned(), exceptions: vec![], ..weather() };
    for text in
        ["hail in the forecast", "A forecast. A st0rm.", "cats and dogs: forecast", "coast, flood, FORECAST"]
    {
        assert_eq!(blocks(weather(), text), None, "{text}");
        assert!(blocks(other.clone(), text).is_some(), "{text}");
    }
    assert!(blocks(weather(), "forecasts of hail").is_some(), "an exception is a whole word too");
    let compiled = Compiled::new(&[filter(vec![weather(), other])]).unwrap();
    let selection = compiled.select(&[], &[], &[]).unwrap();
    let verdict = compiled.scan(&selection, Stage::Request, Dialect::Chat, br#"["forecast: hail"]"#, &|| 0);
    let Outcome::Blocked(reject) = verdict.outcome else { panic!("{verdict:?}") };
    assert_eq!(reject.message, "Content blocked: other category keyword 'hail' detected (severity: high)");
}

#[test]
fn keywords_below_the_threshold_are_not_looked_for() {
    let with = |threshold| Category { threshold, ..weather() };
    for (threshold, text, blocked) in [
        (Severity::Low, "drizzle", true),
        (Severity::Medium, "drizzle", false),
        (Severity::Medium, "black ice", true),
        (Severity::High, "black ice", false),
        (Severity::High, "hail", true),
        (Severity::High, "the coast, a flood", true),
    ] {
        assert_eq!(blocks(with(threshold), text).is_some(), blocked, "{threshold:?} {text}");
    }
}

#[test]
fn masks_and_records_have_the_names_of_litellm() {
    let category = Category {
        action: Action::Mask,
        identifiers: vec![],
        companions: vec![],
        exceptions: vec![],
        ..weather()
    };
    let verdict = run(category, "hail, st0rm, cats and dogs");
    let Outcome::Masked(body) = verdict.outcome else { panic!("{verdict:?}") };
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["messages"][0]["content"], "[KEYWORD_REDACTED], [KEYWORD_REDACTED], [KEYWORD_REDACTED]");
    let record = verdict.records.first().unwrap();
    assert_eq!(record.masked_entity_count.get("weather"), Some(&json!(3)));
    assert_eq!(record.detection_method.as_deref(), Some("keyword,regex"));
    let phrase = json!({"type": "category_keyword", "category": "weather", "keyword": r"cats\s+and\s+dogs",
                        "severity": "high", "action": "MASK"});
    assert_eq!(record.guardrail_response.first(), Some(&phrase));

    let verdict = run(weather(), "The coast saw a flood and hail.");
    let Outcome::Blocked(reject) = verdict.outcome else { panic!("{verdict:?}") };
    let message = "Content blocked: weather conditional match 'coast + flood' detected (severity: high)";
    let details = json!({"error": message, "category": "weather", "keyword": "coast + flood", "severity": "high",
                         "guardrail_name": "g", "guardrail_mode": "pre_call"});
    assert_eq!((reject.message.as_str(), reject.details.map(Value::Object)), (message, Some(details)));
}

#[test]
fn what_cannot_be_used_is_told() {
    let many = |stem: &str| (0..150).map(|n| format!("{stem}{n}")).collect::<Vec<_>>();
    for (category, problem) in [
        (Category { action: Action::Mask, ..weather() }, "can be blocked, and not masked"),
        (Category { companions: vec![], ..weather() }, "one of the two lists is empty"),
        (Category { exceptions: list(&[" "]), ..weather() }, "is blank"),
        (Category { phrases: list(&["("]), ..weather() }, "not a regular expression"),
        (Category { keywords: vec![keyword("**", Severity::High)], ..weather() }, "is blank"),
        (
            Category { identifiers: many("a"), companions: many("b"), ..weather() },
            "150 × 150 pairs, and 20000 are the most",
        ),
    ] {
        let error = Compiled::new(&[filter(vec![category])]).unwrap_err();
        assert!(error.message.contains(problem), "{error}");
    }
}
