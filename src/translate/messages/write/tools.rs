//! Tools and the choice among them.

use serde_json::value::RawValue;

use super::super::json_schema::is_looked_into;
use super::super::model::Model;
use super::schema;
use crate::reject::Reject;
use crate::translate::conversation::{Choice, Home, Location, Params, Tool, WebSearch, What, Words};
use crate::translate::losses::Losses;
use crate::wire::json::Fields;
use crate::wire::write::{self, Elements, Members};

/// LiteLLM's searches for OpenAI's sizes of a search's context.
const SEARCHES: &[(&str, u32)] = &[("\"low\"", 1), ("\"medium\"", 5), ("\"high\"", 10)];

/// Which tools are offered, and what is said of them.
#[derive(Debug)]
pub(super) struct Plan<'t, 'a> {
    tools: Vec<&'t Tool<'a>>,
    choice: Option<Choice<'a>>,
    /// Whether only one may be called at a time.
    one_by_one: bool,
}

impl<'t, 'a> Plan<'t, 'a> {
    /// Takes what is said of the tools.
    pub(super) fn of(
        tools: &'t [Tool<'a>],
        params: &mut Params<'a>,
        model: Model,
        losses: &mut Losses<'_>,
    ) -> Result<Self, Reject> {
        let mut plan = Self { tools: tools.iter().collect(), choice: None, one_by_one: false };
        if let Some((name, choice)) = params.choice.take() {
            plan.choice = Some(plan.chosen(choice));
            if plan.forces_a_tool() && (!model.forces_tools || plan.tools.is_empty()) {
                losses.param(name)?;
                plan.choice = None;
            }
        }
        plan.one_by_one = params.parallel_calls.take().is_some_and(|(_, parallel)| !parallel);
        Ok(plan)
    }

    /// The API knows no choice among some: only those are offered then.
    fn chosen(&mut self, choice: Choice<'a>) -> Choice<'a> {
        let Choice::Among { tools, required } = choice else { return choice };
        self.tools.retain(|tool| match &tool.what {
            What::Function { name, .. } => tools.iter().any(|named| named.name.text() == name.text()),
            _ => false,
        });
        if required { Choice::Required } else { Choice::Auto }
    }

    pub(super) fn forces_a_tool(&self) -> bool {
        matches!(self.choice, Some(Choice::Required | Choice::One(_)))
    }

    pub(super) fn write(&self, members: &mut Members<'_>, losses: &mut Losses<'_>) -> Result<(), Reject> {
        if self.tools.is_empty() {
            return Ok(());
        }
        members
            .array("tools", |array| self.tools.iter().try_for_each(|tool| write_tool(array, tool, losses)))?;
        let (kind, name) = match &self.choice {
            None if !self.one_by_one => return Ok(()),
            None | Some(Choice::Auto | Choice::Among { .. }) => ("auto", None),
            Some(Choice::None) => ("none", None),
            Some(Choice::Required) => ("any", None),
            Some(Choice::One(named)) => ("tool", Some(&named.name)),
        };
        members.object("tool_choice", |choice| {
            choice.value("type", kind);
            if let Some(name) = name {
                choice.value("name", name);
            }
            if self.one_by_one && kind != "none" {
                choice.value("disable_parallel_tool_use", &true);
            }
        });
        Ok(())
    }
}

fn write_tool(array: &mut Elements<'_>, tool: &Tool<'_>, losses: &mut Losses<'_>) -> Result<(), Reject> {
    match &tool.what {
        What::Function { name, description, parameters, strict } => {
            let asked = strict.filter(|strict| strict.get() == "true");
            // A schema that nobody has looked into may say what Anthropic refuses of a strict one.
            let strict = asked.filter(|_| parameters.is_none_or(is_looked_into));
            if strict.is_none() && asked.is_some() {
                losses.hint(tool.at.member("strict"));
            }
            let fitted = parameters.filter(|_| strict.is_some()).and_then(schema::fitted);
            if fitted.as_ref().is_some_and(|fitted| fitted.loosened) {
                losses.hint(tool.at.member("parameters"));
            }
            let parameters = fitted.as_ref().map(|fitted| &*fitted.schema).or(*parameters);
            array.object(|members| {
                function(members, name, description.as_ref(), parameters);
                members.raw_if("strict", strict);
                members.raw_if("cache_control", tool.cache);
            });
        }
        What::WebSearch(search) => array.object(|members| {
            web_search(members, search);
            members.raw_if("cache_control", tool.cache);
        }),
        What::Native(native) if native.home == Home::Anthropic => array.raw(native.raw),
        What::Custom { .. } | What::Native(_) => return Err(losses.part(tool.at)),
    }
    Ok(())
}

fn function(
    members: &mut Members<'_>,
    name: &Words<'_>,
    description: Option<&Words<'_>>,
    parameters: Option<&RawValue>,
) {
    members.value("name", name);
    if let Some(description) = description.filter(|description| !description.is_empty()) {
        members.value("description", description);
    }
    // The API wants a schema of an object, and that said.
    let untyped =
        parameters.and_then(|schema| Fields::of(schema).ok()).filter(|schema| schema.get("type").is_none());
    match (parameters, untyped) {
        (Some(schema), None) => members.raw("input_schema", schema),
        (_, untyped) => members.object("input_schema", |schema| {
            schema.value("type", "object");
            for (name, value) in untyped.iter().flat_map(Fields::iter) {
                schema.raw(name, value);
            }
        }),
    }
}

fn web_search(members: &mut Members<'_>, search: &WebSearch<'_>) {
    members.value("type", "web_search_20250305");
    members.value("name", "web_search");
    let size = search.context_size.map_or("", RawValue::get);
    let searches = SEARCHES.iter().find(|(known, _)| *known == size).map(|(_, searches)| searches);
    match (search.max_uses, searches) {
        (Some(most), _) => members.raw("max_uses", most),
        (None, Some(searches)) => members.value("max_uses", searches),
        (None, None) => {}
    }
    members.raw_if("allowed_domains", search.allowed_domains);
    members.raw_if("blocked_domains", search.blocked_domains);
    if let Some(location) = &search.location {
        write_location(members.name("user_location"), location);
    }
}

fn write_location(out: &mut Vec<u8>, location: &Location<'_>) {
    write::object(out, |members| {
        members.value("type", "approximate");
        members.raw_if("city", location.city);
        members.raw_if("region", location.region);
        members.raw_if("country", location.country);
        members.raw_if("timezone", location.timezone);
    });
}
