//! Which guardrails run, and what cannot be used.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn guardrails_run_by_default_or_by_name() {
    let settings = [
        block_word(),
        Guardrail { default_on: false, ..mask_all() },
        Guardrail { name: "third".to_owned(), default_on: false, ..mask_all() },
    ];
    let compiled = Compiled::new(&settings).unwrap();
    assert_eq!(compiled.names().collect::<Vec<_>>(), ["block-word", "mask", "third"]);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    for (requested, from_key, ran) in [
        (&[][..], &[][..], &["block-word"][..]),
        (&["third"], &[], &["block-word", "third"]),
        (&["third", "third"], &["mask", "block-word"], &["block-word", "mask", "third"]),
    ] {
        let selection = compiled.select(&names(requested), &names(from_key), &[]).unwrap();
        let verdict = compiled.scan(&selection, Stage::Request, Dialect::Chat, b"{}", &|| 0);
        assert_eq!(
            verdict.records.iter().map(|record| record.guardrail_name.as_str()).collect::<Vec<_>>(),
            ran
        );
        assert_eq!(verdict.outcome, Outcome::Pass);
    }
    let unknown = compiled.select(&names(&["third", "nonexistent"]), &[], &[]).unwrap_err();
    let reject = unknown.reject();
    assert_eq!((reject.status, reject.param.as_deref()), (400, Some("guardrails")));
    assert_eq!(
        reject.message,
        "Guardrail 'nonexistent' is not configured, and the request is not served without it. \
         Name one that is, or leave it out."
    );
}

#[test]
fn with_nothing_selected_nothing_is_read() {
    let compiled = Compiled::new(&[]).unwrap();
    let verdict = compiled
        .scan(&Selection::default(), Stage::Request, Dialect::Chat, b"not json", &|| panic!("no clock"));
    assert_eq!(verdict, Verdict { records: vec![], outcome: Outcome::Pass });
}

#[test]
fn what_is_not_json_is_refused() {
    let deep = "[".repeat(200);
    for (body, message) in [
        (&b"{\"a\":\"secret"[..], "expected the string's closing quote at byte 12"),
        (b"", "expected a value at byte 0"),
        (b"{} {}", "expected the end of the body at byte 3"),
        (b"{\"a\":\"\\x\"}", "expected an escape at byte 6"),
        (b"{\"a\" 1}", "expected ':' at byte 5"),
        (b"[1 2]", "expected ',' or ']' at byte 3"),
        (b"{\"a\":\"\xff\"}", "expected UTF-8 at byte 6"),
        (deep.as_bytes(), "expected at most 128 levels of nesting at byte 128"),
    ] {
        let verdict = run(&[mask_all()], Dialect::Chat, body);
        assert_eq!(verdict.records, []);
        let expected = format!("The request body is not valid JSON: {message}.");
        assert_eq!(blocked(verdict).message, expected);
    }
}

#[test]
fn a_rule_that_cannot_be_used_is_named() {
    let huge = pattern("p", &format!("({})", r"\w{200}".repeat(20)), Action::Mask);
    for (settings, text) in [
        (
            vec![guardrail("g", vec![word("", Action::Block)], vec![])],
            "guardrail 'g', rule '': the word is blank",
        ),
        (
            vec![guardrail("g", vec![], vec![pattern("p", "(", Action::Mask)])],
            "guardrail 'g', rule 'p': not a regular expression that can be used",
        ),
        (
            vec![guardrail("g", vec![], vec![pattern("p", "(?=a)", Action::Mask)])],
            "guardrail 'g', rule 'p': not a regular expression that can be used",
        ),
        (
            vec![guardrail("g", vec![], vec![pattern("p", "a*", Action::Mask)])],
            "guardrail 'g', rule 'p': it matches the empty text",
        ),
        (
            vec![guardrail("g", vec![], vec![huge])],
            "guardrail 'g', rule 'p': not a regular expression that can be",
        ),
        (vec![block_word(), block_word()], "guardrail 'block-word': a guardrail of this name exists already"),
    ] {
        let error = Compiled::new(&settings).unwrap_err().to_string();
        let text = text.replace(", rule ''", "");
        assert!(error.starts_with(&text), "{error}");
    }
}
