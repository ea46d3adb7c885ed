//! One entry of `model_list`: whose API, where, with which key, at which rates.

use std::collections::BTreeMap;

use super::abilities;
use super::address::Address;
use super::checked::{AttemptSettings, Deployment, MAX_BODY_BYTES};
use super::credentials::Secrets;
use super::cursor::Cursor;
use super::format;
use super::key;
use super::models::Defaults;
use super::pass_through;
use super::patterns;
use super::place::{self, Place};
use super::placeholder;
use super::price_map::PriceMap;
use super::providers::{self, ModelName, NotServed};
use super::rates::Rates;
use super::responses_only::is_responses_only;
use super::section::Section;
use super::windows;
use crate::pricing;
use crate::route::Abilities;
use crate::translate::Target;
use crate::wire::{Api, Provider, Row};

/// Modes that need no more than that their path is asked for.
const OTHER_MODES: [&str; 2] = ["embedding", "moderation"];

/// An entry's two mappings.
pub(super) struct Parts<'a> {
    pub params: Section<'a>,
    pub info: Option<Section<'a>>,
}

/// A deployment, and what a plan wants to know of it.
pub(super) struct Served {
    pub deployment: Deployment,
    /// An input and an output token together, in femto-dollars.
    pub cost: Option<u64>,
    pub abilities: Abilities,
}

/// Why an entry gives no deployment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dropped {
    /// Not served yet; said in a warning.
    LeftOut,
    /// Said in an error.
    Faulty,
}

/// Which API an entry of a group asks for, before anything else of it is read.
pub(super) fn name(
    parts: &Parts<'_>,
    group: Option<&str>,
    (defaults, price_map): (Defaults, &PriceMap<'_>),
) -> Result<ModelName, Dropped> {
    let at =
        parts.params.need("model", "the provider's model, such as `openai/gpt-4.1` or `azure/my-deployment`");
    let custom = parts.params.text("custom_llm_provider");
    let mode = parts.info.as_ref().and_then(|info| Some((info.get("mode")?, info.text("mode")?)));
    let (at, written) = at.and_then(|at| Some((at.clone(), at.text()?))).ok_or(Dropped::Faulty)?;
    placeholder::warn(&at, &written);
    let mut name =
        providers::parse(&written, custom.as_deref()).map_err(|reason| report_not_served(&at, reason))?;
    if !patterns::check(&at, &written, group, custom.is_some()) {
        return Err(Dropped::Faulty);
    }
    if parts.info.as_ref().and_then(|info| info.boolean("blocked")).unwrap_or(false) {
        at.warning("`model_info.blocked`: this deployment is left out", None);
        return Err(Dropped::LeftOut);
    }
    match mode {
        Some((at, mode)) if mode == "responses" => ask_for_responses(&at, &mut name),
        Some((_, mode)) if mode == "chat" => name.chat = true,
        Some((at, mode)) if mode == "completion" => ask_for_completions(&at, &mut name),
        Some((_, mode)) if OTHER_MODES.contains(&mode.as_str()) => {}
        Some((at, mode)) => {
            at.warning(
                format!("mode `{mode}` is not served yet; this deployment is left out"),
                "the modes `chat`, `responses`, `completion`, `embedding` and `moderation` are served"
                    .to_owned(),
            );
            return Err(Dropped::LeftOut);
        }
        None if name.responses => ask_for_responses(&at, &mut name),
        None => name.responses = wants_responses(parts, &name, (defaults, price_map)),
    }
    Ok(name)
}

/// Whether an entry that names no mode is asked through the Responses API.
fn wants_responses(
    parts: &Parts<'_>,
    name: &ModelName,
    (defaults, price_map): (Defaults, &PriceMap<'_>),
) -> bool {
    let by_default = defaults.responses && name.provider == Provider::OpenAi;
    let has_no_other = || {
        is_responses_only(name.provider, &name.model) || price_map.wants_responses(name.provider, &name.model)
    };
    (by_default || has_no_other())
        && !name.completions
        && !parts.params.boolean("use_chat_completions_api").unwrap_or(false)
}

/// Notes that chat requests go to the Responses API, if the provider has that.
fn ask_for_responses(at: &Cursor<'_>, name: &mut ModelName) {
    let row = name.provider.row();
    name.responses = row.responses;
    if !row.responses {
        at.warning(
            format!(
                "{} is not asked through the Responses API here: {} is called",
                row.title,
                row.api.name()
            ),
            "take `responses` out".to_owned(),
        );
    }
}

/// Notes that the deployment completes texts, if its provider has the API for that.
fn ask_for_completions(at: &Cursor<'_>, name: &mut ModelName) {
    let row = name.provider.row();
    name.completions = row.api == Api::ChatCompletions;
    if !name.completions {
        at.warning(
            format!("{} has no API that completes texts: {} is called", row.title, row.api.name()),
            "take `mode: completion` out".to_owned(),
        );
    }
}

fn report_not_served(at: &Cursor<'_>, reason: NotServed) -> Dropped {
    match reason {
        NotServed::Provider(provider) => {
            at.warning(
                format!("provider `{provider}` is not served yet; this deployment is left out"),
                match providers::address_like_openai(&provider) {
                    Some(url) => format!("it speaks OpenAI's API: write `openai/{{model}}` with `api_base: {url}`"),
                    None => "a server that speaks OpenAI's API is `openai/{model}` with its `api_base`".to_owned(),
                },
            );
            return Dropped::LeftOut;
        }
        NotServed::Model(provider) => {
            let row = provider.row();
            at.warning(
                format!("this model of {} is not served yet; this deployment is left out", row.title),
                format!("models whose names begin with `{}` are served", row.families.join("`, `")),
            );
            return Dropped::LeftOut;
        }
        NotServed::Unknown { provider, hint } => at.error(
            format!("found provider `{provider}`, expected one such as `openai` or `anthropic` before the first `/`"),
            hint.or_else(|| {
                Some("a server that speaks OpenAI's API is `openai/{model}` with its `api_base`".to_owned())
            }),
        ),
        NotServed::NoModel => at.error("no model stands after the provider's prefix", None),
    }
    Dropped::Faulty
}

/// Reads the rest of an entry whose API is known, and reports the keys that nobody reads.
pub(super) fn read(
    parts: &Parts<'_>,
    name: ModelName,
    id: &str,
    (defaults, price_map): (Defaults, &PriceMap<'_>),
    secrets: &mut Secrets,
) -> Option<Served> {
    let params = &parts.params;
    let row = name.provider.row();
    let place = place::read(params, name.provider);
    let key = key::read(params, row, place.as_ref().map(|place| &place.address));
    let base_model = base_model(parts, &name);
    let rates = Rates::read(parts, name.provider, base_model.as_deref(), price_map);
    let abilities = abilities::read(parts, name.provider, base_model.as_deref());
    let mut target = Target {
        bridge_to_responses: name.responses,
        completions: name.completions,
        chat_only: chat_only(parts, &name, place.as_ref()),
        stands_at: stands_at(&name, place.as_ref()),
        drop_params: params.boolean("drop_params").unwrap_or(defaults.drop_params),
        additional_drop_params: pass_through::dropped(params),
        max_output_tokens: max_output_tokens(parts, row, base_model.as_deref()),
        allowed_params: pass_through::allowed(params),
        extra_body: pass_through::extra(params),
        ..Target::new(name.provider, &name.model)
    };
    close(parts);
    let Place { address, api_version } = place?;
    target.api_version = api_version;
    let cost = rates.together();
    let priced_as_one = base_model.is_some() && patterns::is_pattern(&name.model);
    let (prices_of_pattern, rates_of_pattern) = match base_model {
        Some(_) => (BTreeMap::new(), pricing::Written::default()),
        None => (price_map.of_pattern(name.provider, &name.model), rates.written),
    };
    if !rates.are_known && prices_of_pattern.is_empty() {
        warn_of_no_price(params, &name, base_model.as_deref(), &address);
    }
    let deployment = Deployment {
        credential: key.map(|key| secrets.credential(row.key_header, &key, id)),
        attempt: AttemptSettings {
            id: id.to_owned(),
            authority: address.authority(),
            base_path: address.path.clone(),
            api_base: address.url(),
            target,
            prices: rates.prices,
            prices_of_pattern,
            rates_of_pattern,
            priced_as_one,
            timeouts: crate::route::Timeouts::default(),
            cooldown: None,
            measured: false,
            trace_context: false,
            max_body_bytes: MAX_BODY_BYTES,
            hop: None,
        },
        upstream: address.upstream,
    };
    Some(Served { deployment, cost, abilities })
}

/// The model by which prices and windows are known; `None` where the request tells it.
fn base_model(parts: &Parts<'_>, name: &ModelName) -> Option<String> {
    let informed = parts.info.as_ref().and_then(|info| info.text("base_model"));
    let written = parts.params.text("base_model").or(informed);
    written.or_else(|| Some(name.model.clone())).filter(|model| !patterns::is_pattern(model))
}

/// A server within reach of plain HTTP is taken for one's own, which costs nothing by the token. `model` is what the
/// deployment serves, where that does not depend on the request.
fn warn_of_no_price(params: &Section<'_>, name: &ModelName, model: Option<&str>, address: &Address) {
    if !address.upstream.tls {
        return;
    }
    let (unknown, instead) = match model {
        Some(model) => (
            format!("no price is known for `{model}`: its spend counts as 0"),
            "write `input_cost_per_token` and `output_cost_per_token`, or `model_info.base_model`",
        ),
        None => (
            format!(
                "no price is known for what `{}/{}` matches beyond the models whose prices are built in: such spend \
                 counts as 0, and passes every budget",
                name.provider.name(),
                name.model
            ),
            "name a price map in `spillway_settings.prices`, or write `input_cost_per_token` and `output_cost_per_token` \
             for all that it matches",
        ),
    };
    params.at().warning(unknown, instead.to_owned());
}

/// Most tokens of an answer, where the deployment's API wants a bound: the file's, else the model's own.
fn max_output_tokens(parts: &Parts<'_>, row: &Row, model: Option<&str>) -> Option<u64> {
    let tokens = |section: Option<&Section<'_>>, key: &'static str| section?.get(key)?.whole(1..=u64::MAX);
    let info = parts.info.as_ref();
    // All are read, so that each one's problems are told.
    let (newer, older) = (tokens(info, "max_output_tokens"), tokens(info, "max_tokens"));
    if row.api != Api::Messages {
        return None;
    }
    let default = tokens(Some(&parts.params), "max_tokens");
    default.or(newer).or(older).or_else(|| windows::longest_answer(model?))
}

/// Whether the server has chat completions only, though its provider's row says more.
fn chat_only(parts: &Parts<'_>, name: &ModelName, place: Option<&Place>) -> bool {
    let asked = parts.params.get("use_chat_completions_api");
    let chat_only = asked.as_ref().and_then(Cursor::boolean).unwrap_or(false);
    if let (true, true, Some(at)) = (chat_only, name.responses, &asked) {
        at.error(
            "chat completions are asked for, and the Responses API as well",
            "take out one of the two: this, or `responses` in the model's mode or name".to_owned(),
        );
    }
    let elsewhere =
        name.provider == Provider::OpenAi && place.is_some_and(|place| !place.is_publicly_known());
    chat_only || (name.chat && elsewhere)
}

/// Whose server gets chat completions of `openai/…`, where it is another one's.
fn stands_at(name: &ModelName, place: Option<&Place>) -> Option<Provider> {
    let is_chat = name.provider == Provider::OpenAi && !name.responses && !name.completions;
    place.filter(|_| is_chat)?.elsewhere()
}

/// Reports the keys of an entry that nobody read.
fn close(parts: &Parts<'_>) {
    parts.params.close(&format::LITELLM_PARAMS);
    if let Some(info) = &parts.info {
        info.close(&format::MODEL_INFO);
    }
}
