//! From a body to a request that Envoy's router can carry out: sanitise, limit, guard, plan.

use super::{Admission, Caller, Effect, Moment};
use crate::exchange::context::{self, Context};
use crate::exchange::{PLAN_HEADER, plan_header};
use crate::guardrails;
use crate::limits::{self, Scope};
use crate::reject::Reject;
use crate::route::{NoPlan, Plan, Wish};
use crate::sanitise::{self, Request};

impl Admission {
    pub(super) fn admit(&mut self, body: &[u8], moment: &Moment<'_>) -> Result<Vec<Effect>, Reject> {
        let mut request = sanitise::request(self.dialect, body, &self.setup.settings.policy)?;
        self.remember(&mut request);
        let plan = self.plan(&request, moment)?;
        self.reserve(&request, moment)?;
        let masked = self.guard(&request, request.body.as_deref().unwrap_or(body), moment)?;
        let effects = self.send(&request, &plan, masked.or_else(|| request.body.clone()));
        self.ask.plan = Some(plan);
        Ok(effects)
    }

    /// Keeps what the event and the answer's headers will tell.
    fn remember(&mut self, request: &mut Request) {
        self.ask.model.clone_from(&request.model);
        self.ask.stream = request.stream;
        self.ask.end_user = request.end_user.take();
        self.ask.tags = std::mem::take(&mut request.controls.tags);
        self.ask.metadata = std::mem::take(&mut request.controls.metadata);
        self.ask.dropped = std::mem::take(&mut request.dropped);
    }

    fn plan(&self, request: &Request, moment: &Moment<'_>) -> Result<Plan, Reject> {
        let caller = self.caller.as_ref();
        let wish = Wish {
            model: &request.model,
            fail_first_group: request.controls.mock_testing_fallbacks,
            disable_fallbacks: request.controls.disable_fallbacks,
            num_retries: request.controls.num_retries,
            may_use: &|group| caller.is_some_and(|caller| caller.may_use(group)),
            dice: moment.dice,
        };
        self.setup.settings.router.plan(&wish).map_err(|none| no_plan(none, &request.model))
    }

    fn reserve(&mut self, request: &Request, moment: &Moment<'_>) -> Result<(), Reject> {
        let Some(key) = self.caller.as_ref().and_then(Caller::key) else { return Ok(()) };
        if key.limits == limits::Limits::default() {
            return Ok(());
        }
        let scope = Scope { name: &key.hash, label: key.alias.as_deref().unwrap_or("this key") };
        let tokens = limits::estimate(request.input_chars, request.output_cap, 1, key.limits.tokens);
        let now_ms = (moment.clock)() / 1_000;
        match limits::reserve(moment.shared, &scope, &key.limits, tokens, now_ms) {
            limits::Outcome::Granted(reservation) => {
                self.ask.reservation = Some(reservation);
                Ok(())
            }
            limits::Outcome::Refused(refusal) => {
                self.ask.limit_headers = refusal.headers();
                Err(refusal.reject())
            }
            limits::Outcome::Contended => Err(contended()),
        }
    }

    fn guard(
        &mut self,
        request: &Request,
        body: &[u8],
        moment: &Moment<'_>,
    ) -> Result<Option<Vec<u8>>, Reject> {
        let from_key = self.caller.as_ref().and_then(Caller::key).map_or(&[][..], |key| &key.guardrails);
        let compiled = &self.setup.guardrails;
        let selection =
            compiled.select(&request.controls.guardrails, from_key).map_err(|unknown| unknown.reject())?;
        let verdict = compiled.pre_call(&selection, self.dialect, body, moment.clock);
        self.ask.guardrails = verdict.records;
        match verdict.outcome {
            guardrails::Outcome::Pass => Ok(None),
            guardrails::Outcome::Masked(body) => Ok(Some(body)),
            guardrails::Outcome::Blocked(reject) => Err(reject),
        }
    }

    fn send(&self, request: &Request, plan: &Plan, body: Option<Vec<u8>>) -> Vec<Effect> {
        let router = &self.setup.settings.router;
        let names = plan.steps.iter().filter_map(|step| router.deployments.get(step.deployment));
        let timeouts = &self.setup.settings.timeouts;
        let try_timeout_ms = if request.stream { timeouts.first_token_ms } else { timeouts.answer_ms };
        let tries = plan.steps.len() as u64;
        let context = Context {
            dialect: self.dialect,
            model: request.model.clone(),
            stream: request.stream,
            include_usage: request.include_usage,
            tries,
            try_timeout_ms,
        };
        let mut effects = vec![
            Effect::KeepContext(context::write(&context)),
            Effect::SetRequestHeader(PLAN_HEADER, plan_header::encode(names.map(|one| one.id.as_str()))),
            Effect::SetRequestHeader("x-envoy-max-retries", (tries - 1).to_string()),
            Effect::SetRequestHeader("x-envoy-upstream-rq-per-try-timeout-ms", try_timeout_ms.to_string()),
            Effect::SetRequestHeader("x-envoy-upstream-rq-timeout-ms", timeouts.request_ms.to_string()),
        ];
        if let Some(body) = body {
            effects.push(Effect::SetRequestHeader("content-length", body.len().to_string()));
            effects.push(Effect::ReplaceRequestBody(body));
        }
        effects
    }
}

fn no_plan(none: NoPlan, model: &str) -> Reject {
    match none {
        NoPlan::UnknownModel => Reject::invalid(format!(
            "Invalid model name passed in model={model}. Call `/v1/models` to view the models of your key."
        ))
        .at("model")
        .code("model_not_found"),
        // LiteLLM's text: it does not tell whether the model exists.
        NoPlan::Forbidden => Reject::new(
            403,
            "key_model_access_denied",
            format!(
                "The requested model '{model}' is not available for this API key, or the model name is \
                 invalid. Check the models available to you and try again."
            ),
        )
        .at("model"),
        NoPlan::NoFallback => Reject::new(
            500,
            "internal_server_error",
            format!(
                "The failure of model '{model}' was asked for (mock_testing_fallbacks), and it has no fallback."
            ),
        ),
    }
}

fn contended() -> Reject {
    let mut reject = Reject::new(
        503,
        "service_unavailable_error",
        "The gateway could not update this key's limits: too many requests at once. Try again.",
    );
    reject.retry_after = Some(1);
    reject
}
