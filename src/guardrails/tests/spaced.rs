//! Rules whose matches hold white space, where texts are one to the model: a text keeps its own words.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::Dialect::{Chat, Messages, Responses};
use super::*;

/// To the line's end, to the text's end, and a prebuilt one over many lines.
fn spaced() -> Guardrail {
    let patterns = vec![
        pattern("line", r"(?i)password:\s*.+", Action::Mask),
        pattern("all", r"BEGIN SECRET[\s\S]*", Action::Mask),
        Pattern { name: "private_key".to_owned(), regex: None, action: Action::Mask },
    ];
    guardrail("spaced", vec![], patterns)
}

fn texts_after(texts: &[&str]) -> Vec<String> {
    let parts: Vec<Value> = texts.iter().map(|text| json!({"type": "text", "text": text})).collect();
    let body = json!({"messages": [{"role": "user", "content": parts}]}).to_string();
    let body: Value = serde_json::from_str(&masked(run(&[spaced()], Chat, body))).unwrap();
    let parts = body["messages"][0]["content"].as_array().unwrap();
    parts.iter().map(|part| part["text"].as_str().unwrap().to_owned()).collect()
}

const ASK: &str = "Please summarise the attached document for me, in five points.\nSecond line.";

#[test]
fn the_texts_behind_a_match_keep_their_words_on_every_endpoint() {
    for (dialect, stage, template) in [
        (Chat, Stage::Request, r#"{"messages":[{"role":"user","content":[{"text":A},{"text":B}]}]}"#),
        (
            Chat,
            Stage::Request,
            r#"{"messages":[{"role":"user","content":A},{"role":"user","content":B},{"role":"user","content":B}]}"#,
        ),
        (
            Chat,
            Stage::Request,
            r#"{"messages":[{"role":"system","content":A},{"role":"system","content":B},{"role":"user","content":"hi"}]}"#,
        ),
        (
            Messages,
            Stage::Request,
            r#"{"system":[{"type":"text","text":A},{"type":"text","text":B}],"messages":[]}"#,
        ),
        (
            Messages,
            Stage::Request,
            r#"{"messages":[{"role":"user","content":[{"type":"text","text":A},{"type":"text","text":B}]}]}"#,
        ),
        (
            Responses,
            Stage::Request,
            r#"{"input":[{"role":"user","content":[{"type":"input_text","text":A},{"type":"input_text","text":B}]}]}"#,
        ),
        (Responses, Stage::Request, r#"{"input":[{"role":"user","content":A},{"role":"user","content":B}]}"#),
        (
            Messages,
            Stage::Answer,
            r#"{"role":"assistant","content":[{"type":"text","text":A},{"type":"text","text":B}]}"#,
        ),
        (
            Responses,
            Stage::Answer,
            r#"{"output":[{"content":[{"type":"output_text","text":A},{"type":"output_text","text":B}]}]}"#,
        ),
    ] {
        let long = ASK.repeat(9);
        let mode = if stage == Stage::Request { Mode::PreCall } else { Mode::PostCall };
        let modes = Modes { default: vec![mode], ..Modes::default() };
        let compiled = Compiled::new(&[Guardrail { modes, ..spaced() }]).unwrap();
        let selection = compiled.select(&[], &[], &[]).unwrap();
        for (one, redacted) in [
            ("My password: hunter2", "My [LINE_REDACTED]"),
            ("Internal: BEGIN SECRET x", "Internal: [ALL_REDACTED]"),
        ] {
            for two in [ASK, &long, "You must never tell anybody the price of our products."] {
                let body = |one: &str| {
                    template.replace('B', &json!(two).to_string()).replace('A', &json!(one).to_string())
                };
                let verdict = compiled.scan(&selection, stage, dialect, body(one).as_bytes(), &|| 0);
                assert_eq!(masked(verdict), body(redacted));
            }
        }
    }
}

#[test]
fn no_script_and_no_sign_makes_words_go_on_with_a_match() {
    for two in [
        "请把附件里的合同逐条翻译成法语并保留原来的编号不要省略任何定义",
        "添付した契約書を一つずつフランス語に翻訳してください",
        "ช่วยสรุปเอกสารที่แนบมาให้หน่อยเป็นห้าข้อ",
        "Проанализируйте договор",
        "Συμπεριλαμβανομένων όλων",
        "Zusammenfassung、お願いします。この文書をまとめて",
        "Please\u{a0}summarise\u{3000}it\u{2003}for\u{2028}me\ttoday",
        " https://example.com/a/document/of/many/letters is what I mean",
        "See\nhttps://example.com/a/document/of/many/letters",
        "\nname,street,town,country,telephone\nBob,1 High Street,Ely,GB,0",
        "",
    ] {
        assert_eq!(texts_after(&["password: hunter2", two]), ["[LINE_REDACTED]", two]);
        assert_eq!(texts_after(&["BEGIN SECRET x", two]), ["[ALL_REDACTED]", two]);
    }
}

#[test]
fn what_goes_on_with_the_token_is_masked_to_its_end() {
    let key = "c3D4".repeat(8);
    let (some, rest) = key.split_at(8);
    for (texts, expected) in [
        (vec!["password: hunter2", &key], vec!["[LINE_REDACTED]", ""]),
        (vec!["password: ", &key], vec!["[LINE_REDACTED]", ""]),
        (vec!["password: c3", &format!("{rest} is it")], vec!["[LINE_REDACTED]", " is it"]),
        (vec!["password: c3", &format!("{rest}。是")], vec!["[LINE_REDACTED]", "。是"]),
        (vec!["password: c3", &format!("{rest}\u{a0}is it")], vec!["[LINE_REDACTED]", "\u{a0}is it"]),
        (vec!["password: c3", some, some, some, some, " it"], vec!["[LINE_REDACTED]", "", "", "", "", " it"]),
        (vec!["password: c3", some, ASK], vec!["[LINE_REDACTED]", some, ASK]),
        // Behind another match on the same line, too.
        (
            vec!["password: a", ASK.lines().next().unwrap(), "password: c3", rest, " it"],
            vec!["[LINE_REDACTED]", ASK.lines().next().unwrap(), "[LINE_REDACTED]", "", " it"],
        ),
    ] {
        assert_eq!(texts_after(&texts), expected, "{texts:?}");
    }
}

/// Keys of many lines, wherever they are cut: behind the marks no line of them is left.
#[test]
fn a_key_s_lines_go_on_with_it() {
    let lines: Vec<String> = ["q7Rk", "Zt9w", "B2mX"].iter().map(|line| line.repeat(9)).collect();
    for (begin, end, line_end) in [
        ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "\n"),
        ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "\r\n"),
        ("BEGIN SECRET", "and that is all", "\n"),
        ("BEGIN SECRET", "and that is all", "\" +\n  \""),
    ] {
        let text = [begin, &lines.join(line_end), end].join(line_end);
        let inner = begin.len() + line_end.len()..text.len() - end.len() - line_end.len();
        let is_in_a_line = |at: &usize| text.as_bytes()[*at].is_ascii_alphanumeric();
        for at in (inner.start..inner.end - 24).filter(|at| !line_end.contains('+') || is_in_a_line(at)) {
            let (one, two) = text.split_at(at);
            let left = texts_after(&[one, two]).concat();
            assert!(lines.iter().all(|line| !left.contains(line.get(..24).unwrap())), "{at}: {left}");
            assert!(left.contains("_REDACTED]"), "{left}");
            assert!(begin != "BEGIN SECRET" || left.ends_with(end), "{left}");
        }
    }
}

/// A match that several texts show only together ends with the one that makes it whole.
#[test]
fn a_match_of_several_texts_takes_no_words_of_the_next_one() {
    let letters = "password:hunter2-and-some-more";
    let letters: Vec<&str> = letters.split_inclusive(|_| true).chain([" now", ASK]).collect();
    let gone = vec![""; letters.len() - 3];
    for (texts, expected) in [
        (vec!["The password:", "hunter2", ASK], vec!["The [LINE_REDACTED]", "", ASK]),
        (vec!["The pass", "word: hunter2", ASK, ASK], vec!["The [LINE_REDACTED]", "", ASK, ASK]),
        (vec!["BEGIN SEC", "RET x", ASK], vec!["[ALL_REDACTED]", "", ASK]),
        (vec!["pass", "word:", "hun", "ter2", ASK], vec!["[LINE_REDACTED]", "", "", "", ASK]),
        (letters, [vec!["[LINE_REDACTED]"], gone, vec![" now", ASK]].concat()),
    ] {
        assert_eq!(texts_after(&texts), expected, "{texts:?}");
    }
}
