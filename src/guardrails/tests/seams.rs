//! Texts that are one to the model.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::Dialect::{Chat, Messages, Responses};
use super::*;
use crate::random::SplitMix;

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

/// A match that begins in a text whose folded form is a shorter one, and that the next text shows by itself.
#[test]
fn a_text_before_the_one_that_shows_a_match_keeps_all_of_its_words() {
    let mail = [pattern("mail", r"[\w.+-]+@[\w.-]+", Action::Mask)];
    let prebuilt = [Pattern { name: "email".to_owned(), regex: None, action: Action::Mask }];
    for patterns in [mail, prebuilt] {
        let name = patterns[0].name.to_uppercase();
        let rules = [guardrail("g", vec![], patterns.to_vec())];
        for one in ["Hello… write to foo", "，请联系我", "❤\u{fe0f} foo", "a\u{a0}b", "：foo"] {
            let rest = if name == "MAIL" { "" } else { " please" };
            let two = format!("bob@example.com{rest}");
            let expected = [one.to_owned(), format!("[{name}_REDACTED]{rest}")];
            assert_eq!(texts(run(&rules, Chat, parts(&[one, &two]))), expected, "{name}: {one}");
        }
    }
}

/// Whatever is masked over whatever seams: what is left of a text stood in it, in that order, and nothing of the document
/// around the texts is touched.
#[test]
fn what_is_left_of_texts_stood_in_them() {
    let patterns = vec![
        pattern("mail", r"[\w.+-]+@[\w.-]+", Action::Mask),
        pattern("line", r"(?i)password:\s*.+", Action::Mask),
        Pattern { name: "email".to_owned(), regex: None, action: Action::Mask },
        Pattern { name: "us_ssn".to_owned(), regex: None, action: Action::Mask },
    ];
    let rules = Compiled::new(&[guardrail("g", vec![word("secret", Action::Mask)], patterns)]).unwrap();
    let selection = rules.select(&[], &[], &[]).unwrap();
    let pieces = [
        "…",
        "，",
        "请联系我",
        "foo",
        "bob@example.com",
        " ",
        "❤\u{fe0f}",
        "é",
        "ｓｅｃ",
        "sec",
        "ret",
        "password:",
        "123-45",
        "-6789",
        "\n",
        "\"",
        "\u{a0}",
        "c3D4c3D4c3D4c3D4c3D4c3D4c3D4",
        "x@y",
        ".org",
        "😀",
    ];
    let mut was_masked = 0;
    for seed in 0..3_000 {
        let mut random = SplitMix(seed);
        let mut text =
            || (0..random.index(6)).map(|_| pieces[random.index(pieces.len())]).collect::<String>();
        let before: Vec<String> = (0..4).map(|_| text()).collect();
        let body = parts(&before.iter().map(String::as_str).collect::<Vec<_>>());
        let verdict = rules.scan(&selection, Stage::Request, Chat, body.as_bytes(), &|| 0);
        if matches!(verdict.outcome, Outcome::Pass) {
            continue;
        }
        was_masked += 1;
        let after = texts(verdict);
        assert_eq!(after.len(), before.len(), "{before:?}");
        for (before, after) in before.iter().zip(&after) {
            let mut rest = before.as_str();
            for kept in pieces_between_masks(after) {
                let found = rest.split_once(kept);
                rest = found.unwrap_or_else(|| panic!("seed {seed}: {before:?} became {after:?}")).1;
            }
        }
    }
    assert!(was_masked > 1_000, "{was_masked}");
}

/// A text without the words that stand for what was masked.
fn pieces_between_masks(text: &str) -> impl Iterator<Item = &str> {
    text.split("_REDACTED]").map(|piece| piece.rsplit_once('[').map_or(piece, |(kept, _)| kept))
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
