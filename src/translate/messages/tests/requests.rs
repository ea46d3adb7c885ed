//! Conversations of other dialects, made by hand, as bodies of the API.

use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::target;
use crate::reject::Reject;
use crate::translate::conversation::{
    Argument, Audio, Call, Choice, Conversation, File, Format, Home, Image, Named, Param, Part, Place,
    Reasoning, Role, Said, Seal, Source, Thought, Tool, ToolKind, ToolResult, Turn, What, Words,
};
use crate::translate::losses::Losses;
use crate::wire::Api;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn raw(text: &str) -> &RawValue {
    serde_json::from_str(text).unwrap()
}

fn written(conversation: Conversation<'_>, model: &str, drop: bool) -> Result<(Value, Vec<String>), Reject> {
    let mut dropped = Vec::new();
    let mut losses = Losses { api: Api::Messages, drop, dropped: &mut dropped };
    let body = crate::translate::messages::write(conversation, &target(model), &mut losses)?;
    Ok((serde_json::from_slice(&body).unwrap(), dropped))
}

fn conversation(turns: Vec<(Role, Vec<Said<'static>>)>) -> Conversation<'static> {
    let turn = |(index, (role, said)): (usize, (Role, Vec<Said<'static>>))| {
        let at = Place::new("messages", index);
        let part = |(inner, said)| Part { said, cache: None, at: at.inside("content", inner) };
        Turn { role, parts: said.into_iter().enumerate().map(part).collect(), name: None, at }
    };
    let turns = turns.into_iter().enumerate().map(turn).collect();
    Conversation { turns, ..Conversation::default() }
}

fn text(text: &'static str) -> Said<'static> {
    Said::Text(text.into())
}

fn called(id: &'static str, argument: &'static str) -> Said<'static> {
    let argument = Argument::Text(argument.into());
    Said::Call(Call { id: id.into(), kind: ToolKind::Function, name: "f".into(), argument })
}

fn gave(id: &'static str) -> Said<'static> {
    let parts = vec![Part { said: text("r"), cache: None, at: Place::new("messages", 0) }];
    Said::Result(ToolResult { call_id: id.into(), kind: ToolKind::Function, parts, is_error: false })
}

fn hi() -> Conversation<'static> {
    conversation(vec![(Role::User, vec![text("hi")])])
}

fn messages(turns: Vec<(Role, Vec<Said<'static>>)>) -> Value {
    written(conversation(turns), "m", false).unwrap().0["messages"].clone()
}

#[test]
fn turns_alternate_and_results_come_first() {
    let turns = vec![
        (Role::User, vec![text("a")]),
        (Role::User, vec![text("b")]),
        (Role::Assistant, vec![text(""), called("call:1", "")]),
        (Role::Assistant, vec![called("call:2", r#" {"x" : 1.0e400} "#)]),
        (Role::Developer, vec![text("mind")]),
        (Role::User, vec![gave("call:2")]),
        (Role::User, vec![gave("call:1"), text(" ")]),
    ];
    let found = messages_text(turns);
    let ids = ["call_x63616c6c3a31", "call_x63616c6c3a32"];
    let result = |id: &str| {
        format!(r#"{{"type":"tool_result","tool_use_id":"{id}","content":[{{"type":"text","text":"r"}}]}}"#)
    };
    for expected in [
        r#"{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}"#.to_owned(),
        format!(
            r#"{{"role":"assistant","content":[{{"type":"tool_use","id":"{}","name":"f","input":{{}}}},{{"type":"tool_use","id":"{}","name":"f","input":{{"x" : 1.0e400}}}}]}}"#,
            ids[0], ids[1]
        ),
        format!(
            r#"{{"role":"user","content":[{},{},{{"type":"text","text":"<operator-"#,
            result(ids[1]),
            result(ids[0])
        ),
    ] {
        assert!(found.contains(&expected), "{expected}\nin {found}");
    }
}

fn messages_text(turns: Vec<(Role, Vec<Said<'static>>)>) -> String {
    let mut dropped = Vec::new();
    let mut losses = Losses { api: Api::Messages, drop: false, dropped: &mut dropped };
    let body = crate::translate::messages::write(conversation(turns), &target("m"), &mut losses).unwrap();
    String::from_utf8(body).unwrap()
}

#[test]
fn the_system_speaks_first() {
    let (body, _) = written(
        conversation(vec![
            (Role::System, vec![text("one")]),
            (Role::Developer, vec![text("two"), text("  ")]),
            (Role::User, vec![text("hi")]),
        ]),
        "m",
        false,
    )
    .unwrap();
    assert_eq!(body["system"], json!([{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]));
    assert_eq!(body["max_tokens"], 4096);
    let alone = written(conversation(vec![(Role::System, vec![text("one")])]), "m", true).unwrap_err();
    assert_eq!((alone.status, alone.param.as_deref()), (400, Some("messages")));
}

#[test]
fn what_is_empty_is_handled() {
    let found = messages(vec![
        (Role::User, vec![text("hi")]),
        (Role::Assistant, vec![text(" \n")]),
        (Role::User, vec![text("")]),
        (Role::Assistant, vec![text("So\t far \n")]),
    ]);
    assert_eq!(
        found,
        json!([
            {"role": "user", "content": [{"type": "text", "text": "hi"}, {"type": "text", "text": "(The user's message is empty.)"}]},
            {"role": "assistant", "content": [{"type": "text", "text": "So\t far"}]},
        ])
    );
}

#[test]
fn thoughts_go_home_only() {
    let thought = |home, data: &'static str, redacted| {
        let seal = Some(Seal { home, id: None, data: data.into(), redacted });
        Said::Thought(Thought { text: (!redacted).then(|| "t".into()), seal })
    };
    let turns = vec![
        (Role::User, vec![text("hi")]),
        (
            Role::Assistant,
            vec![
                thought(Home::OpenAi, "o", false),
                thought(Home::Anthropic, "s", false),
                thought(Home::Anthropic, "d", true),
                Said::Thought(Thought { text: Some("u".into()), seal: None }),
                text("a"),
                thought(Home::Anthropic, "last", false),
            ],
        ),
        (Role::User, vec![text("b")]),
    ];
    let (body, dropped) = written(conversation(turns), "m", false).unwrap();
    assert_eq!(
        body["messages"][1]["content"],
        json!([
            {"type": "thinking", "thinking": "t", "signature": "s"},
            {"type": "redacted_thinking", "data": "d"},
            {"type": "text", "text": "a"},
        ])
    );
    assert_eq!(dropped, ["messages[1].content[0]", "messages[1].content[3]", "messages[1].content[5]"]);
}

#[test]
fn files_are_pdfs_or_texts() {
    let file = |source| Said::File(File { source, name: Some("n".into()), context: None, citations: false });
    let encoded = |media_type: &'static str, data: &'static str| Source::Base64 {
        media_type: media_type.into(),
        data: data.into(),
    };
    let found = messages(vec![(
        Role::User,
        vec![file(encoded("text/markdown", "w6k=")), file(Source::Url("https://x".into()))],
    )]);
    assert_eq!(
        found[0]["content"],
        json!([
            {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "é"}, "title": "n"},
            {"type": "document", "source": {"type": "url", "url": "https://x"}, "title": "n"},
        ])
    );
    for said in [
        file(encoded("application/zip", "AA==")),
        file(encoded("text/plain", "/w==")),
        Said::Image(Image { source: encoded("image/tiff", "AA=="), detail: None }),
        Said::Audio(Audio { data: "AA==".into(), format: "wav".into() }),
        called("c", "[1]"),
        called("c", "{"),
    ] {
        let refused =
            written(conversation(vec![(Role::User, vec![text("a"), said])]), "m", true).unwrap_err();
        assert_eq!((refused.status, refused.param.as_deref()), (400, Some("messages[0].content[1]")));
    }
}

/// Model, effort, bound of the answer; then `thinking`, `output_config.effort`, `max_tokens`, what is named.
type Case = (&'static str, &'static str, Option<&'static str>, Value, Value, u64, &'static [&'static str]);

#[test]
fn efforts_become_what_a_model_takes() {
    let adaptive = || json!({"type": "adaptive", "display": "summarized"});
    let budget = |tokens: u64| json!({"type": "enabled", "budget_tokens": tokens});
    let cases: Vec<Case> = vec![
        ("claude-sonnet-4-5", "minimal", None, budget(1024), json!(null), 4096, &[]),
        ("claude-sonnet-4-5", "medium", Some("9000"), budget(2048), json!(null), 9000, &[]),
        ("claude-sonnet-4-5", "high", Some("4096"), budget(4096), json!(null), 8192, &["max_tokens"]),
        ("claude-sonnet-4-5", "high", None, budget(4096), json!(null), 8192, &[]),
        ("claude-sonnet-4-5", "none", None, json!(null), json!(null), 4096, &[]),
        ("claude-opus-4-5", "high", Some("9000"), budget(4096), json!("high"), 9000, &[]),
        ("claude-opus-4-6", "xhigh", None, adaptive(), json!("high"), 4096, &["reasoning_effort"]),
        ("claude-opus-5", "minimal", None, adaptive(), json!("low"), 4096, &[]),
        ("claude-opus-5", "none", None, json!({"type": "disabled"}), json!(null), 4096, &[]),
        ("claude-sonnet-5-5", "none", None, json!({"type": "between_tools"}), json!(null), 4096, &[]),
        ("claude-opus-5-5", "none", None, json!(null), json!(null), 4096, &["reasoning_effort"]),
        ("claude-3-5-haiku-latest", "low", None, json!(null), json!(null), 4096, &["reasoning_effort"]),
    ];
    for (model, effort, bound, thinking, level, max_tokens, named) in cases {
        let effort = json!(effort).to_string();
        let mut asked = hi();
        asked.params.reasoning =
            Some(Reasoning { effort: Some(raw(&effort)), name: "reasoning_effort", ..Reasoning::default() });
        asked.params.give(Param::MaxTokens, "max_tokens", bound.map(raw));
        let (body, dropped) = written(asked, model, true).unwrap();
        let found =
            (&body["thinking"], &body["output_config"]["effort"], body["max_tokens"].as_u64(), dropped);
        let named: Vec<String> = named.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(found, (&thinking, &level, Some(max_tokens), named), "{model} {effort}");
    }
}

#[test]
fn what_a_model_does_not_take_is_refused_or_named() {
    for (model, param, name, value) in [
        ("claude-opus-4-7", Param::Temperature, "temperature", "0.5"),
        ("claude-sonnet-4-5", Param::Temperature, "temperature", "1.5"),
        ("claude-opus-5", Param::TopK, "top_k", "5"),
        ("m", Param::Seed, "seed", "1"),
        ("m", Param::Stop, "stop", r#"["\n"]"#),
        ("m", Param::ServiceTier, "service_tier", r#""flex""#),
        ("m", Param::LogitBias, "logit_bias", r#"{"1":1}"#),
    ] {
        let mut asked = hi();
        asked.params.give(param, name, Some(raw(value)));
        let refused = written(asked.clone(), model, false).unwrap_err();
        assert_eq!((refused.param.as_deref(), refused.code), (Some(name), Some("unsupported_parameter")));
        let (body, dropped) = written(asked, model, true).unwrap();
        assert_eq!((dropped, body.get(name)), (vec![name.to_owned()], None), "{name}");
    }
    let mut neutral = hi();
    neutral.params.give(Param::Temperature, "temperature", Some(raw("1")));
    neutral.params.give(Param::ServiceTier, "service_tier", Some(raw(r#""default""#)));
    let (body, dropped) = written(neutral, "claude-opus-4-7", false).unwrap();
    assert_eq!(
        (body.get("temperature"), &body["service_tier"], dropped.len()),
        (None, &json!("standard_only"), 0)
    );
}

#[test]
fn a_forced_tool_and_thinking_do_not_go_together() {
    let forced = |model, drop| {
        let mut asked = offering(hi());
        asked.params.choice = Some(("tool_choice", Choice::Required));
        asked.params.reasoning = Some(Reasoning {
            effort: Some(raw(r#""low""#)),
            name: "reasoning_effort",
            ..Reasoning::default()
        });
        written(asked, model, drop)
    };
    assert_eq!(forced("claude-sonnet-4-5", false).unwrap_err().param.as_deref(), Some("reasoning_effort"));
    let (body, dropped) = forced("claude-sonnet-4-5", true).unwrap();
    assert_eq!((&body["tool_choice"], body.get("thinking")), (&json!({"type": "any"}), None));
    assert_eq!(dropped, ["reasoning_effort"]);
    assert_eq!(forced("claude-opus-5-5", false).unwrap_err().param.as_deref(), Some("tool_choice"));
    assert!(forced("claude-opus-5", false).is_ok());
}

#[test]
fn a_loop_without_thoughts_goes_on_without_thinking() {
    let mut asked = offering(conversation(vec![
        (Role::User, vec![text("hi")]),
        (Role::Assistant, vec![called("c", "{}")]),
        (Role::User, vec![gave("c")]),
    ]));
    asked.params.reasoning =
        Some(Reasoning { effort: Some(raw(r#""high""#)), name: "reasoning_effort", ..Reasoning::default() });
    let (body, dropped) = written(asked.clone(), "claude-sonnet-4-5", false).unwrap();
    assert_eq!((body.get("thinking"), dropped), (None, vec!["reasoning_effort".to_owned()]));
    let (body, dropped) = written(asked, "claude-opus-5", false).unwrap();
    assert_eq!((&body["thinking"]["type"], dropped.len()), (&json!("adaptive"), 0));
}

fn offering(mut conversation: Conversation<'static>) -> Conversation<'static> {
    for (index, name) in ["f", "g"].into_iter().enumerate() {
        let parameters = (index == 0).then(|| raw(r#"{"properties":{"a":{}}}"#));
        let what = What::Function { name: name.into(), description: None, parameters, strict: None };
        conversation.tools.push(Tool { what, cache: None, at: Place::new("tools", index) });
    }
    conversation
}

#[test]
fn tools_have_schemas_of_objects_and_a_choice_among_some_offers_those() {
    let (body, _) = written(offering(hi()), "m", false).unwrap();
    assert_eq!(
        body["tools"],
        json!([
            {"name": "f", "input_schema": {"type": "object", "properties": {"a": {}}}},
            {"name": "g", "input_schema": {"type": "object"}},
        ])
    );
    let mut some = offering(hi());
    let tools = vec![Named { kind: ToolKind::Function, name: "g".into() }];
    some.params.choice = Some(("tool_choice", Choice::Among { tools, required: true }));
    some.params.parallel_calls = Some(("parallel_tool_calls", false));
    let (body, _) = written(some, "m", false).unwrap();
    assert_eq!(body["tools"].as_array().unwrap().len(), 1);
    assert_eq!(body["tool_choice"], json!({"type": "any", "disable_parallel_tool_use": true}));
    let mut custom = hi();
    let what = What::Custom { name: "c".into(), description: None, format: None };
    custom.tools.push(Tool { what, cache: None, at: Place::new("tools", 0) });
    assert_eq!(written(custom, "m", true).unwrap_err().param.as_deref(), Some("tools[0]"));
}

#[test]
fn json_of_any_shape_has_no_counterpart() {
    let mut asked = hi();
    asked.params.format = Some(("response_format", Format::Json));
    assert_eq!(written(asked.clone(), "m", false).unwrap_err().param.as_deref(), Some("response_format"));
    assert_eq!(written(asked, "m", true).unwrap().1, ["response_format"]);
    assert_eq!(Words::from("x").text(), "x");
}
