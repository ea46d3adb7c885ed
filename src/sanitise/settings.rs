//! The fields that the gateway itself reads, and that are the provider's as well.

use serde::Deserialize;

use super::read;
use crate::reject::Reject;
use crate::wire::Dialect;
use crate::wire::check::Member;
use crate::wire::json::Fields;

/// Longest end user that is recorded, in bytes.
const MAX_END_USER_BYTES: usize = 256;

/// What the gateway reads.
pub(super) struct Settings {
    pub model: String,
    pub stream: bool,
    pub include_usage: bool,
    pub end_user: Option<String>,
    pub output_cap: Option<u64>,
}

/// Reads them.
///
/// # Errors
/// 400 where one has a wrong type or a required one is missing.
pub(super) fn of(dialect: Dialect, members: &[Member<'_>]) -> Result<Settings, Reject> {
    let body = Body(members);
    let model = body.model(dialect)?;
    body.prompt(dialect)?;
    if dialect == Dialect::Messages && body.raw("max_tokens").is_none_or(|raw| raw == "null") {
        return Err(missing("max_tokens", dialect));
    }
    Ok(Settings {
        model,
        stream: dialect.streams() && body.read("stream", "a boolean")?.unwrap_or(false),
        include_usage: dialect == Dialect::Chat && body.include_usage()?,
        end_user: body.end_user(dialect)?,
        output_cap: body.output_cap(dialect)?,
    })
}

/// The top-level fields of a body.
struct Body<'a>(&'a [Member<'a>]);

impl Body<'_> {
    fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|member| member.name == name).map(|member| member.raw)
    }

    fn read<T: serde::de::DeserializeOwned>(&self, name: &str, expected: &str) -> Result<Option<T>, Reject> {
        self.raw(name).map_or(Ok(None), |raw| read::value(name, raw, expected))
    }

    fn model(&self, dialect: Dialect) -> Result<String, Reject> {
        let raw = self.raw("model").ok_or_else(|| missing("model", dialect))?;
        let model: String = read::value("model", raw, "a string")?
            .ok_or_else(|| read::wrong_type("model", raw, "a string"))?;
        if model.trim().is_empty() {
            let message = "'model' is empty: name a model. `GET /v1/models` lists those that you may use.";
            return Err(Reject::invalid(message).at("model"));
        }
        if model.len() > read::MAX_NAME_BYTES {
            return Err(read::too_long("model", read::MAX_NAME_BYTES, model.len()));
        }
        Ok(model)
    }

    /// The conversation has the right type; what it holds is for the provider to judge.
    fn prompt(&self, dialect: Dialect) -> Result<(), Reject> {
        if matches!(dialect, Dialect::Chat | Dialect::Messages) {
            let raw = self.raw("messages").ok_or_else(|| missing("messages", dialect))?;
            return match raw.strip_prefix('[') {
                Some(rest) if rest.trim_start().starts_with(']') => Err(empty_array("messages", dialect)),
                Some(_) => Ok(()),
                None => Err(read::wrong_type("messages", raw, "an array of messages")),
            };
        }
        match self.raw("input") {
            Some(raw) if !raw.starts_with(['"', '[']) && raw != "null" => {
                Err(read::wrong_type("input", raw, "a string or an array of items"))
            }
            _ => Ok(()),
        }
    }

    fn include_usage(&self) -> Result<bool, Reject> {
        #[derive(Deserialize)]
        struct StreamOptions<'a> {
            #[serde(borrow)]
            include_usage: Option<&'a serde_json::value::RawValue>,
        }
        let Some(raw) = self.raw("stream_options").filter(|raw| *raw != "null") else { return Ok(false) };
        let options: StreamOptions<'_> = raw
            .starts_with('{')
            .then(|| serde_json::from_str(raw).ok())
            .flatten()
            .ok_or_else(|| read::wrong_type("stream_options", raw, "an object"))?;
        let Some(flag) = options.include_usage else { return Ok(false) };
        Ok(read::value("stream_options.include_usage", flag.get(), "a boolean")?.unwrap_or(false))
    }

    fn end_user(&self, dialect: Dialect) -> Result<Option<String>, Reject> {
        let end_user = match dialect {
            Dialect::Compact => return Ok(None),
            Dialect::Messages => self.metadata_user()?,
            Dialect::Chat | Dialect::Responses => {
                let user: Option<String> = self.read("user", "a string")?;
                let safety_identifier = self.read("safety_identifier", "a string")?;
                user.filter(|user| !user.is_empty()).or(safety_identifier)
            }
        };
        Ok(end_user.map(|mut user| {
            user.truncate(user.floor_char_boundary(MAX_END_USER_BYTES));
            user
        }))
    }

    /// `metadata.user_id`; that `metadata` is an object was seen where it was parted.
    fn metadata_user(&self) -> Result<Option<String>, Reject> {
        let metadata = self.raw("metadata").and_then(|raw| Fields::parse(raw.as_bytes()).ok());
        let user = metadata.as_ref().and_then(|metadata| metadata.get("user_id"));
        user.map_or(Ok(None), |user| read::value("metadata.user_id", user.get(), "a string"))
    }

    /// The bound on the answer's tokens. Where both of chat's names are given the larger one counts.
    fn output_cap(&self, dialect: Dialect) -> Result<Option<u64>, Reject> {
        let names: &[&str] = match dialect {
            Dialect::Chat => &["max_completion_tokens", "max_tokens"],
            Dialect::Responses => &["max_output_tokens"],
            Dialect::Messages => &["max_tokens"],
            Dialect::Compact => return Ok(None),
        };
        let mut cap: Option<u64> = None;
        for name in names {
            cap = cap.max(self.read(name, "an integer from 0")?);
        }
        let choices: u64 = match dialect {
            Dialect::Chat => self.read("n", "an integer from 0")?.unwrap_or(1).max(1),
            _ => 1,
        };
        Ok(cap.map(|tokens: u64| tokens.saturating_mul(choices)))
    }
}

/// Clients of either maker match on its own wording.
fn missing(name: &'static str, dialect: Dialect) -> Reject {
    let message = match dialect {
        Dialect::Messages => format!("{name}: Field required"),
        _ => format!("Missing required parameter: '{name}'."),
    };
    Reject::invalid(message).at(name).code("missing_required_parameter")
}

fn empty_array(name: &'static str, dialect: Dialect) -> Reject {
    let message = match dialect {
        Dialect::Messages => format!("{name}: at least one message is required"),
        _ => format!("Invalid '{name}': empty array. Expected an array with at least one element."),
    };
    Reject::invalid(message).at(name).code("empty_array")
}
