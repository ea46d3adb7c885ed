//! Conversations that no chat client can make: those of other dialects.

use serde_json::value::RawValue;
use serde_json::{Value, json};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{parsed, target};
use crate::reject::Reject;
use crate::translate::chat::write;
use crate::translate::conversation::{
    Argument, Call, Choice, Conversation, File, Format, Home, Image, Native, Param, Params, Part, Place,
    Reasoning, Role, Said, Schema, Seal, Source, Thought, Tool, ToolKind, ToolResult, Turn, WebSearch, What,
};
use crate::translate::losses::Losses;
use crate::wire::{Api, Provider};

pub(super) fn raw(text: &'static str) -> &'static RawValue {
    serde_json::from_str(text).unwrap()
}

pub(super) fn part(said: Said<'static>, at: usize) -> Part<'static> {
    Part { said, cache: None, at: Place::new("input", at) }
}

pub(super) fn said(text: &'static str) -> Said<'static> {
    Said::Text(text.into())
}

fn call(id: &'static str) -> Said<'static> {
    let argument = Argument::Object(raw(r#"{"a": 1}"#));
    Said::Call(Call { id: id.into(), kind: ToolKind::Function, name: "f".into(), argument })
}

pub(super) fn result(call_id: &'static str, parts: Vec<Part<'static>>, is_error: bool) -> Said<'static> {
    Said::Result(ToolResult { call_id: call_id.into(), kind: ToolKind::Function, parts, is_error })
}

pub(super) fn turn(role: Role, said: Vec<Said<'static>>) -> Turn<'static> {
    let parts = said.into_iter().enumerate().map(|(at, said)| part(said, at)).collect();
    Turn { role, parts, name: None, at: Place::new("input", 0) }
}

pub(super) fn talk(turns: Vec<Turn<'static>>) -> Conversation<'static> {
    Conversation { turns, ..Conversation::default() }
}

pub(super) fn written(
    conversation: Conversation<'_>,
    provider: Provider,
    drop: bool,
) -> Result<(Value, Vec<String>), Reject> {
    let mut dropped = Vec::new();
    let mut losses = Losses { api: Api::ChatCompletions, drop, dropped: &mut dropped };
    let body = write(conversation, &target(provider), &mut losses)?;
    Ok((parsed(&body), dropped))
}

#[test]
fn a_loop_of_tools_becomes_messages_that_follow_each_other() {
    let conversation = talk(vec![
        turn(Role::Assistant, vec![said("I look.")]),
        turn(Role::Assistant, vec![call("a")]),
        turn(Role::Assistant, vec![call("b")]),
        turn(
            Role::User,
            vec![
                said("And then?"),
                result("a", vec![part(said("1"), 0), part(said("2"), 1)], false),
                result("b", vec![], true),
            ],
        ),
    ]);
    let (body, dropped) = written(conversation, Provider::OpenAi, false).unwrap();
    let call =
        |id| json!({"id": id, "type": "function", "function": {"name": "f", "arguments": "{\"a\": 1}"}});
    assert_eq!(
        body["messages"],
        json!([
            {"role": "assistant", "content": "I look.", "tool_calls": [call("a"), call("b")]},
            {"role": "tool", "tool_call_id": "a",
             "content": [{"type": "text", "text": "1"}, {"type": "text", "text": "2"}]},
            {"role": "tool", "tool_call_id": "b", "content": ""},
            {"role": "user", "content": "And then?"},
        ])
    );
    assert_eq!(dropped, ["input[2].is_error"]);
}

#[test]
fn contents_are_in_the_words_of_chat() {
    let base64 =
        |media_type: &'static str| Source::Base64 { media_type: media_type.into(), data: "AA==".into() };
    let file = |source| File { source, name: None, context: None, citations: false };
    let conversation = talk(vec![turn(
        Role::User,
        vec![
            Said::Image(Image { source: base64("image/png"), detail: Some(raw("\"low\"")) }),
            Said::File(file(base64("application/pdf"))),
            Said::File(file(Source::Id("file-1".into()))),
            Said::File(File { context: Some("c".into()), ..file(Source::Text("plain".into())) }),
        ],
    )]);
    let (body, dropped) = written(conversation, Provider::OpenAi, false).unwrap();
    assert_eq!(
        body["messages"][0]["content"],
        json!([
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA==", "detail": "low"}},
            {"type": "file",
             "file": {"filename": "document.pdf", "file_data": "data:application/pdf;base64,AA=="}},
            {"type": "file", "file": {"file_id": "file-1"}},
            {"type": "text", "text": "plain"},
        ])
    );
    assert_eq!(dropped, ["input[3].context"]);
}

#[test]
fn what_chat_has_no_words_for_is_refused_where_it_stands() {
    let file = |source| Said::File(File { source, name: None, context: None, citations: false });
    for (role, last) in [
        (Role::User, file(Source::Url("https://example.com/a.pdf".into()))),
        (Role::User, Said::Image(Image { source: Source::Id("file-1".into()), detail: None })),
        (Role::User, Said::Native(Native { home: Home::Anthropic, raw: raw("{}") })),
        (Role::Assistant, Said::Native(Native { home: Home::OpenAi, raw: raw("{}") })),
    ] {
        let conversation = talk(vec![turn(role, vec![said("a"), last])]);
        let refused = written(conversation, Provider::OpenAi, true).unwrap_err();
        assert_eq!(refused.param.as_deref(), Some("input[1]"));
    }
    let tool = Tool { what: What::WebSearch(WebSearch::default()), cache: None, at: Place::new("tools", 2) };
    let searching = Conversation { tools: vec![tool], ..Conversation::default() };
    assert_eq!(
        written(searching.clone(), Provider::OpenAi, false).unwrap().0["web_search_options"],
        json!({})
    );
    let refused = written(searching, Provider::Groq, true).unwrap_err();
    assert_eq!(refused.param.as_deref(), Some("tools[2]"));
}

#[test]
fn thoughts_go_back_to_whom_they_are_of_use() {
    let conversation = || {
        let seal = Seal { home: Home::OpenAi, id: None, data: "s".into(), redacted: false };
        let thought = |seal| Said::Thought(Thought { text: Some("Hm.".into()), seal });
        talk(vec![turn(Role::Assistant, vec![thought(None), thought(Some(seal)), said("a")])])
    };
    for (provider, thoughts, lost) in [
        (Provider::OpenAi, None, vec!["input[0]", "input[1]"]),
        (Provider::HostedVllm, Some("Hm.\n\nHm."), vec!["input[1]"]),
        // Only with calls.
        (Provider::DeepSeek, None, vec!["input[0]", "input[1]"]),
    ] {
        let (body, dropped) = written(conversation(), provider, false).unwrap();
        assert_eq!(body["messages"][0]["reasoning_content"].as_str(), thoughts, "{provider:?}");
        assert_eq!(dropped, lost, "{provider:?}");
    }
}

#[test]
fn servers_get_texts_as_they_take_them() {
    let conversation = || {
        talk(vec![
            turn(Role::Developer, vec![said("a"), said("b")]),
            turn(Role::Assistant, vec![said("c"), Said::Refusal("No.".into())]),
        ])
    };
    let (body, _) = written(conversation(), Provider::DeepSeek, false).unwrap();
    assert_eq!(
        body["messages"],
        json!([{"role": "system", "content": "a\n\nb"}, {"role": "assistant", "content": "cNo."}])
    );
    let (body, _) = written(conversation(), Provider::OpenAi, false).unwrap();
    let texts = json!([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]);
    assert_eq!(
        body["messages"],
        json!([{"role": "developer", "content": texts},
               {"role": "assistant", "content": "c", "refusal": "No."}])
    );
}

#[test]
fn params_of_other_dialects_find_their_words() {
    let mut params = Params::default();
    params.give(Param::MaxTokens, "max_output_tokens", Some(raw("64")));
    params.give(Param::TopK, "top_k", Some(raw("5")));
    params.give(Param::EndUser, "metadata.user_id", Some(raw("\"u\"")));
    params.give(Param::Truncation, "truncation", Some(raw("\"disabled\"")));
    params.parallel_calls = Some(("parallel_tool_calls", true));
    params.choice = Some(("tool_choice", Choice::Auto));
    let schema = Schema { name: None, description: None, schema: Some(raw("{}")), strict: None };
    params.format = Some(("output_config.format", Format::Schema(schema)));
    params.reasoning = Some(Reasoning {
        off: true,
        summary: Some(raw("\"auto\"")),
        name: "reasoning",
        ..Reasoning::default()
    });
    let conversation = Conversation { params, stream: true, ..Conversation::default() };
    let refused = written(conversation.clone(), Provider::OpenAi, false).unwrap_err();
    assert_eq!(refused.param.as_deref(), Some("top_k"));
    let (body, dropped) = written(conversation.clone(), Provider::OpenAi, true).unwrap();
    assert_eq!(
        body,
        json!({
            "model": "provider-model", "messages": [], "max_completion_tokens": 64, "user": "u",
            "response_format": {"type": "json_schema", "json_schema": {"name": "response", "schema": {}}},
            "reasoning_effort": "none", "stream": true, "stream_options": {"include_usage": true},
        })
    );
    assert_eq!(dropped, ["reasoning.summary", "top_k"]);
    let (body, dropped) = written(conversation, Provider::HostedVllm, false).unwrap();
    assert_eq!((&body["max_tokens"], &body["top_k"]), (&json!(64), &json!(5)));
    assert_eq!(dropped, ["reasoning.summary"]);
}

#[test]
fn marks_keep_what_only_anthropic_defines_to_themselves() {
    let mut marked = turn(Role::User, vec![said("hi")]);
    marked.parts[0].cache = Some(raw(r#"{"type":"ephemeral","ttl":"1h","scope":"global"}"#));
    let (body, dropped) = written(talk(vec![marked]), Provider::OpenRouter, false).unwrap();
    assert_eq!(
        body["messages"][0]["content"],
        json!([{"type": "text", "text": "hi", "cache_control": {"type": "ephemeral", "ttl": "1h"}}])
    );
    assert_eq!(dropped, ["input[0].cache_control.scope"]);
}
