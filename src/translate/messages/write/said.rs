//! Turns without what the API would refuse for being there: empty texts, thoughts that are not Anthropic's.

use crate::reject::Reject;
use crate::translate::conversation::{Home, Part, Role, Said, ToolKind, Turn, Words};
use crate::translate::losses::Losses;

/// What stands for a user's message in which nothing is said. The API refuses empty texts, and to leave the
/// message out would have the model go on with its own last words.
const SILENCE: &str = "(The user's message is empty.)";

/// Turns that say something, in the client's order.
pub(super) fn cleaned<'a>(turns: Vec<Turn<'a>>, losses: &mut Losses<'_>) -> Result<Vec<Turn<'a>>, Reject> {
    let mut cleaned = Vec::with_capacity(turns.len());
    for mut turn in turns {
        if turn.name.is_some() {
            losses.hint(turn.at.member("name"));
        }
        let parts = std::mem::take(&mut turn.parts);
        for part in parts {
            if keep(&part, turn.role, losses)? {
                turn.parts.push(part);
            }
        }
        if turn.parts.is_empty() && turn.role == Role::User {
            losses.hint(turn.at.to_string());
            let said = Said::Text(Words::from(SILENCE));
            turn.parts.push(Part { said, cache: None, at: turn.at });
        }
        if !turn.parts.is_empty() {
            cleaned.push(turn);
        }
    }
    Ok(cleaned)
}

/// Whether a part is written; an error for one that the API has no word for.
fn keep(part: &Part<'_>, role: Role, losses: &mut Losses<'_>) -> Result<bool, Reject> {
    if matches!(role, Role::System | Role::Developer) && !matches!(part.said, Said::Text(_)) {
        return Err(losses.part(part.at));
    }
    Ok(match &part.said {
        Said::Text(words) | Said::Refusal(words) => {
            let says = says_something(words);
            if !says && part.cache.is_some() {
                losses.hint(part.at.member("cache_control"));
            }
            says
        }
        Said::Thought(thought) => {
            let own = thought.seal.as_ref().is_some_and(|seal| seal.home == Home::Anthropic);
            if !own {
                losses.hint(part.at.to_string());
            }
            own
        }
        Said::Native(native) if native.home == Home::Anthropic => true,
        Said::Audio(_) | Said::Video(_) | Said::Native(_) => return Err(losses.part(part.at)),
        Said::Call(call) if call.kind == ToolKind::Custom => return Err(losses.part(part.at)),
        Said::Result(result) if result.kind == ToolKind::Custom => return Err(losses.part(part.at)),
        Said::Call(_) | Said::Result(_) | Said::Image(_) | Said::File(_) => true,
    })
}

/// Whether a text is one that the API takes: white space alone is none.
pub(super) fn says_something(words: &Words<'_>) -> bool {
    !words.is_blank()
}
