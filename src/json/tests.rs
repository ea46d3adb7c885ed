#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use std::collections::{BTreeMap, HashMap};

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::*;
use crate::event::{Attempt, Charge, Event, GuardrailInformation};
use crate::random::Random;
use crate::usage::{Service, Usage};

/// The text, which is that of `serde_json`.
#[track_caller]
fn written<T: Serialize + ?Sized>(value: &T) -> String {
    let (ours, theirs) = (to_vec(value).unwrap(), serde_json::to_vec(value).unwrap());
    let text = String::from_utf8(ours).unwrap();
    assert_eq!(text, String::from_utf8(theirs).unwrap());
    text
}

#[derive(Serialize)]
struct Nothing {}

#[derive(Serialize)]
struct Unit;

#[derive(Serialize)]
struct Newtype(String);

#[derive(Serialize)]
struct Pair(u8, &'static str);

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
enum Choice {
    First,
    Of(u32),
    Two(u32, bool),
    Named { a: u8, b: Option<u8> },
}

#[derive(Serialize)]
struct All<'a> {
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<u8>,
    none: Option<u8>,
    some: Option<i64>,
    nothing: Nothing,
    unit: Unit,
    newtype: Newtype,
    pair: Pair,
    choices: [Choice; 2],
    triple: (u8, char, bool),
    small: i8,
    float: f32,
    wide: u128,
}

#[test]
fn values_of_every_kind() {
    let all = All {
        text: "é\n",
        left_out: None,
        none: None,
        some: Some(i64::MIN),
        nothing: Nothing {},
        unit: Unit,
        newtype: Newtype("\u{1}".to_owned()),
        pair: Pair(255, "\\"),
        choices: [Choice::First, Choice::Of(7)],
        triple: (0, '"', true),
        small: -128,
        float: 0.1,
        wide: u128::MAX,
    };
    assert!(
        written(&all).starts_with(r#"{"text":"é\n","none":null,"some":-9223372036854775808,"nothing":{},"#)
    );
    written(&json!({"a": [], "b": {}, "c": [1, -1, 1.5, null, true, "x", [[]], {"\"": {}}]}));
    written(&BTreeMap::from([(1, 'a'), (-2, 'b')]));
    written(&BTreeMap::from([('"', 1_u8)]));
    written(&BTreeMap::from([(Choice::First, 1_u8)]));
    written(&BTreeMap::from([(true, [0_u8; 3].as_slice())]));
    for rare in [Choice::Two(1, false), Choice::Named { a: 1, b: None }] {
        written(&[rare]);
    }
    let raw: Box<RawValue> = serde_json::from_str(r#"{"as": 1.0e400, "it":"is"}"#).unwrap();
    written(&(1, raw));
    for number in [f64::NAN, f64::INFINITY, -0.0, f64::MAX, f64::MIN_POSITIVE] {
        written(&number);
    }
    assert!(to_vec(&HashMap::from([(vec![1_u8], 1_u8)])).is_err(), "a key that JSON has no form for");
    assert_eq!(written(""), r#""""#, "after one that failed");
}

#[test]
fn strings_of_every_length_with_every_byte_anywhere() {
    for length in 0..50 {
        for around in ['a', 'é', '\u{10ffff}'] {
            let text: String = std::iter::repeat_n(around, length).collect();
            written(&text);
            for byte in (0..=0x80_u8).map(char::from) {
                for place in [0, 1, length / 2, length.saturating_sub(1), length] {
                    let mut chars: Vec<char> = text.chars().collect();
                    chars.insert(place.min(length), byte);
                    written(&String::from_iter(chars));
                }
            }
        }
    }
    written(&"long ".repeat(100_000));
    written(&"\"quoted\" ".repeat(10_000));
}

#[test]
fn whole_numbers_of_every_length() {
    let mut random = Random::seeded([1, 2, 3, 4]);
    for digits in 0..20 {
        let power = 10_u64.pow(digits);
        for number in [power - 1, power, power + 1, power.saturating_mul(2), power / 16 * 17] {
            written(&number);
            written(&number.cast_signed());
            written(&number.wrapping_neg().cast_signed());
        }
    }
    for _ in 0..20_000 {
        written(&(random.draw() >> (random.draw() % 64)));
    }
    (0..20_000_u32).for_each(|number| _ = written(&number));
    written(&[u64::MAX, u64::MIN]);
}

#[test]
fn times_in_seconds() {
    let mut random = Random::seeded([1, 2, 3, 4]);
    for micros in (0..30_000).chain((0..30_000).map(|_| random.draw() >> (8 + random.draw() % 48))) {
        let seconds = micros as f64 / 1e6;
        written(&seconds);
        written(&-seconds);
        // Those next to it are no whole microseconds, mostly.
        written(&seconds.next_up());
        written(&seconds.next_down());
    }
    for _ in 0..30_000 {
        let bits = f64::from_bits(random.draw());
        written(&bits);
        written(&(bits % 1e10));
        written(&((random.draw() >> 20) as f64 / 1e9));
    }
    let now = 1_790_000_000_123_456_u64;
    (now..now + 30_000).for_each(|micros| _ = written(&(micros as f64 / 1e6)));
    assert_eq!(written(&2.5), "2.5");
    assert_eq!(written(&3.0), "3.0");
}

#[test]
fn an_event_with_everything() {
    let usage = Usage { input: 12, service: Service::Flex, ..Usage::default() };
    let details = json!({"rule": "e-mail", "spans": [[1, 2]], "share": 0.25});
    let mut event = Event {
        request_id: "0123456789abcdef".to_owned(),
        started_us: 1_790_000_000_123_456,
        first_token_us: Some(1_790_000_000_999_999),
        client_disconnected: true,
        attempts: vec![
            Attempt { cause: "rate_limit".to_owned(), ..Attempt::default() },
            Attempt { usage: Some(usage), probe: true, cost_nanodollars: 9, ..Attempt::default() },
        ],
        guardrail_information: vec![GuardrailInformation {
            start_time: 1_790_000_000.123456,
            duration: 0.000017,
            guardrail_response: vec![details.clone()],
            match_details: vec![details],
            risk_score: Some(10.0),
            ..GuardrailInformation::default()
        }],
        tags: vec!["a\"b".to_owned(), String::new()],
        metadata: Map::from_iter([("\u{7f}\t".to_owned(), Value::Null)]),
        charges: vec![Charge { scope: "key/x".to_owned(), period_ms: 0 }],
        ..Event::default()
    };
    assert!(!written(&event).contains('\n'));
    event.tags.clear();
    written(&event);
    written(&Event::default());
}

#[test]
fn a_text_may_be_lent_while_another_is() {
    let both = lend("outer", |outer| lend("inner, which is longer", |inner| [outer, inner].concat()));
    assert_eq!(both.unwrap().unwrap(), br#""outer""inner, which is longer""#);
}
