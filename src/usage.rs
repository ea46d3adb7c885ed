//! Token counts of one answer, in one shape whichever API reported them.
//!
//! `input` and `output` are totals: cached and reasoning tokens are counted inside them, as OpenAI reports
//! them. A translator for an API that reports them apart (Anthropic) adds them up on the way in.

use serde::{Deserialize, Deserializer, Serialize};

use crate::words;

/// Tokens read and written by one request. Counts, not money; zero where a provider said nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Tokens of the prompt, cached ones included.
    pub input: u64,
    /// Tokens of the answer, reasoning ones included.
    pub output: u64,
    /// Part of `input` that was read from the provider's cache.
    pub cache_read: u64,
    /// Part of `input` that was written to the provider's cache, for however long.
    pub cache_write: u64,
    /// Part of `cache_write` that the provider keeps for an hour (Anthropic) or for 12 (OpenAI), and charges more for.
    #[serde(skip_serializing_if = "is_zero")]
    pub cache_write_1h: u64,
    /// Part of `output` that was reasoning.
    pub reasoning: u64,
    /// At which service tier the provider says that it served the request.
    #[serde(deserialize_with = "told", skip_serializing_if = "Service::is_standard")]
    pub service: Service,
    /// Part of all these counts that was a prompt of its own. The try that counted it prices it; nobody is told.
    #[serde(skip)]
    pub beside: Beside,
    /// Part of `input` and `output` that was sound. The try that counted it prices it; nobody is told.
    #[serde(skip)]
    pub audio: Audio,
    /// Searches on the web that the provider made for the answer, and charges for. The try that counted them prices
    /// them; nobody is told.
    #[serde(skip)]
    pub searches: u64,
    /// Whether they were made by OpenAI's older tool (`web_search_preview`), which has a price of its own.
    #[serde(skip)]
    pub by_preview: bool,
}

/// Tokens of sound, which have prices of their own. None of them was sampled beside the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audio {
    /// Part of [`Usage::input`], what the cache had of it included.
    pub input: u64,
    /// Part of `input` here, and of [`Usage::cache_read`].
    pub cache_read: u64,
    /// Part of [`Usage::output`].
    pub output: u64,
}

impl Audio {
    /// The two together, count by count.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            input: self.input.saturating_add(other.input),
            cache_read: self.cache_read.saturating_add(other.cache_read),
            output: self.output.saturating_add(other.output),
        }
    }
}

/// What a provider sampled beside the answer (a compaction of the conversation, an advisor's answer), taken for one
/// prompt with one answer: its length is no part of the length of the request's own prompt. Counts as in [`Usage`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// As [`Usage::input`].
    pub input: u64,
    /// As [`Usage::output`].
    pub output: u64,
    /// As [`Usage::cache_read`].
    pub cache_read: u64,
    /// As [`Usage::cache_write`].
    pub cache_write: u64,
    /// As [`Usage::cache_write_1h`].
    pub cache_write_1h: u64,
}

impl Beside {
    /// The two together, count by count.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            input: self.input.saturating_add(other.input),
            output: self.output.saturating_add(other.output),
            cache_read: self.cache_read.saturating_add(other.cache_read),
            cache_write: self.cache_write.saturating_add(other.cache_write),
            cache_write_1h: self.cache_write_1h.saturating_add(other.cache_write_1h),
        }
    }
}

/// A way of serving a request that has prices of its own: LiteLLM's price map has them by service tier. What providers
/// call `default`, `standard` or otherwise is the standard one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// The usual one.
    #[default]
    Standard,
    /// Cheaper and slower (OpenAI's and Gemini's).
    Flex,
    /// Dearer and faster (OpenAI's, Anthropic's and Gemini's).
    Priority,
    /// `balanced`
    Balanced,
    /// `ultrafast`
    Ultrafast,
    /// Anthropic's fast mode, which is no tier of its price map: `speed` of its answers tells it.
    Fast,
}

impl Service {
    /// The services that LiteLLM's names of prices end with.
    pub const ALL: [Self; 4] = [Self::Flex, Self::Priority, Self::Balanced, Self::Ultrafast];

    /// As providers, and LiteLLM's names of prices, write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Flex => "flex",
            Self::Priority => "priority",
            Self::Balanced => "balanced",
            Self::Ultrafast => "ultrafast",
            Self::Fast => "fast",
        }
    }

    /// The tier of this name, letter case ignored; the standard one for any other. OpenAI's `fast` is served, and
    /// charged, with priority.
    #[must_use]
    pub fn named(name: &str) -> Self {
        if name.eq_ignore_ascii_case("fast") {
            return Self::Priority;
        }
        Self::ALL.into_iter().find(|tier| tier.name().eq_ignore_ascii_case(name)).unwrap_or_default()
    }

    /// Whether it is the usual one.
    #[must_use]
    pub fn is_standard(&self) -> bool {
        *self == Self::Standard
    }
}

/// The most tokens of one kind that a provider's count of one answer can say; one that says more has not counted. Prompts
/// and answers of the largest models have some millions.
pub const MOST_TOKENS: u64 = 1 << 32;

/// The most searches that a provider's count of one answer can say; one that says more has not counted. An answer takes
/// some dozens.
pub const MOST_SEARCHES: u64 = 1 << 16;

/// The largest count, and the largest price in 10⁻⁹ US dollars (nine million dollars), that an event tells and that the
/// ledger takes: beyond it a JSON reader with doubles loses the last digits.
pub const MOST_TOLD: u64 = (1 << 53) - 1;

impl Usage {
    /// Whether a provider that says this has counted. Some servers send zeros with every chunk but the last.
    #[must_use]
    pub fn is_a_count(&self) -> bool {
        let kinds =
            [self.input, self.output, self.cache_read, self.cache_write, self.cache_write_1h, self.reasoning];
        let audio = [self.audio.input, self.audio.cache_read, self.audio.output];
        self.total() > 0
            && kinds.iter().chain(&audio).all(|tokens| *tokens <= MOST_TOKENS)
            && self.searches <= MOST_SEARCHES
    }

    /// All tokens that the request is charged for against a token limit.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.input.saturating_add(self.output)
    }

    /// The two together, count by count; of the service tiers the one that is not the standard one.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            input: self.input.saturating_add(other.input),
            output: self.output.saturating_add(other.output),
            cache_read: self.cache_read.saturating_add(other.cache_read),
            cache_write: self.cache_write.saturating_add(other.cache_write),
            cache_write_1h: self.cache_write_1h.saturating_add(other.cache_write_1h),
            reasoning: self.reasoning.saturating_add(other.reasoning),
            service: self.service.max(other.service),
            beside: self.beside.plus(&other.beside),
            audio: self.audio.plus(&other.audio),
            searches: self.searches.saturating_add(other.searches),
            by_preview: self.by_preview || other.by_preview,
        }
    }

    /// This usage without what only prices it, which is known to the try that counted it, and told to nobody.
    #[must_use]
    pub fn told(&self) -> Self {
        Self { beside: Beside::default(), audio: Audio::default(), searches: 0, by_preview: false, ..*self }
    }

    /// This usage, and what was sampled beside it.
    #[must_use]
    pub fn with(&self, beside: Beside) -> Self {
        let Beside { input, output, cache_read, cache_write, cache_write_1h } = beside;
        let more = Self { input, output, cache_read, cache_write, cache_write_1h, beside, ..Self::default() };
        self.plus(&more)
    }

    /// The answer's own tokens, and those that were sampled beside it: each is priced by the length of its own prompt.
    #[must_use]
    pub fn prompts(&self) -> [Self; 2] {
        let Beside { input, output, cache_read, cache_write, cache_write_1h } = self.beside;
        let own = Self {
            input: self.input.saturating_sub(input),
            output: self.output.saturating_sub(output),
            cache_read: self.cache_read.saturating_sub(cache_read),
            cache_write: self.cache_write.saturating_sub(cache_write),
            cache_write_1h: self.cache_write_1h.saturating_sub(cache_write_1h),
            beside: Beside::default(),
            ..*self
        };
        [own, Self { service: self.service, ..Self::default() }.with(self.beside)]
    }
}

/// Bytes of English text per token, roughly: <https://platform.openai.com/tokenizer>.
///
/// Bytes, because a character of a script that takes several of them takes more tokens too.
pub const BYTES_PER_TOKEN: u64 = 4;

/// Tokens that a text of so many bytes has, roughly, where nobody has counted them: one for each four bytes begun.
#[must_use]
pub fn tokens_of(bytes: u64) -> u64 {
    bytes.div_ceil(BYTES_PER_TOKEN)
}

/// A tier that only a later version knows is taken for the standard one: what it costs is told beside it.
fn told<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Service, D::Error> {
    words::told(deserializer).map(Option::unwrap_or_default)
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}
