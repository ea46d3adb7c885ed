//! Streams that are made to cost much, or that cannot be read.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn refused(played: &Played, compiled: &Compiled) -> String {
    assert_eq!(played.flow, Flow::Blocked);
    assert_eq!(played.guard.records(compiled, 0), []);
    let reject = played.guard.reject(compiled).unwrap();
    assert_eq!((reject.status, reject.code), (502, Some("guardrail_cannot_check")));
    reject.message
}

#[test]
fn what_cannot_be_read_is_withheld() {
    let compiled = compiled(masking());
    for (data, why) in [
        ("{\"choices\":", "an event that is not JSON (EOF while parsing a value at line 1 column 11)"),
        ("hello", "an event that is not JSON (expected value at line 1 column 1)"),
        ("{} {}", "an event that is not JSON (trailing characters at line 1 column 4)"),
    ] {
        let stream = format!("data: {data}\n\n");
        let played = play(&compiled, Dialect::Chat, [stream.as_bytes()]);
        let expected = format!("Guardrails cannot check the provider's answer, and it is withheld: {why}");
        assert_eq!(refused(&played, &compiled), expected);
        assert!(played.out.is_empty());
    }
}

#[test]
fn a_match_that_never_ends_is_not_waited_for() {
    let endless = vec![pattern("endless", r"secret.*", Action::Mask)];
    let compiled = compiled(post_call(guardrail("g", vec![], endless)));
    let shape = &SHAPES[0];
    let mut pieces = one(&["this is a secret: "]);
    pieces.extend(std::iter::repeat_n("and on and on ".to_owned(), 6_000));
    let played = play(&compiled, shape.dialect, [(shape.stream)(&pieces).as_slice()]);
    let message = refused(&played, &compiled);
    assert!(
        message.ends_with("choices[0].message.content holds a match of more than 65536 bytes"),
        "{message}"
    );
    // With an end, it is a mask as any other.
    let pieces = one(&["this is a secret: ", "and on ", "and on", r"\nand no more"]);
    shape.check(&compiled, &pieces, usize::MAX);
}

#[test]
fn invisible_characters_do_not_use_up_what_is_held_back() {
    let compiled = compiled(masking());
    let shape = &SHAPES[0];
    let mut pieces = one(&["a se"]);
    pieces.extend(std::iter::repeat_n("\u{200b}\u{2060}".to_owned(), 12_000));
    let played = play(&compiled, shape.dialect, [(shape.stream)(&pieces).as_slice()]);
    refused(&played, &compiled);
}

#[test]
fn choices_calls_and_documents_are_bounded() {
    let compiled = compiled(masking());
    let choices = (0..10_000).map(|index| json!({"choices": [{"index": index, "delta": {"content": "x"}}]}));
    let played = play(&compiled, Dialect::Chat, [stream_of(choices).as_slice()]);
    assert!(refused(&played, &compiled).ends_with("an answer of more than 8192 texts"));

    let arguments =
        |text: &str| chunk(json!({"tool_calls": [{"index": 0, "function": {"arguments": text}}]}));
    let piece = arguments(&"x".repeat(50_000));
    let played = play(&compiled, Dialect::Chat, [stream_of(std::iter::repeat_n(piece, 8)).as_slice()]);
    assert!(refused(&played, &compiled).ends_with("JSON of more than 262144 bytes"));

    let waits = chunk(json!({"tool_calls": [{"index": 0, "function": {"arguments": "{"}}]}));
    let big = json!({"choices": [], "padding": "y".repeat(1_000_000)});
    let chunks = std::iter::once(waits).chain(std::iter::repeat_n(big, 13));
    let played = play(&compiled, Dialect::Chat, [stream_of(chunks).as_slice()]);
    assert!(refused(&played, &compiled).contains("bytes of events wait for the end of a text"));

    let long = [b"data: ".as_slice(), &vec![b'x'; 11 << 20]].concat();
    let played = play(&compiled, Dialect::Chat, long.chunks(1 << 16));
    assert!(refused(&played, &compiled).ends_with("an event of more than 10485760 bytes"));
}

/// Would not end within a test run if each piece cost a look at all that is kept.
#[test]
fn long_streams_of_small_pieces_cost_as_much_as_they_are_long() {
    let compiled = compiled(masking());
    let shape = &SHAPES[0];
    let pieces: Vec<String> =
        "lorem ipsum secret 12 ".repeat(1_000).chars().map(|char| char.to_string()).collect();
    let stream = (shape.stream)(&pieces);
    let played = play(&compiled, shape.dialect, stream.chunks(1 << 14));
    assert_eq!(played.flow, Flow::Going);
    assert_eq!(shape.joined(&played.out).matches("[KEYWORD_REDACTED]").count(), 1_000);
}

/// What only tells must not keep more than what enforces may.
#[test]
fn what_only_tells_is_bounded_too() {
    let told = Modes { default: vec![Mode::LoggingOnly], ..Modes::default() };
    let compiled = compiled(Guardrail { modes: told, ..masking() });
    let arguments =
        |text: &str| chunk(json!({"tool_calls": [{"index": 0, "function": {"arguments": text}}]}));
    let piece = arguments(&format!("secret {}", "x".repeat(50_000)));
    let stream = stream_of(std::iter::repeat_n(piece, 20));
    let played = play(&compiled, Dialect::Chat, [stream.as_slice()]);
    assert_eq!((played.flow, played.out == stream), (Flow::Going, true));
    let record = &played.guard.records(&compiled, 0)[0];
    assert_eq!(record.match_details.len(), 10);
}
