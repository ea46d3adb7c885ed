//! Tests of the whole, through the public functions; here is what they share.

mod answers;
mod documents;
#[cfg(not(target_arch = "wasm32"))]
mod evasion;
mod exemptions;
mod gated;
mod generated;
mod hostile;
mod masks;
mod prebuilt;
#[cfg(not(target_arch = "wasm32"))]
mod precision;
mod properties;
mod reach;
mod records;
mod seams;
mod setup;
mod spaced;
mod texts;

use std::cell::Cell;

use super::*;
use crate::event::GuardrailStatus;
use crate::wire::{check, schema};

pub(in crate::guardrails) fn word(keyword: &str, action: Action) -> BlockedWord {
    BlockedWord { keyword: keyword.to_owned(), action, description: None }
}

pub(super) fn pattern(name: &str, regex: &str, action: Action) -> Pattern {
    Pattern { name: name.to_owned(), regex: Some(regex.to_owned()), action }
}

pub(in crate::guardrails) fn guardrail(
    name: &str,
    blocked_words: Vec<BlockedWord>,
    patterns: Vec<Pattern>,
) -> Guardrail {
    let filter = ContentFilter { blocked_words, patterns, ..ContentFilter::default() };
    Guardrail {
        name: name.to_owned(),
        default_on: true,
        kind: Kind::ContentFilter(filter),
        ..Guardrail::default()
    }
}

fn block_word() -> Guardrail {
    let mut word = word("forbidden phrase", Action::Block);
    word.description = Some("test word".to_owned());
    Guardrail { id: "7f".to_owned(), ..guardrail("block-word", vec![word], vec![]) }
}

fn mask_all() -> Guardrail {
    let email = pattern("email", r"[\w.+-]+@[\w-]+\.[\w.]+", Action::Mask);
    guardrail("mask", vec![word("secret", Action::Mask)], vec![email])
}

/// Masks the words `secret` and `größe`, addresses, numbers, and passwords with their names.
fn masking() -> Guardrail {
    let words = vec![word("secret", Action::Mask), word("größe", Action::Mask)];
    let patterns = vec![
        pattern("email", r"[a-z0-9.]+@[a-z0-9]+\.[a-z]{2,}", Action::Mask),
        pattern("us_ssn", r"\d{3}-\d{2}-\d{4}", Action::Mask),
        pattern("number", r"\d{9}", Action::Mask),
        pattern("password", r#""password"\s*:\s*"[^"]*""#, Action::Mask),
    ];
    guardrail("masks", words, patterns)
}

fn run(settings: &[Guardrail], dialect: Dialect, body: impl AsRef<[u8]>) -> Verdict {
    let compiled = Compiled::new(settings).unwrap();
    let selection = compiled.select(&[], &[], &[]).unwrap();
    scan(&compiled, &selection, dialect, body.as_ref())
}

/// As bytes, as what was walked over before where that may be, and again where its texts may be known; all comes to the
/// same.
fn scan(compiled: &Compiled, selection: &Selection, dialect: Dialect, body: &[u8]) -> Verdict {
    let started = Cell::new(0);
    let clock = || started.replace(started.get() + 250);
    let scan = |body: Body<'_>| {
        started.set(1_700_000_000_000_000);
        compiled.scan(selection, Stage::Request, dialect, body, &clock)
    };
    let verdict = scan(Body::Bytes(body));
    if let Ok(checked) = check::object(body, schema::request(dialect)) {
        assert_eq!(scan(Body::Walked(checked.into_walked())), verdict, "{}", body.escape_ascii());
    }
    let mut known = Known::new(100, Some([1, 2])).from(1);
    for time in 0..3 {
        started.set(1_700_000_000_000_000);
        let again = compiled.scan_again(selection, (&mut known, ""), dialect, body, &clock);
        assert_eq!(again, verdict, "time {time}: {}", body.escape_ascii());
    }
    verdict
}

fn masked(verdict: Verdict) -> String {
    match verdict.outcome {
        Outcome::Masked(body) => String::from_utf8(body).unwrap(),
        other => panic!("masked expected, found {other:?}"),
    }
}

fn blocked(verdict: Verdict) -> Reject {
    match verdict.outcome {
        Outcome::Blocked(reject) => reject,
        other => panic!("blocked expected, found {other:?}"),
    }
}

fn is_blocked(settings: &Guardrail, dialect: Dialect, body: &str) -> bool {
    matches!(run(std::slice::from_ref(settings), dialect, body).outcome, Outcome::Blocked(_))
}
