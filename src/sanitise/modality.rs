//! What a prompt is made of besides text, for deployments that do not take everything.

use serde_json::Value;

use crate::wire::{Dialect, value};

/// What a request has that not every model takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modalities {
    /// Pictures.
    pub vision: bool,
    /// Sound.
    pub audio: bool,
    /// Files.
    pub files: bool,
    /// Tools are offered.
    pub tools: bool,
    /// The answer is to follow a JSON schema.
    pub response_schema: bool,
}

impl Modalities {
    /// Looks through a body that [`super::request`] has accepted.
    #[must_use]
    pub fn of(dialect: Dialect, body: &[u8]) -> Self {
        let Ok(body) = value::parse(body) else { return Self::default() };
        let mut found = Self::default();
        let prompt = match dialect {
            Dialect::Chat | Dialect::Messages | Dialect::CountTokens => "messages",
            Dialect::Completions => "prompt",
            _ => "input",
        };
        found.look(body.get(prompt).unwrap_or(&Value::Null));
        found.tools = body.get("tools").and_then(Value::as_array).is_some_and(|tools| !tools.is_empty());
        let format = ["response_format", "output_format"].iter().find_map(|name| body.get(name));
        let below = |name: &str| body.get(name)?.get("format");
        let format = format.or_else(|| below("text")).or_else(|| below("output_config"));
        found.response_schema = format.and_then(|format| format.get("type")?.as_str()) == Some("json_schema");
        found
    }

    /// The parts of a message, of a tool's result, of an item: wherever they stand, their `type` tells. The
    /// depth is bounded by the check of the body.
    fn look(&mut self, value: &Value) {
        match value {
            Value::Array(parts) => parts.iter().for_each(|part| self.look(part)),
            Value::Object(fields) => {
                match fields.get("type").and_then(Value::as_str) {
                    Some("image_url" | "input_image" | "image") => self.vision = true,
                    Some("input_audio") => self.audio = true,
                    Some("file" | "input_file" | "document") => self.files = true,
                    // Its arguments are the caller's own JSON.
                    Some("tool_use") => return,
                    _ => {}
                }
                fields.values().for_each(|value| self.look(value));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn parts_are_found_on_both_dialects() {
        let chat = br#"{"messages":[{"role":"user","content":[{"type":"text","text":"input_audio"},
            {"type":"image_url","image_url":{"url":"u"}}]}],"tools":[]}"#;
        assert_eq!(Modalities::of(Dialect::Chat, chat), Modalities { vision: true, ..Modalities::default() });
        let responses = br#"{"input":[{"type":"function_call_output","output":[{"type":"input_file"}]},
            {"role":"user","content":[{"type":"input_audio"}]}],
            "tools":[{"type":"function"}],"text":{"format":{"type":"json_schema"}}}"#;
        let expected =
            Modalities { files: true, audio: true, tools: true, response_schema: true, vision: false };
        assert_eq!(Modalities::of(Dialect::Responses, responses), expected);
    }

    #[test]
    fn blocks_are_found_and_arguments_are_not() {
        let result = br#"{"messages":[{"role":"user","content":[{"type":"tool_result","content":[
            {"type":"image","source":{"type":"base64","data":"AA"}}]}]}],"tools":[{"name":"f"}],
            "output_config":{"format":{"type":"json_schema"}}}"#;
        let expected =
            Modalities { vision: true, tools: true, response_schema: true, ..Modalities::default() };
        assert_eq!(Modalities::of(Dialect::Messages, result), expected);
        let call =
            br#"{"messages":[{"role":"assistant","content":[{"type":"tool_use","input":{"type":"image"}}]},
            {"role":"user","content":[{"type":"document","source":{"type":"url","url":"u"}}]}]}"#;
        let expected = Modalities { files: true, ..Modalities::default() };
        assert_eq!(Modalities::of(Dialect::Messages, call), expected);
    }
}
