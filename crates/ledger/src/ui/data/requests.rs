//! The list of requests. It is paged by place, not by number: the page after a row costs the same wherever it is.

use super::{Action, Filter, Named, Status};

/// Which requests, and which part of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestQuery {
    /// Which.
    pub filter: Filter,
    /// Where the page begins.
    pub position: Position,
    /// Most rows of it; never more than [`RequestQuery::LARGEST`].
    pub size: u32,
}

impl RequestQuery {
    /// Rows of a page, if nothing else is said.
    pub const USUAL: u32 = 50;
    /// Most rows of a page.
    pub const LARGEST: u32 = 200;
}

/// Where a page begins. Rows are ordered by their [`Place`], descending, always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// With the newest row.
    Newest,
    /// Below this place: the `size` newest rows that are older.
    Older(Place),
    /// Above this place: the `size` oldest rows that are newer, in descending order too.
    Newer(Place),
}

/// The place of a row: by its start, and by its id among those that started at once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// When the request began.
    pub started_us: u64,
    /// The request.
    pub id: String,
}

/// A page of the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestList {
    /// The rows, newest first.
    pub rows: Vec<RequestRow>,
    /// Whether there are newer ones that the filter lets through.
    pub newer: bool,
    /// Whether there are older ones.
    pub older: bool,
}

/// One request in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRow {
    /// The request.
    pub id: String,
    /// When it began.
    pub started_us: u64,
    /// Call type.
    pub dialect: String,
    /// How it ended.
    pub status: Status,
    /// What the client got; 0 where nothing was sent, none where it is not known.
    pub http_status: Option<u16>,
    /// Model group.
    pub model: String,
    /// The deployment that answered last; empty where none was tried.
    pub deployment: String,
    /// The key; none where none was accepted.
    pub key: Option<Named>,
    /// The team.
    pub team: Option<Named>,
    /// From its start to its end.
    pub duration_us: u64,
    /// From its start to its first token.
    pub first_token_us: Option<u64>,
    /// Tokens of prompt and answer.
    pub tokens: u64,
    /// Price, in 10⁻⁹ dollars.
    pub nanodollars: u64,
    /// Tries at the requested group after the first.
    pub retries: u32,
    /// Fallback groups that were entered.
    pub fallbacks: u32,
    /// The gravest that a guardrail did; none where none ran.
    pub action: Option<Action>,
}
