//! What the model may call, and what it must.

use serde_json::value::RawValue;

use super::{Home, Place, Words};

/// The two kinds of tools whose calls go to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::translate) enum ToolKind {
    /// Called with JSON.
    Function,
    /// Called with text, perhaps of a grammar: OpenAI's.
    Custom,
}

/// A tool that is offered.
#[derive(Clone, Debug)]
pub(in crate::translate) struct Tool<'a> {
    pub what: What<'a>,
    /// Anthropic's `cache_control`, an object.
    pub cache: Option<&'a RawValue>,
    pub at: Place,
}

/// What is offered.
#[derive(Clone, Debug)]
pub(in crate::translate) enum What<'a> {
    Function {
        name: Words<'a>,
        description: Option<Words<'a>>,
        /// A JSON Schema of an object; `None` for a function that takes nothing.
        parameters: Option<&'a RawValue>,
        /// Whether arguments are to follow the schema exactly: a boolean.
        strict: Option<&'a RawValue>,
    },
    Custom {
        name: Words<'a>,
        description: Option<Words<'a>>,
        /// `{"type":"text"}`, or a grammar in the words of Responses: `{"type":"grammar","syntax","definition"}`.
        format: Option<CustomFormat<'a>>,
    },
    WebSearch(WebSearch<'a>),
    /// A tool that one maker's API has, as it was written there.
    Native(NativeTool<'a>),
}

/// How the text of a custom tool's argument must look.
#[derive(Clone, Copy, Debug)]
pub(in crate::translate) enum CustomFormat<'a> {
    Text,
    Grammar {
        /// `lark`, `regex`
        syntax: &'a RawValue,
        definition: &'a RawValue,
    },
}

/// A tool with its maker's own definition.
#[derive(Clone, Copy, Debug)]
pub(in crate::translate) struct NativeTool<'a> {
    pub home: Home,
    pub raw: &'a RawValue,
}

/// A search of the web that the provider makes itself.
#[derive(Clone, Debug, Default)]
pub(in crate::translate) struct WebSearch<'a> {
    /// OpenAI's `search_context_size`: `low`, `medium`, `high`.
    pub context_size: Option<&'a RawValue>,
    pub location: Option<Location<'a>>,
    /// Lists of domains.
    pub allowed_domains: Option<&'a RawValue>,
    pub blocked_domains: Option<&'a RawValue>,
    /// Anthropic's bound on searches.
    pub max_uses: Option<&'a RawValue>,
}

/// Where the user is, about.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::translate) struct Location<'a> {
    pub country: Option<&'a RawValue>,
    pub region: Option<&'a RawValue>,
    pub city: Option<&'a RawValue>,
    pub timezone: Option<&'a RawValue>,
}

/// Which tools the model must call.
#[derive(Clone, Debug)]
pub(in crate::translate) enum Choice<'a> {
    /// As it likes.
    Auto,
    /// None.
    None,
    /// One at least: OpenAI's `required`, Anthropic's `any`.
    Required,
    /// This one.
    One(Named<'a>),
    /// Of these: as it likes, or one at least.
    Among { tools: Vec<Named<'a>>, required: bool },
}

/// A tool by its name.
#[derive(Clone, Debug)]
pub(in crate::translate) struct Named<'a> {
    pub kind: ToolKind,
    pub name: Words<'a>,
}
