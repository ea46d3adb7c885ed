//! `tools`: flat by type; namespaces hold more of them.

use std::collections::BTreeSet;

use serde_json::value::RawValue;

use super::{members_of, optional, required};
use crate::reject::Reject;
use crate::translate::conversation::{
    CustomFormat, Home, Location, NativeTool, Place, Tool, WebSearch, What, Words,
};
use crate::translate::losses::{Losses, invalid, malformed, missing};
use crate::translate::responses::namespace;
use crate::wire::json::{Fields, elements, text};

/// Reads `tools` of the request.
pub(super) fn read<'a>(fields: &Fields<'a>, losses: &mut Losses<'_>) -> Result<Vec<Tool<'a>>, Reject> {
    let mut tools = Vec::new();
    let listed = fields.set("tools").map_or(Ok(Vec::new()), elements);
    for (index, tool) in listed.map_err(|error| malformed("tools", &error))?.into_iter().enumerate() {
        read_one(tool, Place::new("tools", index), &mut tools, losses)?;
    }
    Ok(tools)
}

/// Reads one tool, or the tools of a namespace.
pub(super) fn read_one<'a>(
    tool: &'a RawValue,
    at: Place,
    tools: &mut Vec<Tool<'a>>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let fields = members_of(tool, at)?;
    let kind = required(&fields, "type", at)?.text();
    let what = match kind.as_ref() {
        "function" | "custom" => called(&fields, &kind, at, losses)?,
        "namespace" => return namespaced(&fields, at, tools, losses),
        // No other API can be told to search without going to the web.
        kind if kind.starts_with("web_search") && fields.read("external_web_access") != Some(false) => {
            What::WebSearch(web_search(&fields, at, losses)?)
        }
        _ => What::Native(NativeTool { home: Home::OpenAi, raw: tool }),
    };
    tools.push(Tool { what, cache: None, at });
    Ok(())
}

/// A tool whose calls go to the client.
fn called<'a>(
    fields: &Fields<'a>,
    kind: &str,
    at: Place,
    losses: &mut Losses<'_>,
) -> Result<What<'a>, Reject> {
    // Loaded at once where nothing searches for tools; the rest is for programs that OpenAI runs.
    for name in ["defer_loading", "output_schema", "allowed_callers"] {
        if fields.set(name).is_some_and(|value| !matches!(value.get(), "false" | "[\"direct\"]")) {
            losses.hint(at.member(name));
        }
    }
    let name = required(fields, "name", at)?;
    let description = optional(fields, "description", at)?;
    if kind == "custom" {
        return Ok(What::Custom { name, description, format: custom_format(fields, at)? });
    }
    Ok(What::Function {
        name,
        description,
        parameters: fields.set("parameters"),
        strict: fields.set("strict"),
    })
}

fn custom_format<'a>(fields: &Fields<'a>, at: Place) -> Result<Option<CustomFormat<'a>>, Reject> {
    let Some(format) = fields.set("format") else { return Ok(None) };
    let format = members_of(format, at)?;
    Ok(Some(match format.text("type").as_deref() {
        Some("grammar") => CustomFormat::Grammar {
            syntax: format.set("syntax").ok_or_else(|| missing(at.member("format.syntax")))?,
            definition: format.set("definition").ok_or_else(|| missing(at.member("format.definition")))?,
        },
        _ => CustomFormat::Text,
    }))
}

/// The tools of a namespace, under flat names. What is said of the namespace is said of its first tool: no
/// other API has a place for it.
fn namespaced<'a>(
    fields: &Fields<'a>,
    at: Place,
    tools: &mut Vec<Tool<'a>>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    let namespace = required(fields, "name", at)?.text();
    let mut about = optional(fields, "description", at)?.filter(|about| !about.is_empty());
    let inner = fields.set("tools").ok_or_else(|| missing(at.member("tools")))?;
    let inner = elements(inner).map_err(|error| malformed(at.member("tools"), &error))?;
    for (index, tool) in inner.into_iter().enumerate() {
        let at = at.inside("tools", index);
        let fields = members_of(tool, at)?;
        let kind = required(&fields, "type", at)?.text();
        if !matches!(kind.as_ref(), "function" | "custom") {
            return Err(invalid(at.member("type"), "a namespace holds functions and custom tools only"));
        }
        let mut what = called(&fields, &kind, at, losses)?;
        if let What::Function { name, description, .. } | What::Custom { name, description, .. } = &mut what {
            *name = Words::from(namespace::flat(&namespace, &name.text()));
            if let Some(about) = about.take() {
                let own = description.as_ref().map(Words::text).unwrap_or_default();
                *description = Some(Words::from(format!("{}\n\n{own}", about.text()).trim_end().to_owned()));
            }
        }
        tools.push(Tool { what, cache: None, at });
    }
    Ok(())
}

/// Two tools of one name could not be told apart when they are called.
pub(super) fn each_once(tools: &[Tool<'_>]) -> Result<(), Reject> {
    let mut names = BTreeSet::new();
    for tool in tools {
        let (What::Function { name, .. } | What::Custom { name, .. }) = &tool.what else { continue };
        if !names.insert(name.text()) {
            let found = format!("another tool is called `{}` too, its namespace included", name.text());
            return Err(invalid(tool.at.member("name"), found));
        }
    }
    Ok(())
}

fn web_search<'a>(fields: &Fields<'a>, at: Place, losses: &mut Losses<'_>) -> Result<WebSearch<'a>, Reject> {
    if fields.set("search_content_types").is_some_and(|types| types.get() != "[\"text\"]") {
        losses.hint(at.member("search_content_types"));
    }
    let filters = fields.set("filters").map(|filters| members_of(filters, at)).transpose()?;
    let location = fields.set("user_location").map(|location| members_of(location, at)).transpose()?;
    Ok(WebSearch {
        context_size: fields.set("search_context_size"),
        location: location.map(|place| Location {
            country: place.set("country"),
            region: place.set("region"),
            city: place.set("city"),
            timezone: place.set("timezone"),
        }),
        allowed_domains: filters
            .and_then(|filters| filters.set("allowed_domains"))
            .filter(|domains| text(domains).is_none()),
        blocked_domains: None,
        max_uses: None,
    })
}
