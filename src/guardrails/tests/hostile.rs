//! Bodies that are made to cost much. Each would not end within a test run if the work grew with the square.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::Dialect::{Chat, Messages};
use super::*;

fn chat(content: &str) -> String {
    json!({"messages": [{"role": "user", "content": content}]}).to_string()
}

fn message(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Blocked(reject) => Some(&reject.message),
        _ => None,
    }
}

#[test]
fn many_matches_in_nested_json_between_many_escapes() {
    let inner = json!({"q": format!("secret{}", "\n\"".repeat(30)).repeat(9_000)}).to_string();
    let body = json!({"arguments": inner}).to_string();
    let verdict = run(&[masking()], Chat, body);
    let Outcome::Masked(masked) = verdict.outcome else { panic!("{:?}", message(&verdict.outcome)) };
    let masked: Value = serde_json::from_slice(&masked).unwrap();
    let inner: Value = serde_json::from_str(masked["arguments"].as_str().unwrap()).unwrap();
    assert_eq!(inner["q"].as_str().unwrap().matches("[KEYWORD_REDACTED]").count(), 9_000);
    assert_eq!(verdict.records[0].masked_entity_count["blocked_word"], 9_000);
}

#[test]
fn one_match_over_very_many_texts_is_refused() {
    let everything = vec![pattern("all", "begin.*end", Action::Mask)];
    let settings = [guardrail("g", vec![], everything)];
    let body = format!(r#"{{"input":["begin",{}"end"]}}"#, r#""a","#.repeat(150_000));
    let verdict = run(&settings, Messages, body);
    assert_eq!(
        message(&verdict.outcome),
        Some("Content blocked: more than 10000 matches would have to be masked")
    );
}

#[test]
fn words_within_words_and_a_text_of_nothing_else() {
    let words = (1..60).map(|length| word(&"a".repeat(length), Action::Block)).collect();
    let settings = [guardrail("g", words, vec![])];
    let verdict = run(&settings, Chat, chat(&"a".repeat(100_000)));
    assert_eq!(message(&verdict.outcome), Some("Content blocked: keyword 'a' detected"));
    assert_eq!(verdict.records[0].match_details.len(), 59);
}

#[test]
fn nesting_is_bounded_in_documents_and_in_strings() {
    let nested = |depth: usize| format!("{}\"secret\"{}", "[".repeat(depth), "]".repeat(depth));
    let at = |depth| run(&[masking()], Chat, nested(depth)).outcome;
    assert!(matches!(at(128), Outcome::Masked(_)));
    assert_eq!(
        message(&at(129)),
        Some("The request body is not valid JSON: expected at most 128 levels of nesting at byte 128.")
    );
    // In a string it is text then.
    let body = chat(&nested(129));
    assert_eq!(masked(run(&[masking()], Chat, &body)), body.replace("secret", "[KEYWORD_REDACTED]"));
    // Three documents within each other are decoded, and the fourth is the text that it is.
    let mut text = "\u{1}secret".to_owned();
    for depth in 0..6 {
        text = json!([text]).to_string();
        let verdict = run(&[masking()], Chat, chat(&text));
        assert!(matches!(verdict.outcome, Outcome::Masked(_)), "{depth}");
        assert_eq!(verdict.records[0].masked_entity_count["blocked_word"], 1, "{depth}");
    }
}

#[test]
fn data_that_stands_in_an_object_very_often() {
    let data = r#""data":"secretAAAA","#.repeat(9_000);
    let body = format!(r#"{{"source":{{{data}"type":"text"}}}}"#);
    let verdict = run(&[masking()], Messages, body);
    assert_eq!(verdict.records[0].masked_entity_count["blocked_word"], 9_000);
}

#[test]
fn places_are_recorded_within_bounds() {
    let words = (0..40).map(|number| word(&format!("word{number:02}"), Action::Mask)).collect();
    let prompt: String = (0..40).map(|number| format!("word{number:02} ").repeat(9)).collect();
    let deep = format!("{}{}{}", r#"{"a_field_name":"#.repeat(60), json!(prompt), "}".repeat(60));
    let verdict = run(&[guardrail("many", words, vec![])], Chat, deep);
    assert_eq!(verdict.records[0].masked_entity_count["blocked_word"], 360);
    assert_eq!(verdict.records[0].match_details.len(), 100);
    let path = verdict.records[0].match_details[0]["path"].as_str().unwrap();
    assert_eq!((path.chars().count(), path.ends_with('…')), (257, true));
}

#[test]
fn patterns_that_are_too_large_together_still_run() {
    let large = |index: usize| pattern(&format!("p{index}"), &format!(r"x{index}y\w{{20}}"), Action::Block);
    let settings = [guardrail("g", vec![], (0..40).map(large).collect())];
    let verdict = run(&settings, Chat, chat(&format!("x39y{}", "é".repeat(20))));
    assert_eq!(message(&verdict.outcome), Some("Content blocked: p39 pattern detected"));
}
