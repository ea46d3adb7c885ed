//! The source of a ledger that does not collect what the pages show: every page says so.

use super::data::{
    Choices, Filter, GuardrailReport, Overview, RequestList, RequestQuery, Source, SpendReport, Story,
    TrafficReport,
};
use crate::store::StoreError;

/// Answers nothing.
pub(crate) struct Uncollected;

/// The answer to every question.
fn none<T>() -> Result<T, StoreError> {
    Err(StoreError::Database("this ledger does not collect the monitor's numbers".to_owned()))
}

impl Source for Uncollected {
    async fn overview(&self, _: &Filter) -> Result<Overview, StoreError> {
        none()
    }

    async fn guardrails(&self, _: &Filter) -> Result<GuardrailReport, StoreError> {
        none()
    }

    async fn spend(&self, _: &Filter) -> Result<SpendReport, StoreError> {
        none()
    }

    async fn traffic(&self, _: &Filter) -> Result<TrafficReport, StoreError> {
        none()
    }

    async fn requests(&self, _: &RequestQuery) -> Result<RequestList, StoreError> {
        none()
    }

    async fn request(&self, _: &str) -> Result<Option<Story>, StoreError> {
        none()
    }

    async fn choices(&self) -> Result<Choices, StoreError> {
        none()
    }
}
