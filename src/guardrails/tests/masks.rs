//! What masking does to a body.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::*;

#[test]
fn masking_changes_only_what_matched() {
    for (body, expected) in [
        (
            "{ \"a\" : \"x secret y\" ,\n\"n\":1.50e+3, \"a\":\"\\u0073ecret\" }",
            "{ \"a\" : \"x [KEYWORD_REDACTED] y\" ,\n\"n\":1.50e+3, \"a\":\"[KEYWORD_REDACTED]\" }",
        ),
        (r#"{"a":"\u00e9\nsecret\ud83d\ude00"}"#, r#"{"a":"\u00e9\n[KEYWORD_REDACTED]\ud83d\ude00"}"#),
        (r#"{"a":"secretsecret"}"#, r#"{"a":"[KEYWORD_REDACTED][KEYWORD_REDACTED]"}"#),
        (r#"{"a":"secret@example.com"}"#, r#"{"a":"[EMAIL_REDACTED]"}"#),
        (
            r#"{"arguments":"{\"q\": \"s\\u0065cret\", \"to\":\"a@b.co\"}"}"#,
            r#"{"arguments":"{\"q\": \"[KEYWORD_REDACTED]\", \"to\":\"[EMAIL_REDACTED]\"}"}"#,
        ),
    ] {
        assert_eq!(masked(run(&[mask_all()], Dialect::Chat, body)), expected);
    }
}

#[test]
fn a_mask_inside_a_string_of_json_is_counted_once() {
    let body = r#"{"arguments":"{\"a\": \"secret\", \"b\": \"s\\u0065cret\"}"}"#;
    let verdict = run(&[mask_all()], Dialect::Chat, body);
    assert_eq!(Value::from(verdict.records[0].masked_entity_count.clone()), json!({"blocked_word": 2}));
}

#[test]
fn a_mask_covers_all_that_any_reading_of_the_text_shows() {
    let prebuilt = |name: &str| Pattern { name: name.to_owned(), regex: None, action: Action::Mask };
    let own = |name: &str, regex: &str| pattern(name, regex, Action::Mask);
    let key = format!("sk-proj-{}\u{200b}{}", "a1B2".repeat(10), "c3D4".repeat(25));
    for (rule, text, expected, count) in [
        (prebuilt("openai_api_key"), &*key, "[OPENAI_API_KEY_REDACTED]", 1),
        (prebuilt("email"), "mu\u{308}ller@example.de", "[EMAIL_REDACTED]", 1),
        (own("parts", "[0-9]{2,}"), "12\u{200b}34\u{200b}5", "[PARTS_REDACTED]", 1),
        (own("number", "[0-9]{4}"), "12\u{200b}3412\u{200b}34", "[NUMBER_REDACTED]", 2),
        (own("number", "[0-9]{4}"), "1234\u{200b}1234", "[NUMBER_REDACTED][NUMBER_REDACTED]", 2),
    ] {
        let text = format!("see {text} there");
        let expected = json!({"a": format!("see {expected} there")}).to_string();
        let name = rule.name.clone();
        let rules = [guardrail("g", vec![], vec![rule])];
        let verdict = run(&rules, Dialect::Chat, json!({"a": text}).to_string());
        let counted = Value::from(verdict.records[0].masked_entity_count.clone());
        assert_eq!((counted, masked(verdict)), (json!({name: count}), expected), "{text}");
    }
}

#[test]
fn a_replacement_is_escaped_as_deep_as_it_stands() {
    let filter = ContentFilter {
        keyword_redaction_tag: "\"gone\"\n".to_owned(),
        pattern_redaction_format: "<{pattern_name}>".to_owned(),
        blocked_words: vec![word("secret", Action::Mask)],
        patterns: vec![pattern("card", r"\d{16}", Action::Mask)],
        ..ContentFilter::default()
    };
    let quoted = Guardrail { kind: Kind::ContentFilter(filter), ..guardrail("g", vec![], vec![]) };
    let body = r#"{"a":"secret","arguments":"{\"q\":\"secret\",\"n\":4111111111111111}"}"#;
    let masked: Value = serde_json::from_str(&masked(run(&[quoted], Dialect::Chat, body))).unwrap();
    assert_eq!(masked["a"], "\"gone\"\n");
    let arguments: Value = serde_json::from_str(masked["arguments"].as_str().unwrap()).unwrap();
    assert_eq!(arguments, json!({"q": "\"gone\"\n", "n": "<CARD>"}));
}

#[test]
fn more_masks_than_are_bearable_block() {
    let many = "secret ".repeat(findings::MAX_MASKS + 1);
    let verdict = run(&[mask_all()], Dialect::Chat, json!({"a": many, "b": "secret"}).to_string());
    assert_eq!(verdict.records[0].guardrail_status, GuardrailStatus::GuardrailIntervened);
    assert!(verdict.records[0].match_details.len() <= 10);
    assert_eq!(blocked(verdict).message, "Content blocked: more than 10000 matches would have to be masked");
}

#[test]
fn documents_within_documents_are_looked_into_as_deep_as_the_bounds_say() {
    let deep = |text: &str| format!("{}{}{}", "[".repeat(120), Value::from(text), "]".repeat(120));
    let hidden = r#"["s\u0065cret"]"#;
    let reached = deep(&deep(&deep(hidden)));
    let body = masked(run(&[mask_all()], Dialect::Chat, &reached));
    let expected: Value = serde_json::from_str(&deep(&deep(&deep(r#"["[KEYWORD_REDACTED]"]"#)))).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), expected);
    let beyond = deep(&reached);
    assert_eq!(run(&[mask_all()], Dialect::Chat, &beyond).outcome, Outcome::Pass);
}
