//! Tools and the choice among them: `tools` and `toolConfig`.
//!
//! A function that wants its schema followed exactly (`strict`) sets the mode `VALIDATED`, in which Gemini makes
//! sure of that; so does a choice among some functions that leaves the model free. The mode `ANY` does it anyway.
//!
//! A search beside functions is refused, unless the request asks to be shown what the search was asked and what it found
//! (`includeServerSideToolInvocations`); the answer then has parts that only Gemini has words for. Vertex AI does not know
//! the field: <https://ai.google.dev/gemini-api/docs/tool-combination>.

use super::model::Model;
use crate::reject::Reject;
use crate::translate::conversation::{Choice, Named, Params, Tool, ToolKind, WebSearch, What, Words};
use crate::translate::losses::Losses;
use crate::wire::Provider;
use crate::wire::write::{Elements, Members};

/// Writes both.
pub(super) fn write(
    body: &mut Members<'_>,
    tools: &[Tool<'_>],
    choice: Option<(&'static str, Choice<'_>)>,
    (provider, model): (Provider, Model),
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    if !tools.is_empty() {
        body.array("tools", |array| write_tools(array, tools, provider, losses))?;
    }
    let strict = tools.iter().any(
        |tool| matches!(&tool.what, What::Function { strict: Some(strict), .. } if strict.get() == "true"),
    );
    let mode = Mode::of(choice, strict, losses)?;
    let combined = provider == Provider::Gemini && model.combines_tools() && has_both_kinds(tools);
    if mode.is_none() && !combined {
        return Ok(());
    }
    body.object("toolConfig", |config| {
        if let Some(mode) = mode {
            mode.write(config);
        }
        if combined {
            config.value("includeServerSideToolInvocations", &true);
        }
    });
    Ok(())
}

/// Takes the wish that tools be called one by one, for which Gemini has no word, where it is met: no function can be called.
/// Of one function the model hardly wants two calls at once, so it is left out and named; clients that have an answer made
/// of a call's argument send it with that one tool. With several it stays for the losses.
pub(super) fn one_by_one(tools: &[Tool<'_>], params: &mut Params<'_>, losses: &mut Losses<'_>) {
    let offered = tools.iter().filter(|tool| matches!(tool.what, What::Function { .. })).count();
    let callable = match &params.choice {
        Some((_, Choice::None)) => 0,
        Some((_, Choice::One(_))) => offered.min(1),
        Some((_, Choice::Among { tools, .. })) => offered.min(tools.len()),
        Some((_, Choice::Auto | Choice::Required)) | None => offered,
    };
    if callable > 1 {
        return;
    }
    if let Some((name, false)) = params.parallel_calls.take()
        && callable == 1
    {
        losses.hint(name);
    }
}

/// Whether there are functions, and a search.
fn has_both_kinds(tools: &[Tool<'_>]) -> bool {
    let has = |is: fn(&What<'_>) -> bool| tools.iter().any(|tool| is(&tool.what));
    has(|what| matches!(what, What::Function { .. })) && has(|what| matches!(what, What::WebSearch(_)))
}

/// All functions are one tool; the search is another.
fn write_tools(
    array: &mut Elements<'_>,
    tools: &[Tool<'_>],
    provider: Provider,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    if tools.iter().any(|tool| matches!(tool.what, What::Function { .. })) {
        array.object(|tool| {
            tool.array("functionDeclarations", |functions| {
                tools.iter().for_each(|tool| write_function(functions, &tool.what));
            });
        });
    }
    for tool in tools {
        if tool.cache.is_some() {
            losses.hint(tool.at.member("cache_control"));
        }
        match &tool.what {
            What::Function { .. } => {}
            What::WebSearch(search) => array.object(|members| {
                members.object("googleSearch", |google| write_search(google, search, tool, provider, losses))
            })?,
            What::Custom { .. } | What::Native(_) => return Err(losses.part(tool.at)),
        }
    }
    Ok(())
}

fn write_function(functions: &mut Elements<'_>, what: &What<'_>) {
    let What::Function { name, description, parameters, .. } = what else { return };
    functions.object(|function| {
        function.value("name", name);
        if let Some(description) = description {
            function.value("description", description);
        }
        function.raw_if("parametersJsonSchema", *parameters);
    });
}

/// What narrows a search is refused where Google's has no word for it; what tunes it is left out and named.
fn write_search(
    google: &mut Members<'_>,
    search: &WebSearch<'_>,
    tool: &Tool<'_>,
    provider: Provider,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    if search.context_size.is_some_and(|size| size.get() != "\"medium\"") {
        losses.hint(tool.at.member("search_context_size"));
    }
    if search.location.is_some() {
        losses.hint(tool.at.member("user_location"));
    }
    match search.blocked_domains {
        Some(domains) if provider == Provider::VertexAi => google.raw("excludeDomains", domains),
        Some(_) => losses.param(&tool.at.member("blocked_domains"))?,
        None => {}
    }
    for (narrows, name) in [(search.allowed_domains, "allowed_domains"), (search.max_uses, "max_uses")] {
        if narrows.is_some() {
            losses.param(&tool.at.member(name))?;
        }
    }
    Ok(())
}

/// `functionCallingConfig`.
struct Mode<'a> {
    word: &'static str,
    allowed: Vec<Words<'a>>,
}

impl<'a> Mode<'a> {
    /// `None` where Gemini's default says the same.
    fn of(
        choice: Option<(&'static str, Choice<'a>)>,
        strict: bool,
        losses: &Losses<'_>,
    ) -> Result<Option<Self>, Reject> {
        let Some((name, choice)) = choice else { return Ok(Self::free(strict)) };
        let names = |tools: Vec<Named<'a>>| names(tools).ok_or_else(|| losses.refusal(name));
        Ok(Some(match choice {
            Choice::Auto => return Ok(Self::free(strict)),
            Choice::None => Self { word: "NONE", allowed: Vec::new() },
            Choice::Required => Self { word: "ANY", allowed: Vec::new() },
            Choice::One(tool) => Self { word: "ANY", allowed: names(vec![tool])? },
            Choice::Among { tools, required: true } => Self { word: "ANY", allowed: names(tools)? },
            Choice::Among { tools, required: false } => Self { word: "VALIDATED", allowed: names(tools)? },
        }))
    }

    fn write(&self, config: &mut Members<'_>) {
        config.object("functionCallingConfig", |calling| {
            calling.value("mode", self.word);
            if !self.allowed.is_empty() {
                calling.value("allowedFunctionNames", &self.allowed);
            }
        });
    }

    fn free(strict: bool) -> Option<Self> {
        strict.then(|| Self { word: "VALIDATED", allowed: Vec::new() })
    }
}

/// `None` where one is not a function.
fn names(tools: Vec<Named<'_>>) -> Option<Vec<Words<'_>>> {
    tools.into_iter().map(|tool| (tool.kind == ToolKind::Function).then_some(tool.name)).collect()
}
