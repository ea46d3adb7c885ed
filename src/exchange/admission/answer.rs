//! The response on its way to the client: gateway headers, and Envoy's own errors in the client's dialect.

use super::{Admission, Effect, Moment, State, Step};
use crate::config::most_held;
use crate::exchange::context::Report;
use crate::exchange::{PATH_HEADER, RETRY_HEADER, WAIT_HEADER, dollars};
use crate::fixed;
use crate::reject::Reject;

/// The `x-litellm-*` names are LiteLLM's, so that its users' clients find what they look for.
pub(super) const CALL_ID: &str = "x-litellm-call-id";
/// Names of the guardrails that ran.
pub(super) const APPLIED: &str = "x-litellm-applied-guardrails";
const ATTEMPTS: &str = "x-spillway-attempts";
const DROPPED: &str = "x-spillway-dropped-params";

/// What the client does not see.
pub(super) const INTERNAL: [&str; 4] =
    [RETRY_HEADER, PATH_HEADER, WAIT_HEADER, "x-envoy-upstream-service-time"];
/// And the length of a body that is replaced.
pub(super) const INTERNAL_AND_LENGTH: [&str; 5] =
    [INTERNAL[0], INTERNAL[1], INTERNAL[2], INTERNAL[3], "content-length"];

/// Headers that most answers get.
const USUAL_HEADERS: usize = 20;
/// And those of them that every answer carries: an id, how limits stand, names of guardrails.
const USUAL_OWN_HEADERS: usize = 8;

/// Longest list of dropped parameters in a header, in bytes.
const MOST_NAMES: usize = 1024;

impl Admission {
    pub(super) fn answer_head(
        &mut self,
        status: u16,
        report: Option<&[u8]>,
        end: bool,
        moment: &Moment<'_>,
    ) -> Step {
        if self.state == State::Answered || self.state == State::New {
            return Step::pass();
        }
        self.guard.services.forget_before();
        let report = self.reported(report);
        self.ask.status = status;
        let mut headers = self.attempt_headers(&report, (moment.now)());
        if report.answered() || end {
            self.state = State::Answered;
            let stream = report.answer.first_token_us.is_some();
            self.report = Some(report).filter(|report| report.answered() && !stream);
            return self.guard_head(headers, stream, end, moment);
        }
        headers.extend(self.gateway_headers());
        self.state = State::Replacing;
        self.ask.rejected = Some(self.envoys_error(status, &report));
        headers.push(("content-type", "application/json".to_owned()));
        Step::go(vec![Effect::EditResponseHeaders { remove: &INTERNAL_AND_LENGTH, set: headers }])
    }

    /// Envoy's own answer: nothing of its body goes on but the end, in the client's dialect.
    pub(super) fn replaced(&mut self, end: bool) -> Step {
        if !end {
            return Step::go(vec![Effect::ReplaceResponseBody(Vec::new())]);
        }
        self.state = State::Answered;
        let Some(reject) = &self.ask.rejected else { return Step::pass() };
        Step::go(vec![Effect::ReplaceResponseBody(reject.body(self.dialect))])
    }

    /// Headers that every answer carries, errors too.
    pub(super) fn gateway_headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = Vec::with_capacity(USUAL_OWN_HEADERS);
        headers.push((CALL_ID, self.id.clone()));
        match &self.ask.reservation {
            Some(reservation) => reservation.quotas.add_headers(&mut headers),
            None => headers.extend(self.ask.limit_headers.iter().cloned()),
        }
        headers.extend(self.applied_guardrails().map(|names| (APPLIED, names)));
        headers
    }

    fn attempt_headers(&self, report: &Report, now_us: u64) -> Vec<(&'static str, String)> {
        // With the gateway's, which come behind.
        let mut headers = Vec::with_capacity(USUAL_HEADERS);
        let elapsed_us = now_us.saturating_sub(self.started_us);
        headers.push(("x-litellm-response-duration-ms", milliseconds(elapsed_us)));
        let upstream_us =
            report.attempts.iter().map(|attempt| attempt.duration_us).fold(0, u64::saturating_add);
        let overhead_us = elapsed_us.saturating_sub(upstream_us);
        headers.push(("x-litellm-overhead-duration-ms", milliseconds(overhead_us)));
        if let Some(dropped) = names(self.ask.dropped.iter().chain(&report.answer.dropped)) {
            headers.push((DROPPED, dropped));
        }
        let Some(last) = report.attempts.last() else { return headers };
        let (retries, fallbacks) = self.retries_and_fallbacks(report);
        headers.push(("x-litellm-model-id", last.deployment.clone()));
        headers.push(("x-litellm-model-api-base", report.answer.api_base.clone()));
        headers.push(("x-litellm-attempted-retries", retries.to_string()));
        headers.push(("x-litellm-attempted-fallbacks", fallbacks.to_string()));
        if let Some(group) = self.answering_group(report) {
            headers.push(("x-litellm-model-group", group));
        }
        // A stream's price is not known yet; an error that costs nothing says so.
        if report.answer.first_token_us.is_none() && (report.answer.usage.is_some() || self.ask.status >= 400)
        {
            let spent = report.spent().unwrap_or_default();
            headers.push(("x-litellm-response-cost", dollars(spent.cost_nanodollars)));
        }
        headers.push((ATTEMPTS, trail(report)));
        headers
    }

    /// How many tries went to a group that had been tried already, and how many fallback groups were entered.
    pub(super) fn retries_and_fallbacks(&self, report: &Report) -> (u32, u32) {
        let Some(plan) = self.planned() else { return (0, 0) };
        // The requested group is the first leg, whether or not it was tried.
        let (mut at, mut retries, mut fallbacks) = (0, 0, 0);
        for (number, (leg, _)) in report.legs(plan).enumerate() {
            match leg == at {
                true if number > 0 => retries += 1,
                true => {}
                false => fallbacks += 1,
            }
            at = leg;
        }
        (retries, fallbacks)
    }

    /// The group that answered last, as a client would name it.
    fn answering_group(&self, report: &Report) -> Option<String> {
        let (_, leg) = report.legs(self.planned()?).last()?;
        Some(crate::route::filled(&leg.group, &leg.captures))
    }

    pub(super) fn too_large(&self) -> Reject {
        let most = self.setup.settings.max_body_bytes;
        Reject::new(413, "invalid_request_error", format!("The request body is larger than {most} bytes."))
            .code("request_too_large")
    }

    /// Whether a body is longer than what may take the place of one in Envoy's buffer.
    pub(super) fn is_too_large_to_put(&self, length: usize) -> bool {
        length as u64 > u64::from(most_held(self.setup.settings.max_body_bytes))
    }

    pub(super) fn masked_too_large(&self) -> Reject {
        let most = most_held(self.setup.settings.max_body_bytes);
        let message = format!(
            "What guardrails put in the place of what they masked makes the request body larger than {most} bytes."
        );
        Reject::new(413, "invalid_request_error", message).code("request_too_large")
    }

    pub(super) fn masked_answer_too_large(&self) -> Reject {
        let most = most_held(self.setup.settings.max_body_bytes);
        let message = format!(
            "The answer of model '{}', with what guardrails put in the place of what they masked, is larger than this \
             gateway holds of one ({most} bytes). Ask for less at once.",
            self.ask.model
        );
        Reject::new(502, "service_unavailable_error", message).code("answer_too_large")
    }

    /// An answer that no attempt gave: Envoy's own, for a body too large, a timeout, a dead connection.
    fn envoys_error(&self, status: u16, report: &Report) -> Reject {
        match status {
            413 => self.too_large(),
            504 | 408 => Reject::new(
                504,
                "timeout_error",
                format!("No answer came in time from model '{}'.", self.ask.model),
            ),
            _ if report.attempts.is_empty() => Reject::new(
                status,
                "service_unavailable_error",
                format!("The gateway could not pass the request on (HTTP {status})."),
            ),
            // Of a response that is held Envoy knows no other end that it would call its own failure.
            500 => Reject::new(
                status,
                "service_unavailable_error",
                format!(
                    "The answer of model '{}' is larger than this gateway holds of one ({} bytes). Ask \
                     for less at once, or for a stream.",
                    self.ask.model,
                    most_held(self.setup.settings.max_body_bytes)
                ),
            ),
            _ => Reject::new(
                status,
                "service_unavailable_error",
                format!("No deployment of model '{}' could be reached.", self.ask.model),
            ),
        }
    }
}

/// `gpt-4.1/azure-1=429, gpt-4.1-paid/azure-1=200`; a try without a response, or with one that was no answer
/// whatever its status said, tells its cause.
fn trail(report: &Report) -> String {
    let mut trail = String::new();
    for attempt in &report.attempts {
        if !trail.is_empty() {
            trail.push_str(", ");
        }
        trail.push_str(&attempt.deployment);
        trail.push('=');
        match attempt.status {
            0 if attempt.cause.is_empty() => trail.push_str("no_response"),
            0 => trail.push_str(&attempt.cause),
            200..=299 if attempt.cause != "success" => trail.push_str(&attempt.cause),
            status => trail.push_str(&status.to_string()),
        }
    }
    trail
}

/// Names that a client chose, as one header value: only visible ASCII, and no longer than [`MOST_NAMES`].
fn names<'n>(names: impl Iterator<Item = &'n String>) -> Option<String> {
    let mut value = String::new();
    for name in names {
        if value.len() + name.len() > MOST_NAMES {
            value.push_str(", ...");
            break;
        }
        if !value.is_empty() {
            value.push_str(", ");
        }
        value.extend(name.chars().map(|c| if c.is_ascii_graphic() && c != ',' { c } else { '?' }));
    }
    if value.is_empty() { None } else { Some(value) }
}

/// Microseconds as milliseconds with three decimals.
fn milliseconds(microseconds: u64) -> String {
    fixed::padded(microseconds, 3)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{MOST_NAMES, names};

    #[test]
    fn names_are_safe_in_a_header_and_bounded() {
        let safe = ["a".to_owned(), "b\r\nx: y,é".to_owned()];
        assert_eq!(names(safe.iter()).unwrap(), "a, b??x:?y??");
        let many = vec!["n".repeat(100); 100];
        let value = names(many.iter()).unwrap();
        assert!(value.len() < MOST_NAMES + 100 && value.ends_with(", ..."), "{value}");
        assert_eq!(names([].iter()), None);
    }
}
