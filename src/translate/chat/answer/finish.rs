//! How a choice ended.

use crate::translate::conversation::Words;
use crate::translate::failure::Failure;
use crate::translate::told::Finish;
use crate::wire::json::{Fields, Kind};

/// Reads `finish_reason`. `calls`: whether tools were called, which some servers, and OpenAI where a tool was
/// forced, report as `stop`.
pub(super) fn of<'e>(choice: &Fields<'e>, calls: bool) -> Result<Option<Finish<'e>>, Failure> {
    let Some(reason) = choice.text("finish_reason") else { return Ok(None) };
    Ok(Some(match reason.as_ref() {
        // `model_length` is Mistral's.
        "length" | "model_length" => Finish::Length,
        "content_filter" => Finish::Filtered,
        "tool_calls" | "function_call" => Finish::Calls,
        // DeepSeek's, and OpenRouter's where the server behind it failed.
        "insufficient_system_resource" | "error" => return Err(interrupted(&reason)),
        _ if calls => Finish::Calls,
        // vLLM tells which of the request's stop sequences came, as a string, or a token's number.
        _ => match choice.set("stop_reason").filter(|stop| Kind::of(stop) == Kind::Text) {
            Some(sequence) => Finish::StopSequence(Some(Words::Json(sequence))),
            None => Finish::Stop,
        },
    }))
}

fn interrupted(reason: &str) -> Failure {
    Failure {
        status: 503,
        message: format!("The provider broke the answer off: `{reason}`."),
        kind: "server_error".to_owned(),
        code: Some(reason.to_owned()),
        param: None,
        details: None,
    }
}
