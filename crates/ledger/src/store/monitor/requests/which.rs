//! Which requests a filter lets through. Each filter has an index that is in the order of the list, or is narrow enough to
//! be put in order; of several, one is searched, and the others are looked up row by row.

use super::super::search::Search;
use crate::calendar::{microseconds, timestamp};
use crate::db::{Connection, DbError, Row};
use crate::record::key_text;
use crate::ui::data::{Action, Filter, Place, Status};

/// Where the rows begin.
#[derive(Clone, Copy)]
pub(in crate::store::monitor) enum Bound<'a> {
    None,
    Older(&'a Place),
    OlderOrAt(&'a Place),
    Newer(&'a Place),
    NewerOrAt(&'a Place),
}

/// What is searched, in the order of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Searched {
    /// The spend log itself.
    Log,
    /// The index by tag.
    Tags,
    /// The index by guardrail, or by what guardrails did.
    Guardrails,
}

impl Searched {
    /// The most telling of a filter.
    fn of(filter: &Filter) -> Self {
        let is_tagged = filter.tag.as_ref().is_some_and(|tag| !tag.is_empty());
        let has_run = filter.guardrail.is_some();
        let is_rare = matches!(filter.action, Some(Action::Blocked | Action::Flagged));
        match (is_tagged, has_run || is_rare) {
            (true, _) => Self::Tags,
            (false, true) => Self::Guardrails,
            (false, false) => Self::Log,
        }
    }

    fn from(self) -> String {
        let joined = |table: &str| {
            format!(
                r#""{table}" AS "found" JOIN "LiteLLM_SpendLogs" AS "log" ON "log"."request_id" = "found"."request_id""#
            )
        };
        match self {
            Self::Log => r#""LiteLLM_SpendLogs" AS "log""#.to_owned(),
            Self::Tags => joined("spillway_request_tags"),
            Self::Guardrails => joined("LiteLLM_SpendLogGuardrailIndex"),
        }
    }

    /// When a request began.
    fn start(self) -> &'static str {
        if self == Self::Log { r#""log"."startTime""# } else { r#""found"."start_time""# }
    }

    fn id(self) -> &'static str {
        if self == Self::Log { r#""log"."request_id""# } else { r#""found"."request_id""# }
    }
}

/// The places of at most `most` requests on one side of a bound, from there on.
pub(super) fn find(
    db: &Connection,
    filter: &Filter,
    bound: Bound<'_>,
    is_newest_first: bool,
    most: usize,
) -> Result<Vec<Place>, DbError> {
    let (select, search) = statement(filter, bound, is_newest_first, most);
    db.all(&select, &search.params(), place)
}

/// The statement of [`find`], and its values.
pub(in crate::store::monitor) fn statement(
    filter: &Filter,
    bound: Bound<'_>,
    is_newest_first: bool,
    most: usize,
) -> (String, Search) {
    let searched = Searched::of(filter);
    let (start, id) = (searched.start(), searched.id());
    let mut search = Search::default();
    search.with(&format!("{start} >= ?"), timestamp(filter.span.from_us));
    search.with(&format!("{start} < ?"), timestamp(filter.span.to_us));
    from_bound(&mut search, bound, start, id);
    of_log(&mut search, filter);
    of_tag(&mut search, filter);
    of_guardrail(&mut search, filter, searched);
    let order = if is_newest_first { "DESC" } else { "ASC" };
    let select = format!(
        "SELECT {start}, {id} FROM {} WHERE {} ORDER BY {start} {order}, {id} {order} LIMIT {most}",
        searched.from(),
        search.take_sql()
    );
    (select, search)
}

fn place(row: &Row) -> Result<Place, DbError> {
    let start: String = row.get(0)?;
    let started_us = microseconds(&start).ok_or_else(|| DbError::unreadable("startTime", "holds no time"))?;
    Ok(Place { started_us, id: row.get(1)? })
}

fn from_bound(search: &mut Search, bound: Bound<'_>, start: &str, id: &str) {
    let (than, place) = match bound {
        Bound::None => return,
        Bound::Older(place) => ("<", place),
        Bound::OlderOrAt(place) => ("<=", place),
        Bound::Newer(place) => (">", place),
        Bound::NewerOrAt(place) => (">=", place),
    };
    let (started, asked) = (search.place(timestamp(place.started_us)), search.place(place.id.as_str()));
    search.that(&format!("({start}, {id}) {than} ({started}, {asked})"));
}

/// Conditions on columns of the spend log, in the words of its indexes. SQLite takes an index of a part of the rows where
/// the query says that part's condition in the same words.
fn of_log(search: &mut Search, filter: &Filter) {
    search.with_any(r#""log"."api_key" = ?"#, filter.key.as_deref());
    search.with_any(r#"substr("log"."model_group", 1, 128) = ?"#, filter.model.as_deref().map(key_text));
    match filter.team.as_deref() {
        Some("") => search.that(r#"coalesce("log"."team_id", '') = ''"#),
        team => {
            let condition = r#""log"."team_id" IS NOT NULL AND substr("log"."team_id", 1, 128) = ?"#;
            search.with_any(condition, team.map(key_text));
        }
    }
    if let Some(dialect) = filter.dialect.as_deref() {
        search.with(r#"substr("log"."call_type", 1, 128) = ?"#, key_text(dialect));
        if dialect != "acompletion" {
            search.that(r#""log"."call_type" <> 'acompletion'"#);
        }
    }
    match filter.status {
        Some(Status::Success) => search.that(r#""log"."status" = 'success'"#),
        Some(Status::Failure) => search.that(r#""log"."status" = 'failure'"#),
        None => {}
    }
}

fn of_tag(search: &mut Search, filter: &Filter) {
    match filter.tag.as_deref() {
        Some("") => search.that(r#""log"."request_tags" = '[]'"#),
        tag => search.with_any(r#""found"."tag" = ?"#, tag.map(key_text)),
    }
}

fn of_guardrail(search: &mut Search, filter: &Filter, searched: Searched) {
    match (filter.guardrail.as_deref(), filter.action) {
        (None, None) => {}
        (Some(guardrail), action) if searched == Searched::Guardrails => {
            search_guardrail(search, guardrail, action);
        }
        (None, Some(action)) if searched == Searched::Guardrails => search_action(search, action),
        (Some(guardrail), action) => {
            let did =
                action.map_or_else(String::new, |action| format!(r#" AND "action" = '{}'"#, action.name()));
            search.with(&ran(&format!(r#""guardrail_id" = ?{did}"#)), guardrail);
        }
        (None, Some(action)) => {
            search.that(&ran(&format!(r#""action" = '{}'"#, action.name())));
            search.that(&format!("NOT {}", ran(graver(action))));
        }
    }
}

/// In the guardrail's own index; where it blocked or flagged, in the index of what did, which is shorter. The guardrail
/// is then said so that no index is found for it.
fn search_guardrail(search: &mut Search, guardrail: &str, action: Option<Action>) {
    match action {
        Some(action @ (Action::Blocked | Action::Flagged)) => {
            search
                .that(&format!(r#""found"."action" = '{}' AND "found"."action" <> 'passed'"#, action.name()));
            search.with(r#""found"."guardrail_id" || '' = ?"#, guardrail);
        }
        Some(Action::Passed) => {
            search.with(r#""found"."guardrail_id" = ? AND "found"."action" = 'passed'"#, guardrail);
        }
        None => search.with(r#""found"."guardrail_id" = ?"#, guardrail),
    }
}

/// Requests of which this is the gravest that happened, each once.
fn search_action(search: &mut Search, action: Action) {
    search.that(&format!(r#""found"."action" = '{}' AND "found"."action" <> 'passed'"#, action.name()));
    search.that(&format!(
        r#"NOT EXISTS (SELECT 1 FROM "LiteLLM_SpendLogGuardrailIndex" AS "run"
             WHERE "run"."request_id" = "found"."request_id" AND ("run".{}
               OR ("run"."action" = "found"."action" AND "run"."guardrail_id" < "found"."guardrail_id")))"#,
        graver(action)
    ));
}

/// That a guardrail ran in the request, of which this holds.
fn ran(condition: &str) -> String {
    format!(
        r#"EXISTS (SELECT 1 FROM "LiteLLM_SpendLogGuardrailIndex" AS "run"
             WHERE "run"."request_id" = "log"."request_id" AND "run".{condition})"#
    )
}

/// That something graver happened.
fn graver(action: Action) -> &'static str {
    match action {
        Action::Passed => r#""action" <> 'passed'"#,
        Action::Flagged => r#""action" = 'blocked'"#,
        // There is nothing graver, and no such name.
        Action::Blocked => r#""action" = ''"#,
    }
}
