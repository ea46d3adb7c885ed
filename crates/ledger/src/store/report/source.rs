//! Which table tells a report: the sums by day where they have all that is asked, else the log. Sums are written with
//! the rows that they sum, so both tell the same; they are a small part of the log's size, and stay when its rows are
//! deleted for their age.

use super::Dimension;
use crate::db::Dialect;
use crate::record::KEY_CHARACTERS;
use crate::store::conditions::Conditions;
use crate::store::money::sql_total;
use crate::store::spend::{Span, SpendFilter};

/// A table, and how it tells spend.
pub(super) struct Source {
    /// What stands after `FROM`.
    pub(super) from: &'static str,
    /// The expressions of the dimensions, in the order in which they are asked for.
    pub(super) names: Vec<&'static str>,
    /// The expression that sums requests.
    pub(super) requests: String,
    /// Which rows.
    pub(super) conditions: Conditions,
}

/// A table of sums by day.
struct Days {
    from: &'static str,
    /// The one dimension that it has besides day, key and model, and its column.
    own: (Dimension, &'static str),
}

/// In the order of preference: any of them tells what has none of their own dimensions.
const DAYS: [Days; 3] = [
    Days { from: r#""LiteLLM_DailyTeamSpend""#, own: (Dimension::Team, r#""team_id""#) },
    Days { from: r#""LiteLLM_DailyUserSpend""#, own: (Dimension::User, r#""user_id""#) },
    Days { from: r#""LiteLLM_DailyTagSpend""#, own: (Dimension::Tag, r#""tag""#) },
];

impl Source {
    /// The table for a report.
    pub(super) fn of(dimensions: &[Dimension], filter: &SpendFilter, dialect: Dialect) -> Self {
        DAYS.iter()
            .find_map(|days| days.source(dimensions, filter, dialect))
            .unwrap_or_else(|| log(dimensions, filter, dialect))
    }
}

impl Days {
    fn source(&self, dimensions: &[Dimension], filter: &SpendFilter, dialect: Dialect) -> Option<Source> {
        let names = dimensions.iter().map(|dimension| self.column(*dimension)).collect::<Option<_>>()?;
        let asked = Asked::of(filter)?;
        let own = self.own.0;
        // A request without a tag is in a row with an empty one.
        let tagged = (own == Dimension::Tag).then_some("");
        let mut conditions = Conditions::default()
            .and(r#""date" >= ?"#, asked.span.from.as_ref())
            .and(r#""date" < ?"#, asked.span.before.as_ref())
            .and(r#""api_key" = ?"#, asked.key)
            .and(r#""tag" <> ?"#, tagged);
        for (dimension, clause, value) in [
            (Dimension::User, r#""user_id" = ?"#, asked.user),
            (Dimension::Team, r#""team_id" = ?"#, asked.team),
        ] {
            // What is longer is cut in these tables.
            let long = value.is_some_and(|value| value.chars().nth(KEY_CHARACTERS).is_some());
            if value.is_some() && (dimension != own || long) {
                return None;
            }
            conditions = conditions.and(clause, value);
        }
        // In the table of tags, a request is in as many rows as it has tags.
        let counted_once = own != Dimension::Tag || dimensions.contains(&Dimension::Tag);
        let requests = sql_total(dialect, r#""api_requests""#);
        counted_once.then_some(Source { from: self.from, names, requests, conditions })
    }

    fn column(&self, dimension: Dimension) -> Option<&'static str> {
        match dimension {
            Dimension::Day => Some(r#""date""#),
            Dimension::Key => Some(r#""api_key""#),
            Dimension::Model => Some(r#""model""#),
            other => (other == self.own.0).then_some(self.own.1),
        }
    }
}

/// A filter that sums by day know everything of.
struct Asked<'a> {
    span: &'a Span,
    key: Option<&'a str>,
    user: Option<&'a str>,
    team: Option<&'a str>,
}

impl<'a> Asked<'a> {
    fn of(filter: &'a SpendFilter) -> Option<Self> {
        // Named one by one, so that a new one is thought of here.
        let SpendFilter {
            span,
            request_id: None,
            api_key,
            key_alias: None,
            user,
            team,
            end_user: None,
            session: None,
            model: None,
            model_group: None,
            tag: None,
            call_type: None,
            status: None,
            min_spend_nanodollars: None,
            max_spend_nanodollars: None,
        } = filter
        else {
            return None;
        };
        let whole = [&span.from, &span.before].iter().all(|bound| bound.as_deref().is_none_or(is_date));
        whole.then_some(Self { span, key: api_key.as_deref(), user: user.as_deref(), team: team.as_deref() })
    }
}

/// A bound is a date or a time, which is longer.
fn is_date(bound: &str) -> bool {
    bound.len() == "YYYY-MM-DD".len()
}

fn log(dimensions: &[Dimension], filter: &SpendFilter, dialect: Dialect) -> Source {
    let from = match (dimensions.contains(&Dimension::Tag), dialect) {
        (false, _) => r#""LiteLLM_SpendLogs""#,
        (true, Dialect::Sqlite) => r#""LiteLLM_SpendLogs" CROSS JOIN json_each("request_tags") AS "tag""#,
        // What another program left in the column may be no list.
        (true, Dialect::Postgres) => {
            r#""LiteLLM_SpendLogs" CROSS JOIN LATERAL jsonb_array_elements_text(
                 CASE jsonb_typeof("request_tags") WHEN 'array' THEN "request_tags" ELSE '[]' END) AS "tag" ("value")"#
        }
    };
    let names = dimensions.iter().map(|dimension| in_log(*dimension, dialect)).collect();
    Source { from, names, requests: "count(*)".to_owned(), conditions: filter.conditions(dialect) }
}

fn in_log(dimension: Dimension, dialect: Dialect) -> &'static str {
    match (dimension, dialect) {
        (Dimension::Day, Dialect::Sqlite) => r#"substr("startTime", 1, 10)"#,
        (Dimension::Day, Dialect::Postgres) => r#"to_char("startTime", 'YYYY-MM-DD')"#,
        (Dimension::Key, _) => r#""api_key""#,
        (Dimension::User, _) => r#"coalesce("user", '')"#,
        (Dimension::Team, _) => r#"coalesce("team_id", '')"#,
        (Dimension::EndUser, _) => r#"coalesce("end_user", '')"#,
        (Dimension::Model, _) => r#""model""#,
        (Dimension::Tag, _) => r#""tag"."value""#,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(dimensions: &[Dimension], filter: &SpendFilter) -> &'static str {
        Source::of(dimensions, filter, Dialect::Sqlite).from
    }

    #[test]
    fn sums_by_day_tell_what_they_have_and_the_log_the_rest() {
        let any = SpendFilter::default();
        let text = |text: &str| Some(text.to_owned());
        let (days, users, tags) =
            (r#""LiteLLM_DailyTeamSpend""#, r#""LiteLLM_DailyUserSpend""#, r#""LiteLLM_DailyTagSpend""#);
        let log = r#""LiteLLM_SpendLogs""#;
        assert_eq!(from(&[Dimension::Day, Dimension::Team, Dimension::Model, Dimension::Key], &any), days);
        assert_eq!(from(&[Dimension::Key], &SpendFilter { user: text("ada"), ..any.clone() }), users);
        assert_eq!(from(&[Dimension::Tag, Dimension::Model], &any), tags);
        assert_eq!(from(&[Dimension::EndUser], &any), log);
        assert_eq!(from(&[Dimension::User], &SpendFilter { team: text("t"), ..any.clone() }), log);
        assert_eq!(from(&[Dimension::Key], &SpendFilter { status: text("failure"), ..any.clone() }), log);
        let long = SpendFilter { team: Some("t".repeat(KEY_CHARACTERS + 1)), ..any.clone() };
        assert_eq!(from(&[Dimension::Key], &long), log);
        let span = |from: &str| Span { from: text(from), before: None };
        assert_eq!(from(&[Dimension::Key], &SpendFilter { span: span("2026-11-20"), ..any.clone() }), days);
        let noon = span("2026-11-20T12:00:00.000000Z");
        assert_eq!(from(&[Dimension::Key], &SpendFilter { span: noon, ..any }), log);
    }
}
