//! The format as data: every mapping of a file, and what becomes of each of its keys.
//!
//! The check reads values key by key and reports what nobody read; these tables say which keys there are to read, what
//! each is for, and what happens instead of LiteLLM's that have no effect here. The JSON Schema and `docs/CONFIG.md` are
//! written from the same tables, so the three cannot tell different stories: a debug build fails where a reader reads
//! a key that has no row, and a test where a row has no reader.
//!
//! | module | room |
//! |---|---|
//! | `root` `model` `rates` `router` `litellm` `general` `guardrail` `own` `keys` | the mappings of one section each |
//! | `notes` | what happens instead, where several keys share it |

use serde_json::Value;

mod general;
mod guardrail;
mod keys;
mod litellm;
mod model;
pub(super) mod notes;
mod own;
mod rates;
mod root;
mod router;

pub(super) use general::GENERAL;
pub(super) use guardrail::{
    BLOCKED_WORD, BLOCKED_WORDS_FILE, CATEGORY, CATEGORY_FILE, CATEGORY_KEYWORD, CONTENT_FILTER, GENERIC_API,
    GUARDRAIL, MODE, MODERATIONS, PATTERN,
};
pub(super) use keys::{KEY, KEY_ROUTER, MODEL_BUDGET};
pub(super) use litellm::LITELLM;
pub(super) use model::{CREDENTIAL, CREDENTIAL_VALUES, LITELLM_PARAMS, MODEL, MODEL_INFO, PROVIDER_SPECIFIC};
pub(super) use own::{END_USER_LIMITS, KEY_LOOKUP, LEDGER, OWN, RATE_LIMIT_SERVICE};
pub(super) use rates::{SEARCH, TIER, rate_keys};
pub use root::ROOT;
pub(super) use router::{ALIAS, ALLOWED_FAILS, LATENCY_ARGUMENTS, RETRY_POLICY, ROUTER, STRATEGY_ARGUMENTS};

/// A mapping of the format.
#[derive(Debug)]
pub struct Format {
    /// What it is called where it is described: the schema's name of it.
    pub name: &'static str,
    /// Keys that have an effect.
    pub keys: &'static [&'static [Key]],
    /// LiteLLM's keys that are left aside with a warning.
    pub ignored: Notes,
    /// LiteLLM's keys that are an error: to leave them aside would be unsafe.
    pub refused: Notes,
    /// What becomes of a key that neither Spillway nor LiteLLM knows.
    pub unknown: Unknown,
}

/// Names, separated by spaces, that share one explanation of what happens instead. A `*` at an end of a name stands
/// for anything.
pub type Notes = &'static [(&'static str, &'static str)];

/// What keys begin with that map names to budgets.
const BUDGETS_BY_NAME: [&str; 2] = ["provider_budget", "tag_budget"];

/// Whether a key that is refused has a value that asks for nothing: what is left empty counts as not written, and so does
/// an empty list, but of addresses, which lets nobody in, a demand that is switched off, and budgets of nobody.
#[must_use]
pub fn asks_for_nothing(key: &str, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty() && key != "allowed_ips",
        Value::Bool(is_on) => !is_on && key == "enforce_user_param",
        Value::Object(fields) => {
            fields.is_empty() && BUDGETS_BY_NAME.iter().any(|start| key.starts_with(start))
        }
        _ => false,
    }
}

/// Whether a key that is refused is a budget of 0, which LiteLLM takes for none: it looks at spend where `max_budget` of
/// the proxy or of a deployment is more than 0 only (LiteLLM 1.102, `_global_proxy_budget_check`, `RouterBudgetLimiting`).
/// A key's own is another one: it is honoured, and with 0 nothing may be spent.
#[must_use]
pub fn is_no_budget(key: &str, value: &Value) -> bool {
    key == "max_budget" && value.as_f64() == Some(0.0)
}

/// Where a key of this name has an effect that has none in `here`: what to write.
pub(super) fn where_else(key: &str, here: &Format) -> Option<String> {
    let of_file = [
        (&ROUTER, "write it under `router_settings`"),
        (&LITELLM, "write it under `litellm_settings`"),
        (&GENERAL, "write it under `general_settings`"),
        (&ROOT, "write it at the top of the file"),
    ];
    let of_deployment = [
        (&LITELLM_PARAMS, "write it in a deployment's `litellm_params`"),
        (&MODEL_INFO, "write it in a deployment's `model_info`"),
    ];
    let is_of_deployment =
        [MODEL.name, LITELLM_PARAMS.name, MODEL_INFO.name, CREDENTIAL_VALUES.name].contains(&here.name);
    let (first, last) = if is_of_deployment {
        (&of_deployment[..], &of_file[..])
    } else {
        (&of_file[..], &of_deployment[..])
    };
    let mut all = first.iter().chain(last);
    all.find(|(format, _)| format.name != here.name && format.has(key)).map(|(_, help)| (*help).to_owned())
}

/// What becomes of a key that nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// A warning: LiteLLM's own sections, where LiteLLM itself says nothing.
    Warned,
    /// A warning for all of them together: where LiteLLM's users write what they like.
    Gathered,
    /// An error: Spillway's own section, and rules that would fail open.
    Refused,
}

/// A key that has an effect.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As it is written.
    pub name: &'static str,
    /// What its value looks like.
    pub shape: Shape,
    /// What it is for, in a few words.
    pub says: &'static str,
    /// Whether the mapping is wrong without it.
    pub required: bool,
}

/// What a value looks like. The check knows more: which names, which bounds.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A text, or `os.environ/NAME`.
    Text,
    /// A credential, for which `os.environ/NAME` is the right form.
    Secret,
    /// `true` or `false`.
    Flag,
    /// A number from 0.
    Number,
    /// A whole number from 0.
    Whole,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of such values.
    List(&'static Shape),
    /// A mapping from names of the user's to such values.
    Map(&'static Shape),
    /// A mapping with keys of its own.
    Of(&'static Format),
    /// Any of these.
    OneOf(&'static [Shape]),
    /// Whatever it is, it is handed on.
    Any,
}

/// A key of this name.
const fn key(name: &'static str, shape: Shape, says: &'static str) -> Key {
    Key { name, shape, says, required: false }
}

impl Key {
    /// This key, as one without which the mapping is wrong.
    const fn required(self) -> Self {
        Self { required: true, ..self }
    }
}

impl Format {
    /// Every key that has an effect, in the order in which it is described.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.iter().copied().flatten()
    }

    /// Whether a key has an effect.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.keys().any(|key| key.name == name)
    }
}
