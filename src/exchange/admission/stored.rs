//! Responses that a provider keeps: whose they are, and the one deployment that can be asked for them.
//!
//! A client has the gateway's own ids (see [`response_id`](crate::response_id)). Any other id is nobody's, even if
//! a provider knows it: it may be somebody else's.

use super::plan::no_plan;
use super::{Admission, Caller, Effect, Headers, Moment, State, Step};
use crate::exchange::context::Stored as Call;
use crate::reject::Reject;
use crate::response_id::{Known, MOST_GUARDS, Mark, ResponseId, Sealer};
use crate::route::{Itinerary, Needs, NoPlan, Own, Wish};
use crate::sanitise::{Controls, Request};
use crate::wire::{Stored, path};

/// Longest id that an error repeats, in characters.
const LONGEST_ID: usize = 256;

/// A response that a request refers to, and that is the caller's.
pub(super) struct Referred {
    id: String,
    opened: ResponseId,
    /// The id of the deployment that keeps it.
    pub deployment: String,
}

impl Referred {
    /// The provider's own id.
    pub fn provider_id(&self) -> &str {
        &self.opened.provider_id
    }

    /// The guardrails that its request brought along.
    pub fn guards(&self) -> &[Mark] {
        &self.opened.guards
    }

    fn known(&self) -> Known {
        Known { id: self.id.clone(), provider_id: self.opened.provider_id.clone() }
    }
}

impl Admission {
    /// A request about a stored response: everything is known with its headers. A body is not expected; that of
    /// a cancellation is waited for, and goes no further.
    pub(super) fn stored(
        &mut self,
        operation: Stored,
        headers: &Headers,
        end: bool,
        moment: &Moment<'_>,
    ) -> Step {
        if !end && operation != Stored::Cancel {
            return self.refuse(Reject::invalid("This request takes no body. Send it without one."), moment);
        }
        if let Err(reject) = self.read_wishes(headers) {
            return self.refuse(reject, moment);
        }
        let target = super::header(headers, ":path").unwrap_or_default().to_owned();
        let mut effects: Vec<Effect> = super::stripped(headers).collect();
        if !end {
            self.ask.target = Some(target);
            self.state = State::Reading;
            return Step::hold(effects);
        }
        match self.admit_stored(operation, &target, moment) {
            Ok(admitted) => {
                effects.extend(admitted);
                self.go_or_ask(effects)
            }
            Err(reject) => self.refuse(reject, moment),
        }
    }

    /// Admits a request about a stored response behind whose headers a body came, which does not go on.
    pub(super) fn stored_with_body(
        &mut self,
        operation: Stored,
        moment: &Moment<'_>,
    ) -> Result<Vec<Effect>, Reject> {
        let target = self.ask.target.take().unwrap_or_default();
        let mut effects = self.admit_stored(operation, &target, moment)?;
        effects.push(Effect::SetRequestHeader("content-length", "0".to_owned()));
        effects.push(Effect::ReplaceRequestBody(Vec::new()));
        Ok(effects)
    }

    fn admit_stored(
        &mut self,
        operation: Stored,
        target: &str,
        moment: &Moment<'_>,
    ) -> Result<Vec<Effect>, Reject> {
        let id = path::response_id(target).unwrap_or_default();
        let referred = self.opened(&id).ok_or_else(|| not_found(&id))?;
        if !referred.opened.kept {
            return Err(not_kept(&referred));
        }
        let (query, dropped) = operation.query(path::parted(target).1);
        let stream = operation.streams(&query);
        // Which version of an API is asked is the deployment's to say, and betas go by their header.
        let dropped = dropped.iter().filter(|name| !matches!(**name, "api-version" | "beta"));
        self.ask.dropped.extend(dropped.map(ToString::to_string));
        let plan = self.plan_stored(operation, &referred, stream).map_err(|none| match none {
            NoPlan::Elsewhere => not_found(&id),
            other => no_plan(&other, &referred.opened.model),
        })?;
        let group = plan.legs.first().map(|leg| leg.group.clone()).unwrap_or_default();
        let model = Some(referred.opened.model.clone()).filter(|model| !model.is_empty());
        let mut request = about(model.clone().unwrap_or_else(|| group.clone()), stream);
        self.note(&mut request);
        self.ask.model.clone_from(&request.model);
        self.ask.stream = stream;
        self.ask.plan = Some(plan);
        self.select_guardrails(&[], referred.guards())?;
        if operation.resumes(&query) && self.answer_may_be_stopped() {
            return Err(resumed());
        }
        self.reserve(&request, moment).map_err(|held| held.reject)?;
        self.ask.sealer = Some(Sealer {
            secret: self.setup.settings.response_secret.clone(),
            owner: referred.opened.owner,
            deployment: Mark::default(),
            model: referred.opened.model.clone(),
            guards: referred.opened.guards.clone(),
            known: Some(referred.known()),
        });
        // The client's name of the model, where the id tells it; else the provider's own stays.
        let shown = Request { model: model.unwrap_or_default(), ..request };
        let call = Call { operation, id: referred.opened.provider_id.clone(), query };
        self.send(shown, None, Some(call))
    }

    /// A response that is deleted is gone: that is not tried twice.
    fn plan_stored(&self, operation: Stored, referred: &Referred, stream: bool) -> Result<Itinerary, NoPlan> {
        let wish = Wish {
            model: &referred.opened.model,
            played: None,
            disable_fallbacks: true,
            num_retries: if operation == Stored::Delete { Some(0) } else { self.ask.by_header.num_retries },
            own: Own::default(),
            of_key: &[],
            // Whoever made it may have it, also when its key has lost the model.
            may_use: &|_| true,
            needs: Needs { stream, ..Needs::default() },
            dice: 0,
        };
        self.setup.settings.router.holding(&wish, &referred.deployment)
    }

    /// The response that a request goes on from.
    ///
    /// # Errors
    /// 400 for one that is not the caller's, or that nobody keeps; 404 for a conversation, which nobody could have
    /// made through this gateway.
    pub(super) fn referred(&self, request: &Request) -> Result<Option<Referred>, Reject> {
        if let Some(id) = &request.conversation {
            return Err(no_conversation(id));
        }
        let Some(id) = &request.goes_on_from else { return Ok(None) };
        let referred = self.opened(id).ok_or_else(|| previous_not_found(id))?;
        if referred.opened.kept { Ok(Some(referred)) } else { Err(previous_not_kept(&referred)) }
    }

    /// The plan of a request that goes on from a response.
    pub(super) fn plan_from(&self, referred: &Referred, wish: &Wish<'_>) -> Result<Itinerary, Reject> {
        self.setup.settings.router.pinned(wish, &referred.deployment).map_err(|none| match none {
            NoPlan::Elsewhere => made_elsewhere(&referred.id, wish.model, &referred.opened.model),
            other => no_plan(&other, wish.model),
        })
    }

    /// What makes the ids of this request's responses.
    pub(super) fn sealer(&self, referred: Option<&Referred>, guards: Vec<Mark>) -> Sealer {
        Sealer {
            secret: self.setup.settings.response_secret.clone(),
            owner: self.owner(),
            deployment: Mark::default(),
            model: self.ask.model.clone(),
            guards,
            known: referred.map(Referred::known),
        }
    }

    fn owner(&self) -> Mark {
        self.caller.as_ref().map_or_else(Mark::default, |caller| Mark::of(caller.hash()))
    }

    /// What an id tells, if this gateway made it for this caller and still has the deployment. The master key
    /// opens everybody's.
    fn opened(&self, id: &str) -> Option<Referred> {
        let settings = &self.setup.settings;
        let opened = ResponseId::open(id, &settings.response_secret)?;
        let is_master = matches!(self.caller, Some(Caller::Master(_)));
        if opened.owner != self.owner() && !is_master {
            return None;
        }
        let mut deployments = settings.router.deployments.iter().map(|candidate| &candidate.id);
        let deployment = deployments.find(|id| Mark::of(id) == opened.deployment)?.clone();
        Some(Referred { id: id.to_owned(), opened, deployment })
    }
}

/// A request that says nothing but whose model it is about.
fn about(model: String, stream: bool) -> Request {
    Request {
        model,
        stream,
        include_usage: false,
        controls: Controls::default(),
        body: None,
        outline: None,
        end_user: None,
        input_bytes: 0,
        as_tokens: false,
        background: false,
        output_cap: Some(0),
        dropped: Vec::new(),
        goes_on_from: None,
        conversation: None,
    }
}

/// Fails closed: a match that begins before the place would be half out of sight.
fn resumed() -> Reject {
    Reject::invalid(
        "Guardrails look at this response, and they must see it from its beginning: leave out 'starting_after'.",
    )
    .at("starting_after")
    .code("unsupported_value")
}

/// An id as an error may repeat it.
fn shown(id: &str) -> String {
    id.chars().take(LONGEST_ID).collect()
}

/// OpenAI's words.
fn not_found(id: &str) -> Reject {
    Reject::new(404, "invalid_request_error", format!("Response with id '{}' not found.", shown(id)))
        .code("response_not_found")
}

fn not_kept(referred: &Referred) -> Reject {
    let message =
        format!("Response with id '{}' not found: {}.", shown(&referred.id), why_not_kept(referred));
    Reject::new(404, "invalid_request_error", message).code("response_not_found")
}

fn why_not_kept(referred: &Referred) -> String {
    if referred.opened.has_many_guards {
        return format!(
            "its request brought more than {MOST_GUARDS} guardrails along, which an id cannot carry"
        );
    }
    "the deployment that made it has an API that keeps no responses".to_owned()
}

/// OpenAI's words.
fn previous_not_found(id: &str) -> Reject {
    previous(format!("Previous response with id '{}' not found.", shown(id)))
}

fn previous_not_kept(referred: &Referred) -> Reject {
    previous(format!(
        "Previous response with id '{}' not found: {}. Send the turns before in 'input'.",
        shown(&referred.id),
        why_not_kept(referred)
    ))
}

fn made_elsewhere(id: &str, asked: &str, model: &str) -> Reject {
    previous(format!(
        "Previous response with id '{}' not found at model '{asked}': it was made by model '{model}', and is kept \
         there. Ask that model, or send the turns before in 'input'.",
        shown(id)
    ))
}

fn previous(message: String) -> Reject {
    Reject::invalid(message).at("previous_response_id").code("previous_response_not_found")
}

fn no_conversation(id: &str) -> Reject {
    let message = format!(
        "Conversation with id '{}' not found: this gateway serves no conversations. Send the turns in 'input', or \
         go on from a response with 'previous_response_id'.",
        shown(id)
    );
    Reject::new(404, "invalid_request_error", message).at("conversation").code("conversation_not_found")
}
