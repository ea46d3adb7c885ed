//! Which rows of which tables tell what was spent.

use super::By;
use crate::db::Param;
use crate::store::conditions::Conditions;
use crate::store::monitor::times::Piece;
use crate::ui::data::{Bucket, Filter};

/// Columns that all of the tables have.
pub(super) const COLUMNS: [&str; 4] =
    [r#""api_requests""#, r#""prompt_tokens""#, r#""completion_tokens""#, r#""spend_nanodollars""#];

/// Rows that are to be summed, for each piece of a stretch of time those of one table.
pub(super) struct Counted(Vec<(&'static str, Conditions)>);

impl Counted {
    /// The rows that the filter lets through, each request in one of them.
    pub(super) fn all(pieces: &[Piece], filter: &Filter) -> Self {
        let mut set = By::ALL.into_iter().filter_map(|by| Some((by, by.value(filter)?)));
        match (set.next(), set.next()) {
            (None, _) => Self::totals(pieces, By::Model, None),
            (Some((by, id)), None) => Self::totals(pieces, by, Some(id)),
            _ => Self::several(pieces, filter, filter.tag.is_some()),
        }
    }

    /// Totals of one thing at a time: of one, or of each.
    pub(super) fn totals(pieces: &[Piece], by: By, id: Option<&str>) -> Self {
        Self::of(pieces, |piece, conditions| {
            let table = match piece.grain {
                Bucket::Hour => "spillway_hourly_totals",
                Bucket::Day => "spillway_daily_totals",
            };
            (table, conditions.and(r#""dimension" = ?"#, Some(by.dimension())).and(r#""id" = ?"#, id))
        })
    }

    /// Rows by several things at once: those with teams, or those with tags.
    pub(super) fn several(pieces: &[Piece], filter: &Filter, with_tags: bool) -> Self {
        Self::of(pieces, |piece, conditions| {
            let table = match (piece.grain, with_tags) {
                (Bucket::Hour, false) => "spillway_hourly_team_spend",
                (Bucket::Hour, true) => "spillway_hourly_tag_spend",
                (Bucket::Day, false) => "LiteLLM_DailyTeamSpend",
                (Bucket::Day, true) => "LiteLLM_DailyTagSpend",
            };
            let conditions = conditions
                .and(r#""model_group" = ?"#, By::Model.value(filter))
                .and(r#""api_key" = ?"#, By::Key.value(filter))
                .and(r#""team_id" = ?"#, By::Team.value(filter))
                .and(r#""tag" = ?"#, By::Tag.value(filter));
            (table, conditions)
        })
    }

    fn of(pieces: &[Piece], rows: impl Fn(&Piece, Conditions) -> (&'static str, Conditions)) -> Self {
        let (mut all, mut bound) = (Vec::new(), 0);
        for piece in pieces {
            let (table, conditions) = rows(piece, piece.conditions(Conditions::after(bound)));
            bound += conditions.params().len();
            all.push((table, conditions));
        }
        Self(all)
    }

    /// The rows, with these columns, each with a comma after it, and [`COLUMNS`].
    pub(super) fn select(&self, columns: &str) -> String {
        let summed = COLUMNS.join(", ");
        let select = |(table, conditions): &(&str, Conditions)| {
            format!(r#"SELECT {columns}{summed} FROM "{table}" {}"#, conditions.sql())
        };
        self.0.iter().map(select).collect::<Vec<_>>().join(" UNION ALL ")
    }

    /// The values of all conditions.
    pub(super) fn params(&self) -> Vec<Param<'_>> {
        self.0.iter().flat_map(|(_, conditions)| conditions.params()).collect()
    }
}
