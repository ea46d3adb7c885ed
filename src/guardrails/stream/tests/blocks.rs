//! Streams that are blocked.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn nothing_of_a_blocked_match_goes_out() {
    let compiled = compiled(blocking("Zebra crossing"));
    for shape in SHAPES {
        let before = "all is well ".repeat(20);
        for phrase in ["Zebra crossing", "zebra Crossing and on"] {
            let text = format!("{before}{phrase}");
            let pieces: Vec<String> = text.chars().map(|char| char.to_string()).collect();
            for pieces in [pieces, one(&[&text]), one(&[&before, phrase])] {
                let stream = (shape.stream)(&pieces);
                for by in [1, 50, usize::MAX] {
                    let played = play(&compiled, shape.dialect, stream.chunks(by));
                    assert_eq!(played.flow, Flow::Blocked, "{}", shape.name);
                    let out = String::from_utf8(played.out).unwrap();
                    assert!(!out.contains(['Z', 'z']), "{}: {out}", shape.name);
                }
            }
        }
    }
}

#[test]
fn a_block_reads_as_that_of_a_whole_answer() {
    let compiled = compiled(blocking("zebra"));
    for shape in SHAPES {
        let selection = compiled.select(&[], &[], &[]).unwrap();
        let body = (shape.whole)("a zebra");
        let verdict = compiled.scan(&selection, Stage::Answer, shape.dialect, body.as_bytes(), &|| 0);
        let Outcome::Blocked(expected) = verdict.outcome else { panic!("{}", shape.name) };
        let stream = (shape.stream)(&one(&["a ze", "bra"]));
        let played = play(&compiled, shape.dialect, [stream.as_slice()]);
        assert_eq!(played.guard.reject(&compiled), Some(expected), "{}", shape.name);
        assert_eq!(played.guard.records(&compiled, 0), verdict.records, "{}", shape.name);
    }
}

#[test]
fn after_a_block_nothing_goes_out_and_the_sequence_goes_on() {
    let compiled = compiled(blocking("zebra"));
    let shape = SHAPES.iter().find(|shape| shape.name == "responses text").unwrap();
    let stream = (shape.stream)(&one(&["one two three four ", "a zebra", "more"]));
    let (mut guard, mut out) = (guard(&compiled, shape.dialect), Vec::new());
    assert_eq!(guard.push(&compiled, &stream, &mut out), Flow::Blocked);
    let last = data(&out).last().unwrap()["sequence_number"].as_u64().unwrap();
    assert_eq!(guard.next_sequence(), last + 1);
    let before = out.clone();
    assert_eq!(guard.push(&compiled, &stream, &mut out), Flow::Blocked);
    assert_eq!(guard.end(&compiled, &mut out), Flow::Blocked);
    assert_eq!(out, before);
}

#[test]
fn what_only_tells_holds_nothing_back_and_changes_nothing() {
    let told = Modes { default: vec![Mode::LoggingOnly], ..Modes::default() };
    let compiled = compiled(Guardrail { modes: told, ..blocking("zebra") });
    for shape in SHAPES {
        let stream = (shape.stream)(&one(&["a ze", "bra, ", "another zebra"]));
        let (mut guard, mut out) = (guard(&compiled, shape.dialect), Vec::new());
        for at in 0..stream.len() {
            assert_eq!(guard.push(&compiled, &stream[at..=at], &mut out), Flow::Going);
            if stream[at] == b'\n' && stream[at - 1] == b'\n' {
                assert_eq!(out, stream[..=at], "{}", shape.name);
            }
        }
        guard.end(&compiled, &mut out);
        assert_eq!(out, stream, "{}", shape.name);
        let record = &guard.records(&compiled, 0)[0];
        assert_eq!(record.guardrail_status, crate::event::GuardrailStatus::GuardrailFlagged);
        assert_eq!(record.match_details.len(), 2, "{}", shape.name);
    }
}
