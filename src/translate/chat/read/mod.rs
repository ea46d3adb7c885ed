//! A chat client's body → a conversation.

mod object;
mod params;
mod parts;
mod thoughts;
mod tools;
mod turns;

use crate::reject::Reject;
use crate::translate::conversation::Conversation;
use crate::translate::losses::{Losses, missing};
use crate::wire::Dialect;
use crate::wire::json::Fields;
use crate::wire::schema::{self, Standing};

pub(super) use params::PASSING;
pub(in crate::translate) use params::lacking;

/// Reads a client's request.
///
/// # Errors
/// 400 for what is not of the dialect's shapes, and for what only chat completions themselves can say.
pub(in crate::translate) fn read<'a>(
    fields: &Fields<'a>,
    losses: &mut Losses<'_>,
) -> Result<Conversation<'a>, Reject> {
    undefined(fields, losses)?;
    for (old, instead) in [("functions", "`tools`"), ("function_call", "`tool_choice`")] {
        if fields.set(old).is_some() {
            return Err(retired(old, instead, losses));
        }
    }
    let messages = fields.set("messages").ok_or_else(|| missing("messages"))?;
    Ok(Conversation {
        turns: turns::read(messages, losses)?,
        tools: tools::read(fields, losses)?,
        params: params::read(fields, losses)?,
        ..Conversation::default()
    })
}

/// Fields that are no parameter of a conversation: names that nobody defines go no further and are named;
/// those that some server of the same API defines would change its answer.
fn undefined(fields: &Fields<'_>, losses: &mut Losses<'_>) -> Result<(), Reject> {
    let table = schema::request(Dialect::Chat);
    for (name, value) in fields.iter() {
        match table.standing(name) {
            Standing::Defined(_) => {}
            Standing::Hint(_) if matches!(name, "thinking" | "top_k") || value.get() == "null" => {}
            Standing::Hint(_) => losses.param(name)?,
            Standing::LeftOut | Standing::Undefined => losses.hint(name),
        }
    }
    Ok(())
}

/// A refusal of what chat completions had before they had tools.
fn retired(param: &str, instead: &str, losses: &Losses<'_>) -> Reject {
    Reject::invalid(format!(
        "`{param}` is retired, and has no counterpart in {}, which serves this model. Use {instead} instead.",
        losses.api.name()
    ))
    .at(param)
    .code("unsupported_parameter")
}
