//! Answers → what is told.

use super::super::Reader;
use crate::sse::Event;
use crate::translate::conversation::{Seal, Words};
use crate::translate::failure::Failure;
use crate::translate::told::{Citation, Told};
use crate::wire::json::Fields;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn whole(body: &str) -> Result<String, Failure> {
    let fields = Fields::parse(body.as_bytes()).unwrap();
    let mut told = Vec::new();
    Reader::default().whole(&fields, &mut told)?;
    Ok(shown(&told))
}

/// A stream of these events, closed by the provider; what was told before a failure is lost here.
fn stream(events: &[&str]) -> Result<String, Failure> {
    let mut reader = Reader::default();
    let mut shows = Vec::new();
    for event in events {
        let mut told = Vec::new();
        reader.event(Event { name: b"", data: event.as_bytes() }, &mut told)?;
        shows.push(shown(&told));
    }
    let mut told = Vec::new();
    reader.end(&mut told)?;
    shows.push(shown(&told));
    Ok(shows.join(" / "))
}

fn shown(told: &[Told<'_>]) -> String {
    told.iter().map(show).collect::<Vec<_>>().join(" ")
}

fn show(told: &Told<'_>) -> String {
    let words =
        |words: &Option<Words<'_>>| words.as_ref().map_or("-".into(), |words| words.text().into_owned());
    match told {
        Told::Begun(begun) => format!("begun:{}", words(&begun.id)),
        Told::Text(text) => format!("text:{}", text.text()),
        Told::Thought(text) => format!("thought:{}", text.text()),
        Told::Seal(Seal { data, .. }) => format!("seal:{}", data.text()),
        Told::Call { id, name, .. } => format!("call:{}:{}", id.text(), name.text()),
        Told::Argument(text) => format!("argument:{}", text.text()),
        Told::Citation(Citation { url, title, cited, range }) => {
            format!("citation:{}:{}:{}:{range:?}", words(url), words(title), words(cited))
        }
        Told::Logprobs(logprobs) => format!("logprobs:{}", logprobs.get()),
        Told::Usage(usage) => {
            format!(
                "usage:{}>{} ({} cached, {} thought)",
                usage.input, usage.output, usage.cache_read, usage.reasoning
            )
        }
        Told::Finished(finish) => format!("finished:{finish:?}"),
        other => format!("{other:?}"),
    }
}

/// An answer with one candidate of these parts and these other members.
fn candidate(parts: &str, rest: &str) -> String {
    format!(
        r#"{{"candidates":[{{"content":{{"parts":[{parts}],"role":"model"}}{rest}}}],"responseId":"r1","modelVersion":"m"}}"#
    )
}

const STOP: &str = r#","finishReason":"STOP","index":0"#;

#[test]
fn texts_thoughts_calls_and_signatures_come_in_their_order() {
    for (parts, expected) in [
        (r#"{"text":"Hi"}"#, "text:Hi finished:Stop"),
        (
            r#"{"text":"Hm.","thought":true},{"text":"Hi","thoughtSignature":"S"}"#,
            "thought:Hm. seal:S text:Hi finished:Stop",
        ),
        (
            concat!(
                r#"{"functionCall":{"name":"f","args":{"a":"b"}},"thoughtSignature":"S"},"#,
                r#"{"functionCall":{"id":"g1","name":"g"}}"#
            ),
            "seal:S call:call_r1_0:f argument:{\"a\":\"b\"} call:g1:g argument:{} finished:Calls",
        ),
        (r#"{"text":"Hi"},{"text":"","thoughtSignature":"S"}"#, "text:Hi seal:S finished:Stop"),
        ("{}", "finished:Stop"),
        ("", "finished:Stop"),
    ] {
        let told = whole(&candidate(parts, STOP)).unwrap();
        assert_eq!(told, format!("begun:r1 {expected} End"), "{parts}");
    }
}

#[test]
fn ids_are_made_up_from_the_call_where_the_answer_has_none() {
    let parts = r#"{"functionCall":{"name":"f","args":{}}},{"functionCall":{"name":"f","args":{}}}"#;
    let body = candidate(parts, STOP).replace(r#""responseId":"r1","#, "");
    let told = whole(&body).unwrap();
    let ids: Vec<&str> =
        told.split(' ').filter_map(|told| told.strip_prefix("call:")?.strip_suffix(":f")).collect();
    assert_eq!(ids.len(), 2);
    assert!(ids[0] != ids[1] && ids.iter().all(|id| id.starts_with("call_")), "{ids:?}");
    assert_eq!(whole(&body).unwrap(), told);
}

#[test]
fn reasons_of_the_end() {
    for (reason, finish) in [
        ("STOP", "Stop"),
        ("MAX_TOKENS", "Length"),
        ("CONTINUATION", "Length"),
        ("SAFETY", "Filtered"),
        ("RECITATION", "Filtered"),
        ("PROHIBITED_CONTENT", "Filtered"),
        ("SOMETHING_NEW", "Filtered"),
    ] {
        let rest = format!(r#","finishReason":"{reason}""#);
        let told = whole(&candidate(r#"{"functionCall":{"name":"f"}}"#, &rest)).unwrap();
        let finish = if reason == "STOP" { "Calls" } else { finish };
        assert!(told.ends_with(&format!("finished:{finish} End")), "{told}");
    }
    for reason in ["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL"] {
        let rest = format!(r#","finishReason":"{reason}","finishMessage":"Malformed: print(f(.""#);
        let failure = whole(&candidate("", &rest)).unwrap_err();
        assert_eq!((failure.status, failure.code.as_deref()), (502, Some(reason)));
        assert!(failure.message.ends_with("Malformed: print(f(."), "{}", failure.message);
        assert_eq!(failure.cause().name(), "server_error");
    }
}

#[test]
fn a_blocked_prompt_is_a_failure_of_its_content() {
    let body = r#"{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":4}}"#;
    for failure in [whole(body).unwrap_err(), stream(&[body]).unwrap_err()] {
        assert_eq!(failure.cause().name(), "content_policy");
        assert_eq!(failure.message, "The provider blocked the prompt: SAFETY.");
    }
    let failure = whole(r#"{"usageMetadata":{"promptTokenCount":4}}"#).unwrap_err();
    assert_eq!(failure.cause().name(), "malformed_answer");
}

#[test]
fn a_candidate_without_content_is_an_empty_answer() {
    let body = r#"{"candidates":[{"finishReason":"MAX_TOKENS","index":0}],"usageMetadata":{"promptTokenCount":3,"thoughtsTokenCount":9,"totalTokenCount":12}}"#;
    assert_eq!(whole(body).unwrap(), "begun:- usage:3>9 (0 cached, 9 thought) finished:Length End");
}

#[test]
fn other_kinds_of_parts_are_not_passed_over() {
    for part in [
        r#"{"inlineData":{"mimeType":"image/png","data":"QQ=="}}"#,
        r#"{"executableCode":{"language":"PYTHON","code":"1"}}"#,
    ] {
        assert_eq!(whole(&candidate(part, STOP)).unwrap_err().status, 501);
    }
}

#[test]
fn a_stream_ends_with_its_connection() {
    let first = candidate(r#"{"text":"a"}"#, "");
    let last = candidate(r#"{"text":"b"}"#, STOP);
    let counts = r#"{"usageMetadata":{"promptTokenCount":5,"toolUsePromptTokenCount":2,"cachedContentTokenCount":1,"candidatesTokenCount":3,"thoughtsTokenCount":4,"totalTokenCount":14}}"#;
    assert_eq!(
        stream(&[&first, &last, counts]).unwrap(),
        "begun:r1 text:a / text:b / usage:7>7 (1 cached, 4 thought) / finished:Stop End"
    );
    assert_eq!(stream(&[&first]).unwrap_err().cause().name(), "stream_cut");
    assert_eq!(stream(&[]).unwrap_err().cause().name(), "stream_cut");
}

#[test]
fn an_error_inside_a_stream_keeps_its_status() {
    let error = r#"{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}"#;
    let failure = stream(&[&candidate(r#"{"text":"a"}"#, ""), error]).unwrap_err();
    assert_eq!((failure.status, failure.code.as_deref()), (503, Some("UNAVAILABLE")));
    assert_eq!(failure.kind, "server_error");
}

#[test]
fn citations_count_characters_where_gemini_counts_bytes() {
    let grounding = concat!(
        r#","groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a","title":"A"}},{"web":{"uri":"https://b"}}],"#,
        r#""groundingSupports":[{"segment":{"startIndex":4,"endIndex":10,"text":"日本"},"groundingChunkIndices":[0,1,7]},"#,
        r#"{"segment":{"endIndex":2},"groundingChunkIndices":[1]}]}"#
    );
    let told = whole(&candidate(r#"{"text":"é, 日本!"}"#, &format!("{STOP}{grounding}"))).unwrap();
    let citations = concat!(
        "citation:https://a:A:日本:Some((3, 5)) citation:https://b:-:日本:Some((3, 5)) ",
        "citation:https://b:-:-:Some((0, 1))"
    );
    assert_eq!(told, format!("begun:r1 text:é, 日本! {citations} finished:Stop End"));

    // A stream counts from its beginning, and repeats what it has told.
    let events = [
        candidate(r#"{"text":"é, "}"#, ""),
        candidate(r#"{"text":"日本!"}"#, &format!("{STOP}{grounding}")),
        candidate("", &format!("{STOP}{grounding}")),
    ];
    let told = stream(&events.each_ref().map(String::as_str)).unwrap();
    assert_eq!(told, format!("begun:r1 text:é,  / text:日本! {citations} /  / finished:Stop End"));
}

#[test]
fn a_segment_counts_from_its_part() {
    let rest = concat!(
        r#","finishReason":"STOP","groundingMetadata":{"groundingChunks":[{"web":{"uri":"u"}}],"groundingSupports":"#,
        r#"[{"segment":{"partIndex":1,"startIndex":0,"endIndex":2},"groundingChunkIndices":[0]}]}"#
    );
    let told = whole(&candidate(r#"{"text":"één"},{"text":"twee"}"#, rest)).unwrap();
    assert!(told.contains("citation:u:-:-:Some((3, 5))"), "{told}");
}

#[test]
fn log_probabilities_are_those_of_chat_completions() {
    let rest = concat!(
        r#","finishReason":"STOP","logprobsResult":{"chosenCandidates":[{"token":"é","tokenId":1,"logProbability":-0.5},"#,
        r#"{"token":"!"}],"topCandidates":[{"candidates":[{"token":"é","logProbability":-0.5}]}]}"#
    );
    let told = whole(&candidate(r#"{"text":"é!"}"#, rest)).unwrap();
    let expected = concat!(
        r#"logprobs:[{"token":"é","logprob":-0.5,"bytes":[195,169],"#,
        r#""top_logprobs":[{"token":"é","logprob":-0.5,"bytes":[195,169]}]},"#,
        r#"{"token":"!","logprob":0.0,"bytes":[33],"top_logprobs":[]}]"#
    );
    assert!(told.contains(expected), "{told}");
}
