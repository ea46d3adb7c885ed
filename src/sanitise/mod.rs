//! A client's body, checked and parted: what is addressed to the model stays, what steers the gateway is
//! taken out, and everything else is refused or dropped by name.
//!
//! Knows the dialects' fields ([`crate::wire::schema`]) and the controls that LiteLLM's clients send. Does
//! not know keys, routes or providers, and sees no header but the names of Anthropic's betas and LiteLLM's controls.
//!
//! A field is in the body that comes out only if the dialect's table names it, as defined or as a hint for
//! another API, or at the top level the configuration allows it by name: there is no list of forbidden names
//! that could miss one. Values are copied as they were written, byte for byte.

#![allow(
    clippy::result_large_err,
    reason = "a refusal is made once per request at most, and is its last act"
)]

mod body;
mod by_header;
mod controls;
mod extra_body;
mod fallbacks;
mod metadata;
mod modality;
mod other_models;
mod read;
mod refusal;
mod server_fallbacks;
mod settings;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use by_header::{ByHeader, PREFIX as HEADERS};
pub use controls::{Controls, MockTesting};
pub use fallbacks::Target;
pub use modality::Modalities;
pub use refusal::{no_body, off_route};
pub use server_fallbacks::Asked;

use crate::reject::Reject;
use crate::wire::Dialect;
use crate::wire::check::{self, Checked, Member, Walked};
use crate::wire::outline::Outline;
use crate::wire::schema::{self, Standing};

/// Most names in [`Request::dropped`].
pub const MAX_DROPPED: usize = 64;

/// What is done with parameters that the dialect does not define.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Dropped and named in `x-spillway-dropped-params`, instead of a 400.
    pub drop_params: bool,
    /// `general_settings.dangerously_allow_mock_testing_request_params`
    pub allow_mock_testing: bool,
    /// Top-level parameters that some deployment takes although no dialect defines them
    /// (`allowed_openai_params`). They go on as they came; each deployment gets those that it allows itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
}

impl Policy {
    fn allows(&self, name: &str) -> bool {
        self.allowed.iter().any(|allowed| allowed == name)
    }
}

/// A request that may go on.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The model that the caller named: never empty, at most 256 bytes.
    pub model: String,
    /// Whether the answer is to be streamed.
    pub stream: bool,
    /// Whether the caller wants the usage chunk of a chat stream (`stream_options.include_usage`).
    pub include_usage: bool,
    /// What steers the gateway.
    pub controls: Controls,
    /// The body in the client's dialect, with fields only that the dialect defines; `None` where the body
    /// is right as it came.
    pub body: Option<Vec<u8>>,
    /// Where the members of the body stand; `None` where the body is another one than came, or holds hints for
    /// another API than the dialect's own, or an id that is too long for some, or names another model than its path.
    pub outline: Option<Outline>,
    /// The caller's `user`, else its `safety_identifier`; on Anthropic's dialect its `metadata.user_id`. At most
    /// 256 bytes.
    pub end_user: Option<String>,
    /// Bytes of what the model reads, schemas of tools included, images and files not: an estimate.
    pub input_bytes: u64,
    /// Whether the prompt came as numbers of tokens: nobody here can read it.
    pub as_tokens: bool,
    /// `background`: the provider answers before it has made the response, and tells what it took where it is retrieved.
    pub background: bool,
    /// Most tokens that the answer may have, all choices together, where the caller set a bound.
    pub output_cap: Option<u64>,
    /// Paths of what was sent and does not go on, the first [`MAX_DROPPED`]: printable ASCII, safe in headers
    /// and logs. Controls that took effect are not among them.
    pub dropped: Vec<String>,
    /// `previous_response_id`: the response that this one goes on from.
    pub goes_on_from: Option<String>,
    /// The id of OpenAI's `conversation`.
    pub conversation: Option<String>,
}

/// Checks a body and parts it.
///
/// # Errors
/// 400 for everything that is wrong with the body, with the field at fault where there is one.
pub fn request(dialect: Dialect, body: &[u8], policy: &Policy) -> Result<Request, Reject> {
    walked(dialect, body, policy, Asked::default()).map(|(request, _)| request)
}

/// Checks a body and parts it, as [`request`], for a request of which more is known. Beside it is what the walk over the body
/// found, for whoever reads it next; `None` where another body goes on.
///
/// # Errors
/// As [`request`].
pub fn walked<'b>(
    dialect: Dialect,
    body: &'b [u8],
    policy: &Policy,
    asked: Asked<'_>,
) -> Result<(Request, Option<Walked<'b>>), Reject> {
    let checked =
        check::object(body, schema::request(dialect)).map_err(|malformed| refusal::malformed(&malformed))?;
    let parted = Parting::of(dialect, policy, asked, &checked)?;
    let settings = settings::of(dialect, &checked.members, asked.model)?;
    let says_otherwise = asked.model.is_some() && !settings.body_names_it;
    let body = body::without(&checked, &parted.fates);
    let is_kept = body.is_none();
    let request = Request {
        model: settings.model,
        stream: settings.stream,
        include_usage: settings.include_usage,
        controls: parted.controls,
        outline: (body.is_none() && !says_otherwise).then(|| outline(&checked)).flatten(),
        body,
        end_user: settings.end_user,
        input_bytes: checked.prompt_bytes.saturating_add(settings.token_bytes),
        as_tokens: settings.token_bytes > 0,
        background: settings.background,
        output_cap: settings.output_cap,
        dropped: parted.dropped.0,
        goes_on_from: settings.goes_on_from,
        conversation: settings.conversation,
    };
    Ok((request, is_kept.then(|| checked.into_walked())))
}

fn outline(checked: &Checked<'_>) -> Option<Outline> {
    let spans = checked
        .members
        .iter()
        .map(|member| (member.name.as_ref(), [member.span.start, member.value_at, member.span.end]));
    let outline = || Outline::new(checked.text.len(), spans);
    if checked.has_hints || checked.has_long_ids { None } else { outline() }
}

/// What becomes of a top-level field.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    /// It goes on as it came.
    Stays,
    /// It goes on with another value.
    Becomes(String),
    /// These members go on in its place.
    Unfolds(String),
    /// It does not go on.
    Goes,
}

/// Names of what does not go on, bounded.
#[derive(Debug, Default)]
struct Dropped(Vec<String>);

impl Dropped {
    fn name(&mut self, path: String) {
        if self.0.len() < MAX_DROPPED {
            self.0.push(path);
        }
    }
}

/// The body's top-level fields, each with its fate, and what was learned on the way.
#[derive(Debug, Default)]
struct Parting {
    fates: Vec<Fate>,
    controls: Controls,
    dropped: Dropped,
    undefined: Vec<String>,
}

impl Parting {
    fn of(
        dialect: Dialect,
        policy: &Policy,
        asked: Asked<'_>,
        checked: &Checked<'_>,
    ) -> Result<Self, Reject> {
        let fates = Vec::with_capacity(checked.members.len());
        let mut parting = Self { fates, ..Self::default() };
        for member in &checked.members {
            let fate = match member.name.as_ref() {
                extra_body::NAME => {
                    extra_body::part(member.raw, policy, checked, dialect, &mut parting.undefined)?
                }
                _ => parting.fate(dialect, policy, asked, member)?,
            };
            parting.fates.push(fate);
        }
        parting.undefined.extend(checked.strays.undefined.iter().cloned());
        let drop_params = policy.drop_params || parting.controls.drop_params;
        if !drop_params && !parting.undefined.is_empty() {
            return Err(refusal::undefined(&parting.undefined, dialect));
        }
        let undefined = std::mem::take(&mut parting.undefined);
        for path in undefined.into_iter().chain(checked.strays.left_out.iter().cloned()) {
            parting.dropped.name(path);
        }
        Ok(parting)
    }

    fn fate(
        &mut self,
        dialect: Dialect,
        policy: &Policy,
        asked: Asked<'_>,
        member: &Member<'_>,
    ) -> Result<Fate, Reject> {
        if member.name == "metadata" {
            return metadata::part(dialect, member.raw, &mut self.controls, &mut self.dropped);
        }
        match member.standing {
            Standing::Defined(_) | Standing::Hint(_) => {
                if !other_models::is_left_out(dialect, member, asked)? {
                    return Ok(Fate::Stays);
                }
                self.dropped.name(member.path());
            }
            Standing::LeftOut => self.dropped.name(member.path()),
            Standing::Undefined if member.name == "litellm_metadata" => {
                metadata::of_gateway(member.raw, &mut self.controls, &mut self.dropped)?;
            }
            Standing::Undefined if policy.allows(&member.name) => return Ok(Fate::Stays),
            Standing::Undefined if server_fallbacks::is_meant(dialect, &member.name, member.raw, asked) => {
                if !asked.some_models_only {
                    return Ok(Fate::Stays);
                }
                self.dropped.name(member.path());
            }
            Standing::Undefined if controls::is_without_effect(&member.name) => {
                if member.raw != "null" {
                    self.dropped.name(member.path());
                }
            }
            Standing::Undefined if self.controls.take(&member.name, member.raw, policy)? => {}
            Standing::Undefined => {
                if self.undefined.len() < check::MAX_NAMED {
                    self.undefined.push(member.path());
                }
            }
        }
        Ok(Fate::Goes)
    }
}
