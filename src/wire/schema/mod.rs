//! What a client may send: the request fields of each dialect, as data.
//!
//! Sources: OpenAI's API reference (its published OpenAPI description, August 2026), and for Responses the request
//! types of its SDK (November 2026); Anthropic's are named in `messages`. A union over `type` is kept as the union of
//! its members' fields: which of them go together, and their types, is for the provider to judge. What these tables
//! guarantee is that a field they do not name never travels.

mod chat;
mod completions;
mod embeddings;
mod items;
mod messages;
mod messages_blocks;
mod messages_tools;
mod responses;
mod tools;

use crate::wire::Dialect;

/// The fields of an object.
#[derive(Debug)]
pub struct Table {
    /// Scalars, and arrays of them, that the model does not read.
    pub plain: &'static [&'static str],
    /// Scalars, and arrays of them, that the model reads.
    pub text: &'static [&'static str],
    /// Whatever the caller likes, at any depth; not for the model.
    pub free: &'static [&'static str],
    /// Whatever the caller likes, at any depth, and the model reads it: JSON Schemas.
    pub prompt: &'static [&'static str],
    /// Fields that hold objects, or arrays of objects, with fields of their own.
    pub deep: &'static [(&'static str, Shape)],
    /// Fields that the API does not define, and that another deployment's API has a word for: marks for a
    /// prompt cache, thoughts of an earlier answer. They go on, for whoever builds a provider's body to use or
    /// to name as dropped, and never reach an API that does not define them.
    pub hints: &'static [(&'static str, Shape)],
    /// Fields that the API does not define but that clients send in good faith: parts of an answer replayed
    /// as history, hints that are meant for another provider, an agent's own bookkeeping. They are removed
    /// and named, and are never a reason to refuse.
    pub left_out: &'static [&'static str],
    /// A table whose fields these objects have as well.
    pub extends: Option<&'static Table>,
}

/// What may stand in a field. Arrays are transparent: a shape describes a value or an array of such values.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// No object; not read by the model.
    Plain,
    /// No object; read by the model.
    Text,
    /// Anything; not read by the model.
    Free,
    /// Anything; read by the model.
    Prompt,
    /// Objects with these fields.
    Objects(&'static Table),
    /// A string that the model reads, or objects with these fields.
    TextOr(&'static Table),
}

/// What a table says of a field name.
#[derive(Clone, Copy, Debug)]
pub enum Standing {
    /// The API defines it.
    Defined(Shape),
    /// Another API does: see [`Table::hints`].
    Hint(Shape),
    /// Known and harmless, but not a field of the API: see [`Table::left_out`].
    LeftOut,
    /// Not known.
    Undefined,
}

impl Table {
    /// No field at all: what an object is where none may stand.
    pub const NONE: Self = Self {
        plain: &[],
        text: &[],
        free: &[],
        prompt: &[],
        deep: &[],
        hints: &[],
        left_out: &[],
        extends: None,
    };

    /// What this table says of `name`.
    #[must_use]
    pub fn standing(&self, name: &str) -> Standing {
        if let Some((_, shape)) = self.deep.iter().find(|(field, _)| *field == name) {
            return Standing::Defined(*shape);
        }
        if let Some(shape) = self.shape_of_a_value(name) {
            return Standing::Defined(shape);
        }
        if self.left_out.contains(&name) {
            return Standing::LeftOut;
        }
        match (self.hints.iter().find(|(field, _)| *field == name), self.extends) {
            (Some((_, shape)), _) => Standing::Hint(*shape),
            (None, Some(base)) => base.standing(name),
            (None, None) => Standing::Undefined,
        }
    }

    /// What a field that holds no objects of its own may hold, one test after the other: a list of these lists
    /// would be made anew for each field of a body.
    fn shape_of_a_value(&self, name: &str) -> Option<Shape> {
        if self.plain.contains(&name) {
            return Some(Shape::Plain);
        }
        if self.text.contains(&name) {
            return Some(Shape::Text);
        }
        if self.free.contains(&name) {
            return Some(Shape::Free);
        }
        self.prompt.contains(&name).then_some(Shape::Prompt)
    }

    /// Every name that the API defines, those of [`Table::extends`] excepted.
    pub fn defined(&self) -> impl Iterator<Item = &'static str> {
        let deep = self.deep.iter().map(|(name, _)| *name);
        [self.plain, self.text, self.free, self.prompt].into_iter().flatten().copied().chain(deep)
    }
}

/// The top-level fields of a request body in a dialect.
#[must_use]
pub fn request(dialect: Dialect) -> &'static Table {
    match dialect {
        Dialect::Chat => &chat::REQUEST,
        Dialect::Responses => &responses::REQUEST,
        Dialect::Compact => &responses::COMPACT,
        Dialect::Messages => &messages::REQUEST,
        Dialect::CountTokens => &messages::COUNT_TOKENS,
        Dialect::Completions => &completions::REQUEST,
        Dialect::Embeddings => &embeddings::REQUEST,
        Dialect::Moderations => &embeddings::MODERATION,
        Dialect::Stored(_) => &Table::NONE,
    }
}

/// Anthropic's own `fallbacks`, which the table of Messages does not have: the gateway has a control of that name.
pub const SERVER_FALLBACKS: Shape = Shape::Objects(&messages::SERVER_FALLBACK);

/// The names of a dialect's hints below the top level, each once: where none of them stands in a text, no
/// hint does.
#[must_use]
pub fn hint_names(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::Chat => chat::HINT_NAMES,
        _ => &[],
    }
}

/// Anthropic's mark that the prompt up to here is to be cached. `scope` is of a beta, and a translation asks for
/// none: the mark goes on without it.
#[rustfmt::skip]
static CACHE_CONTROL: Table = Table { plain: &["ttl", "type"], left_out: &["scope"], ..Table::NONE };

/// `prompt_cache_options`; those of Responses are in `responses`.
#[rustfmt::skip]
static PROMPT_CACHE_OPTIONS: Table = Table { plain: &["mode", "ttl"], ..Table::NONE };

/// `prompt_cache_breakpoint`, on content parts.
#[rustfmt::skip]
static PROMPT_CACHE_BREAKPOINT: Table = Table { plain: &["mode", "ttl"], ..Table::NONE };

/// `moderation`
#[rustfmt::skip]
static MODERATION: Table = Table {
    plain: &["model"],
    deep: &[("policy", Shape::Objects(&MODERATION_POLICY))],
    ..Table::NONE
};

#[rustfmt::skip]
static MODERATION_POLICY: Table = Table {
    deep: &[("input", Shape::Objects(&MODERATION_MODE)), ("output", Shape::Objects(&MODERATION_MODE))],
    ..Table::NONE
};

static MODERATION_MODE: Table = Table { plain: &["mode"], ..Table::NONE };

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{Shape, Standing, Table, request};
    use crate::wire::Dialect;

    /// Every table that a request can reach, by address.
    fn reachable() -> BTreeMap<usize, &'static Table> {
        let dialects = [
            Dialect::Chat,
            Dialect::Responses,
            Dialect::Compact,
            Dialect::Messages,
            Dialect::CountTokens,
            Dialect::Completions,
            Dialect::Embeddings,
            Dialect::Moderations,
        ];
        dialects.into_iter().flat_map(reachable_from).collect()
    }

    fn reachable_from(dialect: Dialect) -> BTreeMap<usize, &'static Table> {
        let mut seen = BTreeMap::new();
        let mut open: Vec<&'static Table> = vec![request(dialect)];
        while let Some(table) = open.pop() {
            if seen.insert(std::ptr::from_ref(table) as usize, table).is_none() {
                let fields = table.deep.iter().chain(table.hints);
                open.extend(fields.filter_map(|(_, shape)| match shape {
                    Shape::Objects(inner) | Shape::TextOr(inner) => Some(*inner),
                    _ => None,
                }));
                open.extend(table.extends);
            }
        }
        seen
    }

    #[test]
    fn a_table_says_one_thing_of_each_name() {
        for table in reachable().values() {
            let mut seen = BTreeSet::new();
            let hints = table.hints.iter().map(|(name, _)| *name);
            for name in table.defined().chain(hints).chain(table.left_out.iter().copied()) {
                assert!(seen.insert(name), "`{name}` stands twice in {:?}", table.plain);
            }
        }
    }

    #[test]
    fn no_table_defines_a_gateways_prefix() {
        for table in reachable().values() {
            let hints = table.hints.iter().map(|(name, _)| *name);
            assert!(
                !table.defined().chain(hints).any(|name| name.starts_with('_') || name.contains("litellm"))
            );
        }
    }

    #[test]
    fn every_hint_below_the_top_level_is_looked_for() {
        for dialect in [Dialect::Chat, Dialect::Responses, Dialect::Compact, Dialect::Messages] {
            let mut below = BTreeSet::new();
            for (at, table) in reachable_from(dialect) {
                if at != std::ptr::from_ref(request(dialect)) as usize {
                    below.extend(table.hints.iter().map(|(name, _)| *name));
                }
            }
            assert_eq!(below, super::hint_names(dialect).iter().copied().collect(), "{dialect:?}");
        }
    }

    #[test]
    fn names_are_found_in_their_group() {
        let chat = request(Dialect::Chat);
        assert!(matches!(chat.standing("model"), Standing::Defined(Shape::Plain)));
        assert!(matches!(chat.standing("metadata"), Standing::Defined(Shape::Free)));
        assert!(matches!(chat.standing("messages"), Standing::Defined(Shape::Objects(_))));
        assert!(matches!(chat.standing("top_k"), Standing::Hint(Shape::Plain)));
        assert!(matches!(chat.standing("client_metadata"), Standing::LeftOut));
        assert!(matches!(chat.standing("input"), Standing::Undefined));
        assert!(matches!(request(Dialect::Compact).standing("metadata"), Standing::Undefined));
        let messages = request(Dialect::Messages);
        assert!(matches!(messages.standing("tools"), Standing::Defined(Shape::Objects(_))));
        assert!(matches!(messages.standing("fallbacks"), Standing::Undefined));
        assert!(matches!(request(Dialect::CountTokens).standing("max_tokens"), Standing::Undefined));
    }
}
