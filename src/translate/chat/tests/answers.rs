use serde_json::Value;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{message, parsed, shown, view};
use crate::golden;
use crate::sse::{Event, Item, Parser};
use crate::translate::chat::{Reader, Writer, fold};
use crate::translate::failure::Failure;
use crate::translate::told::Told;
use crate::wire::json::Fields;

/// What a stream tells, in few words, and what it failed with.
fn told_by(bytes: &[u8]) -> (Vec<String>, Option<Failure>) {
    let mut lines = Vec::new();
    let mut reader = Reader::default();
    let failure = each_event(bytes, |event| {
        let mut told = Vec::new();
        let result = match event {
            Some(event) => reader.event(event, &mut told),
            None => reader.end(&mut told),
        };
        let ends = told.iter().any(|piece| matches!(piece, Told::End));
        lines.extend(shown(&told));
        result.map(|()| ends)
    });
    (lines, failure)
}

/// What the client gets of a stream.
fn written(bytes: &[u8], include_usage: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut reader, mut writer) = (Reader::default(), Writer::new(view(include_usage)));
    each_event(bytes, |event| {
        let mut told = Vec::new();
        let result = match event {
            Some(event) => reader.event(event, &mut told),
            None => reader.end(&mut told),
        };
        let ends = told.iter().any(|piece| matches!(piece, Told::End));
        told.into_iter().try_for_each(|piece| writer.write(piece, &mut out))?;
        result.map(|()| ends)
    });
    out
}

/// Takes a stream's events one by one, and its end if nothing ended it before.
fn each_event(
    mut bytes: &[u8],
    mut take: impl FnMut(Option<Event<'_>>) -> Result<bool, Failure>,
) -> Option<Failure> {
    let mut parser = Parser::new(1024 * 1024);
    loop {
        let result = match parser.next(&mut bytes).unwrap() {
            Some(Item::Event(event)) => take(Some(event)),
            Some(Item::Comment(_)) => Ok(false),
            None => return take(None).err(),
        };
        match result {
            Ok(true) => return None,
            Ok(false) => {}
            Err(failure) => return Some(failure),
        }
    }
}

fn stream(case: &str) -> &'static [u8] {
    golden::file(&format!("translate/stream/chat_completions/{case}.input.sse"))
}

#[test]
fn streams_tell_what_was_said() {
    let (told, failure) = told_by(stream("parallel-calls"));
    assert_eq!(failure, None);
    assert_eq!(
        told,
        [
            "begun chatcmpl-1",
            "call Function call_a get_weather",
            "argument {\"location\"",
            "argument :\"Paris\"}",
            "call Function call_b get_weather",
            "argument {\"location\":\"Rome\"}",
            "finished Calls",
            "usage 12 30",
            "end",
        ]
    );
    let (told, _) = told_by(stream("calls-all-numbered-0"));
    assert_eq!(
        told[1..5],
        ["call Function call_a f", "argument {}", "call Function call_b g", "argument {\"x\":1}"]
    );
    let (told, _) = told_by(stream("calls-without-ids"));
    assert_eq!(told[1..], ["call Function call_chatcmpl-1_0 f", "argument {}", "finished Calls", "end"]);
    let (told, _) = told_by(stream("thinking-blocks"));
    assert_eq!(told[1..4], ["thought Two", "thought and two.", "seal Anthropic EqQB false"]);
    let (told, _) = told_by(stream("closed-after-finish"));
    assert_eq!(told[1..], ["text Hi", "finished Stop", "usage 12 30", "end"]);
    let (told, _) = told_by(stream("done-without-finish"));
    assert_eq!(told[1..], ["text Hi", "finished Stop", "end"]);
}

#[test]
fn calls_that_are_not_numbered_are_told_apart() {
    for pieces in [
        r#"{"function":{"name":"f","arguments":"{}"}},{"function":{"name":"g","arguments":"{"}}"#,
        r#"{"id":"a","function":{"name":"f","arguments":"{}"}},{"id":"b","function":{"name":"g","arguments":"{"}}"#,
        r#"{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}},{"index":0,"id":"b","function":{"name":"g","arguments":"{"}}"#,
    ] {
        let chunk =
            |calls: &str| format!("data: {{\"choices\":[{{\"delta\":{{\"tool_calls\":[{calls}]}}}}]}}\n\n");
        let rest = r#"{"function":{"arguments":"}"}}"#;
        let (told, _) = told_by((chunk(pieces) + &chunk(rest) + "data: [DONE]\n\n").as_bytes());
        let kinds: Vec<_> = told.iter().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(
            kinds,
            ["begun", "call", "argument", "call", "argument", "argument", "finished", "end"],
            "{pieces}"
        );
    }
}

#[test]
fn streams_that_break_say_how() {
    for (case, text) in [
        (
            "interleaved-calls",
            "The provider's answer is malformed: a piece of a tool call after the next one began.",
        ),
        ("cut-in-text", "The provider closed the stream before the answer was complete."),
        ("empty", "The provider closed the stream before the answer was complete."),
        ("only-done", "The provider closed the stream before the answer was complete."),
        ("choice-failed-openrouter", "Provider disconnected"),
    ] {
        assert_eq!(told_by(stream(case)).1.map(message).as_deref(), Some(text), "{case}");
    }
}

/// The deltas of a stream as one message, without what only chunks have.
fn gathered(stream: &[u8]) -> Value {
    let mut pieces: Vec<Vec<u8>> = Vec::new();
    each_event(stream, |event| {
        pieces.extend(event.map(|event| event.data.to_vec()));
        Ok(false)
    });
    let mut reader = Reader::default();
    let mut told = Vec::new();
    for data in &pieces {
        if reader.event(Event { name: b"", data }, &mut told).is_err() {
            break;
        }
    }
    parsed(&fold(told, &view(true)).unwrap())
}

#[test]
fn what_is_written_is_read_again() {
    let mut compared = 0;
    for input in golden::inputs("translate/stream/chat_completions") {
        if told_by(input.bytes).1.is_some() {
            continue;
        }
        let (first, again) = (gathered(input.bytes), gathered(&written(input.bytes, true)));
        assert_eq!(first, again, "{}", input.case);
        compared += 1;
    }
    assert!(compared > 12);
}

#[test]
fn whole_answers_fold_into_what_they_were() {
    for case in
        ["tool-calls", "text-and-call", "custom-call", "refusal", "citations", "logprobs", "thinking-blocks"]
    {
        let bytes = golden::file(&format!("translate/response/chat_completions/{case}.input.json"));
        let mut told = Vec::new();
        Reader::default().whole(&Fields::parse(bytes).unwrap(), &mut told).unwrap();
        let (folded, before) = (parsed(&fold(told, &view(true)).unwrap()), parsed(bytes));
        let (folded, before) = (&folded["choices"][0], &before["choices"][0]);
        assert_eq!(folded["finish_reason"], before["finish_reason"], "{case}");
        assert_eq!(folded["logprobs"], before["logprobs"], "{case}");
        for (name, value) in before["message"].as_object().unwrap() {
            assert_eq!(&folded["message"][name], value, "{case} {name}");
        }
    }
}

#[test]
fn whole_answers_tell_what_other_servers_mean() {
    for (case, lines) in [
        (
            "calls-without-ids",
            &[
                "call Function call_chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT_0 f",
                "argument {\"a\":1}",
                "call Function call_chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT_1 g",
                "argument {}",
                "usage 12 30",
                "finished Calls",
            ][..],
        ),
        ("reasoning-mistral", &["thought Two and two.", "text 4", "usage 12 30", "finished Stop"]),
        ("reasoning-openrouter", &["thought Two and two.", "text 4", "usage 12 30", "finished Stop"]),
        ("call-reported-as-stop", &["call Function call_abc get_weather", "usage 12 30", "finished Calls"]),
    ] {
        let bytes = golden::file(&format!("translate/response/chat_completions/{case}.input.json"));
        let mut told = Vec::new();
        Reader::default().whole(&Fields::parse(bytes).unwrap(), &mut told).unwrap();
        let told = shown(&told);
        assert_eq!(&told[1..told.len() - 1], lines, "{case}");
    }
}

#[test]
fn calls_are_bounded() {
    let call = r#"{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}"#;
    let calls = vec![call; 1025].join(",");
    let body = format!(r#"{{"choices":[{{"message":{{"tool_calls":[{calls}]}},"finish_reason":"stop"}}]}}"#);
    let failed =
        Reader::default().whole(&Fields::parse(body.as_bytes()).unwrap(), &mut Vec::new()).unwrap_err();
    assert_eq!(failed.message, "The provider's answer is malformed: more than 1024 tool calls.");
}
