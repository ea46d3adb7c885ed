//! What the monitor's pages show, as plain values, and [`Source`], the questions that give them.
//!
//! Knows no SQL, no HTTP and no HTML. Times are microseconds since the Unix epoch, durations microseconds, money
//! 10⁻⁹ US dollars. Every list is bounded: a source gives at most [`MOST_ROWS`] rows in each, the largest first
//! unless its field says otherwise.

mod cooldowns;
mod guardrails;
mod overview;
mod query;
mod requests;
mod spend;
mod story;
mod traffic;

pub use cooldowns::{Cooldowns, Cooled};
pub use guardrails::{Block, GuardrailReport, GuardrailRow, OutcomePoint, OutcomeRow, Outcomes};
pub use overview::Overview;
pub use query::{Action, Bucket, Dimension, Filter, MOST_POINTS, MOST_ROWS, Span, Status};
pub use requests::{Place, Position, RequestList, RequestQuery, RequestRow};
pub use spend::{SpendPoint, SpendReport, SpendRow, Spending};
pub use story::{Story, Tokens};
pub use traffic::{Percentiles, TrafficPoint, TrafficReport, TrafficRow, Volume};

use std::future::Future;

use crate::store::StoreError;

/// Something that people gave a name, and what it is stored under.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// What it is stored and filtered under: a key's SHA-256, a team's id, a guardrail's id. Empty where requests
    /// have none.
    pub id: String,
    /// What people call it, where it has a name.
    pub name: Option<String>,
}

/// What there is to filter by, for the forms' suggestions: names that were seen lately, in alphabetical order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    /// Model groups.
    pub models: Vec<String>,
    /// Keys, by their hashes.
    pub keys: Vec<Named>,
    /// Teams.
    pub teams: Vec<Named>,
    /// Tags.
    pub tags: Vec<String>,
    /// Guardrails.
    pub guardrails: Vec<Named>,
    /// Call types.
    pub dialects: Vec<String>,
}

/// Where the pages' numbers come from. A page asks once for what it shows; where that fails, it says so and shows
/// nothing.
pub trait Source: Send + Sync + 'static {
    /// The first page. Only the span of the filter is set.
    fn overview(&self, filter: &Filter) -> impl Future<Output = Result<Overview, StoreError>> + Send;

    /// What guardrails did; see [`Dimension::GUARDRAILS`] for what the filter may have.
    fn guardrails(&self, filter: &Filter)
    -> impl Future<Output = Result<GuardrailReport, StoreError>> + Send;

    /// What was spent; see [`Dimension::SPEND`].
    fn spend(&self, filter: &Filter) -> impl Future<Output = Result<SpendReport, StoreError>> + Send;

    /// How requests went; see [`Dimension::TRAFFIC`].
    fn traffic(&self, filter: &Filter) -> impl Future<Output = Result<TrafficReport, StoreError>> + Send;

    /// A page of requests, newest first; the filter may have every dimension.
    fn requests(&self, query: &RequestQuery) -> impl Future<Output = Result<RequestList, StoreError>> + Send;

    /// Everything that is known of one request; none where no row has this id.
    fn request(&self, id: &str) -> impl Future<Output = Result<Option<Story>, StoreError>> + Send;

    /// What the forms suggest.
    fn choices(&self) -> impl Future<Output = Result<Choices, StoreError>> + Send;
}
