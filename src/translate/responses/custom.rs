//! Custom tools for APIs that know functions only.
//!
//! A custom tool is called with text. As a function, it is called with an object that holds the text, and on the
//! way back the text is taken out. Which names are custom tools' follows from the request's `tools`, which an
//! answer repeats: see [`Names`](super::namespace::Names).

use serde_json::json;
use serde_json::value::RawValue;

use crate::translate::conversation::{
    Argument, Choice, Conversation, CustomFormat, Named, Said, ToolKind, What, Words,
};
use crate::translate::losses::Losses;
use crate::wire::json::{Fields, text};

/// The one parameter of such a function.
const PARAMETERS: &str = r#"{"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false}"#;

/// Makes functions of the custom tools, and of what was said of them.
///
/// A grammar becomes part of the description: the model reads it, nothing enforces it, which is named.
pub(in crate::translate) fn custom_as_functions(
    conversation: &mut Conversation<'_>,
    losses: &mut Losses<'_>,
) {
    for tool in &mut conversation.tools {
        let What::Custom { name, description, format } = &tool.what else { continue };
        let mut about = description.as_ref().map(Words::text).unwrap_or_default().into_owned();
        if let Some(CustomFormat::Grammar { syntax, definition }) = format {
            losses.hint(tool.at.member("format"));
            let said = |raw: &RawValue| text(raw).unwrap_or_default().into_owned();
            about =
                format!("{about}\n\n`input` follows this {} grammar:\n{}", said(syntax), said(definition));
        }
        tool.what = What::Function {
            name: name.clone(),
            description: (!about.is_empty()).then(|| Words::from(about.trim_start().to_owned())),
            parameters: serde_json::from_str(PARAMETERS).ok(),
            strict: None,
        };
    }
    for part in conversation.turns.iter_mut().flat_map(|turn| &mut turn.parts) {
        match &mut part.said {
            Said::Call(call) if call.kind == ToolKind::Custom => {
                call.kind = ToolKind::Function;
                if let Argument::Text(input) = &call.argument {
                    call.argument = Argument::Text(Words::from(json!({"input": input}).to_string()));
                }
            }
            Said::Result(result) => result.kind = ToolKind::Function,
            _ => {}
        }
    }
    match &mut conversation.params.choice {
        Some((_, Choice::One(tool))) => as_function(tool),
        Some((_, Choice::Among { tools, .. })) => tools.iter_mut().for_each(as_function),
        _ => {}
    }
}

fn as_function(tool: &mut Named<'_>) {
    tool.kind = ToolKind::Function;
}

/// The text in such a function's argument; a model that did not hold to the parameters said something else.
pub(super) fn unwrapped(argument: String) -> String {
    let input =
        Fields::parse(argument.as_bytes()).ok().and_then(|fields| fields.text("input").map(Into::into));
    input.unwrap_or(argument)
}
