#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{Checked, LONG, MAX_DEPTH, MAX_FIELDS, MAX_NAMED, Malformed, hints, object};
use crate::random::SplitMix;
use crate::wire::Dialect;
use crate::wire::schema::{Standing, request};

fn chat(text: &str) -> Result<Checked<'_>, Malformed> {
    object(text.as_bytes(), request(Dialect::Chat))
}

/// The text without its strays.
fn without_strays(text: &str) -> String {
    let mut out = text.to_owned();
    for cut in chat(text).unwrap().strays.cuts.into_iter().rev() {
        out.replace_range(cut, "");
    }
    out
}

#[test]
fn members_are_borrowed_as_they_were_written() {
    let checked = chat(" {\"mod\\u0065l\" : \"a\\nb\",\n\"n\":1.50E+2 , \"foo\":[ ]} ").unwrap();
    let members: Vec<_> = checked.members.iter().map(|member| (&*member.name, member.raw)).collect();
    assert_eq!(members, [("model", "\"a\\nb\""), ("n", "1.50E+2"), ("foo", "[ ]")]);
    assert!(matches!(checked.members[0].standing, Standing::Defined(_)));
    assert!(matches!(checked.members[2].standing, Standing::Undefined));
    assert_eq!(checked.text.get(checked.members[1].span.clone()), Some("\"n\":1.50E+2"));
}

#[test]
fn long_strings_are_known_wherever_they_stand() {
    let long = |length: usize| format!("{}\\n", "é".repeat(length / 2 - 1));
    let [short, one, name, nested, tail] = [LONG - 2, LONG, LONG + 2, 700, 70_000].map(long);
    let text = format!(
        r#"{{"model":"{short}","user":"{one}","metadata":{{"{name}":["a","{nested}"]}},"foo":"{tail}"}}"#
    );
    let walked = chat(&text).unwrap().into_walked();
    assert_eq!(walked.text, text);
    let strings: Vec<&str> = walked.long_strings.iter().filter_map(|range| text.get(range.clone())).collect();
    assert_eq!(strings, [&one, &name, &nested, &tail]);
}

#[test]
fn what_is_malformed_is_told_exactly() {
    const JSON: &str = "The request body is not valid JSON: expected ";
    for (text, message) in [
        ("", "The request has no body. Send a JSON object.".to_owned()),
        (" \r\n\t", "The request has no body. Send a JSON object.".to_owned()),
        ("[]", "The request body must be a JSON object, found an array.".to_owned()),
        ("\"x\"", "The request body must be a JSON object, found a string.".to_owned()),
        ("null", "The request body must be a JSON object, found null.".to_owned()),
        ("-1", "The request body must be a JSON object, found a number.".to_owned()),
        ("{", format!("{JSON}a field name in double quotes at line 1, column 2, but the body ends there.")),
        ("{\"é\":\n 1,}", format!("{JSON}a field name in double quotes at line 2, column 4, found `}}`.")),
        ("{'a':1}", format!("{JSON}a field name in double quotes at line 1, column 2, found `'`.")),
        ("{\"a\" 1}", format!("{JSON}`:` after a field name at line 1, column 6, found `1`.")),
        ("{\"a\":1 \"b\":2}", format!("{JSON}`,` or `}}` at line 1, column 8, found `\"`.")),
        ("{\"a\":[1 2]}", format!("{JSON}`,` or `]` at line 1, column 9, found `2`.")),
        ("{\"a\":[1,]}", format!("{JSON}a value at line 1, column 9, found `]`.")),
        ("{\"a\":}", format!("{JSON}a value at line 1, column 6, found `}}`.")),
        ("{\"a\":NaN}", format!("{JSON}a value at line 1, column 6, found `N`.")),
        ("{\"a\":01}", format!("{JSON}`,` or `}}` at line 1, column 7, found `1`.")),
        ("{\"a\":-}", format!("{JSON}a digit at line 1, column 7, found `}}`.")),
        ("{\"a\":1.}", format!("{JSON}a digit at line 1, column 8, found `}}`.")),
        ("{\"a\":1e+}", format!("{JSON}a digit at line 1, column 9, found `}}`.")),
        ("{\"a\":tru}", format!("{JSON}a value at line 1, column 6, found `t`.")),
        (
            "{\"a\":1}\0",
            format!(
                "{JSON}the end of the body after the JSON object at line 1, column 8, found the character U+0000."
            ),
        ),
        (
            "{} {}",
            format!("{JSON}the end of the body after the JSON object at line 1, column 4, found `{{`."),
        ),
        (
            "{\"a\":\"\t\"}",
            format!(
                "{JSON}the rest of a string (control characters are written as escapes) at line 1, column 7, found the character U+0009."
            ),
        ),
        (
            "{\"a\":\"b",
            format!(
                "{JSON}the rest of a string (control characters are written as escapes) at line 1, column 8, but the body ends there."
            ),
        ),
        ("{\"a\":\"\\x\"}", format!("{JSON}an escape sequence at line 1, column 8, found `x`.")),
        (
            "{\"a\":\"\\u12g4\"}",
            format!("{JSON}`u` and four hexadecimal digits at line 1, column 11, found `g`."),
        ),
        (
            "{\"a\":\"\\ud800\"}",
            format!(
                "{JSON}the second half of a surrogate pair after its first half at line 1, column 13, found `\"`."
            ),
        ),
        (
            "{\"a\":\"\\udc00\"}",
            format!(
                "{JSON}the first half of a surrogate pair before its second half at line 1, column 13, found `\"`."
            ),
        ),
        (
            "{\"n\":1,\"\\u006e\":2}",
            "Duplicate parameter: 'n' stands more than once in its object. Send it once.".to_owned(),
        ),
        (
            "{\"metadata\":{\"a\":[{\"b\":1,\"b\":2}]}}",
            "Duplicate parameter: 'metadata.a[0].b' stands more than once in its object. Send it once."
                .to_owned(),
        ),
        (
            "{\"metadata\":{\"a\":[{\"\\u0024serde_json::private::RawValue\":\"[]\"}]}}",
            "Reserved name: 'metadata.a[0][\"$serde_json::private::RawValue\"]' begins as names do that are not for a \
             request's fields."
                .to_owned(),
        ),
    ] {
        assert_eq!(chat(text).unwrap_err().to_string(), message, "{text}");
    }
}

#[test]
fn bytes_that_are_no_utf8_text_are_refused() {
    let table = request(Dialect::Chat);
    assert_eq!(object(b"\xEF\xBB\xBF{}", table).unwrap_err(), Malformed::ByteOrderMark);
    assert_eq!(object(b"{\"a\":\"\xC3\"}", table).unwrap_err(), Malformed::NotUtf8 { at: 6 });
    assert_eq!(object(b"\xFF\xFE{\0}\0", table).unwrap_err(), Malformed::NotUtf8 { at: 0 });
}

#[test]
fn nesting_is_bounded() {
    let nested = |levels: usize| format!("{{\"metadata\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
    assert!(chat(&nested(MAX_DEPTH - 1)).is_ok());
    let path = format!("metadata{}", "[0]".repeat(MAX_DEPTH - 1));
    assert_eq!(chat(&nested(MAX_DEPTH)).unwrap_err(), Malformed::TooDeep { path });
    assert!(matches!(chat(&"{\"metadata\":[".repeat(100_000)), Err(Malformed::TooDeep { .. })));
}

#[test]
fn duplicates_are_found_in_large_objects() {
    let field = |index: usize| format!("\"f{index}\":0");
    let mut fields: Vec<String> = (0..2000).map(field).collect();
    let text = |fields: &[String]| format!("{{\"metadata\":{{{}}}}}", fields.join(","));
    assert!(chat(&text(&fields)).is_ok());
    fields.push(field(1234));
    let path = "metadata.f1234".to_owned();
    assert_eq!(chat(&text(&fields)).unwrap_err(), Malformed::Duplicate { path });
}

#[test]
fn fields_of_one_object_are_bounded() {
    let fields: Vec<String> = (0..MAX_FIELDS).map(|index| format!("\"{index}\":0")).collect();
    assert_eq!(chat(&format!("{{{},\"x\":0}}", fields.join(","))).unwrap_err(), Malformed::TooManyFields);
}

#[test]
fn strays_are_cut_with_their_commas() {
    for (text, rest) in [
        (r#"{"audio":{"x":1}}"#, r#"{"audio":{}}"#),
        (r#"{"audio":{ "x":1, "format":2}}"#, r#"{"audio":{ "format":2}}"#),
        (r#"{"audio":{"format":2 , "x":1 }}"#, r#"{"audio":{"format":2 }}"#),
        (r#"{"audio":{"x":1,"y":{"z":[]},"format":2}}"#, r#"{"audio":{"format":2}}"#),
        (r#"{"audio":{"x":1,"y":2}}"#, r#"{"audio":{}}"#),
        (r#"{"audio":{"x":1,"format":2,"y":3,"voice":4,"z":5}}"#, r#"{"audio":{"format":2,"voice":4}}"#),
        (
            r#"{"messages":[{"content":[{"x":0,"text":"a"}],"y":1,"role":"user"},{"z":{"role":1}}]}"#,
            r#"{"messages":[{"content":[{"text":"a"}],"role":"user"},{}]}"#,
        ),
        (r#"{"model":{"x":1},"stop":[[{"y":{}}]]}"#, r#"{"model":{},"stop":[[{}]]}"#),
    ] {
        assert_eq!(without_strays(text), rest, "{text}");
        assert!(chat(rest).unwrap().strays.cuts.is_empty(), "{rest}");
    }
}

#[test]
fn strays_are_named_by_path_and_sort() {
    let text = r#"{"messages":[{"role":"a","annotations":[]},{"content":[{"type":"text","foo":1}]}],
        "tools":[{"function":{"parameters":{"any":{"thing":1}},"bar baz":2}}]}"#;
    let strays = chat(text).unwrap().strays;
    assert_eq!(strays.undefined, ["messages[1].content[0].foo", "tools[0].function[\"bar baz\"]"]);
    assert_eq!(strays.left_out, ["messages[0].annotations"]);
}

#[test]
fn hints_stay_until_they_are_cut_out() {
    let messages = r#"[{"thinking_blocks":[{"thinking":"t","x":1}],"role":"a","cache_control":{"y":1},
        "content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}},{"cache_control":{}}]}]"#;
    let text = format!(r#"{{"top_k":5,"messages":{messages}}}"#);
    let checked = chat(&text).unwrap();
    assert!(matches!(checked.members[0].standing, Standing::Hint(_)));
    assert_eq!(checked.strays.undefined, ["messages[0].thinking_blocks[0].x", "messages[0].cache_control.y"]);
    let Standing::Defined(shape) = checked.members[1].standing else { panic!() };
    let strays = hints("messages", messages, shape, &["thinking_blocks"]).unwrap();
    assert_eq!(
        strays.cut_from(messages),
        r#"[{"thinking_blocks":[{"thinking":"t"}],"role":"a",
        "content":[{"type":"text","text":"a"},{}]}]"#
    );
    assert_eq!(
        strays.left_out,
        [
            "messages[0].cache_control",
            "messages[0].content[0].cache_control",
            "messages[0].content[1].cache_control"
        ]
    );
}

#[test]
fn a_hint_whose_name_is_disguised_is_no_hint() {
    let text = r#"{"messages":[{"cache\u005fcontrol":{},"role":"a"}]}"#;
    assert_eq!(without_strays(text), r#"{"messages":[{"role":"a"}]}"#);
    assert_eq!(chat(text).unwrap().strays.left_out, ["messages[0].cache_control"]);
}

#[test]
fn names_of_strays_are_bounded_and_cuts_are_not() {
    let messages = vec![r#"{"role":"user","x":1}"#; 1000].join(",");
    let strays = chat(&format!("{{\"messages\":[{messages}]}}")).unwrap().strays;
    assert_eq!((strays.undefined.len(), strays.cuts.len()), (MAX_NAMED, 1000));
}

#[test]
fn what_the_model_reads_is_counted() {
    for (text, bytes) in [
        (r#"{"model":"gpt","user":"me"}"#, 0),
        (r#"{"messages":[{"role":"user","content":"12345"}]}"#, 5),
        (
            r#"{"messages":[{"content":[{"type":"text","text":"123"},
            {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}"#,
            3,
        ),
        (r#"{"tools":[{"type":"function","function":{"name":"f","parameters":{"a":1}}}]}"#, 1 + 7),
        (r#"{"messages":[{"tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"}}]}]}"#, 3),
    ] {
        assert_eq!(chat(text).unwrap().prompt_bytes, bytes, "{text}");
    }
}

/// A judge of its own: `serde_json` must agree on what is JSON, for thousands of damaged texts.
#[test]
fn damaged_texts_are_judged_as_serde_json_judges_them() {
    let seed = "{\"model\": \"a\\u00e9\\ud83d\\ude00é\",\"n\":-1.5e3,\"stop\":[true,null,[],{}],\"metadata\":{\"\":0}}";
    let alphabet = b"{}[]\",:\\u0de1-.+ \ntfn\x00\x7f\xC3";
    let mut numbers = SplitMix(1);
    let mut random = |below: usize| numbers.index(below);
    for _ in 0..20_000 {
        let mut text = seed.as_bytes().to_vec();
        for _ in 0..=random(2) {
            let at = random(text.len());
            match random(3) {
                0 => drop(text.remove(at)),
                1 => text[at] = alphabet[random(alphabet.len())],
                _ => text.insert(at, alphabet[random(alphabet.len())]),
            }
        }
        let shown = String::from_utf8_lossy(&text);
        let judged = serde_json::from_slice::<serde_json::Value>(&text);
        match object(&text, request(Dialect::Chat)) {
            Ok(_) => assert!(judged.is_ok_and(|value| value.is_object()), "{shown}"),
            Err(Malformed::Duplicate { .. } | Malformed::NotAnObject { .. }) => {
                assert!(judged.is_ok(), "{shown}")
            }
            Err(_) => assert!(judged.is_err(), "{shown}"),
        }
    }
}
