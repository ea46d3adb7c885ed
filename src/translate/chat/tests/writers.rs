use serde_json::value::RawValue;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{parsed, view};
use crate::golden;
use crate::translate::chat::{Writer, fold};
use crate::translate::conversation::{Home, Seal, ToolKind, Words};
use crate::translate::told::{Begun, Citation, Finish, Told};
use crate::usage::Usage;

const LOGPROBS: &str = r#"[{"token":"Gr","logprob":-0.5,"top_logprobs":[{"token":"Gr","logprob":-0.5}]}]"#;

fn usage() -> Told<'static> {
    Told::Usage(Usage {
        input: 36,
        output: 87,
        cache_read: 4,
        cache_write: 2,
        reasoning: 7,
        ..Usage::default()
    })
}

fn begun() -> Told<'static> {
    Told::Begun(Begun { id: Some("resp_1".into()), service_tier: Some("auto".into()) })
}

fn call(id: &'static str) -> Told<'static> {
    Told::Call { kind: ToolKind::Function, id: id.into(), name: "f".into() }
}

fn seal(home: Home, id: Option<&'static str>, data: &'static str, redacted: bool) -> Told<'static> {
    Told::Seal(Seal { home, id: id.map(Words::from), data: data.into(), redacted })
}

fn written(told: Vec<Told<'_>>, include_usage: bool) -> String {
    let mut writer = Writer::new(view(include_usage));
    let mut out = Vec::new();
    for piece in told {
        writer.write(piece, &mut out).unwrap();
    }
    String::from_utf8(out).unwrap()
}

/// What is between the braces of each delta.
fn deltas(told: Vec<Told<'_>>) -> Vec<String> {
    let out = written(told, false);
    let choices = out.lines().filter_map(|line| line.strip_prefix("data: {"));
    choices
        .map(|chunk| {
            let chunk = parsed(format!("{{{chunk}").as_bytes());
            let choice = &chunk["choices"][0];
            match choice["finish_reason"].as_str() {
                Some(reason) => format!("finish {reason}"),
                None => choice["delta"].to_string(),
            }
        })
        .collect()
}

/// An expectation that stood before there was a bridge.
#[test]
fn chunks_are_byte_for_byte_what_clients_are_used_to() {
    let logprobs: &RawValue = serde_json::from_str(LOGPROBS).unwrap();
    for (seen, include_usage) in [("chat", false), ("chat-usage", true)] {
        let told = vec![
            begun(),
            Told::Text("Grüße 👋 ".into()),
            Told::Logprobs(std::borrow::Cow::Borrowed(logprobs)),
            Told::Text("see".into()),
            Told::Citation(Citation {
                url: Some("https://example.com".into()),
                title: Some("T".into()),
                range: Some((8, 11)),
                cited: None,
            }),
            usage(),
            Told::Finished(Finish::Stop),
            Told::End,
        ];
        let file = golden::file(&format!("translate/stream/responses/citations-and-logprobs.{seen}.sse"));
        let expected = std::str::from_utf8(file).unwrap().split_once("\n\n").unwrap().1;
        assert_eq!(written(told, include_usage), expected, "{seen}");
    }
}

#[test]
fn an_answer_without_anything_is_whole() {
    assert_eq!(deltas(vec![Told::End]), [r#"{"role":"assistant","content":""}"#, "finish stop"]);
    let folded = parsed(&fold(vec![Told::End], &view(false)).unwrap());
    assert_eq!(folded["id"], "chatcmpl-1700000000");
    assert_eq!(
        folded["choices"].to_string(),
        r#"[{"index":0,"message":{"role":"assistant","content":null,"refusal":null},"logprobs":null,"finish_reason":"stop"}]"#
    );
}

#[test]
fn calls_are_numbered_from_zero_and_called_with_something() {
    let told =
        || vec![begun(), Told::Text("Now.".into()), call("a"), call("b"), Told::Argument("{\"x\":".into())];
    let whole = |finish| {
        let mut told = told();
        told.extend([Told::Finished(finish), Told::End]);
        told
    };
    assert_eq!(
        deltas(whole(Finish::Stop))[2..],
        [
            r#"{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}"#,
            r#"{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}"#,
            r#"{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"f","arguments":""}}]}"#,
            r#"{"tool_calls":[{"index":1,"function":{"arguments":"{\"x\":"}}]}"#,
            "finish tool_calls",
        ]
    );
    assert_eq!(deltas(whole(Finish::Length)).last().unwrap(), "finish length");
    let folded = parsed(&fold(whole(Finish::Length), &view(false)).unwrap());
    let calls = &folded["choices"][0]["message"]["tool_calls"];
    assert_eq!(calls[0]["function"]["arguments"], "{}");
    assert_eq!(calls[1]["function"]["arguments"], "{\"x\":");
}

#[test]
fn a_call_that_was_cut_off_does_not_look_whole() {
    let told = || vec![call("a"), Told::Finished(Finish::Length), Told::End];
    assert_eq!(deltas(told()).len(), 3);
    let folded = parsed(&fold(told(), &view(false)).unwrap());
    assert_eq!(folded["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"], "");
}

#[test]
fn thoughts_come_as_text_and_once_more_with_their_seal() {
    let told = || {
        vec![
            begun(),
            Told::Thought("I ".into()),
            Told::Thought("think.".into()),
            seal(Home::Anthropic, None, "EqQB", false),
            seal(Home::Anthropic, None, "Emw=", true),
            Told::Thought("More.".into()),
            seal(Home::OpenAi, Some("rs_1"), "gAAA", false),
            seal(Home::Gemini, None, "CpcB", false),
            call("a"),
            Told::End,
        ]
    };
    let blocks = [
        r#"{"type":"thinking","thinking":"I think.","signature":"EqQB"}"#,
        r#"{"type":"redacted_thinking","data":"Emw="}"#,
        r#"{"type":"thinking","thinking":"More.","signature":"spillway.openai.rs_1.gAAA"}"#,
        r#"{"type":"thinking","thinking":"","signature":"spillway.gemini..CpcB"}"#,
    ];
    let sealed = |at: usize| format!(r#"{{"reasoning_content":"","thinking_blocks":[{}]}}"#, blocks[at]);
    assert_eq!(
        deltas(told())[1..8],
        [
            r#"{"reasoning_content":"I "}"#.to_owned(),
            r#"{"reasoning_content":"think."}"#.to_owned(),
            sealed(0),
            sealed(1),
            r#"{"reasoning_content":"More."}"#.to_owned(),
            sealed(2),
            sealed(3),
        ]
    );
    let folded = parsed(&fold(told(), &view(false)).unwrap());
    let message = &folded["choices"][0]["message"];
    assert_eq!(message["reasoning_content"], "I think.More.");
    assert_eq!(message["thinking_blocks"].to_string(), format!("[{}]", blocks.join(",")));
}

#[test]
fn a_thought_without_bound_loses_its_seal_only() {
    let long = "x".repeat(1024 * 1024 + 1);
    let told = vec![Told::Thought(long.as_str().into()), seal(Home::Anthropic, None, "s", false), Told::End];
    let deltas = deltas(told);
    assert_eq!(deltas.len(), 3);
    assert!(deltas[1].contains(&long));
}

#[test]
fn sources_of_one_text_are_about_the_same_characters() {
    let source = |url: &'static str| {
        Told::Citation(Citation { url: Some(url.into()), cited: Some("c".into()), ..Citation::default() })
    };
    let told = vec![
        Told::Text("Grüße".into()),
        source("https://a"),
        source("https://b"),
        Told::Citation(Citation { title: Some("a document".into()), ..Citation::default() }),
        Told::Text("!!".into()),
        source("https://c"),
        Told::End,
    ];
    let folded = parsed(&fold(told, &view(false)).unwrap());
    let ranges: Vec<_> = folded["choices"][0]["message"]["annotations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|annotation| {
            let cited = &annotation["url_citation"];
            (cited["start_index"].as_u64().unwrap(), cited["end_index"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(ranges, [(0, 5), (0, 5), (5, 7)]);
}

#[test]
fn log_probabilities_of_a_text_that_has_left_come_in_a_chunk_of_their_own() {
    let logprobs: &RawValue =
        serde_json::from_str("[{\"token\":\"a\",\n\"logprob\":-1,\"bytes\":[\n97]}]").unwrap();
    let mut writer = Writer::new(view(false));
    let (mut sent, mut out) = (Vec::new(), Vec::new());
    writer.write(Told::Text("a".into()), &mut sent).unwrap();
    writer.write(Told::Logprobs(std::borrow::Cow::Borrowed(logprobs)), &mut out).unwrap();
    let event: Vec<_> = String::from_utf8(out)
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("data: ").map(str::to_owned))
        .collect();
    let chunk = parsed(event.join("\n").as_bytes());
    assert_eq!(chunk["choices"][0]["delta"].to_string(), "{}");
    assert_eq!(chunk["choices"][0]["logprobs"]["content"][0]["bytes"].to_string(), "[97]");
}

#[test]
fn endings_are_in_the_words_of_chat() {
    for (finish, calls, reason) in [
        (Finish::Stop, false, "stop"),
        (Finish::Stop, true, "tool_calls"),
        (Finish::StopSequence(Some("x".into())), false, "stop"),
        (Finish::Calls, true, "tool_calls"),
        (Finish::Length, true, "length"),
        (Finish::Paused, false, "length"),
        (Finish::Filtered, true, "content_filter"),
        (Finish::Declined, false, "content_filter"),
    ] {
        let mut told = if calls { vec![call("a")] } else { vec![] };
        told.extend([Told::Finished(finish), Told::End]);
        assert_eq!(deltas(told).last().unwrap(), &format!("finish {reason}"));
    }
}

#[test]
fn the_counts_come_only_to_who_asked() {
    let told = || vec![usage(), Told::Finished(Finish::Stop), Told::Alive, Told::End];
    assert!(!written(told(), false).contains("prompt_tokens"));
    let out = written(told(), true);
    assert!(out.starts_with(": keep-alive\n\n") && out.ends_with("}\n\ndata: [DONE]\n\n"));
    assert!(out.contains(r#""choices":[],"usage":{"prompt_tokens":36"#));
}
