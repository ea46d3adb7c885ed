//! How an answer ended, in the words of chat completions.

use crate::translate::told::Finish;

/// A `finish_reason`, and whether the answer was cut off before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) reason: &'static str,
    pub(super) cut: bool,
}

/// A call that a bound or a filter cut off must not look whole, so these come before `tool_calls`.
pub(super) fn ending(finish: Option<&Finish<'_>>, calls: bool) -> Ending {
    let (reason, cut) = match finish {
        Some(Finish::Length | Finish::Paused) => ("length", true),
        Some(Finish::Filtered | Finish::Declined) => ("content_filter", true),
        Some(Finish::Calls) => ("tool_calls", false),
        Some(Finish::Stop | Finish::StopSequence(_)) | None if calls => ("tool_calls", false),
        Some(Finish::Stop | Finish::StopSequence(_)) | None => ("stop", false),
    };
    Ending { reason, cut }
}
