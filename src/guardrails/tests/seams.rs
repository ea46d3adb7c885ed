//! Texts that are one to the model.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::Dialect::{Chat, Messages, Responses};
use super::*;

fn parts(texts: &[&str]) -> String {
    let parts: Vec<Value> = texts.iter().map(|text| json!({"type": "text", "text": text})).collect();
    json!({"messages": [{"role": "user", "content": parts}]}).to_string()
}

/// The texts of a body's only message after masking.
fn texts(verdict: Verdict) -> Vec<String> {
    let body: Value = serde_json::from_str(&masked(verdict)).unwrap();
    let parts = body["messages"][0]["content"].as_array().unwrap();
    parts.iter().map(|part| part["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_match_over_seams_is_masked_in_the_first_text_and_removed_from_the_others() {
    for (body, expected) in [
        (&["a sec", "ret b"][..], &["a [KEYWORD_REDACTED]", " b"][..]),
        (&["a secr", "", "et"], &["a [KEYWORD_REDACTED]", "", ""]),
        (&["s", "e", "c", "r", "e", "t", "s"], &["[KEYWORD_REDACTED]", "", "", "", "", "", "s"]),
        (
            &["a secret sec", "ret secret"],
            &["a [KEYWORD_REDACTED] [KEYWORD_REDACTED]", " [KEYWORD_REDACTED]"],
        ),
        (&["ｓｅｃ\u{200b}", "ｒｅ\u{200b}ｔ b"], &["[KEYWORD_REDACTED]", " b"]),
        (&["gr", "öße"], &["[KEYWORD_REDACTED]", ""]),
        (&["123-45", "-6789 or 123-45-6789"], &["[US_SSN_REDACTED]", " or [US_SSN_REDACTED]"]),
        // An edit of the second text's own begins where the seam's ends.
        (&["sec", "retsecret"], &["[KEYWORD_REDACTED]", "[KEYWORD_REDACTED]"]),
    ] {
        assert_eq!(texts(run(&[masking()], Chat, parts(body))), expected, "{body:?}");
    }
}

/// The ends of strings of 256 bytes and more are known where the body was walked over before.
#[test]
fn long_texts_are_read_to_their_ends() {
    let long = |length: usize| "\" [\n".chars().cycle().take(length).collect::<String>();
    let message = |role: &str, text: String| json!({"role": role, "content": text, "name": long(256)});
    for length in [200, 254, 255, 256, 257, 300, 2000] {
        let around = |text: &str| [long(length), text.to_owned(), long(length)].concat();
        let body = json!({"model": long(700), "messages": [
            message("user", around("a secret")),
            message("assistant", [long(length), "sec".to_owned()].concat()),
            message("assistant", ["ret".to_owned(), long(length)].concat()),
        ]});
        let body: Value = serde_json::from_str(&masked(run(&[masking()], Chat, body.to_string()))).unwrap();
        let expected = [
            around("a [KEYWORD_REDACTED]"),
            [long(length), "[KEYWORD_REDACTED]".to_owned()].concat(),
            long(length),
        ];
        let texts = body["messages"].as_array().unwrap().iter().map(|message| message["content"].clone());
        assert_eq!(texts.collect::<Vec<_>>(), expected, "{length}");
    }
}

#[test]
fn a_match_over_a_seam_counts_once_and_is_recorded_where_it_begins() {
    let verdict = run(&[masking()], Chat, parts(&["a sec", "r", "et b secret"]));
    let record = &verdict.records[0];
    assert_eq!(record.masked_entity_count["blocked_word"], 2);
    let place = |detail: &Value| (detail["path"].clone(), detail["start"].clone(), detail["end"].clone());
    let places: Vec<_> = record.match_details.iter().map(place).collect();
    assert_eq!(
        places,
        [
            (json!("messages[0].content[2].text"), json!(5), json!(11)),
            (json!("messages[0].content[0].text"), json!(2), json!(5)),
        ]
    );
}

/// What one text shows by itself does not reach over into the next one.
#[test]
fn a_match_in_one_text_stays_there() {
    for (one, two, expected) in [
        ("mail a@b.org", "and wait", ["mail [EMAIL_REDACTED]", "and wait"]),
        (
            "of a.word.of.thirty.letters.and",
            "a@b.org",
            ["of a.word.of.thirty.letters.and", "[EMAIL_REDACTED]"],
        ),
    ] {
        assert_eq!(texts(run(&[masking()], Chat, parts(&[one, two]))), expected);
    }
}

/// But the rest of a key is no word of the next text's.
#[test]
fn the_rest_of_a_match_is_masked_in_the_other_texts_and_counts_once() {
    let key = Pattern { name: "openai_api_key".to_owned(), regex: None, action: Action::Mask };
    let rules = [guardrail("g", vec![], vec![key])];
    let begins = format!("use sk-proj-{}", "a1B2".repeat(10));
    let (rest, shortest) = ("c3D4".repeat(25), "c3D4".repeat(6));
    let shorter = format!("{}c3D", "c3D4".repeat(5));
    let letters = "abcdefghijklmnopqrstuvwxyz".split_inclusive(|_| true);
    let split: Vec<&str> = std::iter::once(&*begins).chain(letters).chain([" now"]).collect();
    for (body, left) in [
        (vec![&*begins, &rest, " now"], "R now"),
        (vec![&*begins, &shortest, "", " now"], "R now"),
        (split, "R now"),
        // No more than a word has.
        (vec![&*begins, &shorter, " now"], &["R", &shorter, " now"].concat()),
        (vec![&*begins, "internationalization first"], "Rinternationalization first"),
    ] {
        let verdict = run(&rules, Chat, parts(&body));
        let counted = Value::from(verdict.records[0].masked_entity_count.clone());
        assert_eq!(counted, json!({"openai_api_key": 1}), "{body:?}");
        assert_eq!(
            texts(verdict).concat(),
            left.replacen('R', "use [OPENAI_API_KEY_REDACTED]", 1),
            "{body:?}"
        );
    }
}

#[test]
fn only_what_a_model_reads_as_one_is_joined() {
    for (dialect, template, is_joined) in [
        (Chat, r#"{"messages":[{"role":"user","content":"A"},{"role":"user","content":"B"}]}"#, true),
        (
            Chat,
            r#"{"messages":[{"content":"A","role":"user"},{"content":[{"text":"B"}],"role":"user"}]}"#,
            true,
        ),
        (Chat, r#"{"messages":[{"role":"user","content":"A"},{"role":"assistant","content":"B"}]}"#, false),
        (Chat, r#"{"messages":[{"role":"system","content":"A"},{"role":"user","content":"B"}]}"#, false),
        (Chat, r#"{"messages":[{"role":"tool","content":"A"},{"role":"tool","content":"B"}]}"#, false),
        (
            Chat,
            r#"{"messages":[{"role":"user","content":"A"},{"role":"tool","content":"x"},{"role":"user","content":"B"}]}"#,
            false,
        ),
        (Chat, r#"{"messages":[{"role":"user","content":"A","name":"B"}]}"#, false),
        (Chat, r#"{"messages":[{"role":"user","name":"A","content":"B"}]}"#, false),
        (Chat, r#"{"tools":[{"function":{"name":"A","description":"B"}}]}"#, false),
        (Chat, r#"{"messages":[{"content":"A"},{"content":"{\"a\":1}"},{"content":"B"}]}"#, false),
        (Chat, r#"{"choices":[{"text":"A"},{"text":"B"}]}"#, false),
        (Chat, r#"{"choices":[{"message":{"content":"A"}},{"message":{"content":"B"}}]}"#, false),
        (Responses, r#"{"input":[{"role":"user","content":"A"},{"role":"user","content":"B"}]}"#, true),
        (Responses, r#"{"input":["A","B"]}"#, false),
        (
            Responses,
            r#"{"input":[{"type":"function_call_output","output":"A"},{"type":"function_call_output","output":"B"}]}"#,
            false,
        ),
        (Responses, r#"{"output":[{"content":[{"text":"A"},{"text":"B"}]}]}"#, true),
        (Messages, r#"{"system":[{"text":"A"},{"text":"B"}]}"#, true),
        (
            Messages,
            r#"{"messages":[{"content":[{"type":"tool_result","content":"A"},{"type":"tool_result","content":"B"}]}]}"#,
            false,
        ),
        (Messages, r#"{"messages":[{"content":[{"type":"tool_use","input":{"text":["A","B"]}}]}]}"#, false),
    ] {
        let body = template.replace("\"A\"", "\"a forbidden \"").replace("\"B\"", "\"phrase b\"");
        assert_eq!(is_blocked(&block_word(), dialect, &body), is_joined, "{template}");
    }
}

#[test]
fn long_texts_are_joined_by_their_ends_and_short_ones_as_many_as_it_takes() {
    let filler = "x ".repeat(1_000);
    let hidden = format!("{filler}forbidden{}", "\u{200b}".repeat(5_000));
    assert!(is_blocked(&block_word(), Chat, &parts(&[&hidden, " phrase"])));
    assert!(is_blocked(&block_word(), Chat, &parts(&[&hidden, &format!(" phrase{filler}")])));
    assert!(!is_blocked(&block_word(), Chat, &parts(&[&hidden, "x", " phrase"])));
    assert!(!is_blocked(&block_word(), Chat, &parts(&[&hidden, &filler, " phrase"])));
    // Wherever what is joined is cut to bound it.
    let letters = "forbidden phrase ".repeat(2_000);
    let singles: Vec<&str> = letters.split_inclusive(|_| true).collect();
    let mask = guardrail("g", vec![word("forbidden phrase", Action::Mask)], vec![]);
    let verdict = run(&[mask], Chat, parts(&singles));
    assert_eq!(verdict.records[0].masked_entity_count["blocked_word"], 2_000);
    assert_eq!(texts(verdict).concat(), "[KEYWORD_REDACTED] ".repeat(2_000));
}

/// Other views of one match are not other matches.
#[test]
fn a_match_counts_once_in_all_views() {
    let filter = |decode| ContentFilter {
        blocked_words: vec![word("secret", Action::Mask)],
        decode,
        ..ContentFilter::default()
    };
    let guardrail =
        |decode| Guardrail { kind: Kind::ContentFilter(filter(decode)), ..guardrail("g", vec![], vec![]) };
    let all = Decode { html: true, base64: true };
    for (decode, text, count, expected) in [
        (all, "secret ｓecret s&#101;cret c2VjcmV0IHNlY3JldA==", 5, "R R R R"),
        (
            Decode { html: false, ..all },
            "secret ｓecret s&#101;cret c2VjcmV0IHNlY3JldA==",
            4,
            "R R s&#101;cret R",
        ),
        (
            Decode { base64: false, ..all },
            "secret &amp; s\u{ad}ecret c2VjcmV0IHNlY3JldA==",
            2,
            "R &amp; R c2VjcmV0IHNlY3JldA==",
        ),
        (Decode::default(), "secret s&#101;cret", 1, "R s&#101;cret"),
    ] {
        let verdict = run(&[guardrail(decode)], Chat, parts(&[text]));
        assert_eq!(verdict.records[0].masked_entity_count["blocked_word"], count, "{text}");
        assert_eq!(texts(verdict), [expected.replace('R', "[KEYWORD_REDACTED]")]);
    }
}
