//! What a request asks for, in the words of any of the APIs: tools, their results, a shape for the answer.

use serde_json::Value;

/// A function that the request declares.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool<'r> {
    /// Its name.
    pub name: &'r str,
    /// The JSON Schema of its arguments; null where it has none.
    pub schema: &'r Value,
}

/// The functions that a request declares, in its order.
pub fn tools(request: &Value) -> Vec<Tool<'_>> {
    list(request, "tools").flat_map(declared).collect()
}

/// Chat nests a tool below its type, Gemini declares several at once, and the others write it flat.
fn declared(tool: &Value) -> Vec<Tool<'_>> {
    let nested = ["function", "custom"].into_iter().filter_map(|kind| tool.get(kind));
    let holders = [tool].into_iter().chain(nested).chain(list(tool, "functionDeclarations"));
    holders.filter_map(named).collect()
}

fn named(holder: &Value) -> Option<Tool<'_>> {
    let name = holder.get("name")?.as_str()?;
    let schema =
        ["parameters", "input_schema", "parametersJsonSchema"].into_iter().find_map(|key| holder.get(key));
    Some(Tool { name, schema: schema.unwrap_or(&Value::Null) })
}

/// Whether the conversation has the result of a tool.
pub fn brings_a_result(request: &Value) -> bool {
    let chat =
        list(request, "messages").any(|message| message.get("role").is_some_and(|role| role == "tool"));
    let blocks = list(request, "messages").flat_map(|message| list(message, "content"));
    let messages = blocks.filter_map(kind).any(|kind| kind == "tool_result");
    let responses = list(request, "input").filter_map(kind).any(|kind| kind.ends_with("_call_output"));
    let parts = list(request, "contents").flat_map(|content| list(content, "parts"));
    chat || messages || responses || parts.into_iter().any(|part| part.get("functionResponse").is_some())
}

/// The JSON Schema that the answer's text is to fit.
pub fn output_schema(request: &Value) -> Option<&Value> {
    const PLACES: [&str; 5] = [
        "/response_format/json_schema/schema",
        "/text/format/schema",
        "/output_config/format/schema",
        "/generationConfig/responseSchema",
        "/generationConfig/responseJsonSchema",
    ];
    PLACES.into_iter().find_map(|place| request.pointer(place))
}

fn list<'r>(holder: &'r Value, name: &str) -> impl Iterator<Item = &'r Value> + use<'r> {
    holder.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn kind(object: &Value) -> Option<&str> {
    object.get("type").and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tools_and_schemas_in_every_api() {
        let schema = json!({"type": "object"});
        let requests = [
            json!({"tools": [{"type": "function", "function": {"name": "f", "parameters": schema}}]}),
            json!({"tools": [{"type": "function", "name": "f", "parameters": schema}]}),
            json!({"tools": [{"name": "f", "input_schema": schema}]}),
            json!({"tools": [{"functionDeclarations": [{"name": "f", "parameters": schema}]}]}),
            json!({"tools": [{"functionDeclarations": [{"name": "f", "parametersJsonSchema": schema}]}]}),
        ];
        for request in requests {
            assert_eq!(tools(&request), [Tool { name: "f", schema: &schema }], "{request}");
        }
    }

    #[test]
    fn results_in_every_api() {
        let requests = [
            json!({"messages": [{"role": "tool", "content": "sunny"}]}),
            json!({"input": [{"type": "function_call_output", "output": "sunny"}]}),
            json!({"messages": [{"role": "user", "content": [{"type": "tool_result"}]}]}),
            json!({"contents": [{"parts": [{"functionResponse": {}}]}]}),
        ];
        for request in requests {
            assert!(brings_a_result(&request), "{request}");
        }
        assert!(!brings_a_result(
            &json!({"messages": [{"role": "user", "content": "tool"}], "input": "tool"})
        ));
    }
}
