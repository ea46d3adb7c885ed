//! Completions, the API before chat, as a dialect: one prompt is one turn of the user's, and what the model says
//! is the text that follows.

mod fold;
mod read;
mod writer;

#[cfg(test)]
mod tests;

pub(super) use fold::fold;
pub(super) use read::read;
pub(super) use writer::Writer;

use super::told::Finish;

/// How an answer ended. The dialect has no tools and no refusals.
fn finish_reason(finish: Option<&Finish<'_>>) -> &'static str {
    match finish {
        Some(Finish::Length | Finish::Paused) => "length",
        Some(Finish::Filtered | Finish::Declined) => "content_filter",
        Some(Finish::Stop | Finish::StopSequence(_) | Finish::Calls) | None => "stop",
    }
}
