//! The caller's own fallbacks: what they change is checked like the request itself, and goes through its
//! guardrails.

use super::guard::unreadable_tokens;
use super::{Admission, Caller, Moment};
use crate::exchange::overrides;
use crate::guardrails::Body;
use crate::reject::Reject;
use crate::route;
use crate::sanitise::{self, Request, Target};
use crate::wire::json::Fields;

/// Parameters that refer to what one deployment keeps. The request's own are looked at; these would not be.
const STATE: [&str; 2] = ["previous_response_id", "conversation"];

/// The caller's lists, as a plan takes them.
#[derive(Default)]
pub(super) struct OwnFallbacks {
    general: Option<Vec<route::Target>>,
    context_window: Option<Vec<route::Target>>,
    content_policy: Option<Vec<route::Target>>,
    of_key: Vec<(String, Vec<route::Target>)>,
    found: Found,
}

/// Places whose parameters change what else a request would be refused for.
#[derive(Default)]
struct Found {
    /// They make the prompt one of token numbers.
    as_tokens: Option<String>,
    /// They make the response one in the background.
    background: Option<String>,
}

impl OwnFallbacks {
    pub fn as_wish(&self) -> route::Own<'_> {
        route::Own {
            general: self.general.as_deref(),
            context_window: self.context_window.as_deref(),
            content_policy: self.content_policy.as_deref(),
        }
    }

    /// Whose parameters make the response one in the background.
    pub fn background(&self) -> Option<&str> {
        self.found.background.as_deref()
    }

    /// The key's, by the names that they are for.
    pub fn of_key(&self) -> &[(String, Vec<route::Target>)] {
        &self.of_key
    }
}

impl Admission {
    /// Checks the caller's lists. `body`: the request as it goes on.
    ///
    /// # Errors
    /// 400 for parameters that the dialect does not define, and what guardrails say.
    pub(super) fn own_fallbacks(&self, request: &Request, body: &[u8]) -> Result<OwnFallbacks, Reject> {
        let controls = &request.controls;
        let mut found = Found::default();
        let mut read = |list: &Option<Vec<Target>>| {
            list.as_ref().map(|list| self.targets(list, request, body, &mut found)).transpose()
        };
        let own = OwnFallbacks {
            general: read(&controls.fallbacks)?,
            context_window: read(&controls.context_window_fallbacks)?,
            content_policy: read(&controls.content_policy_fallbacks)?,
            ..OwnFallbacks::default()
        };
        Ok(OwnFallbacks { of_key: self.fallbacks_of_key(), found, ..own })
    }

    /// What the key's own `router_settings.fallbacks` say. A target that this gateway does not serve is left out: the key
    /// may be used at others.
    fn fallbacks_of_key(&self) -> Vec<(String, Vec<route::Target>)> {
        let router = &self.setup.settings.router;
        let served = |list: &Vec<String>| {
            let served = list.iter().filter(|model| router.named(model).is_some());
            served.map(|model| route::Target::group(model)).collect()
        };
        let key = self.caller.as_ref().and_then(Caller::key);
        key.into_iter()
            .flat_map(|key| &key.fallbacks)
            .map(|(from, list)| (from.clone(), served(list)))
            .collect()
    }

    fn targets(
        &self,
        list: &[Target],
        request: &Request,
        body: &[u8],
        found: &mut Found,
    ) -> Result<Vec<route::Target>, Reject> {
        let router = &self.setup.settings.router;
        let asked = router.named(&self.ask.model).map(|named| named.group.name.as_str());
        let is_asked = |from: &str| from == "*" || from == self.ask.model || Some(from) == asked;
        let meant = list.iter().filter(|target| target.from.as_deref().is_none_or(is_asked));
        let drop_params = request.controls.drop_params;
        meant.map(|target| self.target(target, body, drop_params, found)).collect()
    }

    fn target(
        &self,
        target: &Target,
        body: &[u8],
        drop_params: bool,
        found: &mut Found,
    ) -> Result<route::Target, Reject> {
        if self.setup.settings.router.named(&target.model).is_none() {
            let message = format!(
                "'{}' names the model '{}', which is not served. Call `/v1/models` to view the models of your key.",
                target.path, target.model
            );
            return Err(Reject::invalid(message).at(target.path.clone()).code("model_not_found"));
        }
        if target.overrides.is_empty() {
            return Ok(route::Target::group(&target.model));
        }
        if let Some(name) = STATE.iter().find(|name| target.overrides.contains_key(**name)) {
            return Err(kept_by_one(&format!("{}.{name}", target.path)));
        }
        let merged = overrides::merged(body, &target.overrides).map_err(|_| not_mergeable(&target.path))?;
        let mut policy = self.setup.settings.policy.clone();
        policy.drop_params |= drop_params;
        let (checked, _) = sanitise::walked(self.dialect, &merged, &policy, self.asked())
            .map_err(|reject| within(&target.path, reject))?;
        if checked.as_tokens {
            found.as_tokens = Some(target.path.clone());
        }
        if checked.background {
            found.background = Some(target.path.clone());
        }
        let kept = checked.body.unwrap_or(merged);
        Ok(route::Target { model: target.model.clone(), overrides: Some(taken(&kept, target)) })
    }

    /// Runs the guardrails on what each fallback's parameters make of the request.
    ///
    /// # Errors
    /// What a guardrail says that blocks.
    pub(super) fn guard_fallbacks(
        &mut self,
        request: &Request,
        own: &OwnFallbacks,
        body: &[u8],
        moment: &Moment<'_>,
    ) -> Result<(), Reject> {
        if let Some(path) = own.found.as_tokens.as_ref().filter(|_| self.is_guarded()) {
            return Err(within(path, unreadable_tokens()));
        }
        let mut plan = self.ask.plan.take().unwrap_or_default();
        let guarded = plan.legs.iter_mut().filter_map(|leg| leg.overrides.as_mut()).try_for_each(|changes| {
            let merged = overrides::merged(body, changes).map_err(|_| not_mergeable("fallbacks"))?;
            if let Some(masked) = self.filter_request(request, Body::Bytes(&merged), moment)? {
                *changes = members(&masked, changes.keys());
            }
            Ok(())
        });
        self.ask.plan = Some(plan);
        guarded
    }
}

/// The members that a place changes, as they are left after the check.
fn taken(body: &[u8], target: &Target) -> serde_json::Map<String, serde_json::Value> {
    members(body, target.overrides.keys())
}

fn members<'k>(
    body: &[u8],
    names: impl Iterator<Item = &'k String>,
) -> serde_json::Map<String, serde_json::Value> {
    let Ok(fields) = Fields::parse(body) else { return serde_json::Map::new() };
    let member = |name: &String| Some((name.clone(), serde_json::from_str(fields.get(name)?.get()).ok()?));
    names.filter_map(member).collect()
}

/// A refusal of the merged body, told of the place that changed it.
fn within(path: &str, mut reject: Reject) -> Reject {
    reject.message = format!("With the parameters of '{path}': {}", reject.message);
    reject.param = Some(reject.param.map_or_else(|| path.to_owned(), |param| format!("{path}.{param}")));
    reject
}

fn kept_by_one(path: &str) -> Reject {
    let message = format!(
        "'{path}' cannot be set for a fallback: what it refers to is kept by one deployment. Set it in the request."
    );
    Reject::invalid(message).at(path).code("unsupported_parameter")
}

fn not_mergeable(path: &str) -> Reject {
    Reject::invalid(format!("The parameters of '{path}' cannot be put into the request.")).at(path)
}
