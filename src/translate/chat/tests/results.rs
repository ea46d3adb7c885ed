//! What tools gave back, with pictures in it.

use serde_json::{Value, json};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::conversations::{part, raw, result, said, talk, turn, written};
use crate::translate::conversation::{File, Home, Image, Native, Role, Said, Source};
use crate::wire::Provider;

const MARK: &str = r#"{"type":"ephemeral"}"#;

fn picture() -> Said<'static> {
    let source = Source::Base64 { media_type: "image/png".into(), data: "AA==".into() };
    Said::Image(Image { source, detail: None })
}

fn written_picture() -> Value {
    json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}})
}

fn text(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

#[test]
fn pictures_of_results_follow_the_last_result_of_a_step() {
    let shown = |id| result(id, vec![part(picture(), 0)], false);
    let both = |id| result(id, vec![part(said("Done."), 0), part(picture(), 1)], false);
    let tool = |id: &str, content: &str| json!({"role": "tool", "tool_call_id": id, "content": content});
    let follows = "[The result follows in the next message.]";
    let user = |content: Value| json!({"role": "user", "content": content});
    for (turns, expected) in [
        (vec![vec![both("a")]], vec![tool("a", "Done."), user(json!([written_picture()]))]),
        (
            vec![vec![shown("a"), said("And?")]],
            vec![tool("a", follows), user(json!([written_picture(), text("And?")]))],
        ),
        // Results that are turns of their own, as chat clients write them, are of one step all the same.
        (
            vec![vec![shown("a")], vec![result("b", vec![part(said("1"), 0)], false)], vec![both("c")]],
            vec![
                tool("a", follows),
                tool("b", "1"),
                tool("c", "Done."),
                user(json!([
                    text("[What the call a gave back:]"),
                    written_picture(),
                    text("[What the call c gave back:]"),
                    written_picture(),
                ])),
            ],
        ),
    ] {
        let mut turns: Vec<_> = turns.into_iter().map(|parts| turn(Role::User, parts)).collect();
        turns.push(turn(Role::Assistant, vec![said("Well.")]));
        let (body, dropped) = written(talk(turns), Provider::OpenAi, false).unwrap();
        let mut messages = body["messages"].as_array().unwrap().clone();
        assert_eq!(messages.pop().unwrap()["role"], "assistant");
        assert_eq!((messages, dropped), (expected, vec![]));
    }
}

#[test]
fn a_server_that_takes_pictures_in_results_gets_them_there() {
    let parts = vec![part(said("Done."), 0), part(picture(), 1)];
    let conversation = talk(vec![turn(Role::User, vec![result("call_0001", parts, false)])]);
    let (body, _) = written(conversation, Provider::Mistral, false).unwrap();
    assert_eq!(body["messages"].as_array().unwrap().len(), 1);
    assert_eq!(body["messages"][0]["role"], "tool");
    assert_eq!(body["messages"][0]["content"], json!([text("Done."), written_picture()]));
}

#[test]
fn what_no_message_can_hold_is_refused_in_results_too() {
    for inner in [
        Said::Native(Native { home: Home::Anthropic, raw: raw("{}") }),
        Said::Refusal("No.".into()),
        Said::Image(Image { source: Source::Id("file-1".into()), detail: None }),
    ] {
        let parts = vec![part(said("Done."), 0), part(inner, 1)];
        let conversation = talk(vec![turn(Role::User, vec![result("a", parts, false)])]);
        let refused = written(conversation, Provider::OpenAi, true).unwrap_err();
        assert_eq!(refused.param.as_deref(), Some("input[1]"));
    }
}

#[test]
fn marks_on_results_reach_the_servers_that_take_them() {
    let mut marked = turn(Role::User, vec![result("a", vec![part(said("1"), 0)], false)]);
    marked.parts[0].cache = Some(raw(MARK));
    let (body, dropped) = written(talk(vec![marked]), Provider::OpenRouter, false).unwrap();
    assert_eq!(
        body["messages"][0]["content"],
        json!([{"type": "text", "text": "1", "cache_control": {"type": "ephemeral"}}])
    );
    assert!(dropped.is_empty());
}

#[test]
fn marks_stand_on_texts_and_pictures_only() {
    let source = Source::Base64 { media_type: "application/pdf".into(), data: "AA==".into() };
    let file = Said::File(File { source, name: None, context: None, citations: false });
    let mut marked = turn(Role::User, vec![picture(), file]);
    marked.parts.iter_mut().for_each(|part| part.cache = Some(raw(MARK)));
    let (body, dropped) = written(talk(vec![marked]), Provider::OpenRouter, false).unwrap();
    let [picture, file] = body["messages"][0]["content"].as_array().unwrap().as_slice() else {
        panic!("{body}")
    };
    assert_eq!(picture["cache_control"], json!({"type": "ephemeral"}));
    assert_eq!(file["cache_control"], Value::Null);
    assert_eq!(dropped, ["input[1].cache_control"]);
}
