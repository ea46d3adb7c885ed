//! What a prompt is made of besides text, for deployments that do not take everything.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::wire::Dialect;
use crate::wire::json::{Fields, Kind, has_elements, text_of};

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
        let Ok(body) = Fields::parse(body) else { return Self::default() };
        let prompt = match dialect {
            Dialect::Chat | Dialect::Messages | Dialect::CountTokens => "messages",
            Dialect::Completions => "prompt",
            _ => "input",
        };
        let mut found = Self::default();
        if let Some(prompt) = body.get(prompt) {
            // What is no JSON was refused; behind a number that is out of range nothing is found.
            let _read = Look(&mut found).deserialize(&mut serde_json::Deserializer::from_str(prompt.get()));
        }
        found.tools = body.get("tools").is_some_and(has_any);
        found.response_schema =
            format_of(&body).and_then(|format| text_of(format, "type")).as_deref() == Some("json_schema");
        found
    }

    fn add(&mut self, other: Self) {
        self.vision |= other.vision;
        self.audio |= other.audio;
        self.files |= other.files;
    }
}

/// Whether it is a list, and not an empty one; one that is too long to be taken apart is not.
fn has_any(list: &RawValue) -> bool {
    Kind::of(list) == Kind::Array && has_elements(list) != Ok(false)
}

/// What the answer is to look like, wherever the dialect says it.
fn format_of<'a>(body: &Fields<'a>) -> Option<&'a RawValue> {
    let below = |name: &str| Fields::of(body.get(name)?).ok()?.get("format");
    let format = ["response_format", "output_format"].iter().find_map(|name| body.get(name));
    format.or_else(|| below("text")).or_else(|| below("output_config"))
}

/// What a text would say as the `type` of a part.
#[derive(Clone, Copy, Debug, Default)]
enum Part {
    #[default]
    Other,
    Picture,
    Sound,
    File,
    /// Its arguments are the caller's own JSON.
    Call,
}

impl Part {
    fn of(kind: &str) -> Self {
        match kind {
            "image_url" | "input_image" | "image" => Self::Picture,
            "input_audio" => Self::Sound,
            "file" | "input_file" | "document" => Self::File,
            "tool_use" => Self::Call,
            _ => Self::Other,
        }
    }
}

/// Looks through the parts of a message, of a tool's result, of an item: wherever they stand, their `type` tells. Keeps
/// nothing of what it reads, which may be as long as a body. The depth is bounded by the check of the body.
struct Look<'f>(&'f mut Modalities);

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = Part;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Part, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = Part;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Part, E> {
        Ok(Part::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Part, E> {
        Ok(Part::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Part, E> {
        Ok(Part::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Part, E> {
        Ok(Part::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Part, E> {
        Ok(Part::Other)
    }

    fn visit_str<E>(self, text: &str) -> Result<Part, E> {
        Ok(Part::of(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Part, A::Error> {
        while parts.next_element_seed(Look(self.0))?.is_some() {}
        Ok(Part::Other)
    }

    /// The `type` may come last: until then nobody knows whether what was found is a call's.
    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Part, A::Error> {
        let (mut found, mut part) = (Modalities::default(), Part::Other);
        while let Some(name) = members.next_key()? {
            let said = members.next_value_seed(Look(&mut found))?;
            if let Name::Type = name {
                part = said;
            }
        }
        match part {
            Part::Picture => found.vision = true,
            Part::Sound => found.audio = true,
            Part::File => found.files = true,
            Part::Call => return Ok(Part::Other),
            Part::Other => {}
        }
        self.0.add(found);
        Ok(Part::Other)
    }
}

/// A member's name.
#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Name {
    Type,
    #[serde(other)]
    Other,
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
    fn what_is_not_asked_for_is_not_read() {
        let body = br#"{"messages":[{"content":[{"type":"input_audio"}]}],"temperature":1e999,"tools":[{}]}"#;
        let expected = Modalities { audio: true, tools: true, ..Modalities::default() };
        assert_eq!(Modalities::of(Dialect::Chat, body), expected);
    }

    #[test]
    fn the_type_may_stand_anywhere_in_its_part() {
        for (part, expected) in [
            (
                r#"{"file":{"file_id":"f"},"type":"file"}"#,
                Modalities { files: true, ..Modalities::default() },
            ),
            (r#"{"t\u0079pe":"\u0069mage"}"#, Modalities { vision: true, ..Modalities::default() }),
            (r#"{"input":[{"type":"image"}],"type":"tool_use"}"#, Modalities::default()),
            (r#"{"type":["image",7,null,true,-1,0.5],"name":"image"}"#, Modalities::default()),
            (r#"{"type":{"type":"image"}}"#, Modalities { vision: true, ..Modalities::default() }),
        ] {
            let body = format!(r#"{{"messages":[{{"content":[{part}]}}]}}"#);
            assert_eq!(Modalities::of(Dialect::Messages, body.as_bytes()), expected, "{part}");
        }
    }

    #[test]
    fn a_schema_is_asked_for_where_the_dialect_says_so() {
        for (format, asked) in [
            (r#""response_format":{"type":"json_schema"}"#, true),
            (r#""output_format":{"type":"json_schema"}"#, true),
            (r#""text":{"format":{"type":"json_schema"}}"#, true),
            (r#""output_config":{"format":{"type":"json_schema"}}"#, true),
            (r#""text":{"format":{"type":"text"}}"#, false),
            (r#""response_format":null,"text":{"format":{"type":"json_schema"}}"#, false),
            (r#""text":"json_schema","tools":{"a":1}"#, false),
        ] {
            let found = Modalities::of(Dialect::Responses, format!("{{{format}}}").as_bytes());
            assert_eq!(found, Modalities { response_schema: asked, ..Modalities::default() }, "{format}");
        }
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
