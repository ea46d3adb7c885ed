//! What the numbers are like, and the source that has them.

use spillway_ledger::StoreError;
use spillway_ledger::ui::Clock;
use spillway_ledger::ui::data::{
    Choices, Filter, GuardrailReport, Named, Overview, RequestList, RequestQuery, Source, SpendReport, Story,
    TrafficReport,
};

use crate::{made_up, story};

/// What the numbers are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// A busy day.
    Full,
    /// Nothing was ever reported.
    Empty,
    /// The database fails.
    Failing,
    /// The largest numbers, and names that are as long as can be.
    Huge,
    /// Names that are HTML, scripts and quotes.
    Hostile,
    /// A busy day, and no credential is configured.
    Closed,
}

/// Every state.
pub const ALL: [State; 6] =
    [State::Full, State::Empty, State::Failing, State::Huge, State::Hostile, State::Closed];

impl State {
    /// Its name in the line of addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Empty => "empty",
            Self::Failing => "failing",
            Self::Huge => "huge",
            Self::Hostile => "hostile",
            Self::Closed => "closed",
        }
    }

    /// A name in this state, made from a usual one.
    pub fn named(self, name: &str) -> String {
        match self {
            Self::Huge => format!("{name}-{}", "an-extraordinarily-long-name".repeat(6)),
            Self::Hostile => {
                format!("{name}\"'><script>document.title='pwned'</script><img src=x onerror=alert(1)>")
            }
            _ => name.to_owned(),
        }
    }

    /// A number in this state.
    pub fn number(self, number: u64) -> u64 {
        match self {
            Self::Huge => u64::MAX / 1_000 - number,
            _ => number,
        }
    }
}

/// The source of one listener.
pub struct Fixture {
    /// What its numbers are like.
    pub state: State,
    /// When it is.
    pub clock: Clock,
}

impl Fixture {
    /// What is asked for, or nothing, or the failure.
    fn answer<T: Default>(&self, full: impl FnOnce() -> T) -> Result<T, StoreError> {
        match self.state {
            State::Failing => Err(StoreError::Database("database or disk is full".to_owned())),
            State::Empty => Ok(T::default()),
            _ => Ok(full()),
        }
    }

    fn now_us(&self) -> u64 {
        (self.clock)()
    }
}

impl Source for Fixture {
    async fn overview(&self, filter: &Filter) -> Result<Overview, StoreError> {
        self.answer(|| made_up::overview(self.state, filter, self.now_us()))
    }

    async fn guardrails(&self, filter: &Filter) -> Result<GuardrailReport, StoreError> {
        self.answer(|| made_up::guardrails(self.state, filter, self.now_us()))
    }

    async fn spend(&self, filter: &Filter) -> Result<SpendReport, StoreError> {
        self.answer(|| made_up::spend(self.state, filter, self.now_us()))
    }

    async fn traffic(&self, filter: &Filter) -> Result<TrafficReport, StoreError> {
        self.answer(|| made_up::traffic(self.state, filter, self.now_us()))
    }

    async fn requests(&self, query: &RequestQuery) -> Result<RequestList, StoreError> {
        self.answer(|| made_up::requests(self.state, query, self.now_us()))
    }

    async fn request(&self, id: &str) -> Result<Option<Story>, StoreError> {
        self.answer(|| story::story(self.state, id, self.now_us()))
    }

    async fn choices(&self) -> Result<Choices, StoreError> {
        let state = self.state;
        self.answer(|| Choices {
            models: made_up::MODELS.map(|name| state.named(name)).to_vec(),
            keys: (0..made_up::KEYS.len()).map(|index| made_up::key(state, index)).collect(),
            teams: made_up::TEAMS.map(|name| Named { id: state.named(name), name: None }).to_vec(),
            tags: made_up::TAGS.map(|name| state.named(name)).to_vec(),
            guardrails: made_up::GUARDRAILS.map(|name| made_up::guardrail(state, name)).to_vec(),
            dialects: made_up::DIALECTS.map(str::to_owned).to_vec(),
        })
    }
}
