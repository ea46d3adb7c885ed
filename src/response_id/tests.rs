#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{LONGEST, MOST_GUARDS, Mark, ResponseId, Secret};
use crate::base64::{Alphabet, decode, encode};

fn secret(name: &str) -> Secret {
    Secret::derived([name].into_iter())
}

fn id() -> ResponseId {
    ResponseId {
        kept: true,
        guards: Vec::new(),
        has_many_guards: false,
        owner: Mark::of("key"),
        deployment: Mark::of("gpt-4.1/openai-1"),
        model: "gpt-4.1".to_owned(),
        provider_id: "resp_68d2c1f0a1b48190a0e4f4b2d7c1a9f00b3c4d5e6f708192".to_owned(),
    }
}

#[test]
fn what_was_sealed_is_opened() {
    let kinds = [
        id(),
        ResponseId { kept: false, provider_id: String::new(), model: String::new(), ..id() },
        ResponseId { owner: Mark::default(), provider_id: "é".to_owned(), ..id() },
        ResponseId { guards: vec![Mark::of("one"), Mark::of("two")], ..id() },
        ResponseId { kept: false, guards: vec![Mark::of("one")], ..id() },
    ];
    for id in kinds {
        let sealed = id.sealed(&secret("a"));
        assert!(sealed.starts_with("resp_") && sealed.len() < 180, "{sealed}");
        assert_eq!(ResponseId::open(&sealed, &secret("a")), Some(id.clone()));
        assert_eq!(sealed, id.sealed(&secret("a")), "always the same");
    }
    let long = ResponseId { model: "m".repeat(65), ..id() };
    let opened = ResponseId::open(&long.sealed(&secret("a")), &secret("a")).unwrap();
    assert_eq!(opened, ResponseId { model: String::new(), ..long });
}

#[test]
fn with_more_guardrails_than_an_id_carries_nobody_has_it_again() {
    for (count, kept) in [(MOST_GUARDS, true), (MOST_GUARDS + 1, false), (300, false)] {
        let many = ResponseId { guards: vec![Mark::of("one"); count], ..id() };
        let opened = ResponseId::open(&many.sealed(&secret("a")), &secret("a")).unwrap();
        assert_eq!((opened.kept, opened.guards.len()), (kept, if kept { count } else { 0 }));
        assert_eq!(opened.has_many_guards, !kept);
        assert_eq!((opened.owner, opened.provider_id), (many.owner, many.provider_id));
    }
}

#[test]
fn an_id_shows_nothing_of_what_it_holds() {
    let sealed = id().sealed(&secret("a"));
    let bytes = decode(Alphabet::Url, sealed.strip_prefix("resp_").unwrap()).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(!text.contains("gpt") && !text.contains("68d2"), "{text}");
    let other = ResponseId { provider_id: "resp_other".to_owned(), ..id() }.sealed(&secret("a"));
    assert_ne!(sealed.get(5..30), other.get(5..30), "nor that two are of one deployment");
}

#[test]
fn a_changed_bit_makes_an_id_nobodys() {
    let sealed = id().sealed(&secret("a"));
    let bytes = decode(Alphabet::Url, sealed.strip_prefix("resp_").unwrap()).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut forged = bytes.clone();
        forged[bit / 8] ^= 1 << (bit % 8);
        let forged = format!("resp_{}", encode(Alphabet::Url, &forged));
        assert_eq!(ResponseId::open(&forged, &secret("a")), None, "bit {bit}");
    }
    for end in 0..sealed.len() {
        assert_eq!(ResponseId::open(sealed.get(..end).unwrap(), &secret("a")), None, "cut at {end}");
    }
}

#[test]
fn another_secrets_ids_and_a_providers_own_are_nobodys() {
    let sealed = id().sealed(&secret("b"));
    let long = format!("resp_{}", "A".repeat(LONGEST + 1));
    for foreign in [sealed.as_str(), &id().provider_id, "resp_", "", "chatcmpl-1", "resp_é", &long] {
        assert_eq!(ResponseId::open(foreign, &secret("a")), None, "{foreign}");
    }
}

#[test]
fn secrets_are_told_apart_and_not_shown() {
    let of = |parts: &[&str]| Secret::derived(parts.iter().copied());
    assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
    assert_ne!(of(&["a"]), of(&["a", ""]));
    assert_eq!(format!("{:?}", of(&["a"])), "Secret");
}
