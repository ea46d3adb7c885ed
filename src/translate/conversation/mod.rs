//! A client's request in no API's words.
//!
//! Each dialect is *read* into a [`Conversation`], and each provider's API is *written* from one, so that a new
//! API is one folder and not one per dialect. Texts and values are borrowed as they were written ([`Words`],
//! raw JSON), so that what passes is not taken apart on the way.
//!
//! What holds for readers: everything that the client said is in the conversation, or is refused or named;
//! every piece knows its [`Place`], because a refusal must name it in the client's words. What holds for
//! writers: what they cannot express they give to [`Losses`](super::losses::Losses); parameters that they do
//! not [take](Params::take) are found there by themselves.

mod params;
mod thought;
mod tools;
mod words;

pub(super) use params::{Format, Given, Param, Params, Reasoning, Schema};
pub(super) use thought::{Home, MARK, Seal, Thought};
pub(super) use tools::{Choice, CustomFormat, Location, Named, NativeTool, Tool, ToolKind, WebSearch, What};
pub(super) use words::Words;

use std::borrow::Cow;
use std::fmt;

use serde_json::value::RawValue;

/// What a client asks.
#[derive(Clone, Debug, Default)]
pub(super) struct Conversation<'a> {
    /// Who said what, in the client's order; system messages stand where the client put them.
    pub turns: Vec<Turn<'a>>,
    /// What the model may call, in the client's order.
    pub tools: Vec<Tool<'a>>,
    /// Everything else.
    pub params: Params<'a>,
    /// Whether the answer is to be streamed.
    pub stream: bool,
    /// Where it is to be written: empty, with room for as much as it was read from.
    pub room: Vec<u8>,
}

/// One message, or one item.
#[derive(Clone, Debug)]
pub(super) struct Turn<'a> {
    /// Who speaks. What tools gave back is said by the user, as [`Said::Result`].
    pub role: Role,
    /// What is said; may be empty.
    pub parts: Vec<Part<'a>>,
    /// Chat's `name` of the speaker.
    pub name: Option<&'a RawValue>,
    /// Where it stands.
    pub at: Place,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    System,
    /// OpenAI's newer word for the system; APIs that have one word only use that.
    Developer,
    User,
    Assistant,
}

/// A piece of a turn.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    /// What it is.
    pub said: Said<'a>,
    /// The mark that the prompt up to here is to be cached: Anthropic's `cache_control`, an object.
    pub cache: Option<&'a RawValue>,
    /// Where it stands.
    pub at: Place,
}

/// What a part says.
#[derive(Clone, Debug)]
pub(super) enum Said<'a> {
    Text(Words<'a>),
    /// The assistant declined.
    Refusal(Words<'a>),
    Image(Image<'a>),
    File(File<'a>),
    Audio(Audio<'a>),
    /// A film.
    Video(Source<'a>),
    /// The assistant thought.
    Thought(Thought<'a>),
    /// The assistant called a tool.
    Call(Call<'a>),
    /// A tool gave something back.
    Result(ToolResult<'a>),
    /// Something that only one maker's API has words for, as it was written there.
    Native(Native<'a>),
}

/// A picture.
#[derive(Clone, Debug)]
pub(super) struct Image<'a> {
    pub source: Source<'a>,
    /// OpenAI's `detail`.
    pub detail: Option<&'a RawValue>,
}

/// A document.
#[derive(Clone, Debug)]
pub(super) struct File<'a> {
    pub source: Source<'a>,
    /// `filename`, or Anthropic's `title`.
    pub name: Option<Words<'a>>,
    /// Anthropic's `context`.
    pub context: Option<Words<'a>>,
    /// Whether Anthropic's `citations` are enabled.
    pub citations: bool,
}

/// Sound.
#[derive(Clone, Debug)]
pub(super) struct Audio<'a> {
    /// Base64.
    pub data: Words<'a>,
    /// `wav`, `mp3`
    pub format: Words<'a>,
}

/// Where a picture's or a file's content is.
#[derive(Clone, Debug)]
pub(super) enum Source<'a> {
    /// At an address; never a data URL.
    Url(Words<'a>),
    /// Here, in base64.
    Base64 {
        /// `image/png`
        media_type: Cow<'a, str>,
        data: Cow<'a, str>,
    },
    /// Here, as text.
    Text(Words<'a>),
    /// With a provider, under an id that it gave.
    Id(Words<'a>),
}

impl<'a> Source<'a> {
    /// What an address says: a data URL is its content.
    ///
    /// A data URL without `;base64` stays an address, for the provider to judge.
    pub(super) fn of_url(url: &'a RawValue) -> Self {
        let words = Words::Json(url);
        let text = words.text();
        let parsed = text.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
        match (parsed, text.as_ref()) {
            (Some((media_type, _)), whole) => {
                let media_type = media_type.split(';').next().unwrap_or_default().to_owned();
                let start = whole.find(";base64,").map_or(0, |at| at + ";base64,".len());
                let data = match text {
                    Cow::Borrowed(whole) => Cow::Borrowed(whole.get(start..).unwrap_or_default()),
                    Cow::Owned(whole) => Cow::Owned(whole.get(start..).unwrap_or_default().to_owned()),
                };
                Self::Base64 { media_type: Cow::Owned(media_type), data }
            }
            (None, _) => Self::Url(words),
        }
    }

    /// The address of content that stands here: `data:image/png;base64,…`.
    pub(super) fn data_url(media_type: &str, data: &str) -> String {
        format!("data:{media_type};base64,{data}")
    }
}

/// A call of a tool.
#[derive(Clone, Debug)]
pub(super) struct Call<'a> {
    /// The id that its result will name.
    pub id: Words<'a>,
    pub kind: ToolKind,
    pub name: Words<'a>,
    pub argument: Argument<'a>,
}

/// What a tool is called with.
#[derive(Clone, Debug)]
pub(super) enum Argument<'a> {
    /// As the OpenAI APIs have it: a string; for a function, one that should hold a JSON object.
    Text(Words<'a>),
    /// As Anthropic and Gemini have it.
    Object(&'a RawValue),
}

/// What a tool gave back.
#[derive(Clone, Debug)]
pub(super) struct ToolResult<'a> {
    /// The id of the call.
    pub call_id: Words<'a>,
    pub kind: ToolKind,
    /// Texts, pictures, files.
    pub parts: Vec<Part<'a>>,
    /// Whether the tool failed.
    pub is_error: bool,
}

/// What only one maker's API can say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Native<'a> {
    pub home: Home,
    /// The block or item as it was written.
    pub raw: &'a RawValue,
}

/// Where something stands in the client's body: `messages[3].content[1]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    list: &'static str,
    index: Option<usize>,
    inner: Option<(&'static str, Option<usize>)>,
}

impl Place {
    /// An element of a list at the top level.
    pub(super) fn new(list: &'static str, index: usize) -> Self {
        Self { list, index: Some(index), inner: None }
    }

    /// A member of the top level that is no list.
    pub(super) fn whole(member: &'static str) -> Self {
        Self { list: member, index: None, inner: None }
    }

    /// An element of a list inside this one; places know two levels.
    pub(super) fn inside(self, list: &'static str, index: usize) -> Self {
        Self { inner: Some((list, Some(index))), ..self }
    }

    /// A member of this one that is no list.
    pub(super) fn within(self, member: &'static str) -> Self {
        Self { inner: Some((member, None)), ..self }
    }

    /// A member of what stands here, as a path.
    pub(super) fn member(self, name: &str) -> String {
        format!("{self}.{name}")
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.list)?;
        if let Some(index) = self.index {
            write!(f, "[{index}]")?;
        }
        match self.inner {
            Some((list, Some(index))) => write!(f, ".{list}[{index}]"),
            Some((member, None)) => write!(f, ".{member}"),
            None => Ok(()),
        }
    }
}
