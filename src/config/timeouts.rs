//! How long anything may take: what the file says, resolved for each deployment.

use super::checked::Timeouts;
use super::cursor::Cursor;
use super::models::Models;
use super::router::Settings;
use super::section::Section;
use crate::route;

/// One try that does not stream: as long as OpenAI's own clients wait.
const ANSWER_MS: u64 = 600_000;
/// A stream's first content. Long enough for a model that reasons before it speaks, short enough for the
/// client still to be there when the next deployment is tried.
const FIRST_TOKEN_MS: u64 = 120_000;
/// The whole request, in answers: a try that takes all its time leaves time for one more.
const ANSWERS_PER_REQUEST: u64 = 2;

/// What one deployment says, in milliseconds.
#[derive(Clone, Copy)]
pub(super) struct Written {
    timeout: Option<u64>,
    stream_timeout: Option<u64>,
}

impl Written {
    pub fn read(params: &Section<'_>) -> Self {
        let duration = |key| params.get(key).and_then(|at| at.milliseconds());
        // Both are read, so that each one's problems are told.
        let (timeout, request_timeout) = (duration("timeout"), duration("request_timeout"));
        Self { timeout: timeout.or(request_timeout), stream_timeout: duration("stream_timeout") }
    }
}

/// What the file says for every deployment, in milliseconds.
struct General {
    timeout: Option<u64>,
    first_token: Option<u64>,
    stream_timeout: Option<u64>,
}

impl General {
    fn read(settings: &Settings<'_>, own: Option<&Section<'_>>) -> Self {
        let duration = |at: Option<Cursor<'_>>| at.and_then(|at| at.milliseconds());
        Self {
            timeout: duration(settings.get("timeout")).or(duration(settings.litellm("request_timeout"))),
            first_token: duration(own.and_then(|own| own.get("first_token_timeout"))),
            stream_timeout: duration(settings.get("stream_timeout")),
        }
    }

    /// A deployment's own `stream_timeout` is the most specific, and its `timeout` the least that is said of
    /// streams, as LiteLLM has it; `first_token_timeout` stands for the `stream_timeout` of every other one.
    fn of(&self, written: Written) -> route::Timeouts {
        let first_token = written.stream_timeout.or(self.first_token).or(self.stream_timeout);
        let timeout = written.timeout.or(self.timeout);
        route::Timeouts {
            answer_ms: timeout.unwrap_or(ANSWER_MS),
            first_token_ms: first_token.or(timeout).unwrap_or(FIRST_TOKEN_MS),
        }
    }
}

/// Gives each deployment its timeouts, and answers what bounds them all. `own` is `spillway_settings`.
pub(super) fn resolve(settings: &Settings<'_>, own: Option<&Section<'_>>, models: &mut Models) -> Timeouts {
    let general = General::read(settings, own);
    // Where the lengths differ there is an error, and the values are not used.
    let deployments = models.deployments.iter_mut().zip(&mut models.candidates);
    for ((deployment, candidate), written) in deployments.zip(&models.timeouts) {
        let timeouts = general.of(*written);
        deployment.attempt.timeouts = timeouts;
        candidate.timeouts = timeouts;
    }
    let largest = |of: fn(&route::Timeouts) -> u64| {
        let usual = of(&general.of(Written { timeout: None, stream_timeout: None }));
        models.candidates.iter().map(|candidate| of(&candidate.timeouts)).max().unwrap_or(usual)
    };
    let (answer_ms, first_token_ms) = (largest(|one| one.answer_ms), largest(|one| one.first_token_ms));
    let total = own.and_then(|own| own.get("total_timeout")).and_then(|at| total(&at, answer_ms));
    let request_ms = total.unwrap_or(answer_ms.saturating_mul(ANSWERS_PER_REQUEST));
    Timeouts { answer_ms, first_token_ms, request_ms }
}

fn total(at: &Cursor<'_>, answer_ms: u64) -> Option<u64> {
    let total = at.milliseconds()?;
    if total < answer_ms {
        at.error(
            format!("found {}, less than one try may take ({})", seconds(total), seconds(answer_ms)),
            "raise it, or lower the `timeout` of `router_settings` and of the deployments".to_owned(),
        );
    }
    Some(total)
}

fn seconds(ms: u64) -> String {
    match ms % 1000 {
        0 => format!("{} s", ms / 1000),
        _ => format!("{ms} ms"),
    }
}
