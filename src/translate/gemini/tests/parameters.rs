//! Parameters, thinking, formats, tools.

use serde_json::json;

use super::*;
use crate::translate::conversation::{
    Choice, Format, Named, Param, Params, Reasoning, Schema, Tool, WebSearch, What,
};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const MODEL: &str = "gemini-2.5-flash";

/// A question's body with parameters, without its contents.
fn with(
    model: &str,
    drop: bool,
    set: impl FnOnce(&mut Params<'static>),
) -> Result<(Value, Vec<String>), Reject> {
    let mut conversation = question();
    set(&mut conversation.params);
    let mut written = written(conversation, model, drop)?;
    written.body.as_object_mut().unwrap().remove("contents");
    Ok((written.body, written.dropped))
}

#[test]
fn parameters_keep_their_digits_under_their_new_names() {
    let mut conversation = question();
    for (param, name, value) in [
        (Param::Temperature, "temperature", "0.70"),
        (Param::TopP, "top_p", "0.9"),
        (Param::TopK, "top_k", "40"),
        (Param::MaxTokens, "max_tokens", "100"),
        (Param::Stop, "stop", "\"\\u0041\""),
        (Param::Seed, "seed", "7"),
        (Param::PresencePenalty, "presence_penalty", "0.5"),
        (Param::FrequencyPenalty, "frequency_penalty", "-0.5"),
        (Param::Logprobs, "logprobs", "true"),
        (Param::TopLogprobs, "top_logprobs", "3"),
        (Param::ServiceTier, "service_tier", "\"flex\""),
        (Param::Choices, "n", "1"),
        (Param::EndUser, "user", "\"u\""),
    ] {
        conversation.params.give(param, name, Some(raw(value)));
    }
    let written = written(conversation, MODEL, false).unwrap();
    let (_, rest) = written.text.split_once("],\"generationConfig\":").unwrap();
    assert_eq!(
        rest,
        concat!(
            r#"{"temperature":0.70,"topP":0.9,"topK":40,"maxOutputTokens":100,"seed":7,"presencePenalty":0.5,"#,
            r#""frequencyPenalty":-0.5,"stopSequences":["\u0041"],"responseLogprobs":true,"logprobs":3},"#,
            r#""serviceTier":"flex"}"#
        )
    );
    assert_eq!(written.dropped, ["user"]);
}

#[test]
fn what_gemini_has_no_word_for_is_refused_or_dropped() {
    for (param, name, value) in [
        (Param::Choices, "n", "2"),
        (Param::LogitBias, "logit_bias", "{\"1\":2}"),
        (Param::Stop, "stop", r#"["a","b","c","d","e","f"]"#),
        (Param::ServiceTier, "service_tier", "\"scale\""),
        (Param::AudioOutput, "audio", "{}"),
    ] {
        let set = |params: &mut Params<'static>| params.give(param, name, Some(raw(value)));
        let reject = with(MODEL, false, set).unwrap_err();
        assert_eq!((reject.code, reject.param.as_deref()), (Some("unsupported_parameter"), Some(name)));
        assert_eq!(with(MODEL, true, set).unwrap(), (json!({}), vec![name.to_owned()]));
    }
}

/// With several functions it is refused: `tests/golden/translate/request/chat/parallel-calls-off-two-tools`.
#[test]
fn without_tools_none_are_called_at_once() {
    let set = |params: &mut Params<'static>| params.parallel_calls = Some(("parallel_tool_calls", false));
    assert_eq!(with(MODEL, false, set).unwrap(), (json!({}), vec![]));
}

#[test]
fn schemas_pass_as_they_are() {
    let schema = Schema {
        name: Some(Words::from("out")),
        description: None,
        schema: Some(raw(r##"{"$ref":"#/$defs/a","additionalProperties":false}"##)),
        strict: Some(raw("true")),
    };
    for (format, config) in [
        (Format::Text, json!({})),
        (Format::Json, json!({"generationConfig": {"responseMimeType": "application/json"}})),
        (
            Format::Schema(schema),
            json!({"generationConfig": {
                "responseMimeType": "application/json",
                "responseJsonSchema": {"$ref": "#/$defs/a", "additionalProperties": false},
            }}),
        ),
    ] {
        let set = |params: &mut Params<'static>| params.format = Some(("response_format", format));
        assert_eq!(with(MODEL, false, set).unwrap(), (config, vec![]));
    }
}

fn effort(word: &'static str) -> Reasoning<'static> {
    Reasoning { effort: Some(raw(word)), name: "reasoning_effort", ..Reasoning::default() }
}

fn budget(tokens: &'static str) -> Reasoning<'static> {
    Reasoning { budget: Some(raw(tokens)), name: "thinking", ..Reasoning::default() }
}

fn off() -> Reasoning<'static> {
    Reasoning { off: true, name: "thinking", ..Reasoning::default() }
}

fn adaptive() -> Reasoning<'static> {
    Reasoning { adaptive: true, name: "thinking", ..Reasoning::default() }
}

fn summary() -> Reasoning<'static> {
    Reasoning { summary: Some(raw("\"auto\"")), name: "reasoning", ..Reasoning::default() }
}

#[test]
fn efforts_and_budgets_become_what_the_generation_has() {
    const PRO: &str = "gemini-2.5-pro";
    const LITE: &str = "gemini-2.5-flash-lite";
    const THREE: &str = "gemini-3-flash-preview";
    const THREE_PRO: &str = "gemini-3-pro-preview";
    let level = |level: &str| json!({"thinkingLevel": level, "includeThoughts": true});
    let tokens = |tokens: i64| json!({"thinkingBudget": tokens, "includeThoughts": true});
    for (model, reasoning, config, named) in [
        (MODEL, effort("\"low\""), tokens(1024), false),
        (MODEL, effort("\"medium\""), tokens(8192), false),
        (MODEL, effort("\"high\""), tokens(24_576), false),
        (PRO, effort("\"max\""), tokens(32_768), false),
        (MODEL, effort("\"none\""), json!({"thinkingBudget": 0}), false),
        (MODEL, off(), json!({"thinkingBudget": 0}), false),
        (PRO, off(), json!({"thinkingBudget": 128}), true),
        (MODEL, budget("4096"), tokens(4096), false),
        (MODEL, budget("31999"), tokens(24_576), true),
        (LITE, budget("100"), tokens(512), true),
        (MODEL, adaptive(), tokens(-1), false),
        (MODEL, summary(), json!({"includeThoughts": true}), false),
        (THREE, effort("\"minimal\""), level("MINIMAL"), false),
        (THREE, effort("\"medium\""), level("MEDIUM"), false),
        (THREE_PRO, effort("\"minimal\""), level("LOW"), false),
        (THREE_PRO, effort("\"medium\""), level("HIGH"), false),
        (THREE, off(), json!({"thinkingLevel": "MINIMAL"}), true),
        (THREE, budget("1024"), level("LOW"), false),
        (THREE, budget("31999"), level("HIGH"), false),
        (THREE, adaptive(), json!({"includeThoughts": true}), false),
    ] {
        let (body, dropped) = with(model, false, |params| params.reasoning = Some(reasoning)).unwrap();
        assert_eq!(body, json!({"generationConfig": {"thinkingConfig": config}}), "{model} {reasoning:?}");
        assert_eq!(!dropped.is_empty(), named, "{model} {reasoning:?}");
    }
}

#[test]
fn a_model_that_does_not_think_cannot_be_made_to() {
    const TWO: &str = "gemini-2.0-flash";
    assert_eq!(with(TWO, false, |params| params.reasoning = Some(off())).unwrap(), (json!({}), vec![]));
    let set = |params: &mut Params<'static>| params.reasoning = Some(effort("\"low\""));
    assert_eq!(with(TWO, false, set).unwrap_err().param.as_deref(), Some("reasoning_effort"));
    let set = |params: &mut Params<'static>| params.reasoning = Some(effort("\"huge\""));
    assert_eq!(with(MODEL, false, set).unwrap_err().code, Some("invalid_value"));
}

fn function(strict: Option<&'static str>) -> Tool<'static> {
    let what = What::Function {
        name: Words::from("f"),
        description: Some(Words::from("Does.")),
        parameters: Some(raw(r#"{"type":["object","null"],"$defs":{}}"#)),
        strict: strict.map(raw),
    };
    Tool { what, cache: None, at: Place::new("tools", 0) }
}

fn tool(what: What<'static>) -> Tool<'static> {
    Tool { what, cache: None, at: Place::new("tools", 1) }
}

#[test]
fn functions_are_one_tool_and_the_search_is_another() {
    let mut conversation = question();
    conversation.tools = vec![function(None), tool(What::WebSearch(WebSearch::default())), function(None)];
    let body = written(conversation, MODEL, false).unwrap().body;
    let declared = json!({
        "name": "f",
        "description": "Does.",
        "parametersJsonSchema": {"type": ["object", "null"], "$defs": {}},
    });
    assert_eq!(body["tools"], json!([{"functionDeclarations": [declared, declared]}, {"googleSearch": {}}]));
    assert!(body.get("toolConfig").is_none());
}

#[test]
fn a_search_beside_functions_is_asked_for_as_such() {
    let asked = |provider, model: &str, tools: Vec<Tool<'static>>| {
        let mut conversation = question();
        conversation.tools = tools;
        let target = Target::new(provider, model);
        let mut dropped = Vec::new();
        let mut losses = Losses { api: Api::GenerateContent, drop: false, dropped: &mut dropped };
        let body = write(conversation, &target, &mut losses).unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        body.get("toolConfig").cloned()
    };
    let search = || tool(What::WebSearch(WebSearch::default()));
    let both = || vec![function(None), search()];
    let newer = "gemini-3-pro-preview";
    let flag = json!({"includeServerSideToolInvocations": true});
    assert_eq!(asked(Provider::Gemini, newer, both()), Some(flag));
    let strict =
        json!({"functionCallingConfig": {"mode": "VALIDATED"}, "includeServerSideToolInvocations": true});
    assert_eq!(asked(Provider::Gemini, newer, vec![search(), function(Some("true"))]), Some(strict));
    for (provider, model, tools) in [
        (Provider::VertexAi, newer, both()),
        (Provider::Gemini, MODEL, both()),
        (Provider::Gemini, newer, vec![function(None)]),
        (Provider::Gemini, newer, vec![search()]),
    ] {
        assert_eq!(asked(provider, model, tools), None, "{provider:?} {model}");
    }
}

#[test]
fn tools_of_others_are_refused_and_bounds_of_a_search_are_not_forgotten() {
    let mut conversation = question();
    let custom = What::Custom { name: Words::from("c"), description: None, format: None };
    conversation.tools = vec![function(None), tool(custom)];
    let reject = written(conversation, MODEL, true).err().unwrap();
    assert_eq!(reject.param.as_deref(), Some("tools[1]"));

    let mut conversation = question();
    let search = WebSearch {
        context_size: Some(raw("\"high\"")),
        allowed_domains: Some(raw("[\"a.org\"]")),
        ..WebSearch::default()
    };
    conversation.tools = vec![tool(What::WebSearch(search))];
    let reject = written(conversation.clone(), MODEL, false).err().unwrap();
    assert_eq!(reject.param.as_deref(), Some("tools[1].allowed_domains"));
    let dropped = written(conversation, MODEL, true).unwrap().dropped;
    assert_eq!(dropped, ["tools[1].search_context_size", "tools[1].allowed_domains"]);
}

#[test]
fn choices_become_modes() {
    let f = || Named { kind: ToolKind::Function, name: Words::from("f") };
    let mode = |mode: &str| Some(json!({"mode": mode}));
    let among = |mode: &str| Some(json!({"mode": mode, "allowedFunctionNames": ["f"]}));
    for (choice, strict, expected) in [
        (Choice::Auto, None, None),
        (Choice::Auto, Some("true"), mode("VALIDATED")),
        (Choice::Auto, Some("false"), None),
        (Choice::None, Some("true"), mode("NONE")),
        (Choice::Required, Some("true"), mode("ANY")),
        (Choice::One(f()), None, among("ANY")),
        (Choice::Among { tools: vec![f()], required: true }, None, among("ANY")),
        (Choice::Among { tools: vec![f()], required: false }, None, among("VALIDATED")),
    ] {
        let mut conversation = question();
        conversation.tools = vec![function(strict)];
        conversation.params.choice = Some(("tool_choice", choice));
        let body = written(conversation, MODEL, false).unwrap().body;
        assert_eq!(body.get("toolConfig").map(|config| config["functionCallingConfig"].clone()), expected);
    }
}
