//! What the monitor asks. Its reports are read from the roll-ups, never from the spend log; the list of requests is read
//! through an index for each of its filters.

mod blocks;
mod choices;
mod guardrails;
mod names;
mod overview;
mod requests;
mod search;
mod spend;
mod story;
mod times;
mod traffic;

use super::{Store, StoreError};
use crate::db::Connection;
use crate::ui::data::{
    Choices, Filter, GuardrailReport, Overview, RequestList, RequestQuery, Source, SpendReport, Story,
    TrafficReport,
};

impl Store {
    /// Asks with one snapshot, so that the parts of an answer agree.
    async fn see<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.readers.run(move |db| db.snapshot(query)).await
    }
}

impl Source for Store {
    async fn overview(&self, filter: &Filter) -> Result<Overview, StoreError> {
        let filter = filter.clone();
        self.see(move |db| overview::of(db, &filter)).await
    }

    async fn guardrails(&self, filter: &Filter) -> Result<GuardrailReport, StoreError> {
        let filter = filter.clone();
        self.see(move |db| guardrails::report(db, &filter)).await
    }

    async fn spend(&self, filter: &Filter) -> Result<SpendReport, StoreError> {
        let filter = filter.clone();
        self.see(move |db| spend::report(db, &filter)).await
    }

    async fn traffic(&self, filter: &Filter) -> Result<TrafficReport, StoreError> {
        let filter = filter.clone();
        self.see(move |db| traffic::report(db, &filter)).await
    }

    async fn requests(&self, query: &RequestQuery) -> Result<RequestList, StoreError> {
        let query = query.clone();
        self.see(move |db| requests::page(db, &query)).await
    }

    async fn request(&self, id: &str) -> Result<Option<Story>, StoreError> {
        let id = id.to_owned();
        self.see(move |db| story::of(db, &id)).await
    }

    async fn choices(&self) -> Result<Choices, StoreError> {
        self.see(choices::of).await
    }
}

#[cfg(test)]
mod tests;
