#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{Writer, fold, read};
use crate::translate::View;
use crate::translate::conversation::{Home, Param, Role, Said, Seal, Words};
use crate::translate::losses::Losses;
use crate::translate::told::{Begun, Finish, Told};
use crate::usage::Usage;
use crate::wire::Api;
use crate::wire::json::Fields;

fn view(include_usage: bool) -> View {
    View { model: "public".to_owned(), include_usage, created_s: 7, echo: Vec::new(), ids: None }
}

/// What is read, and what was dropped; or why it is refused.
fn asked(body: &str, drop: bool) -> Result<(String, Vec<Param>, Vec<String>), String> {
    let mut dropped = Vec::new();
    let mut losses = Losses { api: Api::Messages, drop, dropped: &mut dropped };
    let fields = Fields::parse(body.as_bytes()).unwrap();
    let mut conversation = read(&fields, &mut losses).map_err(|reject| reject.message)?;
    let [turn] = conversation.turns.as_slice() else { panic!("one turn: {conversation:?}") };
    assert_eq!(turn.role, Role::User);
    let Said::Text(words) = &turn.parts[0].said else { panic!("a text: {turn:?}") };
    let text = words.text().into_owned();
    let all = [
        Param::Temperature,
        Param::TopP,
        Param::MaxTokens,
        Param::Stop,
        Param::Seed,
        Param::Choices,
        Param::FrequencyPenalty,
        Param::PresencePenalty,
        Param::LogitBias,
        Param::EndUser,
        Param::Obfuscation,
    ];
    let given = all.into_iter().filter(|param| conversation.params.take(*param).is_some()).collect();
    Ok((text, given, dropped))
}

#[test]
fn one_prompt_is_one_turn() {
    let plain = |text: &str| Ok((text.to_owned(), vec![], vec![]));
    assert_eq!(asked(r#"{"model":"m","prompt":"Say \u00e9"}"#, false), plain("Say é"));
    assert_eq!(asked(r#"{"model":"m","prompt":["one"]}"#, false), plain("one"));
    let neutral = r#"{"model":"m","prompt":"a","best_of":1,"echo":false,"logprobs":null,"suffix":"","stream":true,"stream_options":null}"#;
    assert_eq!(asked(neutral, false), plain("a"));
    let full = r#"{"prompt":"a","temperature":0,"top_p":1,"max_tokens":5,"stop":["x"],"seed":1,"n":2,"frequency_penalty":1,
        "presence_penalty":1,"logit_bias":{"1":2},"user":"u","stream_options":{"include_usage":true,"include_obfuscation":false}}"#;
    assert_eq!(asked(full, false).unwrap().1.len(), 11);
}

#[test]
fn what_no_conversation_can_ask_for_is_refused_or_dropped() {
    for (name, value) in [("best_of", "3"), ("echo", "true"), ("logprobs", "0"), ("suffix", "\"b\"")] {
        let body = format!(r#"{{"prompt":"a","{name}":{value}}}"#);
        let refused = asked(&body, false).unwrap_err();
        assert!(refused.starts_with(&format!("`{name}` has no counterpart in Anthropic's")), "{refused}");
        assert_eq!(asked(&body, true).unwrap().2, [name]);
    }
    assert_eq!(asked(r#"{"prompt":"a","metadata":{}}"#, false).unwrap().2, ["metadata"]);
    for (prompt, words) in [
        (r#"["a","b"]"#, "takes one prompt at a time"),
        ("[1,2]", "takes text and no token numbers"),
        ("[[1],[2]]", "takes text and no token numbers"),
        ("[]", "expected a string"),
        ("[{}]", "expected a string"),
        ("7", "expected an array, found a number"),
        ("null", "missing"),
    ] {
        let refused = asked(&format!(r#"{{"prompt":{prompt}}}"#), true).unwrap_err();
        assert!(refused.contains(words), "{prompt}: {refused}");
    }
}

fn told() -> Vec<Told<'static>> {
    let usage = Usage { input: 3, output: 2, ..Usage::default() };
    vec![
        Told::Begun(Begun { id: Some(Words::from("msg_1")), service_tier: None }),
        Told::Thought(Words::from("hm")),
        Told::Seal(Seal { home: Home::Anthropic, id: None, data: Words::from("s"), redacted: false }),
        Told::Text(Words::from("One \"é\"")),
        Told::Text(Words::from("")),
        Told::Alive,
        Told::Text(Words::from(" two")),
        Told::Finished(Finish::Length),
        Told::Usage(usage),
        Told::End,
    ]
}

fn streamed(told: Vec<Told<'_>>, include_usage: bool) -> String {
    let mut writer = Writer::new(view(include_usage));
    let mut out = Vec::new();
    told.into_iter().for_each(|piece| writer.write(piece, &mut out).unwrap());
    String::from_utf8(out).unwrap()
}

#[test]
fn an_answer_is_the_text_that_follows() {
    let body = String::from_utf8(fold(told(), &view(false)).unwrap()).unwrap();
    assert_eq!(
        body,
        r#"{"id":"msg_1","object":"text_completion","created":7,"model":"public","choices":[{"index":0,"text":"One \"é\" two","logprobs":null,"finish_reason":"length"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,"prompt_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}"#
    );
    let empty = String::from_utf8(fold(vec![Told::End], &view(false)).unwrap()).unwrap();
    assert!(empty.contains(r#""id":"cmpl-7""#) && empty.contains(r#""text":"""#), "{empty}");
    assert!(empty.contains(r#""finish_reason":"stop""#) && !empty.contains("usage"), "{empty}");
}

#[test]
fn a_stream_is_the_same_in_pieces() {
    let chunk = |text: &str, reason: &str| {
        format!(
            "data: {{\"id\":\"msg_1\",\"object\":\"text_completion\",\"created\":7,\"model\":\"public\",\"choices\":[{{\"index\":0,\
             \"text\":{text},\"logprobs\":null,\"finish_reason\":{reason}}}]}}\n\n"
        )
    };
    let expected = [
        chunk(r#""One \"é\"""#, "null"),
        ": keep-alive\n\n".to_owned(),
        chunk(r#"" two""#, "null"),
        chunk(r#""""#, r#""length""#),
        "data: [DONE]\n\n".to_owned(),
    ];
    assert_eq!(streamed(told(), false), expected.concat());
    let counted = streamed(told(), true);
    assert!(counted.contains(r#""choices":[],"usage":{"prompt_tokens":3"#), "{counted}");
    assert_eq!(counted.matches(r#""usage":null"#).count(), 3, "{counted}");
    let empty = streamed(vec![Told::End], false);
    assert!(empty.contains(r#""finish_reason":"stop""#) && empty.ends_with("data: [DONE]\n\n"), "{empty}");
}
