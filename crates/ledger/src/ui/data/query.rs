//! What a page is asked for.

/// Most rows of a list, besides [`super::RequestList`], which says its own.
pub const MOST_ROWS: usize = 200;

/// Most points of a series: a span is never longer than so many of its buckets.
pub const MOST_POINTS: u64 = 400;

/// How long a bar of a chart stands for. Both are aligned in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    /// An hour.
    Hour,
    /// A day.
    Day,
}

impl Bucket {
    /// Its length.
    #[must_use]
    pub const fn microseconds(self) -> u64 {
        match self {
            Self::Hour => 3_600_000_000,
            Self::Day => 86_400_000_000,
        }
    }
}

/// A stretch of time. Both ends lie between two buckets, so roll-ups by hour (or day) answer it exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first microsecond in it.
    pub from_us: u64,
    /// The first microsecond after it.
    pub to_us: u64,
    /// What series over it are divided into.
    pub bucket: Bucket,
}

/// What the ledger calls the end of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// `success`.
    Success,
    /// `failure`.
    Failure,
}

impl Status {
    /// As the column `status` has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }

    /// The status of that [`Self::name`].
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Success, Self::Failure].into_iter().find(|status| status.name() == name)
    }
}

/// What a guardrail made of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// It let the request through, masked or not.
    Passed,
    /// It reported something, or could not be asked.
    Flagged,
    /// It stopped the request.
    Blocked,
}

impl Action {
    /// As the column `action` has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Flagged => "flagged",
            Self::Blocked => "blocked",
        }
    }

    /// The action of that [`Self::name`].
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Passed, Self::Flagged, Self::Blocked].into_iter().find(|action| action.name() == name)
    }
}

/// What a filter may name besides the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// [`Filter::model`].
    Model,
    /// [`Filter::key`].
    Key,
    /// [`Filter::team`].
    Team,
    /// [`Filter::tag`].
    Tag,
    /// [`Filter::guardrail`].
    Guardrail,
    /// [`Filter::dialect`].
    Dialect,
    /// [`Filter::status`].
    Status,
    /// [`Filter::action`].
    Action,
}

impl Dimension {
    /// What [`super::Source::guardrails`] is asked with.
    pub const GUARDRAILS: &[Self] = &[Self::Guardrail, Self::Team, Self::Dialect];
    /// What [`super::Source::spend`] is asked with. Never a team and a tag at once: LiteLLM's daily tables have
    /// either.
    pub const SPEND: &[Self] = &[Self::Model, Self::Key, Self::Team, Self::Tag];
    /// What [`super::Source::traffic`] is asked with.
    pub const TRAFFIC: &[Self] = &[Self::Model, Self::Dialect];
    /// What [`super::Source::requests`] is asked with.
    pub const REQUESTS: &[Self] = &[
        Self::Status,
        Self::Model,
        Self::Team,
        Self::Key,
        Self::Tag,
        Self::Dialect,
        Self::Guardrail,
        Self::Action,
    ];
}

/// Which requests count. A condition that is not set lets all through; an empty text is those that have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// When they began.
    pub span: Span,
    /// Model group, as the caller named it after aliases.
    pub model: Option<String>,
    /// SHA-256 of the key.
    pub key: Option<String>,
    /// Team's id.
    pub team: Option<String>,
    /// One of the caller's tags.
    pub tag: Option<String>,
    /// Id of a guardrail that ran.
    pub guardrail: Option<String>,
    /// LiteLLM's call type: `acompletion`, `aresponses`, …
    pub dialect: Option<String>,
    /// How they ended.
    pub status: Option<Status>,
    /// What a guardrail did (that of `guardrail`, where it is set): the gravest, where it ran more than once.
    pub action: Option<Action>,
}

impl Filter {
    /// Every request that began in the span.
    #[must_use]
    pub const fn over(span: Span) -> Self {
        Self {
            span,
            model: None,
            key: None,
            team: None,
            tag: None,
            guardrail: None,
            dialect: None,
            status: None,
            action: None,
        }
    }
}
