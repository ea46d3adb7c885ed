use serde_json::{Value, json};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{parsed, target};
use crate::golden;
use crate::reject::Reject;
use crate::translate::chat::{read, write};
use crate::translate::conversation::{Conversation, Said};
use crate::translate::losses::Losses;
use crate::translate::{Ask, Target};
use crate::wire::json::Fields;
use crate::wire::{Api, Dialect, Provider};

/// Reads a chat body and writes it for a chat server.
fn there_and_back(body: &[u8], target: &Target) -> Result<(Value, Vec<String>), Reject> {
    let mut dropped = Vec::new();
    let mut losses = Losses { api: Api::ChatCompletions, drop: target.drop_params, dropped: &mut dropped };
    let fields = Fields::parse(body).unwrap();
    let mut conversation = read(&fields, &mut losses)?;
    conversation.stream = fields.read("stream") == Some(true);
    let written = write(conversation, target, &mut losses)?;
    Ok((parsed(&written), dropped))
}

fn read_only<R>(body: &str, look: impl FnOnce(&Conversation<'_>) -> R) -> R {
    let mut dropped = Vec::new();
    let mut losses = Losses { api: Api::Messages, drop: false, dropped: &mut dropped };
    let fields = Fields::parse(body.as_bytes()).unwrap();
    look(&read(&fields, &mut losses).unwrap())
}

/// Cases that come back in other words, or not at all.
const OTHERWISE: &[&str] = &[
    // Written as the member that it is everywhere else.
    "refusal-history",
    // Marks for caches and thoughts are hints; parameters beyond the reference are refused or left out.
    "agent-transcript",
    "images-and-files",
    "server-extras",
    "thinking-adaptive",
    "thinking-blocks",
    "thinking-disabled",
    "tool-loop",
    // Chat takes texts only in a tool's message.
    "picture-in-tool-result",
    // Of a film it is the part that is refused; what is left of a document is refused as a file's address.
    "video-and-document",
    // A turn that says nothing is left out, and so is what is said of no tools.
    "assistant-said-nothing",
    "parallel-calls-off-no-tools",
    // Retired, and refused on the bridge.
    "legacy-function-message",
    "legacy-functions",
    // Judged by the reader instead of by the provider.
    "argument-is-no-object",
    "assistant-first-and-system-later",
    "content-of-wrong-type",
    "max-tokens-twice",
    "messages-not-a-list",
    "no-messages",
    "not-an-object",
    "not-json",
    "text-of-wrong-type",
    "tool-choice-unknown",
    "tool-result-without-id",
    "tool-unknown",
    "unknown-role",
];

#[test]
fn what_is_read_is_written_again() {
    let target = target(Provider::OpenAi);
    let mut otherwise = Vec::new();
    for input in golden::inputs("translate/request/chat") {
        let stream = Fields::parse(input.bytes).is_ok_and(|fields| fields.read("stream") == Some(true));
        let ask = Ask { dialect: Dialect::Chat, body: input.bytes, stream };
        let passed = crate::translate::request(&ask, &target);
        // A thought is named by its block here and by its member there: what counts is whether something is.
        let passed =
            passed.map(|passed| (in_our_words(parsed(&passed.body)), passed.dropped.is_empty())).ok();
        let read = Fields::parse(input.bytes).ok().and_then(|_| there_and_back(input.bytes, &target).ok());
        let read = read.map(|(body, dropped)| (body, dropped.is_empty()));
        if read.is_none() || read != passed {
            otherwise.push(input.case);
        }
    }
    let mut expected = OTHERWISE.to_vec();
    expected.sort_unstable();
    assert_eq!(otherwise, expected);
}

/// Top-level parameters that are `null` say nothing, and a retired name is written as the new one.
fn in_our_words(body: Value) -> Value {
    let Value::Object(fields) = body else { panic!("no object: {body}") };
    let set = fields.into_iter().filter(|(_, value)| !value.is_null());
    set.map(|(name, value)| {
        (if name == "max_tokens" { "max_completion_tokens".to_owned() } else { name }, value)
    })
    .collect()
}

#[test]
fn what_chat_cannot_say_is_named() {
    let body = golden::file("translate/request/chat/thinking-blocks.input.json");
    let (written, dropped) = there_and_back(body, &target(Provider::OpenAi)).unwrap();
    assert_eq!(written["reasoning_effort"], "low");
    assert_eq!(written["messages"][1].get("reasoning_content"), None);
    assert_eq!(dropped, ["messages[1].thinking_blocks[0]", "messages[1].thinking_blocks[1]"]);
    let (written, _) = there_and_back(body, &target(Provider::DeepSeek)).unwrap();
    assert_eq!(written["messages"][1]["reasoning_content"], "I need the tool.");
    assert_eq!((&written["thinking"], &written["max_tokens"]), (&json!({"type": "enabled"}), &json!(4096)));
    let (written, _) = there_and_back(body, &target(Provider::OpenRouter)).unwrap();
    assert_eq!(written["reasoning"], json!({"max_tokens": 2000}));
}

#[test]
fn marks_for_caches_go_where_there_is_a_word_for_them() {
    let body = golden::file("translate/request/chat/cache-marks.input.json");
    let (written, dropped) = there_and_back(body, &target(Provider::OpenRouter)).unwrap();
    let mark = json!({"type": "ephemeral"});
    assert_eq!(written["messages"][0]["content"][0]["cache_control"], mark);
    assert_eq!(written["messages"][1]["content"][0]["cache_control"], mark);
    assert_eq!(written["messages"][3]["content"][0]["cache_control"], mark);
    assert_eq!(dropped, ["messages[2].tool_calls[0].cache_control", "tools[0].cache_control"]);
    let (written, dropped) = there_and_back(body, &target(Provider::OpenAi)).unwrap();
    assert!(!written["messages"].to_string().contains("cache_control"));
    assert_eq!(dropped.len(), 5);
}

#[test]
fn pictures_in_a_tools_message_follow_it() {
    let body = golden::file("translate/request/chat/picture-in-tool-result.input.json");
    let (written, _) = there_and_back(body, &target(Provider::OpenAi)).unwrap();
    let [.., tool, user] = written["messages"].as_array().unwrap().as_slice() else { panic!("{written}") };
    assert_eq!((&tool["role"], &tool["content"]), (&json!("tool"), &json!("Done.")));
    assert_eq!((&user["role"], &user["content"][0]["type"]), (&json!("user"), &json!("image_url")));
}

#[test]
fn seals_of_gemini_stand_before_the_calls_they_belong_to() {
    let body = golden::file("translate/request/chat/thinking-of-others.input.json");
    let kinds = read_only(std::str::from_utf8(body).unwrap(), |conversation| {
        let kind = |said: &Said<'_>| match said {
            Said::Thought(thought) => match &thought.seal {
                Some(seal) => format!("{:?}", seal.home),
                None => "unsealed".to_owned(),
            },
            Said::Text(_) => "text".to_owned(),
            Said::Call(call) => call.id.text().into_owned(),
            _ => "other".to_owned(),
        };
        conversation.turns[1].parts.iter().map(|part| kind(&part.said)).collect::<Vec<_>>()
    });
    assert_eq!(kinds, ["OpenAi", "unsealed", "text", "Gemini", "call_1", "call_2"]);
}

#[test]
fn wrong_shapes_are_refused_with_their_path() {
    for (body, message) in [
        (r#"{"messages":{}}"#, "`messages`: expected an array, found an object."),
        (r#"{"messages":[1]}"#, "`messages[0]`: expected an object, found a number."),
        (r#"{"messages":[{"content":"x"}]}"#, "`messages[0].role`: missing."),
        (r#"{"messages":[{"role":"user"}]}"#, "`messages[0].content`: missing."),
        (r#"{"messages":[{"role":"assistant"}]}"#, "`messages[0].content`: missing."),
        (
            r#"{"messages":[{"role":"user","content":[{"type":"text"}]}]}"#,
            "`messages[0].content[0].text`: missing.",
        ),
        (
            r#"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":1}}]}]}"#,
            "`messages[0].content[0].image_url.url`: expected a string, found a number.",
        ),
        (
            r#"{"messages":[{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f"}}]}]}"#,
            "`messages[0].tool_calls[0].function.arguments`: missing.",
        ),
        (r#"{"messages":[],"tools":[{"type":"function"}]}"#, "`tools[0].function`: missing."),
        (
            r#"{"messages":[],"tool_choice":{"type":"function","function":{}}}"#,
            "`tool_choice.function.name`: missing.",
        ),
        (
            r#"{"messages":[],"thinking":{"type":"maybe"}}"#,
            "`thinking.type`: expected `enabled`, `disabled` or `adaptive`.",
        ),
        (
            r#"{"messages":[],"parallel_tool_calls":"no"}"#,
            "`parallel_tool_calls`: expected a boolean, found a string.",
        ),
    ] {
        let refused = there_and_back(body.as_bytes(), &target(Provider::OpenAi)).unwrap_err();
        assert_eq!((refused.status, refused.message.as_str()), (400, message), "{body}");
    }
}

#[test]
fn budgets_of_thought_become_efforts() {
    for (budget, effort) in
        [(1024, "low"), (4999, "low"), (5000, "medium"), (10_000, "high"), (64_000, "high")]
    {
        let body = format!(
            r#"{{"messages":[{{"role":"user","content":"a"}}],"thinking":{{"type":"enabled","budget_tokens":{budget}}}}}"#
        );
        let (written, _) = there_and_back(body.as_bytes(), &target(Provider::Azure)).unwrap();
        assert_eq!(written["reasoning_effort"], effort, "{budget}");
    }
}
