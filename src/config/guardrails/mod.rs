//! `guardrails`: each with its kind and its modes.
//!
//! A guardrail that cannot run as written is an error, never a warning: what it was written to stop would
//! pass.

mod callout;
mod categories;
mod content_filter;
pub(super) mod contents;
mod headers;
mod modes;

use super::checked::GuardrailService;
use super::credentials::Secrets;
use super::cursor::Cursor;
use super::format;
use super::section::Section;
use super::suggest::did_you_mean;
use crate::guardrails::callout::{Api, MAX_SERVICES};
use crate::guardrails::{Compiled, Guardrail, Kind};

const KINDS: &str = "`litellm_content_filter`, `generic_guardrail_api` or `openai_moderation`";

/// What the section says.
#[derive(Default)]
pub(super) struct Guardrails {
    pub guardrails: Vec<Guardrail>,
    /// Of those guardrails that are services.
    pub services: Vec<GuardrailService>,
    /// Every name, also of guardrails that have an error.
    names: Vec<String>,
}

impl Guardrails {
    /// A guardrail's name; an error at `at` if there is none of that name.
    pub fn named(&self, at: &Cursor<'_>) -> Option<String> {
        let name = at.text()?;
        if !self.names.contains(&name) {
            at.error(format!("no guardrail is named `{name}`"), Some(self.hint(&name)));
            return None;
        }
        Some(name)
    }

    fn hint(&self, name: &str) -> String {
        let names = self.names.iter().map(String::as_str);
        did_you_mean(name, names).unwrap_or_else(|| {
            let names: Vec<String> = self.names.iter().map(|name| format!("`{name}`")).collect();
            match names.is_empty() {
                true => "the file has no `guardrails`".to_owned(),
                false => format!("the guardrails are {}", names.join(", ")),
            }
        })
    }

    /// The name of a guardrail, unless an earlier one has it.
    fn add_name(&mut self, at: &Cursor<'_>) -> Option<String> {
        let name = at.text()?;
        if self.names.contains(&name) {
            at.error(format!("an earlier guardrail is named `{name}`"), "names are unique".to_owned());
            return None;
        }
        self.names.push(name.clone());
        Some(name)
    }
}

/// Reads the whole section; `secrets` takes the services' credentials.
pub(super) fn read(file: &Section<'_>, secrets: &mut Secrets) -> Guardrails {
    let mut read = Guardrails::default();
    let Some(list) = file.get("guardrails") else { return read };
    for entry in list.list("a list of guardrails") {
        let Some(section) = entry.section() else { continue };
        let name = section.need("guardrail_name", "a unique name");
        let name = name.and_then(|at| read.add_name(&at));
        let guardrail = guardrail(&section, &mut read.services, secrets);
        if let (Some(name), Some(guardrail)) = (name, guardrail) {
            let id = section.text("guardrail_id").unwrap_or_else(|| name.clone());
            read.guardrails.push(Guardrail { name, id, ..guardrail });
        }
        // Read above unless the guardrail has an error, and free form.
        let _shown_elsewhere = (section.get("guardrail_id"), section.get("guardrail_info"));
        section.close(&format::GUARDRAIL);
    }
    check_together(&list, &read.guardrails);
    read
}

/// A guardrail but for its name.
fn guardrail(
    section: &Section<'_>,
    services: &mut Vec<GuardrailService>,
    secrets: &mut Secrets,
) -> Option<Guardrail> {
    let params = section.need("litellm_params", "a mapping with `guardrail` and `mode`")?.section()?;
    let kind = params.need("guardrail", KINDS)?;
    let kind_name = kind.text()?;
    let api = [Api::Generic, Api::Moderations].into_iter().find(|api| api.name() == kind_name);
    if api.is_none() && kind_name != "litellm_content_filter" {
        // Its other keys belong to that kind; they would only add noise.
        kind.error(
            format!("guardrail `{kind_name}` is not supported"),
            format!("expected {KINDS}; a guardrail that did not run would let everything through"),
        );
        return None;
    }
    let modes = modes::read(&params);
    let default_on = params.boolean("default_on").unwrap_or(false);
    let kind = match api {
        None => Some(content_filter(&params)),
        Some(api) => service(&kind, (&params, api), services, secrets),
    };
    Some(Guardrail { default_on, modes: modes?, kind: kind?, ..Guardrail::default() })
}

fn content_filter(params: &Section<'_>) -> Kind {
    let filter = content_filter::read(params);
    params.close(&format::CONTENT_FILTER);
    Kind::ContentFilter(filter)
}

/// A guardrail of the kind at `kind`, with its cluster.
fn service(
    kind: &Cursor<'_>,
    (params, api): (&Section<'_>, Api),
    services: &mut Vec<GuardrailService>,
    secrets: &mut Secrets,
) -> Option<Kind> {
    let cluster = format!("spillway-guardrail-{}", services.len() + 1);
    let read = callout::read(params, api, &cluster, secrets);
    params.close(match api {
        Api::Generic => &format::GENERIC_API,
        Api::Moderations => &format::MODERATIONS,
    });
    if services.len() >= MAX_SERVICES {
        kind.error(
            format!("more than {MAX_SERVICES} guardrails are services"),
            "one service can judge by several rules: let it".to_owned(),
        );
    }
    let (callout, service) = read?;
    services.push(service);
    Some(Kind::Callout(Box::new(callout)))
}

/// Compiles all rules together, which may be too large though none is by itself.
fn check_together(at: &Cursor<'_>, guardrails: &[Guardrail]) {
    match Compiled::new(guardrails) {
        Err(error) if error.rule.is_empty() => at.error(error.message, None),
        // One of them alone fails, which is said at its own place.
        Ok(_) | Err(_) => {}
    }
}
