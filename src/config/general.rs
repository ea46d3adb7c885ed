//! `general_settings`: who may use the gateway, before there are keys.

use super::cursor::Cursor;
use super::format;
use super::own;
use super::placeholder;
use super::section::Section;

/// Where the master key is looked for if the file has none, the first that is set wins: our own name says most surely that
/// it is meant for Spillway. The ledger and `spillway keys` look in the same order.
const VARIABLES: [&str; 2] = ["SPILLWAY_MASTER_KEY", "LITELLM_MASTER_KEY"];

/// Where LiteLLM looks for the salt key, with which the ids of responses are made, and where Spillway looks then.
const SALT_VARIABLES: [&str; 2] = ["LITELLM_SALT_KEY", "SPILLWAY_SALT_KEY"];

/// What the section says.
#[derive(Default)]
pub(super) struct General {
    pub master_key: Option<String>,
    /// Whether the file, or a variable, names a master key, usable or not.
    pub names_master_key: bool,
    /// `salt_key`, or its variable.
    pub salt_key: Option<String>,
    pub allow_mock_testing: bool,
    /// `user_api_key_cache_ttl`, in milliseconds.
    pub key_ttl_ms: Option<u64>,
    /// `max_request_size_mb`, in bytes.
    pub max_body_bytes: Option<u32>,
    /// `disable_admin_endpoints`
    pub disable_administration: bool,
}

/// Reads the section, and the variables that stand in for it.
pub(super) fn read(file: &Section<'_>) -> General {
    let mut general = General::default();
    if let Some(section) = file.section("general_settings") {
        if let Some(at) = section.get("master_key") {
            general.names_master_key = true;
            general.master_key = master_key(&at);
        }
        general.allow_mock_testing =
            section.boolean("dangerously_allow_mock_testing_request_params").unwrap_or(false);
        general.salt_key = section.get("salt_key").and_then(|at| Some(at.credential()?.value));
        general.key_ttl_ms = section.get("user_api_key_cache_ttl").and_then(|at| at.milliseconds());
        general.max_body_bytes = section.get("max_request_size_mb").and_then(|at| max_body_bytes(&at));
        general.disable_administration = section.boolean("disable_admin_endpoints").unwrap_or(false);
        section.close(&format::GENERAL);
    }
    if general.salt_key.is_none() {
        general.salt_key = set(file, SALT_VARIABLES).and_then(|found| usable(file, "salt_key", found));
    }
    if let Some(found) = set(file, VARIABLES).filter(|_| !general.names_master_key) {
        general.names_master_key = true;
        general.master_key = usable(file, "master_key", found);
    }
    general
}

/// The first of the variables that has a value.
fn set(file: &Section<'_>, names: [&'static str; 2]) -> Option<(&'static str, String)> {
    let context = file.at().context();
    names.into_iter().find_map(|name| Some((name, context.variable(name)?)))
}

/// The value of a variable that stands in for a `key` of the section; an error if it only names a credential.
fn usable(file: &Section<'_>, key: &str, (name, value): (&'static str, String)) -> Option<String> {
    let section = file.at().at_key("general_settings", file.at().value());
    (!placeholder::refused(&section, key, name, &value)).then_some(value)
}

fn master_key(at: &Cursor<'_>) -> Option<String> {
    let key = at.credential()?.value;
    if !key.starts_with("sk-") {
        at.warning(
            "the master key does not start with `sk-`, as LiteLLM's keys do",
            "clients that were written for LiteLLM may refuse it".to_owned(),
        );
    }
    Some(key)
}

/// MiB, in bytes; at most what is ever held.
fn max_body_bytes(at: &Cursor<'_>) -> Option<u32> {
    const MILLIONTHS_OF_A_BYTE: u64 = 1 << 20;
    let bytes = at.number("MiB from 0.001, as a number", |decimal| {
        let millionths = decimal.rounded(6).filter(|size| *size >= 1_000)?;
        Some(millionths.saturating_mul(MILLIONTHS_OF_A_BYTE) / 1_000_000)
    })?;
    if bytes > u64::from(own::MOST_BODY_BYTES) {
        at.warning(
            format!("a body of more than {} MiB is refused in any case", own::MOST_BODY_BYTES >> 20),
            "Envoy holds a whole body for as long as it may be tried again".to_owned(),
        );
    }
    u32::try_from(bytes.clamp(own::LEAST_BODY_BYTES.into(), own::MOST_BODY_BYTES.into())).ok()
}

/// Says that nobody could use the gateway, and what to write.
pub(super) fn report_no_access(file: &Section<'_>) {
    file.at().missing(
        "general_settings",
        "no master key and no virtual key: nobody could use the gateway",
        "write `general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}` and set the variable, or add keys \
         under `spillway_settings.keys`, or let everybody in with `spillway_settings: {allow_anonymous: true}`"
            .to_owned(),
    );
}
