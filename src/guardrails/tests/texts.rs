//! Texts in a row, and back into their body.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::super::texts::{MAX_BYTES, MAX_TEXTS, Unasked, texts};
use super::*;
use crate::random::SplitMix;

const BODY: &str = r#"{ "model":"gpt-4.1", "user":"ann", "messages":[
  {"role":"system","content":"caf\u00e9 \ud83d\ude00"},
  {"role":"user","content":[{"type":"text","text":"say \"hi\"\n"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},
  {"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function","function":{"name":"look_up","arguments":"{\"who\": \"ann\"}"}}]},
  {"role":"tool","tool_call_id":"c1","content":"{\"found\":true}"}
 ], "temperature": 1.0 }"#;

/// Their number and the list with one replaced, put back.
fn with(body: &str, dialect: Dialect, old: &str, new: &str) -> Option<String> {
    let texts = texts(body.as_bytes(), dialect, Stage::Request).unwrap();
    let changed: Vec<String> = texts
        .list()
        .iter()
        .map(|text| if *text == old { new.to_owned() } else { (*text).to_owned() })
        .collect();
    assert!(texts.list().contains(&old), "{old}: {:?}", texts.list());
    Some(String::from_utf8(texts.replaced(&changed)?).unwrap())
}

#[test]
fn every_text_that_is_read_is_listed_once() {
    let texts = texts(BODY.as_bytes(), Dialect::Chat, Stage::Request).unwrap();
    assert_eq!(
        texts.list(),
        ["café 😀", "say \"hi\"\n", "look_up", "{\"who\": \"ann\"}", "{\"found\":true}"]
    );
    let json: Vec<bool> = texts.passages().iter().map(|passage| passage.is_json).collect();
    assert_eq!(json, [false, false, false, true, false]);
    let same: Vec<String> = texts.list().iter().map(|text| (*text).to_owned()).collect();
    assert_eq!(texts.replaced(&same).unwrap(), BODY.as_bytes(), "nothing is written anew");
}

#[test]
fn a_changed_text_is_the_only_thing_that_changes() {
    for (old, new, from, to) in [
        ("café 😀", "[MASKED]", r"caf\u00e9 \ud83d\ude00", "[MASKED]"),
        ("say \"hi\"\n", "say \"*\"\\\n", r#"say \"hi\"\n"#, r#"say \"*\"\\\n"#),
        ("{\"who\": \"ann\"}", "{\"who\":\"*\"}", r#"{\"who\": \"ann\"}"#, r#"{\"who\":\"*\"}"#),
        ("{\"found\":true}", "no", r#"{\"found\":true}"#, "no"),
    ] {
        assert_eq!(with(BODY, Dialect::Chat, old, new).unwrap(), BODY.replace(from, to), "{old}");
    }
    assert_eq!(with(BODY, Dialect::Chat, "{\"who\": \"ann\"}", "[MASKED]"), None, "arguments stay JSON");
    let texts = texts(BODY.as_bytes(), Dialect::Chat, Stage::Request).unwrap();
    assert_eq!(texts.replaced(&vec![String::new(); 4]), None, "one is missing");
}

#[test]
fn the_callers_own_json_is_one_text() {
    let body = r#"{"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"a":["x", 1]}}]}]}"#;
    assert_eq!(
        with(body, Dialect::Messages, r#"{"a":["x", 1]}"#, r#"{"a":["*"]}"#).unwrap(),
        body.replace(r#"["x", 1]"#, r#"["*"]"#)
    );
    for garbage in ["*", "[1]", "{", ""] {
        assert_eq!(with(body, Dialect::Messages, r#"{"a":["x", 1]}"#, garbage), None, "{garbage}");
    }
}

#[test]
fn names_of_one_object_stay_apart() {
    let body = r#"{"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"ann@a.b":{},"[M]":{},"bob@a.b":{}}}}}]}"#;
    let texts = texts(body.as_bytes(), Dialect::Chat, Stage::Request).unwrap();
    let masked: Vec<String> =
        texts.list().iter().map(|text| if text.contains('@') { "[M]" } else { *text }.to_owned()).collect();
    let replaced = String::from_utf8(texts.replaced(&masked).unwrap()).unwrap();
    assert_eq!(replaced, body.replace("ann@a.b", "[M]_2").replace("bob@a.b", "[M]_3"));
}

#[test]
fn a_number_of_the_callers_becomes_a_string() {
    let body = r#"{"x":{"arguments":4111}}"#;
    assert_eq!(with(body, Dialect::Chat, "4111", "*").unwrap(), r#"{"x":{"arguments":"*"}}"#);
}

#[test]
fn data_that_waits_for_its_type_finds_its_place() {
    let body = r#"{"messages":[{"content":[{"source":{"data":"first","media_type":"text/plain then","type":"text"}}]}]}"#;
    let texts = texts(body.as_bytes(), Dialect::Messages, Stage::Request).unwrap();
    assert_eq!(texts.list(), ["text/plain then", "first"]);
    let replaced = texts.replaced(&["B".to_owned(), "A".to_owned()]).unwrap();
    assert_eq!(
        String::from_utf8(replaced).unwrap(),
        body.replace("text/plain then", "B").replace("first", "A")
    );
}

#[test]
fn what_nobody_can_be_asked_about_is_refused() {
    let many = |count: usize| format!("{{\"a\":[{}]}}", vec!["\"x\""; count].join(","));
    assert_eq!(
        texts(many(MAX_TEXTS).as_bytes(), Dialect::Chat, Stage::Request).unwrap().list().len(),
        MAX_TEXTS
    );
    let long = |length: usize| format!("{{\"a\":\"{}\"}}", "x".repeat(length));
    assert!(texts(long(MAX_BYTES).as_bytes(), Dialect::Chat, Stage::Request).is_ok());
    for (body, expected, status) in [
        (many(MAX_TEXTS + 1), Unasked::TooMany, 413),
        (long(MAX_BYTES + 1), Unasked::TooLong, 413),
        ("{".to_owned(), Unasked::Malformed { at: 1, expected: "a string" }, 400),
    ] {
        let unasked = texts(body.as_bytes(), Dialect::Chat, Stage::Request).err().unwrap();
        assert_eq!((unasked, unasked.reject(Stage::Request).status), (expected, status));
    }
}

/// A value with strings of all kinds, written with more escapes and spaces than need be.
fn value(random: &mut SplitMix, depth: usize) -> String {
    let (kind, count) = (random.index(if depth == 0 { 3 } else { 6 }), random.index(4));
    let string =
        ["\"\"", r#""a\u0062c""#, r#""\ud83d\ude00\n""#, "\"größe\"", r#""{\"x\": 1}""#, r#""\\\"""#];
    let string = string[random.index(6)];
    match kind {
        0 => "-1.50E+3".to_owned(),
        1 | 2 => string.to_owned(),
        3 => format!("[{}]", (0..count).map(|_| value(random, depth - 1)).collect::<Vec<_>>().join(" , ")),
        _ => {
            let names = ["content", "text", "output", "description"];
            let members = names.iter().take(count);
            let members = members.map(|name| format!("\"{name}\"\t: {}", value(random, depth - 1)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(",\n"))
        }
    }
}

/// The obvious way: parse, and number every string that is not empty.
fn numbered(value: &mut serde_json::Value, next: &mut usize) {
    match value {
        serde_json::Value::String(text) if !text.is_empty() => {
            *text = format!("\"{next}\\é\n");
            *next += 1;
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(|item| numbered(item, next)),
        serde_json::Value::Object(members) => members.values_mut().for_each(|member| numbered(member, next)),
        _ => {}
    }
}

#[test]
fn whatever_the_texts_become_stands_where_they_stood() {
    let mut random = SplitMix(1);
    let mut seen = 0;
    for _ in 0..2_000 {
        let body = format!("{{\"messages\": {} }}", value(&mut random, 4));
        let found = texts(body.as_bytes(), Dialect::Chat, Stage::Request).unwrap();
        let same: Vec<String> = found.list().iter().map(|text| (*text).to_owned()).collect();
        assert_eq!(found.replaced(&same).unwrap(), body.as_bytes());
        let (mut expected, mut count) = (serde_json::from_str(&body).unwrap(), 0);
        numbered(&mut expected, &mut count);
        let others: Vec<String> = (0..same.len()).map(|index| format!("\"{index}\\é\n")).collect();
        let replaced = found.replaced(&others).unwrap();
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&replaced).unwrap(), expected, "{body}");
        assert_eq!(texts(&replaced, Dialect::Chat, Stage::Request).unwrap().list(), others, "{body}");
        seen += count;
    }
    assert!(seen > 1_500, "{seen}");
}
