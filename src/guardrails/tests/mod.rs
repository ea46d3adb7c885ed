//! Tests of the whole, through the public functions; here is what they share.

mod masks;
mod properties;
mod reach;
mod records;
mod setup;

use std::cell::Cell;

use super::*;
use crate::event::GuardrailStatus;

fn word(keyword: &str, action: Action) -> BlockedWord {
    BlockedWord { keyword: keyword.to_owned(), action, description: None }
}

fn pattern(name: &str, regex: &str, action: Action) -> Pattern {
    Pattern { name: name.to_owned(), regex: regex.to_owned(), action }
}

fn guardrail(name: &str, blocked_words: Vec<BlockedWord>, patterns: Vec<Pattern>) -> Guardrail {
    Guardrail { name: name.to_owned(), default_on: true, blocked_words, patterns, ..Guardrail::default() }
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

fn run(settings: &[Guardrail], dialect: Dialect, body: impl AsRef<[u8]>) -> Verdict {
    let compiled = Compiled::new(settings).unwrap();
    let selection = compiled.select(&[], &[]).unwrap();
    let clock = Cell::new(1_700_000_000_000_000);
    compiled.pre_call(&selection, dialect, body.as_ref(), &|| clock.replace(clock.get() + 250))
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
