//! One entry of `model_list`: whose API, where, with which key, at which rates.

use super::abilities;
use super::address::Address;
use super::checked::{AttemptSettings, Deployment};
use super::credentials::Secrets;
use super::cursor::{Cursor, Text};
use super::known;
use super::patterns;
use super::providers::{self, ModelName, NotServed};
use super::rates::Rates;
use super::section::Section;
use crate::route::Abilities;
use crate::translate::{self, Target};
use crate::wire::Provider;

/// Where OpenAI's API stands.
const OPENAI: &str = "https://api.openai.com/v1";
const OPENAI_HOST: &str = "api.openai.com";

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
pub(super) fn name(parts: &Parts<'_>, group: Option<&str>) -> Result<ModelName, Dropped> {
    let at =
        parts.params.need("model", "the provider's model, such as `openai/gpt-4.1` or `azure/my-deployment`");
    let custom = parts.params.text("custom_llm_provider");
    let mode = parts.info.as_ref().and_then(|info| Some((info.get("mode")?, info.text("mode")?)));
    let (at, written) = at.and_then(|at| Some((at.clone(), at.text()?))).ok_or(Dropped::Faulty)?;
    let mut name =
        providers::parse(&written, custom.as_deref()).map_err(|reason| report_not_served(&at, reason))?;
    if !patterns::check(&at, &written, group, custom.is_some()) {
        return Err(Dropped::Faulty);
    }
    match mode {
        Some((_, mode)) if mode == "responses" => name.responses = true,
        Some((at, mode)) if mode != "chat" => {
            at.warning(
                format!("mode `{mode}` is not served yet; this deployment is left out"),
                "the modes `chat` and `responses` are served".to_owned(),
            );
            return Err(Dropped::LeftOut);
        }
        _ => {}
    }
    Ok(name)
}

fn report_not_served(at: &Cursor<'_>, reason: NotServed) -> Dropped {
    match reason {
        NotServed::Provider(provider) => {
            at.warning(
                format!("provider `{provider}` is not served yet; this deployment is left out"),
                "a server that speaks OpenAI's API is `openai/{model}` with its `api_base`".to_owned(),
            );
            return Dropped::LeftOut;
        }
        NotServed::Unknown { provider, hint } => at.error(
            format!("found provider `{provider}`, expected `openai` or `azure` before the first `/`"),
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
    drop_params: bool,
    secrets: &mut Secrets,
) -> Option<Served> {
    let params = &parts.params;
    let address = address(params, name.provider);
    let key = match &address {
        Some(address) => api_key(params, name.provider, address),
        None => params.get("api_key").and_then(|at| at.credential()),
    };
    check_api_version(params, name.provider);
    let base_model = base_model(parts, &name);
    let rates = Rates::read(parts, base_model.as_deref());
    if let (Some(model), Some(address), false) = (&base_model, &address, rates.are_known) {
        warn_of_no_price(params, model, address);
    }
    let abilities = abilities::read(parts, base_model.as_deref());
    let max_output_tokens =
        parts.info.as_ref().and_then(|info| info.get("max_output_tokens")?.whole(1..=u64::MAX));
    let drop_params = params.boolean("drop_params").unwrap_or(drop_params);
    let additional_drop_params = drop_paths(params);
    close(parts);
    let address = address?;
    let cost = rates.together();
    let deployment = Deployment {
        credential: key.map(|key| secrets.credential(name.provider, &key, id)),
        attempt: AttemptSettings {
            id: id.to_owned(),
            authority: address.authority(),
            base_path: address.path.clone(),
            api_base: address.url(),
            target: Target {
                provider: name.provider,
                model: name.model,
                bridge_to_responses: name.responses,
                chat_only: false,
                max_output_tokens,
                drop_params,
                additional_drop_params,
            },
            prices: rates.prices,
            timeouts: crate::route::Timeouts::default(),
            cooldown: None,
            measured: false,
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

/// A server within reach of plain HTTP is taken for one's own, which costs nothing by the token.
fn warn_of_no_price(params: &Section<'_>, model: &str, address: &Address) {
    if address.upstream.tls {
        params.at().warning(
            format!("no price is known for `{model}`: its spend counts as 0"),
            "write `input_cost_per_token` and `output_cost_per_token`, or `model_info.base_model`".to_owned(),
        );
    }
}

/// `api_base` (or `base_url`), else the provider's variables, else OpenAI itself.
fn address(params: &Section<'_>, provider: Provider) -> Option<Address> {
    let written = params.get("api_base").or_else(|| params.get("base_url"));
    let (url, source) = match &written {
        Some(at) => (at.text()?, None),
        None => default_base(params, provider)?,
    };
    let mut address = match Address::parse(&url) {
        Ok(address) => address,
        Err(reason) => {
            let whose =
                source.map_or_else(String::new, |name| format!(" of the environment variable {name}"));
            let at = written.as_ref().unwrap_or(params.at());
            at.error(
                format!("the address{whose} is not usable: {reason}"),
                "expected `https://host[:port]/path`, e.g. `https://api.openai.com/v1`".to_owned(),
            );
            return None;
        }
    };
    let at = written.as_ref().unwrap_or(params.at());
    if let Some(end) =
        ["/chat/completions", "/responses", "/deployments"].iter().find(|end| address.path.contains(*end))
    {
        at.error(
            format!("the address names a route (`{end}`)"),
            "write the address below which the API stands, e.g. `https://host/v1`".to_owned(),
        );
        return None;
    }
    if provider == Provider::Azure {
        address.path = azure_path(&address.path);
    } else if address.upstream.host == OPENAI_HOST && address.path.is_empty() {
        at.warning("OpenAI's API does not stand at the root of its host", format!("write `{OPENAI}`"));
    }
    Some(address)
}

fn default_base(params: &Section<'_>, provider: Provider) -> Option<(String, Option<&'static str>)> {
    let variables: &[&'static str] = match provider {
        Provider::OpenAi => &["OPENAI_BASE_URL", "OPENAI_API_BASE"],
        Provider::Azure => &["AZURE_API_BASE"],
        Provider::Anthropic => &["ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL"],
        _ => &[],
    };
    let set = variables.iter().find_map(|name| Some((params.at().context().variable(name)?, Some(*name))));
    match (set, provider) {
        (Some(found), _) => Some(found),
        (None, Provider::OpenAi) => Some((OPENAI.to_owned(), None)),
        (None, _) => {
            params.at().missing(
                "api_base",
                "missing, expected the address of the Azure resource",
                "write `https://{resource}.openai.azure.com`, or set AZURE_API_BASE".to_owned(),
            );
            None
        }
    }
}

/// Azure's v1 routes stand below `/openai/v1` of the resource, or of a gateway's path before it.
fn azure_path(path: &str) -> String {
    if path.ends_with("/v1") {
        return path.to_owned();
    }
    format!("{}/openai/v1", path.strip_suffix("/openai").unwrap_or(path))
}

/// `api_key`, else the provider's own variable.
///
/// OPENAI_API_KEY is sent to OpenAI, and to the address that another variable of the environment names;
/// never to one that the file names, which is somebody else's server.
fn api_key(params: &Section<'_>, provider: Provider, address: &Address) -> Option<Text> {
    if let Some(at) = params.get("api_key") {
        return at.credential();
    }
    let names_address = ["api_base", "base_url"].iter().any(|key| params.get(key).is_some());
    let (variable, applies) = match provider {
        Provider::OpenAi => ("OPENAI_API_KEY", !names_address || address.upstream.host == OPENAI_HOST),
        Provider::Azure => ("AZURE_API_KEY", true),
        Provider::Anthropic => ("ANTHROPIC_API_KEY", true),
        Provider::Gemini => ("GEMINI_API_KEY", true),
        _ => ("OPENAI_API_KEY", false),
    };
    let value = params.at().context().variable(variable);
    match value.filter(|_| applies) {
        Some(value) if value.bytes().all(|byte| byte.is_ascii_graphic()) => {
            return Some(Text { value, variable: Some(variable.to_owned()) });
        }
        Some(_) => params.at().missing(
            "api_key",
            format!("the environment variable {variable} has a character that no header can carry"),
            "look for a line break at its end".to_owned(),
        ),
        None if !address.upstream.tls => {}
        None if applies => params.at().missing(
            "api_key",
            "missing, expected the provider's key",
            format!("write `os.environ/{variable}`, and set {variable}"),
        ),
        None => params.at().warning(
            "no `api_key`: requests to this address carry none",
            "OPENAI_API_KEY is sent to OpenAI only; name another server's key here".to_owned(),
        ),
    }
    None
}

/// `additional_drop_params`. A path that means nothing would let through what it was written to drop.
fn drop_paths(params: &Section<'_>) -> Vec<String> {
    let Some(list) = params.get("additional_drop_params") else { return Vec::new() };
    let path = |at: &Cursor<'_>| {
        let path = at.text()?;
        if !translate::is_drop_path(&path) {
            at.error(
                format!("found `{path}`, expected the path of a parameter"),
                "write `metadata`, `a.b`, `tools[0].strict` or `tools[*].function.strict`".to_owned(),
            );
        }
        Some(path)
    };
    list.list("a list of parameters").iter().filter_map(path).collect()
}

/// Only Azure's v1 routes are called, and they take no date.
fn check_api_version(params: &Section<'_>, provider: Provider) {
    let Some((at, version)) = params.get("api_version").and_then(|at| Some((at.clone(), at.text()?))) else {
        return;
    };
    if provider != Provider::Azure {
        at.warning("only Azure has API versions; this one is not sent", None);
    } else if !["v1", "preview", "latest"].contains(&version.as_str()) {
        at.warning(
            format!("API version `{version}` is not sent: the resource is called through its v1 routes"),
            "leave it out, or write `v1`, if the resource serves `/openai/v1`".to_owned(),
        );
    }
}

/// Reports the keys of an entry that nobody read.
fn close(parts: &Parts<'_>) {
    parts.params.close(known::LITELLM_PARAMS);
    if let Some(info) = &parts.info {
        info.close(known::MODEL_INFO);
    }
}
