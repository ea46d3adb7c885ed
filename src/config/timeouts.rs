//! How long anything may take.
//!
//! LiteLLM lets each deployment have timeouts of its own; Envoy's router takes one set per request, whatever
//! it tries. The largest of the file therefore holds for all, and a deployment that asks for less is told.

use super::checked::Timeouts;
use super::cursor::Cursor;
use super::router::Settings;
use super::section::Section;

/// One try that does not stream: as long as OpenAI's own clients wait.
const ANSWER_MS: u64 = 600_000;
/// A stream's first content. Long enough for a model that reasons before it speaks, short enough for the
/// client still to be there when the next deployment is tried.
const FIRST_TOKEN_MS: u64 = 120_000;
/// The whole request, in answers: a try that takes all its time leaves time for one more.
const ANSWERS_PER_REQUEST: u64 = 2;

/// What one deployment says.
pub(super) struct Written<'a> {
    timeout: Option<(Cursor<'a>, u64)>,
    stream_timeout: Option<(Cursor<'a>, u64)>,
}

impl<'a> Written<'a> {
    pub fn read(params: &Section<'a>) -> Self {
        let duration = |key| params.get(key).and_then(|at| Some((at.clone(), at.milliseconds()?)));
        let timeout = duration("timeout");
        let request_timeout = duration("request_timeout");
        Self { timeout: timeout.or(request_timeout), stream_timeout: duration("stream_timeout") }
    }
}

/// The timeouts of the whole gateway. `own` is `spillway_settings`.
pub(super) fn read(
    settings: &Settings<'_>,
    own: Option<&Section<'_>>,
    deployments: &[Written<'_>],
) -> Timeouts {
    let duration = |at: Option<Cursor<'_>>| at.and_then(|at| at.milliseconds());
    let own = |key: &'static str| own.and_then(|own| own.get(key));

    let written = duration(settings.get("timeout")).or(duration(settings.litellm("request_timeout")));
    let answers = deployments.iter().map(|deployment| deployment.timeout.as_ref());
    let answer_ms = largest(written.unwrap_or(ANSWER_MS), answers);

    let streams = deployments.iter().map(|deployment| deployment.stream_timeout.as_ref());
    let stream = duration(settings.get("stream_timeout"));
    let first_token_ms = match duration(own("first_token_timeout")) {
        Some(first) => {
            for (at, _) in streams.flatten() {
                at.warning("`spillway_settings.first_token_timeout` counts instead", None);
            }
            first
        }
        None => largest(stream.or(written).unwrap_or(FIRST_TOKEN_MS), streams),
    };
    let total = own("total_timeout").and_then(|at| total(&at, answer_ms));
    let request_ms = total.unwrap_or(answer_ms.saturating_mul(ANSWERS_PER_REQUEST));
    Timeouts { answer_ms, first_token_ms, request_ms }
}

fn total(at: &Cursor<'_>, answer_ms: u64) -> Option<u64> {
    let total = at.milliseconds()?;
    if total < answer_ms {
        at.error(
            format!("found {}, less than one try may take ({})", seconds(total), seconds(answer_ms)),
            "raise it, or lower `router_settings.timeout`".to_owned(),
        );
    }
    Some(total)
}

/// The largest of what deployments ask for; those that ask for nothing take the default.
fn largest<'a, 'b: 'a>(
    default: u64,
    asked: impl ExactSizeIterator<Item = Option<&'a (Cursor<'b>, u64)>> + Clone,
) -> u64 {
    let chosen = asked.clone().map(|asked| asked.map_or(default, |(_, ms)| *ms)).max().unwrap_or(default);
    for (at, ms) in asked.flatten() {
        if *ms != chosen {
            at.warning(
                format!(
                    "one bound holds for every deployment: {} instead of {}",
                    seconds(chosen),
                    seconds(*ms)
                ),
                "write the same at every deployment, or once under `router_settings`".to_owned(),
            );
        }
    }
    chosen
}

fn seconds(ms: u64) -> String {
    match ms % 1000 {
        0 => format!("{} s", ms / 1000),
        _ => format!("{ms} ms"),
    }
}
