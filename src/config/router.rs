//! `router_settings`, and what of it LiteLLM also allows under `litellm_settings`.

use super::cooldowns;
use super::cursor::Cursor;
use super::fallbacks;
use super::format::{self, notes};
use super::models::Models;
use super::names::Names;
use super::patterns;
use super::retries;
use super::section::Section;
use super::strategy;
use crate::route::{Alias, Router};

/// LiteLLM's own default.
const MAX_FALLBACKS: u32 = 5;

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
        let router = self.router(key);
        let litellm = self.litellm(key);
        if let (Some(_), Some(at)) = (&router, &litellm) {
            at.warning(
                format!("without effect: `router_settings.{key}` counts"),
                "keep one of them".to_owned(),
            );
        }
        router.or(litellm)
    }

    /// A setting of `router_settings` alone.
    pub fn router(&self, key: &'static str) -> Option<Cursor<'a>> {
        self.router.as_ref()?.get(key)
    }

    /// A setting of `litellm_settings` alone.
    pub fn litellm(&self, key: &'static str) -> Option<Cursor<'a>> {
        self.litellm.as_ref()?.get(key)
    }

    /// `litellm_settings` itself.
    pub fn of_litellm(&self) -> Option<&Section<'a>> {
        self.litellm.as_ref()
    }

    /// Reports the keys that nobody read.
    pub fn close(&self) {
        if let Some(router) = &self.router {
            router.close(&format::ROUTER);
        }
        if let Some(litellm) = &self.litellm {
            litellm.close(&format::LITELLM);
        }
    }
}

/// Reads aliases; with the groups they are all the names that a client may say.
pub(super) fn names(settings: &Settings<'_>, models: &Models) -> Names {
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
        section.close(&format::ALIAS);
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
    if patterns::is_pattern(alias) {
        at.error(
            format!("found the pattern `{alias}`, expected one name"),
            "write a model group whose `model_name` is the pattern".to_owned(),
        );
        return None;
    }
    let group = names.model(&target, &target.text()?)?;
    Some(Alias { alias: alias.to_owned(), group, hidden })
}

/// The router's values. `models` gives up its groups and candidates; timeouts must be settled before.
pub(super) fn read(settings: &Settings<'_>, names: Names, models: &mut Models) -> Router {
    let strategy = strategy::read(settings);
    strategy::settle(strategy, models);
    let cooldowns = cooldowns::settle(settings, models);
    let fallbacks = fallbacks::read(settings, &names);
    let max_fallbacks = settings.get("max_fallbacks").and_then(|at| retries::capped(&at));
    let pre_call_checks = settings.router("enable_pre_call_checks").and_then(|at| at.boolean());
    warn_of_no_wait(settings);
    Router {
        deployments: std::mem::take(&mut models.candidates),
        groups: std::mem::take(&mut models.groups),
        fallbacks: fallbacks.general,
        default_fallbacks: fallbacks.default,
        context_window_fallbacks: fallbacks.context_window,
        content_policy_fallbacks: fallbacks.content_policy,
        num_retries: retries::number(settings),
        retry_policy: retries::policy(settings),
        group_retry_policies: retries::group_policies(settings, &names),
        aliases: names.into_aliases(),
        max_fallbacks: max_fallbacks.unwrap_or(MAX_FALLBACKS),
        strategy,
        pre_call_checks: pre_call_checks.unwrap_or(false),
        cooldowns,
    }
}

/// `retry_after` is LiteLLM's shortest wait before a retry.
fn warn_of_no_wait(settings: &Settings<'_>) {
    let Some(at) = settings.router("retry_after") else { return };
    let number = at.number("seconds from 0, as a number", |decimal| decimal.rounded(3));
    if number.is_some_and(|wait_ms| wait_ms > 0) {
        at.warning("LiteLLM's setting, without effect here", notes::NO_WAIT.to_owned());
    }
}
