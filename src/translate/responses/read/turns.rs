//! Items → turns.

use serde_json::value::RawValue;

use super::{members_of, optional, parts, required, tools};
use crate::reject::Reject;
use crate::translate::conversation::{
    Argument, Call, Home, Native, Part, Place, Role, Said, Seal, Thought, Tool, ToolKind, ToolResult, Turn,
    Words,
};
use crate::translate::losses::{Losses, invalid, malformed, missing};
use crate::translate::responses::namespace;
use crate::wire::Api;
use crate::wire::json::{Fields, elements, has_elements};

/// Between two parts of reasoning, which Responses keep apart.
const BREAK: &str = "\n\n";

/// The turns so far.
#[derive(Default)]
pub(super) struct Turns<'a> {
    turns: Vec<Turn<'a>>,
    /// Tools that items add: `additional_tools`.
    tools: Vec<Tool<'a>>,
    /// Whether the last turn holds what tools gave back, and takes more of it.
    results: bool,
}

impl<'a> Turns<'a> {
    pub(super) fn into_parts(self) -> (Vec<Turn<'a>>, Vec<Tool<'a>>) {
        (self.turns, self.tools)
    }

    /// Adds a turn of its own.
    pub(super) fn add(&mut self, turn: Turn<'a>) {
        self.results = false;
        self.turns.push(turn);
    }

    /// Adds an item of `input`.
    pub(super) fn item(
        &mut self,
        item: &'a RawValue,
        at: Place,
        losses: &mut Losses<'_>,
    ) -> Result<(), Reject> {
        let fields = members_of(item, at)?;
        let kind = fields.text("type");
        if fields.set("agent").is_some() {
            // Once for all of them: each item of an answer that agents of OpenAI's made says which one it was.
            losses.hint("input[*].agent");
        }
        match kind.as_deref() {
            None if fields.set("role").is_some() => self.message(&fields, at, losses),
            Some("message") => self.message(&fields, at, losses),
            Some("reasoning") => {
                let said = Said::Thought(thought(&fields, at, losses)?);
                self.assistant(Part { said, cache: None, at });
                Ok(())
            }
            Some("function_call") => self.call(&fields, ToolKind::Function, at, losses),
            Some("custom_tool_call") => self.call(&fields, ToolKind::Custom, at, losses),
            Some("function_call_output") => self.result(&fields, ToolKind::Function, at, losses),
            Some("custom_tool_call_output") => self.result(&fields, ToolKind::Custom, at, losses),
            Some("additional_tools") => self.more_tools(&fields, at, losses),
            Some("agent_message") => self.agent(&fields, at, losses),
            // To an API of OpenAI's it passes.
            Some("item_reference") if losses.api != Api::Responses => Err(reference(at, losses)),
            // Items of hosted tools, of the shell and of the computer, references, compactions.
            kind => {
                let native =
                    Part { said: Said::Native(Native { home: Home::OpenAi, raw: item }), cache: None, at };
                if kind.is_some_and(|kind| kind.ends_with("_output") || kind.ends_with("_response")) {
                    self.brought(native);
                } else {
                    self.assistant(native);
                }
                Ok(())
            }
        }
    }

    fn message(&mut self, fields: &Fields<'a>, at: Place, losses: &mut Losses<'_>) -> Result<(), Reject> {
        let role = required(fields, "role", at)?;
        let content = fields.set("content").ok_or_else(|| missing(at.member("content")))?;
        let parts = parts::content(content, "content", at, losses)?;
        if fields.set("phase").is_some() {
            // Once for all of them: agents send back every message with its phase.
            losses.hint("input[*].phase");
        }
        let role = match role.text().as_ref() {
            "user" => Role::User,
            "system" => Role::System,
            "developer" => Role::Developer,
            "assistant" => {
                parts.into_iter().for_each(|part| self.assistant(part));
                return Ok(());
            }
            _ => return Err(invalid(at.member("role"), "found no role that Responses define")),
        };
        self.add(Turn { role, parts, name: None, at });
        Ok(())
    }

    fn more_tools(&mut self, fields: &Fields<'a>, at: Place, losses: &mut Losses<'_>) -> Result<(), Reject> {
        let listed = fields.set("tools").ok_or_else(|| missing(at.member("tools")))?;
        let listed = elements(listed).map_err(|error| malformed(at.member("tools"), &error))?;
        for (index, tool) in listed.into_iter().enumerate() {
            tools::read_one(tool, at.inside("tools", index), &mut self.tools, losses)?;
        }
        Ok(())
    }

    /// What another agent says to this one. Its words tell who speaks; what OpenAI sealed nobody else can read, and it
    /// is refused as any part without words is.
    fn agent(&mut self, fields: &Fields<'a>, at: Place, losses: &mut Losses<'_>) -> Result<(), Reject> {
        let content = fields.set("content").ok_or_else(|| missing(at.member("content")))?;
        let parts = parts::content(content, "content", at, losses)?;
        for (name, all) in [("author", "input[*].author"), ("recipient", "input[*].recipient")] {
            if fields.set(name).is_some() {
                // Once for all of them, as phases are.
                losses.hint(all);
            }
        }
        self.add(Turn { role: Role::User, parts, name: None, at });
        Ok(())
    }

    fn call(
        &mut self,
        fields: &Fields<'a>,
        kind: ToolKind,
        at: Place,
        losses: &mut Losses<'_>,
    ) -> Result<(), Reject> {
        let argument = match kind {
            ToolKind::Function => "arguments",
            ToolKind::Custom => "input",
        };
        let said = Said::Call(Call {
            id: required(fields, "call_id", at)?,
            kind,
            name: called(fields, required(fields, "name", at)?, at)?,
            argument: Argument::Text(required(fields, argument, at)?),
        });
        if fields.set("encrypted_function_args").is_some_and(|sealed| has_elements(sealed) != Ok(false)) {
            losses.hint(at.member("encrypted_function_args"));
        }
        self.assistant(Part { said, cache: None, at });
        Ok(())
    }

    fn result(
        &mut self,
        fields: &Fields<'a>,
        kind: ToolKind,
        at: Place,
        losses: &mut Losses<'_>,
    ) -> Result<(), Reject> {
        let output = fields.set("output").ok_or_else(|| missing(at.member("output")))?;
        let call_id = match (optional(fields, "call_id", at)?, optional(fields, "name", at)?) {
            (None, Some(name)) => self.uncalled(called(fields, name, at)?, kind, at),
            _ => required(fields, "call_id", at)?,
        };
        let said = Said::Result(ToolResult {
            call_id,
            kind,
            parts: parts::content(output, "output", at, losses)?,
            is_error: false,
        });
        self.brought(Part { said, cache: None, at });
        Ok(())
    }

    /// A call with nothing in it, for an output that names its tool and no call: the other APIs have outputs of calls
    /// only. Gives its id.
    fn uncalled(&mut self, name: Words<'a>, kind: ToolKind, at: Place) -> Words<'a> {
        let id = format!("call_of_{at}").replace(['[', ']'], "");
        let said = Said::Call(Call {
            id: Words::from(id.clone()),
            kind,
            name,
            argument: Argument::Text(Words::from("{}")),
        });
        self.assistant(Part { said, cache: None, at });
        Words::from(id)
    }

    fn assistant(&mut self, part: Part<'a>) {
        self.results = false;
        match self.turns.last_mut().filter(|turn| turn.role == Role::Assistant) {
            Some(turn) => turn.parts.push(part),
            None => {
                let at = part.at;
                self.turns.push(Turn { role: Role::Assistant, parts: vec![part], name: None, at });
            }
        }
    }

    fn brought(&mut self, part: Part<'a>) {
        let more = std::mem::replace(&mut self.results, true);
        match self.turns.last_mut().filter(|_| more) {
            Some(turn) => turn.parts.push(part),
            None => {
                let at = part.at;
                self.turns.push(Turn { role: Role::User, parts: vec![part], name: None, at });
            }
        }
    }
}

/// The refusal of an item that stands for one of an answer before, which its API would have to keep.
fn reference(at: Place, losses: &Losses<'_>) -> Reject {
    let mut reject = losses.part(at);
    reject.message = format!(
        "`{at}` refers to an item of a response that nobody keeps: {}, which serves this model, keeps none. Send the \
         items themselves, as clients do with `store: false` (the AI SDK: `providerOptions.openai.store = false`, or \
         `openai.chat(…)`).",
        losses.api.name()
    );
    reject
}

/// The name of a tool in APIs without namespaces.
fn called<'a>(fields: &Fields<'a>, name: Words<'a>, at: Place) -> Result<Words<'a>, Reject> {
    Ok(match optional(fields, "namespace", at)? {
        Some(namespace) => Words::from(namespace::flat(&namespace.text(), &name.text())),
        None => name,
    })
}

/// A `reasoning` item: its summary, or its words where it has no summary, and its seal.
fn thought<'a>(fields: &Fields<'a>, at: Place, losses: &mut Losses<'_>) -> Result<Thought<'a>, Reject> {
    let mut text = joined(fields, "summary", at)?;
    if text.is_none() {
        text = joined(fields, "content", at)?;
    }
    let Some(sealed) = optional(fields, "encrypted_content", at)? else {
        return Ok(Thought { text, seal: None });
    };
    let mut seal = Seal::read(sealed, Home::OpenAi);
    match &mut seal {
        None => losses.hint(at.member("encrypted_content")),
        // Only OpenAI's own: the id of another's is one that this gateway made up.
        Some(seal) if seal.home == Home::OpenAi && seal.id.is_none() => {
            seal.id = optional(fields, "id", at)?;
        }
        Some(_) => {}
    }
    Ok(Thought { text, seal })
}

fn joined<'a>(fields: &Fields<'a>, name: &'static str, at: Place) -> Result<Option<Words<'a>>, Reject> {
    let Some(parts) = fields.set(name) else { return Ok(None) };
    let parts = elements(parts).map_err(|error| malformed(at.member(name), &error))?;
    let mut texts = Vec::new();
    for (index, part) in parts.into_iter().enumerate() {
        let at = at.inside(name, index);
        texts.push(required(&members_of(part, at)?, "text", at)?);
    }
    Ok(match texts.len() {
        0 => None,
        1 => texts.pop(),
        _ => {
            let texts: Vec<_> = texts.iter().map(Words::text).collect();
            Some(Words::from(texts.join(BREAK)))
        }
    })
}
