//! Which rows of the spend log.

use crate::db::Dialect;
use crate::store::Days;
use crate::store::conditions::Conditions;

/// Which rows; a field that is none does not narrow.
#[derive(Clone, Debug, Default)]
pub(crate) struct SpendFilter {
    /// When the request began.
    pub(crate) span: Span,
    /// One request.
    pub(crate) request_id: Option<String>,
    /// SHA-256 of a key.
    pub(crate) api_key: Option<String>,
    /// The alias that the key had when the request was made.
    pub(crate) key_alias: Option<String>,
    /// Owner of the key.
    pub(crate) user: Option<String>,
    /// The key's team.
    pub(crate) team: Option<String>,
    /// Whom the caller named.
    pub(crate) end_user: Option<String>,
    /// The conversation that the caller named.
    pub(crate) session: Option<String>,
    /// The provider's name of the model.
    pub(crate) model: Option<String>,
    /// What the model is called here.
    pub(crate) model_group: Option<String>,
    /// One of the request's tags.
    pub(crate) tag: Option<String>,
    /// Kind of call.
    pub(crate) call_type: Option<String>,
    /// `success` or `failure`.
    pub(crate) status: Option<String>,
    /// The least price, in 10⁻⁹ dollars.
    pub(crate) min_spend_nanodollars: Option<u64>,
    /// The greatest price, in 10⁻⁹ dollars.
    pub(crate) max_spend_nanodollars: Option<u64>,
}

/// A stretch of time, open where there is no bound. A bound is a time as [`crate::calendar::timestamp`] writes it,
/// or a date, which sorts before every time of its day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// The first moment.
    pub(crate) from: Option<String>,
    /// The first moment after it.
    pub(crate) before: Option<String>,
}

impl From<Days> for Span {
    fn from(days: Days) -> Self {
        Self {
            from: days.from.map(|day| day.to_string()),
            before: days.to.map(|day| day.plus(1).to_string()),
        }
    }
}

impl Span {
    /// The condition that the spend log's `startTime` is within it.
    pub(in crate::store) fn conditions(&self) -> Conditions {
        Conditions::default()
            .and(r#""startTime" >= ?"#, self.from.as_ref())
            .and(r#""startTime" < ?"#, self.before.as_ref())
    }
}

impl SpendFilter {
    /// The filter as conditions.
    pub(in crate::store) fn conditions(&self, dialect: Dialect) -> Conditions {
        self.span
            .conditions()
            .and(r#""request_id" = ?"#, self.request_id.as_ref())
            .and(r#""api_key" = ?"#, self.api_key.as_ref())
            .and(r#""metadata" ->> 'user_api_key_alias' = ?"#, self.key_alias.as_ref())
            .and(r#""user" = ?"#, self.user.as_ref())
            .and(r#""team_id" = ?"#, self.team.as_ref())
            .and(r#""end_user" = ?"#, self.end_user.as_ref())
            .and(r#""session_id" = ?"#, self.session.as_ref())
            .and(r#""model" = ?"#, self.model.as_ref())
            .and(r#""model_group" = ?"#, self.model_group.as_ref())
            .and(has_tag(dialect), self.tag.as_ref())
            .and(r#""call_type" = ?"#, self.call_type.as_ref())
            .and(r#""status" = ?"#, self.status.as_ref())
            .and(r#""spend_nanodollars" >= ?"#, self.min_spend_nanodollars)
            .and(r#""spend_nanodollars" <= ?"#, self.max_spend_nanodollars)
    }
}

fn has_tag(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => r#"EXISTS (SELECT 1 FROM json_each("request_tags") WHERE "value" = ?)"#,
        Dialect::Postgres => r#""request_tags" @> to_jsonb(CAST(? AS TEXT))"#,
    }
}
