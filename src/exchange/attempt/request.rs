//! The request side of a try: clean headers, this provider's body.

use std::borrow::Cow;

use super::{Attempt, Effect, Moment, Step};
use crate::config::{is_responses_only, longest_answer};
use crate::exchange::{HOP_HEADER, overrides};
use crate::reject::Reject;
use crate::translate::{self, Ask, Built, Edit, Target};
use crate::wire::{Api, Dialect, Provider};

/// What providers see as `user-agent`.
const USER_AGENT: &str = concat!("spillway/", env!("CARGO_PKG_VERSION"));

impl Attempt {
    pub(super) fn build(&mut self, body: &[u8], moment: &Moment<'_>) -> Step {
        let Some(context) = self.context.as_ref().filter(|_| self.is_open()) else { return Step::wait() };
        if context.stored.is_some() {
            // Sent with the headers; what the client sent along, admission has taken away.
            return Step::pass();
        }
        let (dialect, stream) = (context.dialect, context.stream);
        if let Some(edit) = self.edit.take() {
            return self.send_edited(edit, stream);
        }
        let built = match self.spliced(&Ask { dialect, body, stream }) {
            Some(built) => Ok(built),
            None => self
                .body_here(body)
                .and_then(|body| translate::request(&Ask { dialect, body: &body, stream }, &self.target())),
        };
        match built {
            Ok(built) => self.send(built, stream),
            Err(reject) => self.refuse(&reject, dialect, moment),
        }
    }

    /// Sends a request about a stored response, for which no body is awaited.
    pub(super) fn ask_stored(&mut self, moment: &Moment<'_>) -> Option<Step> {
        let context = self.context.as_ref()?;
        let (call, dialect, stream) = (context.stored.as_ref()?, context.dialect, context.stream);
        let method = call.operation.method();
        Some(match translate::stored(call.operation, &call.id, &call.query, &self.target()) {
            Ok(built) => {
                self.api = built.api;
                self.report.answer.dropped = self.betas_left(built.api).into_iter().collect();
                let mut headers = self.without_body(method, &built, stream);
                if method == "POST" {
                    headers.push(("content-length", "0".to_owned()));
                }
                Step::go(vec![self.keep_report(), Effect::ReplaceRequestHeaders(headers)])
            }
            Err(reject) => self.refuse(&reject, dialect, moment),
        })
    }

    /// How the body changes where it need not be read.
    pub(super) fn planned_edit(&self) -> Option<Edit> {
        let context = self.context.as_ref()?;
        let is_changed = self.leg().is_some_and(|leg| leg.overrides.is_some());
        let outline = context.outline.as_ref().filter(|_| !is_changed && context.stored.is_none())?;
        let ask = Ask { dialect: context.dialect, body: b"", stream: context.stream };
        translate::edit(&ask, &context.model, &self.target(), outline)
    }

    fn send_edited(&mut self, edit: Edit, stream: bool) -> Step {
        let Edit { api, path, drop, put, length } = edit;
        self.api = api;
        let built =
            Built { api, path, headers: Vec::new(), body: Vec::new(), echo: Vec::new(), dropped: Vec::new() };
        let headers = self.headers(&built, length, stream);
        Step::go(vec![Effect::ReplaceRequestHeaders(headers), Effect::EditRequestBody { drop, put }])
    }

    /// The body where it takes no parsing.
    fn spliced(&self, ask: &Ask<'_>) -> Option<Built> {
        let outline = self.context.as_ref()?.outline.as_ref()?;
        let is_changed = self.leg().is_some_and(|leg| leg.overrides.is_some());
        if is_changed { None } else { translate::splice(ask, &self.target(), outline) }
    }

    /// The client's body with the parameters that this fallback changes.
    fn body_here<'b>(&self, body: &'b [u8]) -> Result<Cow<'b, [u8]>, Reject> {
        let Some(changed) = self.leg().and_then(|leg| leg.overrides.as_ref()) else {
            return Ok(Cow::Borrowed(body));
        };
        let merged = overrides::merged(body, changed);
        merged.map(Cow::Owned).map_err(|_| Reject::invalid("The request body is not a JSON object."))
    }

    /// The deployment as this request sees it.
    fn target(&self) -> Cow<'_, Target> {
        let target = &self.settings.target;
        let (drop_params, paths) = self
            .context
            .as_ref()
            .map_or((false, &[][..]), |context| (context.drop_params, &context.additional_drop_params));
        let is_pattern = target.model.contains('*');
        if !is_pattern && paths.is_empty() && (target.drop_params || !drop_params) {
            return Cow::Borrowed(target);
        }
        let mut target = target.clone();
        target.drop_params |= drop_params;
        target.additional_drop_params.extend_from_slice(paths);
        if is_pattern {
            target.model = self.model();
            target.max_output_tokens = target.max_output_tokens.or_else(|| longest_answer(&target.model));
            target.bridge_to_responses |= is_responses_only(target.provider, &target.model);
        }
        Cow::Owned(target)
    }

    fn send(&mut self, mut built: Built, stream: bool) -> Step {
        self.api = built.api;
        built.dropped.extend(self.betas_left(built.api));
        let headers = self.headers(&built, built.body.len(), stream);
        self.echo = built.echo;
        let mut effects =
            vec![Effect::ReplaceRequestHeaders(headers), Effect::ReplaceRequestBody(built.body)];
        if !built.dropped.is_empty() {
            self.report.answer.dropped = built.dropped;
            effects.push(self.keep_report());
        }
        Step::go(effects)
    }

    /// All headers of an upstream request with a body.
    fn headers(&self, built: &Built, length: usize, stream: bool) -> Vec<(&'static str, String)> {
        let mut headers = self.without_body("POST", built, stream);
        headers.push(("content-type", "application/json".to_owned()));
        headers.push(("content-length", length.to_string()));
        headers
    }

    /// All headers of an upstream request, but for what tells of a body. The credential is added after this
    /// filter, by Envoy's injector; nothing of the client's or of an earlier try remains.
    fn without_body(&self, method: &str, built: &Built, stream: bool) -> Vec<(&'static str, String)> {
        let scheme = if self.settings.api_base.starts_with("https:") { "https" } else { "http" };
        let accept = if stream { "text/event-stream" } else { "application/json" };
        let mut headers = vec![
            (":method", method.to_owned()),
            (":scheme", scheme.to_owned()),
            (":authority", self.settings.authority.clone()),
            (":path", [self.settings.base_path.as_str(), &built.path].concat()),
            ("accept", accept.to_owned()),
            ("user-agent", USER_AGENT.to_owned()),
        ];
        headers.extend(self.settings.hop.clone().map(|hop| (HOP_HEADER, hop)));
        headers.extend(built.headers.iter().cloned());
        headers.extend(self.trace.iter().cloned());
        headers.extend(self.betas(built.api));
        headers
    }

    /// The client's betas, only where its own fields pass: a translation asks for none.
    fn betas(&self, api: Api) -> Option<(&'static str, String)> {
        let context = self.context.as_ref().filter(|context| self.is_own(context.dialect, api))?;
        context.dialect.beta_header().zip(context.beta.clone())
    }

    /// The header of betas that does not go on. OpenAI's only: Anthropic's agents send theirs with every request, and what of
    /// a body belongs to one is refused or named by itself.
    fn betas_left(&self, api: Api) -> Option<String> {
        let context = self.context.as_ref().filter(|context| context.beta.is_some())?;
        let of_openai = !context.dialect.is_anthropic() && !self.is_own(context.dialect, api);
        context.dialect.beta_header().filter(|_| of_openai).map(str::to_owned)
    }

    /// Whether a dialect meets its own API, where its maker serves it.
    fn is_own(&self, dialect: Dialect, api: Api) -> bool {
        match (dialect, api) {
            (Dialect::Messages, Api::Messages) | (Dialect::CountTokens, Api::CountTokens) => true,
            (Dialect::Responses, Api::Responses)
            | (Dialect::Compact, Api::Compact)
            | (Dialect::Stored(_), Api::StoredResponses) => {
                matches!(self.settings.target.provider, Provider::OpenAi | Provider::Azure)
            }
            _ => false,
        }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.context.as_ref().map_or(Dialect::Chat, |context| context.dialect)
    }
}
