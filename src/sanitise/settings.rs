//! The fields that the gateway itself reads, and that are the provider's as well.

use serde::Deserialize;

use super::read;
use crate::reject::Reject;
use crate::usage::BYTES_PER_TOKEN;
use crate::wire::Dialect;
use crate::wire::check::Member;
use crate::wire::json::Fields;

/// Longest end user that is recorded, in bytes.
const MAX_END_USER_BYTES: usize = 256;

/// The model that OpenAI takes where a moderation names none.
const MODERATION_MODEL: &str = "omni-moderation-latest";

/// What the gateway reads.
pub(super) struct Settings {
    pub model: String,
    /// Whether the body names the same model, where its path names one.
    pub body_names_it: bool,
    pub stream: bool,
    pub include_usage: bool,
    pub end_user: Option<String>,
    pub output_cap: Option<u64>,
    pub background: bool,
    /// What a prompt of token numbers is about as long as, in bytes; 0 for one of text.
    pub token_bytes: u64,
    pub goes_on_from: Option<String>,
    pub conversation: Option<String>,
}

/// Reads them.
///
/// # Errors
/// 400 where one has a wrong type or a required one is missing.
pub(super) fn of(
    dialect: Dialect,
    members: &[Member<'_>],
    of_path: Option<&str>,
) -> Result<Settings, Reject> {
    let body = Body(members);
    let model = body.model(dialect, of_path)?;
    let token_bytes = body.prompt(dialect)?;
    if dialect == Dialect::Messages && body.raw("max_tokens").is_none_or(|raw| raw == "null") {
        return Err(missing("max_tokens", dialect));
    }
    Ok(Settings {
        body_names_it: of_path.is_none() || body.names(&model),
        model,
        stream: dialect.streams() && body.read("stream", "a boolean")?.unwrap_or(false),
        include_usage: matches!(dialect, Dialect::Chat | Dialect::Completions) && body.include_usage()?,
        end_user: body.end_user(dialect)?,
        output_cap: body.output_cap(dialect)?,
        background: dialect == Dialect::Responses && body.read("background", "a boolean")?.unwrap_or(false),
        token_bytes,
        goes_on_from: body.previous_response(dialect)?,
        conversation: body.conversation(dialect)?,
    })
}

/// An end user as it is recorded.
pub(super) fn bounded(mut user: String) -> String {
    user.truncate(user.floor_char_boundary(MAX_END_USER_BYTES));
    user
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

    /// Whether it names this model, written as it is usually written.
    fn names(&self, model: &str) -> bool {
        let raw = self.raw("model").and_then(|raw| raw.strip_prefix('"')?.strip_suffix('"'));
        raw == Some(model)
    }

    /// The model that is asked for: by the path, else by the body.
    fn model(&self, dialect: Dialect, of_path: Option<&str>) -> Result<String, Reject> {
        let model = match of_path {
            Some(model) => model.to_owned(),
            None => self.own_model(dialect)?,
        };
        if model.trim().is_empty() {
            let message = "'model' is empty: name a model. `GET /v1/models` lists those that you may use.";
            return Err(Reject::invalid(message).at("model"));
        }
        read::model_name("model", &model)?;
        Ok(model)
    }

    fn own_model(&self, dialect: Dialect) -> Result<String, Reject> {
        let raw = match self.raw("model").filter(|raw| dialect != Dialect::Moderations || *raw != "null") {
            Some(raw) => raw,
            None if dialect == Dialect::Moderations => return Ok(MODERATION_MODEL.to_owned()),
            None => return Err(missing("model", dialect)),
        };
        read::value("model", raw, "a string")?.ok_or_else(|| read::wrong_type("model", raw, "a string"))
    }

    /// The conversation has the right type; what it holds is for the provider to judge. Returns about how many
    /// bytes of text its token numbers stand for.
    fn prompt(&self, dialect: Dialect) -> Result<u64, Reject> {
        match dialect {
            Dialect::Chat | Dialect::Messages | Dialect::CountTokens => {
                self.list("messages", "an array of messages", dialect).map(|()| 0)
            }
            Dialect::Completions => self.texts("prompt", dialect),
            Dialect::Embeddings | Dialect::Moderations => self.texts("input", dialect),
            Dialect::Responses | Dialect::Compact | Dialect::Stored(_) => match self.raw("input") {
                Some(raw) if !raw.starts_with(['"', '[']) && raw != "null" => {
                    Err(read::wrong_type("input", raw, "a string or an array of items"))
                }
                _ => Ok(0),
            },
        }
    }

    fn list(&self, name: &'static str, expected: &str, dialect: Dialect) -> Result<(), Reject> {
        let raw = self.raw(name).ok_or_else(|| missing(name, dialect))?;
        match raw.strip_prefix('[') {
            Some(rest) if rest.trim_start().starts_with(']') => Err(empty_array(name, dialect)),
            Some(_) => Ok(()),
            None => Err(read::wrong_type(name, raw, expected)),
        }
    }

    /// A text, or an array of texts, of tokens, or of arrays of tokens.
    fn texts(&self, name: &'static str, dialect: Dialect) -> Result<u64, Reject> {
        let raw = self.raw(name).ok_or_else(|| missing(name, dialect))?;
        if raw.starts_with('"') {
            return Ok(0);
        }
        self.list(name, "a string or an array", dialect)?;
        if raw.contains(['"', '{']) {
            return Ok(0);
        }
        let commas = raw.bytes().filter(|byte| *byte == b',').count() as u64;
        Ok(commas.saturating_add(1).saturating_mul(BYTES_PER_TOKEN))
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
            Dialect::Compact | Dialect::Moderations | Dialect::CountTokens | Dialect::Stored(_) => {
                return Ok(None);
            }
            Dialect::Messages => self.metadata_user()?,
            Dialect::Chat | Dialect::Responses | Dialect::Completions | Dialect::Embeddings => {
                let user: Option<String> = self.read("user", "a string")?;
                let safety_identifier = self.read("safety_identifier", "a string")?;
                user.filter(|user| !user.is_empty()).or(safety_identifier)
            }
        };
        Ok(end_user.map(bounded))
    }

    /// `metadata.user_id`; that `metadata` is an object was seen where it was parted.
    fn metadata_user(&self) -> Result<Option<String>, Reject> {
        let metadata = self.raw("metadata").and_then(|raw| Fields::parse(raw.as_bytes()).ok());
        let user = metadata.as_ref().and_then(|metadata| metadata.get("user_id"));
        user.map_or(Ok(None), |user| read::value("metadata.user_id", user.get(), "a string"))
    }

    fn previous_response(&self, dialect: Dialect) -> Result<Option<String>, Reject> {
        match dialect {
            Dialect::Responses | Dialect::Compact => self.read("previous_response_id", "a string"),
            _ => Ok(None),
        }
    }

    /// The id of `conversation`, which is a string or an object.
    fn conversation(&self, dialect: Dialect) -> Result<Option<String>, Reject> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Conversation {
            Id(String),
            Object { id: String },
        }
        if dialect != Dialect::Responses {
            return Ok(None);
        }
        let conversation = self.read("conversation", "a string or an object with an id")?;
        Ok(conversation.map(|(Conversation::Id(id) | Conversation::Object { id })| id))
    }

    /// The bound on the answer's tokens. Where both of chat's names are given the larger one counts.
    fn output_cap(&self, dialect: Dialect) -> Result<Option<u64>, Reject> {
        let names: &[&str] = match dialect {
            Dialect::Chat => &["max_completion_tokens", "max_tokens"],
            Dialect::Completions => &["max_tokens"],
            Dialect::Responses => &["max_output_tokens"],
            Dialect::Messages => &["max_tokens"],
            // Nothing is written.
            Dialect::Embeddings | Dialect::Moderations | Dialect::CountTokens | Dialect::Stored(_) => {
                return Ok(Some(0));
            }
            Dialect::Compact => return Ok(None),
        };
        let mut cap: Option<u64> = None;
        for name in names {
            cap = cap.max(self.read(name, "an integer from 0")?);
        }
        let choices = self.choices(dialect)?;
        Ok(cap.map(|tokens: u64| tokens.saturating_mul(choices)))
    }

    /// How many answers are written, those included of which only the best are shown.
    fn choices(&self, dialect: Dialect) -> Result<u64, Reject> {
        let count = |name| Ok(self.read(name, "an integer from 0")?.unwrap_or(1_u64).max(1));
        match dialect {
            Dialect::Chat => count("n"),
            Dialect::Completions => Ok(count("n")?.max(count("best_of")?).saturating_mul(self.prompts())),
            _ => Ok(1),
        }
    }

    /// How many prompts there are, each with answers of its own: at most 2,048, the reference's bound.
    fn prompts(&self) -> u64 {
        let Some(raw) = self.raw("prompt").filter(|raw| raw.starts_with('[')) else { return 1 };
        let Ok(list) = serde_json::from_str::<Vec<&serde_json::value::RawValue>>(raw) else { return 1 };
        let apart = list.iter().filter(|one| one.get().starts_with(['"', '['])).count();
        (apart as u64).clamp(1, 2_048)
    }
}

/// Clients of either maker match on its own wording.
fn missing(name: &'static str, dialect: Dialect) -> Reject {
    let message = match dialect {
        Dialect::Messages | Dialect::CountTokens => format!("{name}: Field required"),
        _ => format!("Missing required parameter: '{name}'."),
    };
    Reject::invalid(message).at(name).code("missing_required_parameter")
}

fn empty_array(name: &'static str, dialect: Dialect) -> Reject {
    let message = match dialect {
        Dialect::Messages | Dialect::CountTokens => format!("{name}: at least one message is required"),
        _ => format!("Invalid '{name}': empty array. Expected an array with at least one element."),
    };
    Reject::invalid(message).at(name).code("empty_array")
}
