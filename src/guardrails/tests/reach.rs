//! What is looked at, and what is not.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::json;

use super::*;

#[test]
fn every_text_that_the_model_reads_is_looked_at() {
    use Dialect::{Chat, Messages, Responses};
    for (dialect, body, path) in [
        (Chat, r#"{"messages":[{"role":"system","content":"NEEDLE"}]}"#, "messages[0].content"),
        (
            Chat,
            r#"{"messages":[{"role":"developer","content":[{"type":"text","text":"a"},{"type":"text","text":"NEEDLE"}]}]}"#,
            "messages[0].content[1].text",
        ),
        (Chat, r#"{"messages":[{"role":"user","name":"NEEDLE","content":""}]}"#, "messages[0].name"),
        (Chat, r#"{"messages":[{"role":"assistant","refusal":"NEEDLE"}]}"#, "messages[0].refusal"),
        (
            Chat,
            r#"{"messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{\"a\": [\"NEEDLE\"]}"}}]}]}"#,
            "messages[0].tool_calls[0].function.arguments",
        ),
        (
            Chat,
            r#"{"messages":[{"role":"tool","tool_call_id":"1","content":"NEEDLE"}]}"#,
            "messages[0].content",
        ),
        (Chat, r#"{"tools":[{"type":"function","function":{"name":"NEEDLE"}}]}"#, "tools[0].function.name"),
        (
            Chat,
            r#"{"tools":[{"function":{"parameters":{"properties":{"q":{"description":"NEEDLE"}}}}}]}"#,
            "tools[0].function.parameters.*.*.*",
        ),
        (
            Chat,
            r#"{"tools":[{"function":{"parameters":{"properties":{"NEEDLE":{"type":"string"}}}}}]}"#,
            "tools[0].function.parameters.*.*",
        ),
        (
            Chat,
            r#"{"tools":[{"function":{"parameters":{"properties":{"type":{"enum":["NEEDLE"]}}}}}]}"#,
            "tools[0].function.parameters.*.*.*",
        ),
        (Chat, r#"{"prediction":{"type":"content","content":"NEEDLE"}}"#, "prediction.content"),
        (
            Chat,
            r#"{"response_format":{"json_schema":{"name":"n","schema":{"title":"NEEDLE"}}}}"#,
            "response_format.json_schema.schema.*",
        ),
        (
            Chat,
            r#"{"messages":[{"content":[{"type":"file","file":{"filename":"NEEDLE"}}]}]}"#,
            "messages[0].content[0].file.filename",
        ),
        (Chat, r#"{"some_new_field":{"deep":[[{"x":"NEEDLE"}]]}}"#, "some_new_field.deep[0][0].x"),
        (Chat, r#"{"NEEDLEs own name":{"deep":"NEEDLE"}}"#, "*.deep"),
        (Responses, r#"{"instructions":"NEEDLE"}"#, "instructions"),
        (Responses, r#"{"input":"NEEDLE"}"#, "input"),
        (Responses, r#"{"input":["NEEDLE"]}"#, "input[0]"),
        (
            Responses,
            r#"{"input":[{"type":"reasoning","summary":[{"type":"summary_text","text":"NEEDLE"}]}]}"#,
            "input[0].summary[0].text",
        ),
        (Responses, r#"{"input":[{"type":"function_call_output","output":"NEEDLE"}]}"#, "input[0].output"),
        (Responses, r#"{"input":[{"type":"custom_tool_call","input":"NEEDLE"}]}"#, "input[0].input"),
        (
            Responses,
            r#"{"input":[{"type":"local_shell_call","action":{"command":["echo","NEEDLE"]}}]}"#,
            "input[0].action.command[1]",
        ),
        (Responses, r#"{"input":[{"type":"input_file","filename":"NEEDLE"}]}"#, "input[0].filename"),
        (Responses, r#"{"prompt":{"id":"p","variables":{"id":"NEEDLE"}}}"#, "prompt.variables"),
        (Messages, r#"{"system":[{"type":"text","text":"NEEDLE"}]}"#, "system[0].text"),
        (
            Messages,
            r#"{"messages":[{"content":[{"type":"tool_use","input":{"id":"NEEDLE"}}]}]}"#,
            "messages[0].content[0].input",
        ),
        (
            Messages,
            r#"{"messages":[{"content":[{"type":"tool_use","input":{"NEEDLE":1}}]}]}"#,
            "messages[0].content[0].input",
        ),
        (
            Messages,
            r#"{"messages":[{"content":[{"type":"tool_result","content":[{"text":"NEEDLE"}]}]}]}"#,
            "messages[0].content[0].content[0].text",
        ),
        (
            Messages,
            r#"{"messages":[{"content":[{"type":"document","source":{"type":"text","data":"NEEDLE"}}]}]}"#,
            "messages[0].content[0].source.data",
        ),
        (
            Messages,
            r#"{"tools":[{"name":"t","input_schema":{"properties":{"NEEDLE":{}}}}]}"#,
            "tools[0].input_schema.*.*",
        ),
    ] {
        let needle = guardrail("g", vec![word("needle", Action::Block)], vec![]);
        let verdict = run(&[needle], dialect, body);
        assert!(matches!(verdict.outcome, Outcome::Blocked(_)), "{body}");
        assert_eq!(verdict.records[0].match_details[0]["path"], path, "{body}");
    }
}

#[test]
fn what_the_model_does_not_read_is_not_looked_at() {
    let data = "needle+".repeat(40);
    for body in [
        r#"{"model":"needle","user":"needle","metadata":{"a":["needle"]},"guardrails":["needle"]}"#.to_owned(),
        r#"{"messages":[{"role":"needle","content":[{"type":"needle","id":"needle"}],"tool_call_id":"needle"}]}"#
            .to_owned(),
        format!(r#"{{"messages":[{{"content":[{{"image_url":{{"url":"data:image/png;base64,{data}"}}}}]}}]}}"#),
        format!(r#"{{"input":[{{"type":"input_image","image_url":"data:image/png;base64,{data}"}}]}}"#),
        format!(r#"{{"messages":[{{"content":[{{"source":{{"type":"base64","data":"{data}"}}}}]}}]}}"#),
        r#"{"tools":[{"type":"mcp","headers":{"needle":"needle"},"authorization":"needle"}]}"#.to_owned(),
        r#"{"needle":1,"max_tokens":5}"#.to_owned(),
    ] {
        let needle = guardrail("g", vec![word("needle", Action::Block)], vec![]);
        assert_eq!(run(&[needle], Dialect::Responses, &body).outcome, Outcome::Pass, "{body}");
    }
}

#[test]
fn an_escape_hides_nothing() {
    for body in [
        r#"{"a":"n\u0065edle"}"#,
        r#"{"a":"\u004eEEDLE"}"#,
        r#"{"messages":[{"tool_calls":[{"function":{"arguments":"{\"a\":\"n\\u0065edle\"}"}}]}]}"#,
        r#"{"messages":[{"content":"[\"n\\u0065edle\"]"}]}"#,
        r#"{"\u0061rguments":{"id":"needle"}}"#,
    ] {
        let needle = guardrail("g", vec![word("needle", Action::Block)], vec![]);
        blocked(run(&[needle], Dialect::Chat, body));
    }
}

#[test]
fn letter_case_is_ignored_in_every_script() {
    for (keyword, text) in
        [("Kill", "KILL it"), ("größe", "DIE GRÖSSE GRÖßE"), ("москва", "в МОСКВЕ и Москва"), ("İ", "İ")]
    {
        let words = guardrail("g", vec![word(keyword, Action::Block)], vec![]);
        blocked(run(&[words], Dialect::Chat, json!({"a": text}).to_string()));
    }
    let pattern = guardrail("g", vec![], vec![pattern("p", "abc[0-9]+", Action::Block)]);
    blocked(run(&[pattern], Dialect::Chat, r#"{"a":"xABC7"}"#));
}

#[test]
fn a_number_in_a_tool_call_is_text_and_elsewhere_is_not() {
    let card = guardrail("g", vec![], vec![pattern("card", r"\d{16}", Action::Mask)]);
    let call = r#"{"messages":[{"content":[{"type":"tool_use","input":{"n":4111111111111111}}]}]}"#;
    let expected = r#"{"messages":[{"content":[{"type":"tool_use","input":{"n":"[CARD_REDACTED]"}}]}]}"#;
    assert_eq!(masked(run(std::slice::from_ref(&card), Dialect::Messages, call)), expected);
    let seed = r#"{"seed":4111111111111111,"messages":[]}"#;
    assert_eq!(run(&[card], Dialect::Chat, seed).outcome, Outcome::Pass);
}
