//! What the dialects' streams hold besides one text.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn masked(dialect: Dialect, stream: &[u8]) -> String {
    let compiled = compiled(masking());
    let played = play(&compiled, dialect, stream.chunks(11));
    assert_eq!(played.flow, Flow::Going, "{:?}", played.guard.reject(&compiled));
    String::from_utf8(played.out).unwrap()
}

/// Streams in which no rule matches come out as they went in, whatever they hold.
#[test]
fn real_streams_pass_byte_by_byte() {
    let rules = post_call(guardrail("g", vec![word("not to be found", Action::Mask)], vec![]));
    let compiled = compiled(rules);
    let dialects = [
        ("chat", Dialect::Chat),
        ("messages", Dialect::Messages),
        ("responses", Dialect::Responses),
        ("completions", Dialect::Completions),
    ];
    let mut count = 0;
    for (path, bytes) in crate::golden::files("translate/stream") {
        let target = path.rsplit('.').nth(1).unwrap().split('-').next().unwrap();
        let Some((_, dialect)) = dialects.into_iter().find(|(name, _)| *name == target) else { continue };
        // What the golden file says of the stream stands before it.
        let text = std::str::from_utf8(bytes).unwrap();
        let stream = text.split_once("\n\n").map(|(_, stream)| stream).unwrap_or_default();
        if stream.contains("\n:")
            || stream.starts_with(':')
            || stream.contains("\"logprobs\":{")
            || stream.contains("\"logprobs\":[{")
        {
            continue;
        }
        let stream = if stream.ends_with("\n\n") { stream.to_owned() } else { format!("{stream}\n") };
        let played = play(&compiled, dialect, stream.as_bytes().chunks(17));
        assert_eq!(played.flow, Flow::Going, "{path}: {:?}", played.guard.reject(&compiled));
        assert_eq!(String::from_utf8(played.out).unwrap(), stream.trim_start_matches('\n'), "{path}");
        count += 1;
    }
    assert!(count > 100, "{count}");
}

#[test]
fn texts_of_a_choice_do_not_wait_for_each_other() {
    let compiled = compiled(masking());
    let (mut guard, mut out) = (guard(&compiled, Dialect::Chat), Vec::new());
    let mut push = |delta: Value| {
        guard.push(&compiled, &stream_of([chunk(delta)]), &mut out);
        String::from_utf8(out.clone()).unwrap()
    };
    assert_eq!(push(json!({"reasoning_content": "let me se"})), "");
    assert!(push(json!({"content": "The "})).contains("let me se"));
    // It goes on: what is left of the match goes.
    push(json!({"reasoning_content": "cret b"}));
    let out = push(json!({"content": "end"}));
    assert!(out.contains(r#""reasoning_content":"[KEYWORD_REDACTED] b""#), "{out}");
}

#[test]
fn choices_and_calls_are_told_apart_by_their_index() {
    let choice =
        |index: usize, text: &str| json!({"choices": [{"index": index, "delta": {"content": text}}]});
    let out = masked(
        Dialect::Chat,
        &stream_of([choice(1, "sec"), choice(0, "sec"), choice(1, "ret"), choice(0, "ond"), choice(1, "s")]),
    );
    let texts: Vec<&str> = out
        .lines()
        .filter_map(|line| line.split_once("\"content\":\"")?.1.split_once('"'))
        .map(|pair| pair.0)
        .collect();
    assert_eq!(texts, ["[KEYWORD_REDACTED]", "sec", "", "ond", "s"]);

    let call = |index: usize, text: &str| {
        chunk(json!({"tool_calls": [{"index": index, "function": {"name": "f", "arguments": text}}]}))
    };
    let out = masked(
        Dialect::Chat,
        &stream_of([call(0, "{\"a\":1234"), call(1, "{\"b\":\"se"), call(0, "56789}"), call(1, "cret\"}")]),
    );
    let pieces = |at: usize| -> String {
        let data = data(out.as_bytes());
        let calls = data.iter().map(|chunk| &chunk["choices"][0]["delta"]["tool_calls"][0]);
        calls
            .filter(|call| call["index"] == at)
            .filter_map(|call| call["function"]["arguments"].as_str())
            .collect()
    };
    assert_eq!(pieces(0), r#"{"a":"[NUMBER_REDACTED]"}"#);
    assert_eq!(pieces(1), r#"{"b":"[KEYWORD_REDACTED]"}"#);
}

#[test]
fn a_tool_s_input_stays_an_object() {
    let stream = messages(
        &one(&[r#"{\"card\": 123"#, "456789, ", r#"\"se"#, r#"cret\": 1}"#]),
        ("tool_use", r#""name":"f","input":{}"#),
        ("input_json_delta", "partial_json"),
    );
    let out = masked(Dialect::Messages, &stream);
    let input: String = data(out.as_bytes())
        .iter()
        .filter_map(|data| data.pointer("/delta/partial_json")?.as_str())
        .collect();
    assert_eq!(input, r#"{"card": "[NUMBER_REDACTED]", "[KEYWORD_REDACTED]": 1}"#);
}

#[test]
fn whole_texts_in_events_are_masked_too() {
    for (dialect, data, expected) in [
        (
            Dialect::Messages,
            r#"{"type":"content_block_start","index":2,"content_block":{"type":"web_search_tool_result","content":[{"title":"secret"}]}}"#,
            r#"[{"title":"[KEYWORD_REDACTED]"}]"#,
        ),
        (
            Dialect::Messages,
            r#"{"type":"content_block_delta","index":2,"delta":{"type":"citations_delta","citation":{"cited_text":"a secret"}}}"#,
            r#"{"cited_text":"a [KEYWORD_REDACTED]"}"#,
        ),
        (
            Dialect::Chat,
            r#"{"choices":[{"index":0,"delta":{"annotations":[{"url_citation":{"title":"secret"}}]}}]}"#,
            r#"{"title":"[KEYWORD_REDACTED]"}"#,
        ),
        (Dialect::Chat, r#"{"choices":[],"warning":"secret"}"#, r#""warning":"[KEYWORD_REDACTED]""#),
        (
            Dialect::Responses,
            r#"{"type":"response.output_text.annotation.added","output_index":0,"content_index":0,"annotation_index":0,"annotation":{"title":"secret"}}"#,
            r#"{"title":"[KEYWORD_REDACTED]"}"#,
        ),
        (
            Dialect::Responses,
            r#"{"type":"response.output_item.done","output_index":0,"item":{"type":"web_search_call","action":{"query":"secret"}}}"#,
            r#"{"query":"[KEYWORD_REDACTED]"}"#,
        ),
        (
            Dialect::Responses,
            r#"{"type":"response.audio.delta","delta":"secret","obfuscation":"secret"}"#,
            r#""delta":"secret","obfuscation":"secret""#,
        ),
    ] {
        let out = masked(dialect, format!("data: {data}\n\n").as_bytes());
        assert!(out.contains(expected), "{out}");
    }
}

#[test]
fn token_probabilities_are_left_out_where_something_is_enforced() {
    let tokens = json!({"content": [{"token": "sec", "bytes": [115]}]});
    let chunk = json!({"choices": [{"index": 0, "delta": {"content": "x"}, "logprobs": tokens}]});
    let stream = stream_of([chunk]);
    let expected = r#"data: {"choices":[{"delta":{"content":"x"},"index":0,"logprobs":null}]}"#;
    let sorted =
        |out: &str| serde_json::from_str::<Value>(out.trim().strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!(sorted(&masked(Dialect::Chat, &stream)), sorted(expected));
    let told = Modes { default: vec![Mode::LoggingOnly], ..Modes::default() };
    let compiled = compiled(Guardrail { modes: told, ..masking() });
    assert_eq!(play(&compiled, Dialect::Chat, [stream.as_slice()]).out, stream);
}

/// With short words only, little is held.
#[test]
fn what_is_held_is_as_long_as_the_longest_match() {
    let short = post_call(guardrail("g", vec![word("secret", Action::Mask)], vec![]));
    let compiled = compiled(short);
    let (mut guard, mut out) = (guard(&compiled, Dialect::Chat), Vec::new());
    let mut late = 0;
    for at in 0..200_usize {
        guard.push(&compiled, &stream_of([chunk(json!({"content": format!("{:04} ", at)}))]), &mut out);
        late = late.max(at + 1 - data(&out).len());
    }
    assert!((2..=4).contains(&late), "{late}");
}

#[test]
fn comments_pass_at_once() {
    let compiled = compiled(masking());
    let (mut guard, mut out) = (guard(&compiled, Dialect::Chat), Vec::new());
    guard.push(&compiled, &stream_of([chunk(json!({"content": "held"}))]), &mut out);
    guard.push(&compiled, b": keep-alive\n\n", &mut out);
    assert_eq!(String::from_utf8(out.clone()).unwrap(), ": keep-alive\n\n");
}

#[test]
fn there_is_no_guard_where_nothing_runs_on_answers() {
    let compiled = compiled(guardrail("g", vec![word("x", Action::Block)], vec![]));
    assert!(compiled.stream(&compiled.select(&[], &[], &[]).unwrap(), Dialect::Chat, 0).is_none());
}
