//! What is made of answers.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn generic_says(answer: &str) -> Opinion {
    read(&generic(), Some(200), answer.as_bytes(), 2)
}

fn block(reason: &str, categories: &[&str], texts: &[usize]) -> Opinion {
    let (reason, categories) = (reason.to_owned(), strings(categories));
    Opinion::Block(Objection { reason, categories, texts: texts.to_vec() })
}

#[test]
fn the_generic_api_passes_blocks_and_masks() {
    for (answer, expected) in [
        (r#"{"action":"NONE"}"#, Opinion::Pass),
        (r#"{"action":"NONE","texts":null,"images":null,"blocked_reason":null,"more":[]}"#, Opinion::Pass),
        (r#"{"action":"BLOCKED","blocked_reason":"no\nway "}"#, block("no way", &[], &[])),
        (
            r#"{"action":"BLOCKED","texts":["x"]}"#,
            block("Content blocked by a guardrail, which gave no reason", &[], &[]),
        ),
        (
            r#"{"action":"GUARDRAIL_INTERVENED","texts":["a","\ud83d\ude00"]}"#,
            Opinion::Masked(strings(&["a", "😀"])),
        ),
    ] {
        assert_eq!(generic_says(answer), expected, "{answer}");
    }
    let long = json!({"action": "BLOCKED", "blocked_reason": "é".repeat(5_000)}).to_string();
    assert_eq!(generic_says(&long), block(&"é".repeat(1_000), &[], &[]));
}

#[test]
fn whatever_else_the_generic_api_answers_is_a_failure() {
    const NOT_JSON: &str = "its answer is not its API's JSON";
    for (answer, why) in [
        ("", NOT_JSON),
        ("secret", NOT_JSON),
        ("null", NOT_JSON),
        ("[]", NOT_JSON),
        ("{}", NOT_JSON),
        (r#"{"action":"NONE"} {"#, NOT_JSON),
        (r#"{"action":"NONE","action":"BLOCKED"}"#, NOT_JSON),
        (r#"{"action":null}"#, NOT_JSON),
        (r#"{"action":"GUARDRAIL_INTERVENED","texts":["secret",1]}"#, NOT_JSON),
        (r#"{"action":"GUARDRAIL_INTERVENED","texts":"secret"}"#, NOT_JSON),
        (r#"{"action":"none"}"#, "its action is none of NONE, BLOCKED and GUARDRAIL_INTERVENED"),
        (r#"{"action":"secret"}"#, "its action is none of NONE, BLOCKED and GUARDRAIL_INTERVENED"),
        (r#"{"action":"GUARDRAIL_INTERVENED"}"#, "it intervened and gave no texts"),
        (r#"{"action":"GUARDRAIL_INTERVENED","texts":["a"]}"#, "it gave 1 texts for 2 texts"),
        (r#"{"action":"GUARDRAIL_INTERVENED","texts":["a","b","c"]}"#, "it gave 3 texts for 2 texts"),
    ] {
        assert_eq!(generic_says(answer), Opinion::Failed(why.to_owned()), "{answer}");
    }
}

#[test]
fn no_answer_and_every_other_status_is_a_failure() {
    let blocked = br#"{"action":"BLOCKED"}"#;
    for (status, why) in [
        (None, "it gave no answer in time"),
        (Some(504), "it gave no answer in time (504)"),
        (Some(503), "it could not be reached, or does not serve (503)"),
        (Some(500), "it answered with status 500"),
        (Some(404), "it answered with status 404"),
        (Some(302), "it answered with status 302"),
        (Some(0), "it answered with status 0"),
    ] {
        assert_eq!(read(&generic(), status, blocked, 2), Opinion::Failed(why.to_owned()));
    }
    let long = vec![b' '; MAX_ANSWER + 1];
    assert_eq!(
        read(&generic(), Some(200), &long, 2),
        Opinion::Failed(format!("its answer is longer than {MAX_ANSWER} bytes"))
    );
}

#[test]
fn moderations_block_what_is_flagged() {
    let says = |answer: &Value| read(&moderations(), Some(200), &bytes(answer), 2);
    let result = |flagged: bool, categories: Value| json!({"flagged": flagged, "categories": categories, "category_scores": {"violence": 0.1}});
    let clean = result(false, json!({"violence": false, "illicit": null}));
    let violent =
        result(true, json!({"violence": true, "harassment": true, "hate": false, "a secret": true}));
    for (results, expected) in [
        (json!([clean, clean]), Opinion::Pass),
        (json!([result(false, json!({"violence": true})), {"flagged": false}]), Opinion::Pass),
        (
            json!([clean, violent]),
            block(
                "Violated OpenAI moderation policy: harassment, violence",
                &["harassment", "violence"],
                &[1],
            ),
        ),
        (
            json!([violent, result(true, json!({"violence": true, "self-harm/intent": true}))]),
            block(
                "Violated OpenAI moderation policy: harassment, self-harm/intent, violence",
                &["harassment", "self-harm/intent", "violence"],
                &[0, 1],
            ),
        ),
        (json!([{"flagged": true}, clean]), block("Violated OpenAI moderation policy", &[], &[0])),
        (json!([clean]), Opinion::Failed("it gave 1 results for 2 texts".to_owned())),
        (json!([]), Opinion::Failed("it gave 0 results for 2 texts".to_owned())),
        (json!([clean, {}]), Opinion::Failed("its answer is not its API's JSON".to_owned())),
        (json!([clean, {"flagged": "yes"}]), Opinion::Failed("its answer is not its API's JSON".to_owned())),
        (json!(null), Opinion::Failed("its answer is not its API's JSON".to_owned())),
    ] {
        assert_eq!(says(&json!({"id": "m", "results": results})), expected, "{results}");
    }
}
