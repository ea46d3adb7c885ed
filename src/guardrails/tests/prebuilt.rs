//! Prebuilt patterns as a whole, whatever each of them finds.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::guardrails::prebuilt;

fn with_patterns(names: &[&str]) -> Guardrail {
    let pattern = |name: &&str| Pattern { name: (*name).to_owned(), regex: None, action: Action::Mask };
    guardrail("prebuilt", vec![], names.iter().map(pattern).collect())
}

fn content(guardrail: &Guardrail, text: &str) -> String {
    let body = serde_json::json!({"messages": [{"role": "user", "content": text}]}).to_string();
    match run(std::slice::from_ref(guardrail), Dialect::Chat, &body).outcome {
        Outcome::Pass => text.to_owned(),
        Outcome::Masked(body) => {
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            body["messages"][0]["content"].as_str().unwrap().to_owned()
        }
        Outcome::Blocked(reject) => panic!("{}", reject.message),
    }
}

#[test]
fn all_patterns_together_leave_prose_alone() {
    let names: Vec<&str> = prebuilt::all().map(|prebuilt| prebuilt.name).collect();
    let prose = "It was in 1815, on page 12 of the 3rd volume (see section 4.2), that he wrote: 7 times 6 is 42. \
        Das Wetter war gut; il faisait beau. 天气很好。 Было тепло. let mut total = 0; for (i, x) in xs.iter() {}";
    assert_eq!(content(&with_patterns(&names), prose), prose);
}

#[test]
fn patterns_find_their_own_among_others() {
    let guardrail = with_patterns(&["email", "visa", "iban", "ipv4", "github_token"]);
    let text = "a@example.com paid from DE89 3704 0044 0532 0130 00 with 4111 1111 1111 1111 at 192.0.2.1";
    let masked = "[EMAIL_REDACTED] paid from [IBAN_REDACTED] with [VISA_REDACTED] at [IPV4_REDACTED]";
    assert_eq!(content(&guardrail, text), masked);
}

/// The first groups of four are no number, those from a later one on are.
#[test]
fn a_rejected_candidate_hides_none_that_begins_within_it() {
    let guardrail = with_patterns(&["visa"]);
    assert_eq!(content(&guardrail, "in 2024 4111 1111 1111 1111"), "in 2024 [VISA_REDACTED]");
    assert_eq!(content(&guardrail, "4000-4111-1111-1111-1111"), "4000-4111-1111-1111-1111");
    let guardrail = with_patterns(&["iban"]);
    let text = "konto NO93 8601 1117 DE89 3704 0044 0532 0130 00";
    assert_eq!(content(&guardrail, text), "konto NO93 8601 1117 [IBAN_REDACTED]");
}

/// Candidates everywhere, and none that is one.
#[test]
fn rejected_candidates_end() {
    let names: Vec<&str> = prebuilt::all().map(|prebuilt| prebuilt.name).collect();
    let guardrail = with_patterns(&names);
    for piece in
        ["1.", "4111 ", "eyJ.", "-eyJ", "a@", "::", "DE00", "/A+b", "-----BEGIN PRIVATE KEY-----", "(2", "é"]
    {
        let text = piece.repeat(2000);
        let masked = content(&guardrail, &text);
        assert!(masked.len() <= text.len() * 4, "{piece}: {} bytes", masked.len());
    }
}
