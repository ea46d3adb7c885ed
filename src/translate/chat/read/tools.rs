//! Tools that a chat client offers, the search among them that it asks for as a parameter.

use serde_json::value::RawValue;

use super::object::{At, Object};
use crate::reject::Reject;
use crate::translate::conversation::{CustomFormat, Location, Place, Tool, WebSearch, What};
use crate::translate::losses::{Losses, malformed};
use crate::wire::json::{Fields, elements};

/// Reads `tools` and `web_search_options`.
pub(super) fn read<'a>(fields: &Fields<'a>, losses: &mut Losses<'_>) -> Result<Vec<Tool<'a>>, Reject> {
    let tools = fields.set("tools").map_or(Ok(Vec::new()), elements);
    let tools = tools.map_err(|error| malformed("tools", &error))?;
    let places = (0..).map(|index| Place::new("tools", index));
    let mut read = tools
        .into_iter()
        .zip(places)
        .map(|(tool, at)| read_tool(tool, at, losses))
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(options) = fields.set("web_search_options") {
        read.push(Tool {
            what: What::WebSearch(web_search(options)?),
            cache: None,
            at: Place::whole("web_search_options"),
        });
    }
    Ok(read)
}

fn read_tool<'a>(tool: &'a RawValue, at: Place, losses: &mut Losses<'_>) -> Result<Tool<'a>, Reject> {
    let tool = Object::of(tool, At::Place(at))?;
    tool.others(&["cache_control", "custom", "function", "type"], losses);
    match tool.words("type")?.text().as_ref() {
        "function" => {
            let function = tool.object("function")?;
            let what = What::Function {
                name: function.words("name")?,
                description: function.words_if("description")?,
                parameters: function.set("parameters"),
                strict: function.set("strict"),
            };
            let cache = tool.set("cache_control").or_else(|| function.set("cache_control"));
            Ok(Tool { what, cache, at })
        }
        "custom" => {
            let custom = tool.object("custom")?;
            let what = What::Custom {
                name: custom.words("name")?,
                description: custom.words_if("description")?,
                format: custom
                    .object_if("format")?
                    .map(|format| custom_format(&format, losses))
                    .transpose()?,
            };
            Ok(Tool { what, cache: tool.set("cache_control"), at })
        }
        _ => Err(losses.refusal(&tool.path("type"))),
    }
}

fn custom_format<'a>(format: &Object<'a, '_>, losses: &Losses<'_>) -> Result<CustomFormat<'a>, Reject> {
    match format.words("type")?.text().as_ref() {
        "text" => Ok(CustomFormat::Text),
        "grammar" => {
            let grammar = format.object("grammar")?;
            Ok(CustomFormat::Grammar {
                syntax: grammar.required("syntax")?,
                definition: grammar.required("definition")?,
            })
        }
        _ => Err(losses.refusal(&format.path("type"))),
    }
}

fn web_search(options: &RawValue) -> Result<WebSearch<'_>, Reject> {
    let options = Object::of(options, At::Top("web_search_options"))?;
    let location = match options.object_if("user_location")? {
        Some(location) => {
            let place = location.object("approximate")?;
            Some(Location {
                country: place.set("country"),
                region: place.set("region"),
                city: place.set("city"),
                timezone: place.set("timezone"),
            })
        }
        None => None,
    };
    Ok(WebSearch { context_size: options.set("search_context_size"), location, ..WebSearch::default() })
}
