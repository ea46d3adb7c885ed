//! `router_settings`, and what of it LiteLLM also allows under `litellm_settings`.

use super::cursor::Cursor;
use super::fallbacks;
use super::known;
use super::models::Models;
use super::names::Names;
use super::section::Section;
use crate::route::{Alias, MAX_TRIES, Router};

/// LiteLLM's own default.
const MAX_FALLBACKS: u32 = 5;
/// Most retries, and most fallbacks: a plan's tries after the first.
const MOST: u64 = MAX_TRIES as u64 - 1;

/// The two sections that may hold a router's setting.
pub(super) struct Settings<'a> {
    router: Option<Section<'a>>,
    litellm: Option<Section<'a>>,
}

impl<'a> Settings<'a> {
    pub fn read(file: &Section<'a>) -> Self {
        Self { router: file.section("router_settings"), litellm: file.section("litellm_settings") }
    }

    /// A setting that either section may hold; `router_settings` counts.
    pub fn get(&self, key: &'static str) -> Option<Cursor<'a>> {
        let router = self.router.as_ref().and_then(|router| router.get(key));
        let litellm = self.litellm(key);
        if let (Some(_), Some(at)) = (&router, &litellm) {
            at.warning(
                format!("without effect: `router_settings.{key}` counts"),
                "keep one of them".to_owned(),
            );
        }
        router.or(litellm)
    }

    /// A setting of `litellm_settings` alone.
    pub fn litellm(&self, key: &'static str) -> Option<Cursor<'a>> {
        self.litellm.as_ref()?.get(key)
    }

    /// Reports the keys that nobody read.
    pub fn close(&self) {
        if let Some(router) = &self.router {
            router.close(known::ROUTER);
        }
        if let Some(litellm) = &self.litellm {
            litellm.close(known::LITELLM);
        }
    }
}

/// Reads aliases; with the groups they are all the names that a client may say.
pub(super) fn names(settings: &Settings<'_>, models: &Models<'_>) -> Names {
    let mut names = Names::new(models.names.clone());
    let Some(fields) = settings.get("model_group_alias").and_then(|at| Some((at.clone(), at.fields()?)))
    else {
        return names;
    };
    let (section, fields) = fields;
    for (alias, value) in fields {
        let at = section.at_key(alias, value);
        if let Some(alias) = read_alias(alias, &at, &names) {
            names.add_alias(alias);
        }
    }
    names
}

/// `alias: group` or `alias: {model: group, hidden: true}`.
fn read_alias(alias: &str, at: &Cursor<'_>, names: &Names) -> Option<Alias> {
    let (target, hidden) = if at.value().is_object() {
        let section = at.section()?;
        let model = section.need("model", "a model group's name");
        let hidden = section.boolean("hidden").unwrap_or(false);
        section.close(known::OWN);
        (model?, hidden)
    } else {
        (at.clone(), false)
    };
    if names.is_group(alias) {
        at.error(
            format!("`{alias}` is a model group's own name"),
            "rename the group or the alias: a request could mean either".to_owned(),
        );
        return None;
    }
    let group = names.group(&target, &target.text()?)?;
    Some(Alias { alias: alias.to_owned(), group, hidden })
}

/// The router's values. `models` gives up its groups and candidates.
pub(super) fn read(settings: &Settings<'_>, names: Names, models: &mut Models<'_>) -> Router {
    if let Some((at, strategy)) =
        settings.get("routing_strategy").and_then(|at| Some((at.clone(), at.text()?)))
        && strategy != "simple-shuffle"
    {
        at.warning(
            format!("strategy `{strategy}` is not supported: `simple-shuffle` is used"),
            "deployments are drawn by `weight`, those with the lowest `order` first".to_owned(),
        );
    }
    let (fallbacks, default_fallbacks) = fallbacks::read(settings, &names);
    let count = |key| settings.get(key)?.whole(0..=MOST).and_then(|count| u32::try_from(count).ok());
    let (num_retries, max_fallbacks) = (count("num_retries"), count("max_fallbacks"));
    Router {
        deployments: std::mem::take(&mut models.candidates),
        groups: std::mem::take(&mut models.groups),
        fallbacks,
        default_fallbacks,
        aliases: names.into_aliases(),
        num_retries,
        max_fallbacks: max_fallbacks.unwrap_or(MAX_FALLBACKS),
    }
}
