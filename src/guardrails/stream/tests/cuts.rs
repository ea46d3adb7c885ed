//! However a stream and its texts are cut, the client gets the masked text of the whole answer.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::guardrails::Pattern;
use crate::random::SplitMix;

const TEXTS: &[&str] = &[
    "",
    "nothing to see",
    "secret",
    "a secret, SECRET! sesecret secre",
    "incipit: Größe, a.b@c.org then 123-45-6789.",
    "x123-45-67890 123456789123456789123 finis",
    "boom 💣💣 \n\t\"quoted\" \\ é",
    "{\"password\": \"se\\u0063ret\", \"n\": 123456789, \"secret\": [\"secret\"]}",
    "[secret](https://a/secret)",
    "{not json but secret",
    "\"a secret string\"",
    "\"a secret string\" and more secret",
    "  [1, 2.5e3, true, \"\\u0073ecret\"] ",
];

/// Unoptimised wasm is slow: there not every cut is made.
const STEP: usize = if cfg!(target_arch = "wasm32") { 5 } else { 1 };

#[test]
fn at_every_character() {
    let compiled = compiled(masking());
    for shape in SHAPES {
        for text in TEXTS {
            let chars: Vec<String> = text.chars().map(|char| raw(&char.to_string())).collect();
            shape.check(&compiled, &chars, usize::MAX);
            for at in (0..=chars.len()).step_by(STEP) {
                let (head, tail) = chars.split_at(at);
                shape.check(&compiled, &[head.concat(), tail.concat()], usize::MAX);
            }
        }
    }
}

/// The groups that follow a card tell whether it is one: another card, or the rest of a longer number.
#[test]
fn between_two_cards() {
    let card = Pattern { name: "credit_card".to_owned(), regex: None, action: Action::Mask };
    let compiled = compiled(post_call(guardrail("masks", vec![], vec![card])));
    for text in [
        "4111 1111 1111 1111 5500 0000 0000 0004, and more of it",
        "4111 1111 1111 1111 5500 0000 0000 00041, and more of it",
        "4111 1111 1111 1111 5500 0000 0000 0005, and more of it",
    ] {
        for at in (0..=text.len()).step_by(STEP) {
            let (head, tail) = text.split_at(at);
            SHAPES[0].check(&compiled, &one(&[head, tail]), usize::MAX);
        }
    }
}

#[test]
fn in_a_key_that_seems_to_end_before_it_does() {
    let key = Pattern { name: "openai_api_key".to_owned(), regex: None, action: Action::Mask };
    let compiled = compiled(post_call(guardrail("masks", vec![], vec![key])));
    let text = format!("use sk-proj-{}\u{200b}{} now", "a1B2".repeat(6), "c3D4".repeat(6));
    let chars: Vec<String> = text.chars().map(|char| raw(&char.to_string())).collect();
    for shape in SHAPES {
        let masked = shape.whole_masked(&compiled, &text);
        assert_eq!(masked.as_deref(), Some("use [OPENAI_API_KEY_REDACTED] now"));
        shape.check(&compiled, &chars, usize::MAX);
        for at in (0..=chars.len()).step_by(STEP) {
            let (head, tail) = chars.split_at(at);
            shape.check(&compiled, &[head.concat(), tail.concat()], usize::MAX);
        }
    }
}

#[test]
fn at_every_byte() {
    let compiled = compiled(masking());
    for shape in SHAPES {
        let pieces = one(&["A sec", "ret and 1234", "56789 ", "for a@b", ".org"]);
        for by in [1, 2, 3, 7, 64] {
            shape.check(&compiled, &pieces, by);
        }
    }
}

#[test]
fn between_the_two_escapes_of_one_character() {
    let compiled = compiled(masking());
    for shape in SHAPES {
        for pieces in [
            &[r"a \ud83d", r"\udca3 b"][..],
            &[r"\ud83d", r"\udca3"],
            &[r"secret\ud83d", r"\udca3secret\ud83d", r"\udca3"],
            &[r"\ud83d", r"\ude00 secret"],
            &[r"\ud83d", r"x\udca3"],
            &[r"\\ud83d", r"\udca3"],
        ] {
            let text: String = pieces.concat();
            if serde_json::from_str::<Value>(&format!("\"{text}\"")).is_err() {
                // Half a character stays one.
                let stream = (shape.stream)(&one(pieces));
                let played = play(&compiled, shape.dialect, [stream.as_slice()]);
                assert_eq!((played.flow, played.out), (Flow::Going, stream));
                continue;
            }
            let played = play(&compiled, shape.dialect, [(shape.stream)(&one(pieces)).as_slice()]);
            assert_eq!(played.flow, Flow::Going, "{:?}", played.guard.reject(&compiled));
            let raw = String::from_utf8(played.out).unwrap();
            let expected = shape.whole_masked(&compiled, &text).unwrap();
            let joined: String = data_raw(&raw, shape);
            let joined: String = serde_json::from_str(&format!("\"{joined}\"")).unwrap();
            assert_eq!(joined, expected, "{}: {pieces:?}", shape.name);
        }
    }
}

/// The pieces as written, for those that are no text by themselves.
fn data_raw(out: &str, shape: &Shape) -> String {
    let field = format!("\"{}\":\"", shape.piece.rsplit('/').next().unwrap());
    let is_piece = |line: &&str| {
        !shape.piece.starts_with("/delta") || line.contains(".delta") || line.contains("_delta")
    };
    let pieces = out.lines().filter(|line| line.starts_with("data: ")).filter(is_piece);
    let piece = |line: &str| {
        let (_, rest) = line.split_once(&field)?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    pieces.filter_map(piece).collect()
}

#[test]
fn of_long_texts_in_pieces_of_any_length() {
    const PIECES: &[&str] = &[
        "secret",
        "SeCrEt",
        "sec",
        "ret",
        "größe",
        "gr",
        "a@b.org",
        "a",
        "@b",
        ".org",
        "123-45-6789",
        "123",
        "-45-",
        "123456789",
        "1234567",
        " ",
        " ",
        "\n",
        "\"",
        "\\",
        "😀",
        "💣",
        "é",
        "{",
        "}",
        "lorem ipsum dolor ",
        ". ",
    ];
    let bounded = {
        let patterns = vec![
            pattern("us_ssn", r"\b\d{3}-\d{2}-\d{4}\b", Action::Mask),
            pattern("number", r"\d{9}", Action::Mask),
        ];
        post_call(guardrail(
            "masks",
            vec![word("secret", Action::Mask), word("größe", Action::Mask)],
            patterns,
        ))
    };
    let settings = [compiled(bounded), compiled(masking())];
    for seed in 0..120 {
        let mut random = SplitMix(seed);
        let text: String = (0..random.index(400)).map(|_| PIECES[random.index(PIECES.len())]).collect();
        let mut pieces = vec![String::new()];
        for char in text.chars() {
            if random.index(4) == 0 {
                pieces.push(String::new());
            }
            pieces.last_mut().unwrap().push_str(&raw(&char.to_string()));
        }
        let shape = &SHAPES[random.index(SHAPES.len())];
        shape.check(&settings[random.index(2)], &pieces, 1 + random.index(300));
    }
}
