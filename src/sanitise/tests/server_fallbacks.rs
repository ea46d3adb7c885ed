//! Whose `fallbacks` they are on Messages: Anthropic's, or the gateway's.

#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{STRICT, going_on, minimal};
use crate::reject::Reject;
use crate::sanitise::{Asked, Request, walked};
use crate::wire::Dialect::{self, Chat, CountTokens, Messages};

const BETA: Option<&str> = Some("claude-code-20250219, server-side-fallback-2026-07-01");

/// What becomes of a value: whether it goes on, how many fallbacks of the gateway's it makes, what was dropped.
fn parted(
    dialect: Dialect,
    fallbacks: &str,
    asked: Asked<'_>,
) -> Result<(bool, Option<usize>, Vec<String>), Reject> {
    let body = minimal(dialect, &format!("\"fallbacks\":{fallbacks}"));
    let (request, _): (Request, _) = walked(dialect, body.as_bytes(), &STRICT, asked)?;
    let goes_on = going_on(&request, &body);
    assert!(goes_on == body || goes_on == minimal(dialect, ""), "{goes_on}");
    Ok((goes_on == body, request.controls.fallbacks.map(|list| list.len()), request.dropped))
}

#[test]
fn what_only_anthropic_can_mean_goes_on() {
    for (fallbacks, betas) in [
        (r#""default""#, None),
        (r#""default""#, BETA),
        (r#"[{"model":"claude-opus-4-7"}]"#, BETA),
        (
            r#"[{"model":"a","max_tokens":9,"speed":"fast","thinking":{"type":"adaptive"},"output_config":{"effort":"low"}},{"model":"b"}]"#,
            BETA,
        ),
    ] {
        let asked = Asked { betas, ..Asked::default() };
        assert_eq!(parted(Messages, fallbacks, asked), Ok((true, None, vec![])), "{fallbacks}");
    }
}

#[test]
fn all_else_steers_the_gateway() {
    for (fallbacks, betas, count) in [
        (r#"["n"]"#, BETA, Some(1)),
        (r#"[{"m":["n","o"]}]"#, BETA, Some(2)),
        (r#"[{"model":"n","temperature":0}]"#, BETA, Some(1)),
        (r#"[{"model":"n","thinking":{"type":"adaptive","x":1}}]"#, BETA, Some(1)),
        (r#"[{"model":"n"},"o"]"#, BETA, Some(2)),
        (r#"[{"model":"n"}]"#, None, Some(1)),
        (r#"[{"model":"n"}]"#, Some("context-1m-2025-08-07"), Some(1)),
        ("[]", BETA, Some(0)),
        ("null", BETA, None),
    ] {
        let asked = Asked { betas, ..Asked::default() };
        assert_eq!(parted(Messages, fallbacks, asked), Ok((false, count, vec![])), "{fallbacks}");
    }
    for dialect in [Chat, CountTokens] {
        let asked = Asked { betas: BETA, ..Asked::default() };
        assert_eq!(parted(dialect, r#"[{"model":"n"}]"#, asked), Ok((false, Some(1), vec![])));
        assert_eq!(parted(dialect, r#""default""#, asked).unwrap_err().status, 400);
    }
}

#[test]
fn who_may_use_some_models_only_is_told_that_it_does_not_go_on() {
    let asked = Asked { betas: BETA, some_models_only: true, ..Asked::default() };
    let dropped = vec!["fallbacks".to_owned()];
    for fallbacks in [r#""default""#, r#"[{"model":"claude-opus-4-7"}]"#] {
        assert_eq!(parted(Messages, fallbacks, asked), Ok((false, None, dropped.clone())));
    }
    assert_eq!(parted(Messages, r#"["n"]"#, asked), Ok((false, Some(1), vec![])));
}
