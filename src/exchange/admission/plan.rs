//! From a body to a request that Envoy's router can carry out: sanitise, plan, limit, guard.

use super::around::Around;
use super::caller::Denied;
use super::guard::Admitted;
use super::own_fallbacks::OwnFallbacks;
use super::stored::Referred;
use super::timeouts::try_timeout_ms;
use super::{Admission, Caller, Effect, Moment};
use crate::config::Carrier;
use crate::exchange::context::{self, Context, Sent};
use crate::exchange::{PLAN_HEADER, RETRY_ON, overrides, plan_header};
use crate::guardrails::Body;
use crate::health;
use crate::reject::Reject;
use crate::route::{Itinerary, Lack, Needs, NoPlan, Played, Wish};
use crate::sanitise::{self, Asked, MockTesting, Modalities, Request};
use crate::translate;
use crate::usage::BYTES_PER_TOKEN;
use crate::wire::Dialect;

/// What sends a request on: its context, its plan, three headers, and another body with its length.
const MOST_EFFECTS: usize = 7;

/// What a plan is made from.
struct Basis<'r> {
    request: &'r Request,
    /// As it goes on, but for what guardrails mask.
    body: &'r [u8],
    own: &'r OwnFallbacks,
    /// The stored response that the request goes on from: whoever keeps it is the only one to ask.
    referred: Option<&'r Referred>,
}

impl Admission {
    pub(super) fn admit(&mut self, body: &[u8], moment: &Moment<'_>) -> Result<Admitted, Reject> {
        let (mut request, walked) =
            sanitise::walked(self.dialect, body, &self.setup.settings.policy, self.asked())?;
        check_paths(&request)?;
        self.remember(&mut request);
        let referred = self.referred(&request)?;
        if let Some(referred) = &referred {
            let kept = request.body.as_deref().unwrap_or(body);
            request.body = Some(with_previous(kept, referred.provider_id())?);
        }
        let kept = request.body.as_deref().unwrap_or(body);
        let own = self.own_fallbacks(&request, kept)?;
        let basis = Basis { request: &request, body: kept, own: &own, referred: referred.as_ref() };
        self.plan_within_limits(&basis, moment)?;
        self.check_background(&request, &own)?;
        let before = referred.as_ref().map(Referred::guards).unwrap_or_default();
        self.select_guardrails(&request.controls.guardrails, before)?;
        let walked = walked.filter(|_| request.body.is_none());
        let guarded = walked.map_or(Body::Bytes(kept), Body::Walked);
        let masked = self.filter_request(&request, guarded, moment)?;
        let guarded = masked.as_deref().unwrap_or(kept);
        self.guard_fallbacks(&request, &own, guarded, moment)?;
        if matches!(self.dialect, Dialect::Responses | Dialect::Compact) {
            let guards = self.guards_to_keep();
            self.ask.sealer = Some(self.sealer(referred.as_ref(), guards));
        }
        let kept = request.body.take();
        let left = masked.or(kept);
        self.ask_before(request, left, body, moment)
    }

    /// What its headers tell of a request's body.
    pub(super) fn asked(&self) -> Asked<'_> {
        let some_models_only = self.caller.as_ref().is_some_and(|caller| !caller.may_use_any());
        Asked { betas: self.ask.beta.as_deref(), some_models_only, model: self.ask.deployed_model.as_deref() }
    }

    /// Keeps what the event and the answer's headers will tell.
    fn remember(&mut self, request: &mut Request) {
        self.ask.model = self.aliased(&request.model).to_owned();
        self.ask.stream = request.stream;
        self.ask.input_tokens = (request.input_bytes / BYTES_PER_TOKEN).max(1);
        self.note(request);
    }

    /// Keeps for whom and for what it is asked, which headers may say, too.
    pub(super) fn note(&mut self, request: &mut Request) {
        self.ask.by_header.join(request);
        self.ask.end_user = request.end_user.take();
        self.ask.tags = std::mem::take(&mut request.controls.tags);
        self.ask.metadata = std::mem::take(&mut request.controls.metadata);
        self.ask.dropped.append(&mut request.dropped);
    }

    /// What the key calls a model by an alias of its own.
    fn aliased<'m>(&'m self, model: &'m str) -> &'m str {
        let key = self.caller.as_ref().and_then(Caller::key);
        key.and_then(|key| key.aliases.get(model)).map_or(model, String::as_str)
    }

    /// Plans, and takes the request's share of every limit. Where that of a model refuses, and the gateway's file
    /// lets it, the model's fallbacks are asked in its place.
    fn plan_within_limits(&mut self, basis: &Basis<'_>, moment: &Moment<'_>) -> Result<(), Reject> {
        self.plan(basis, &[], moment)?;
        let mut used_up: Vec<String> = Vec::new();
        // What refused first is of what the caller asked for: that is told in the end.
        let mut first: Option<Reject> = None;
        while let Err(held) = self.reserve(basis.request, moment) {
            let told = first.take().unwrap_or(held.reject);
            let may_move = self.setup.settings.fallback_on_limits && basis.referred.is_none();
            let elsewhere = held.of_a_model && may_move;
            let group = self.planned().and_then(|plan| plan.first_leg()).map(|leg| leg.group.clone());
            let Some(group) = group.filter(|group| elsewhere && !used_up.contains(group)) else {
                return Err(told);
            };
            self.give_probes_back(moment);
            used_up.push(group);
            match self.plan(basis, &used_up, moment) {
                Ok(()) => first = Some(told),
                Err(_) => return Err(told),
            }
        }
        Ok(())
    }

    fn plan(&mut self, basis: &Basis<'_>, used_up: &[String], moment: &Moment<'_>) -> Result<(), Reject> {
        let Basis { request, body, own, referred } = *basis;
        let router = &self.setup.settings.router;
        let caller = self.caller.as_ref();
        // To a plan, a limit that is used up is a rate limit that the first group answered with.
        let limited = used_up.first().map(|_| Played::RateLimit);
        let wish = Wish {
            model: &self.ask.model,
            played: request.controls.mock_testing.map(played).or(limited),
            disable_fallbacks: request.controls.disable_fallbacks,
            num_retries: request.controls.num_retries.or(self.ask.by_header.num_retries),
            own: own.as_wish(),
            of_key: own.of_key(),
            may_use: &|group| {
                let asked = group == self.ask.model || used_up.first().is_some_and(|first| first == group);
                caller.is_some_and(|caller| caller.may_use(group))
                    && (asked || !used_up.iter().any(|used_up| used_up == group))
            },
            needs: self.needs(request, body),
            dice: moment.dice,
        };
        let plan = match referred {
            Some(referred) => self.plan_from(referred, &wish)?,
            None => {
                let around = Around::new(router, moment.shared, (moment.now)() / 1_000);
                router.plan(&wish, &around).map_err(|none| self.no_plan(&none))?
            }
        };
        self.ask.plan = Some(plan);
        Ok(())
    }

    fn no_plan(&self, none: &NoPlan) -> Reject {
        let model = &self.ask.model;
        let denied = || {
            let group = self.setup.settings.router.named(model).map(|named| named.group.name.as_str());
            self.caller.as_ref()?.denied(group.unwrap_or(model))
        };
        match none {
            NoPlan::Forbidden => forbidden(model, denied().unwrap_or(Denied::Key)),
            other => no_plan(other, model),
        }
    }

    fn needs<'r>(&self, request: &'r Request, body: &[u8]) -> Needs<'r> {
        let needs = Needs {
            stream: request.stream,
            input_tokens: request.input_bytes / BYTES_PER_TOKEN,
            region: request.controls.allowed_model_region.as_deref(),
            ..Needs::default()
        };
        if !self.setup.settings.router.pre_call_checks {
            return needs;
        }
        let found = Modalities::of(self.dialect, body);
        Needs {
            vision: found.vision,
            audio: found.audio,
            files: found.files,
            tools: found.tools,
            response_schema: found.response_schema,
            ..needs
        }
    }

    /// Gives up the probes that a plan has taken: the request does not go on.
    pub(super) fn give_probes_back(&self, moment: &Moment<'_>) {
        let Some(plan) = self.planned() else { return };
        for probe in plan.legs.iter().filter(|leg| leg.probe).filter_map(|leg| leg.deployments.first()) {
            health::release(moment.shared, probe, (moment.now)() / 1_000);
        }
    }

    /// The plan, also when the request has gone on.
    pub(super) fn planned(&self) -> Option<&Itinerary> {
        let sent = self.ask.sent.as_ref().map(|context| &context.itinerary);
        sent.or(self.ask.plan.as_ref())
    }

    /// # Errors
    /// 413 for a body that masks have made too large.
    pub(super) fn send(
        &mut self,
        request: Request,
        body: Option<Vec<u8>>,
        stored: Option<context::Stored>,
    ) -> Result<Vec<Effect>, Reject> {
        if body.as_ref().is_some_and(|body| self.is_too_large_to_put(body.len())) {
            return Err(self.masked_too_large());
        }
        let plan = self.ask.plan.take().unwrap_or_default();
        let try_timeout_ms = try_timeout_ms(&plan, &self.setup.settings.router, request.stream);
        let carried = self.plan_header(&plan);
        let retries = plan.most_tries().saturating_sub(1);
        let context = Sent::new(Context {
            request_id: self.id.clone(),
            dialect: self.dialect,
            model: request.model,
            stream: request.stream,
            include_usage: request.include_usage,
            outline: request.outline.filter(|_| body.is_none()),
            beta: self.ask.beta.clone(),
            itinerary: plan,
            try_timeout_ms,
            drop_params: request.controls.drop_params,
            additional_drop_params: request.controls.additional_drop_params,
            input_tokens: self.ask.input_tokens,
            sealer: self.ask.sealer.clone(),
            stored,
        });
        let written = context.hand_on();
        self.ask.sent = Some(context);
        let mut effects = Vec::with_capacity(MOST_EFFECTS);
        effects.push(Effect::KeepContext(written));
        effects.extend(carried);
        // What the route says anyway is not said again: each header is a call to the host.
        if try_timeout_ms != self.setup.settings.timeouts.longest_try_ms() {
            let header = "x-envoy-upstream-rq-per-try-timeout-ms";
            effects.push(Effect::SetRequestHeader(header, try_timeout_ms.to_string()));
        }
        // Where a retry is possible, the router copies the whole body and keeps it: so it hears of retries only
        // where there may be one.
        if retries > 0 {
            effects.push(Effect::SetRequestHeader("x-envoy-retry-on", RETRY_ON.to_owned()));
            effects.push(Effect::SetRequestHeader("x-envoy-max-retries", retries.to_string()));
        }
        if let Some(body) = body {
            effects.push(Effect::SetRequestHeader("content-length", body.len().to_string()));
            effects.push(Effect::ReplaceRequestBody(body));
        }
        Ok(effects)
    }

    /// The plan where the router has to be told of it: else the attempts read it from the context.
    fn plan_header(&self, plan: &Itinerary) -> Option<Effect> {
        if self.setup.settings.carrier != Carrier::PriorityGroups {
            return None;
        }
        let names = plan.stops.iter().map(|stop| stop.deployment.as_str());
        Some(Effect::SetRequestHeader(PLAN_HEADER, plan_header::encode(names)))
    }
}

/// A path that means nothing would let through what it was written to drop.
fn check_paths(request: &Request) -> Result<(), Reject> {
    const NAME: &str = "additional_drop_params";
    match request.controls.additional_drop_params.iter().find(|path| !translate::is_drop_path(path)) {
        Some(_) => Err(Reject::invalid(format!(
            "Invalid value for '{NAME}': expected paths of parameters such as 'metadata' or \
             'tools[*].function.strict'."
        ))
        .at(NAME)
        .code("invalid_value")),
        None => Ok(()),
    }
}

fn played(mock: MockTesting) -> Played {
    match mock {
        MockTesting::Fallbacks => Played::ServerError,
        MockTesting::RateLimit => Played::RateLimit,
        MockTesting::Context => Played::ContextWindow,
        MockTesting::ContentPolicy => Played::ContentPolicy,
    }
}

/// The body with the provider's own id of the response that it goes on from.
fn with_previous(body: &[u8], provider_id: &str) -> Result<Vec<u8>, Reject> {
    let previous = [("previous_response_id".to_owned(), provider_id.into())].into_iter().collect();
    overrides::merged(body, &previous).map_err(|_| Reject::invalid("The request body is not a JSON object."))
}

/// LiteLLM's text: it does not tell whether the model exists. Its type tells whose list of models refuses.
fn forbidden(model: &str, denied: Denied) -> Reject {
    let (kind, whose) = match denied {
        Denied::Key => ("key_model_access_denied", "API key"),
        Denied::Team => ("team_model_access_denied", "API key's team"),
        Denied::User => ("user_model_access_denied", "API key's user"),
    };
    let message = format!(
        "The requested model '{model}' is not available for this {whose}, or the model name is invalid. Check the \
         models available to you and try again."
    );
    Reject::new(403, kind, message).at("model")
}

pub(super) fn no_plan(none: &NoPlan, model: &str) -> Reject {
    match none {
        NoPlan::Elsewhere => {
            Reject::invalid(format!("No deployment of model '{model}' has what is asked for."))
        }
        NoPlan::UnknownModel => Reject::invalid(format!(
            "Invalid model name passed in model={model}. Call `/v1/models` to view the models of your key."
        ))
        .at("model")
        .code("model_not_found"),
        NoPlan::Forbidden => forbidden(model, Denied::Key),
        NoPlan::NoFallback(played) => unanswered(*played, model),
        NoPlan::Unserved => Reject::new(
            404,
            "invalid_request_error",
            format!("No deployment of model '{model}' is served here, and none of a fallback of its."),
        )
        .at("model")
        .code("model_not_found"),
        NoPlan::Unable(Lack::ContextWindow) => Reject::invalid(format!(
            "The prompt is longer than the context window of every deployment of model '{model}'."
        ))
        .code("context_length_exceeded"),
        NoPlan::Unable(Lack::Modality(name)) => {
            Reject::invalid(format!("No deployment of model '{model}' takes {name}."))
                .code("unsupported_modality")
        }
        NoPlan::Unable(Lack::Region) => Reject::invalid(format!(
            "No deployment of model '{model}' is in the region of 'allowed_model_region'."
        ))
        .at("allowed_model_region"),
    }
}

/// A failure that was played, where the caller gets it.
fn unanswered(played: Played, model: &str) -> Reject {
    let text = |name: &str| {
        format!("The failure of model '{model}' was asked for ({name}), and it has no fallback for that.")
    };
    match played {
        Played::ServerError => Reject::new(500, "internal_server_error", text("mock_testing_fallbacks")),
        Played::RateLimit => Reject::new(429, "rate_limit_error", text("mock_testing_rate_limit_error")),
        Played::ContextWindow => {
            Reject::invalid(text("mock_testing_context_fallbacks")).code("context_length_exceeded")
        }
        Played::ContentPolicy => {
            Reject::invalid(text("mock_testing_content_policy_fallbacks")).code("content_policy_violation")
        }
    }
}

pub(super) fn contended() -> Reject {
    let mut reject = Reject::new(
        503,
        "service_unavailable_error",
        "The gateway could not update the limits of this request: too many requests at once. Try again.",
    );
    reject.retry_after = Some(1);
    reject
}
