//! No page of requests is read by going through the spend log: SQLite says how it would find one.

use super::super::requests::{Bound, statement};
use super::*;
use crate::store::testing;
use crate::ui::data::{Action, Place, Status};

/// The first step of the plan, which is where the rows come from.
fn first_step(db: &Connection, filter: &Filter, bound: Bound<'_>) -> String {
    let (select, search) = statement(filter, bound, true, 51);
    let steps: Vec<String> =
        db.all(&format!("EXPLAIN QUERY PLAN {select}"), &search.params(), |row| row.get("detail")).unwrap();
    steps[0].clone()
}

#[test]
fn each_filter_has_an_index() {
    if !testing::on_sqlite() {
        return;
    }
    let (_kept, db) = testing::connection();
    let some = |text: &str| Some(text.to_owned());
    let time = "LiteLLM_SpendLogs_startTime_request_id_idx";
    let action = "LiteLLM_SpendLogGuardrailIndex_action_start_time_idx";
    let place = Place { started_us: NOON, id: "r".to_owned() };
    for (filter, index) in [
        (Filter::over(HOURS), time),
        (over(HOURS, |filter| filter.status = Some(Status::Success)), time),
        (over(HOURS, |filter| filter.dialect = some("acompletion")), time),
        (over(HOURS, |filter| filter.action = Some(Action::Passed)), time),
        (over(HOURS, |filter| filter.key = some("a1")), "LiteLLM_SpendLogs_api_key_startTime_idx"),
        (over(HOURS, |filter| filter.model = some("m")), "LiteLLM_SpendLogs_model_startTime_idx"),
        (over(HOURS, |filter| filter.team = some("t")), "LiteLLM_SpendLogs_team_startTime_idx"),
        (
            over(HOURS, |filter| filter.dialect = some("aresponses")),
            "LiteLLM_SpendLogs_call_type_startTime_idx",
        ),
        (
            over(HOURS, |filter| filter.status = Some(Status::Failure)),
            "LiteLLM_SpendLogs_failure_startTime_idx",
        ),
        (over(HOURS, |filter| filter.tag = some("x")), "PRIMARY KEY (tag=?"),
        (over(HOURS, |filter| filter.action = Some(Action::Blocked)), action),
        (over(HOURS, |filter| filter.action = Some(Action::Flagged)), action),
        (
            over(HOURS, |filter| (filter.action, filter.guardrail) = (Some(Action::Blocked), some("pii"))),
            action,
        ),
        (
            over(HOURS, |filter| filter.guardrail = some("pii")),
            "LiteLLM_SpendLogGuardrailIndex_guardrail_id_start_time_idx",
        ),
    ] {
        for bound in [Bound::None, Bound::Older(&place), Bound::Newer(&place)] {
            let step = first_step(&db, &filter, bound);
            assert!(step.starts_with("SEARCH ") && step.contains(index), "{step}: {filter:?}");
        }
    }
}
