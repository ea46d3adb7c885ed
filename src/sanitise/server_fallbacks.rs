//! Anthropic's own `fallbacks`: models that Anthropic asks by itself where the first one declines.
//!
//! The gateway has a control of that name ([`super::fallbacks`]), which its clients on every dialect use. On Messages it is
//! Anthropic's where nobody else can be meant: `"default"`, or, with a beta that is called `server-side-fallback-…`, a list
//! of nothing but the objects that Anthropic defines.
//! Source: <https://platform.claude.com/docs/en/build-with-claude/refusals-and-fallback>.

use serde_json::value::RawValue;

use crate::wire::json::{Fields, Kind, elements};
use crate::wire::{Dialect, check, schema};

const NAME: &str = "fallbacks";

/// How the names of the betas begin.
const BETA: &str = "server-side-fallback-";

/// What is to be known of a request besides its body.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// Names of the betas that it asks for, separated by commas.
    pub betas: Option<&'a str>,
    /// Whether the caller may use some models only: then Anthropic is not told of others.
    pub some_models_only: bool,
    /// The model that its path names: it counts before the body's, which may have none then.
    pub model: Option<&'a str>,
}

/// Whether a top-level member that the dialect does not define is Anthropic's `fallbacks`.
pub(super) fn is_meant(dialect: Dialect, name: &str, raw: &str, asked: Asked<'_>) -> bool {
    dialect == Dialect::Messages
        && name == NAME
        && (raw == "\"default\"" || (asks(asked.betas) && is_of_anthropics_shape(raw)))
}

fn asks(betas: Option<&str>) -> bool {
    betas.is_some_and(|betas| betas.split(',').any(|beta| beta.trim().starts_with(BETA)))
}

/// Whether it is a list of objects, each with a model, that have nothing but what Anthropic defines, at any depth.
fn is_of_anthropics_shape(raw: &str) -> bool {
    let entries = serde_json::from_str(raw).ok().and_then(|list| elements(list).ok()).unwrap_or_default();
    let names_a_model = |entry: &&RawValue| {
        Fields::of(entry).is_ok_and(|entry| entry.get("model").map(Kind::of) == Some(Kind::Text))
    };
    let strays = check::hints(NAME, raw, schema::SERVER_FALLBACKS, &[]);
    !entries.is_empty()
        && entries.iter().all(names_a_model)
        && strays.is_ok_and(|strays| strays.cuts.is_empty())
}
