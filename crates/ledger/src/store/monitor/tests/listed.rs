//! The list of requests is compared with what the events say, for every filter, page by page in both directions.

use super::super::requests::page;
use super::*;
use crate::store::testing;
use crate::ui::data::{Action, Place, Position, RequestQuery, RequestRow, Status};

/// Events of which each value of each dimension has some, several of them at the same microsecond.
fn events() -> Vec<Event> {
    let event = |number: usize| {
        let one_of = |texts: &[&str], step: usize| texts[number / step % texts.len()].to_owned();
        let statuses = [
            GuardrailStatus::Success,
            GuardrailStatus::GuardrailFlagged,
            GuardrailStatus::GuardrailIntervened,
        ];
        let runs = [
            Vec::new(),
            vec![ran("pii", GuardrailStatus::Success)],
            vec![ran("pii", statuses[number % 3]), ran("word", statuses[number / 3 % 3])],
            vec![
                ran("word", GuardrailStatus::GuardrailFlagged),
                ran("pii", GuardrailStatus::GuardrailFlagged),
            ],
        ];
        let at = NOON + (number / 3) as u64 * HOUR / 2;
        let failed = number.is_multiple_of(5);
        Event {
            call_type: one_of(&["acompletion", "aresponses"], 2),
            http_status: if failed { 429 } else { 200 },
            error: failed.then(ErrorInformation::default),
            caller: Caller {
                key_hash: one_of(&["", "a1", "b2"], 1),
                team_id: Some(one_of(&["tools", "ops", ""], 2)).filter(|team| !team.is_empty()),
                ..Caller::default()
            },
            model_group: one_of(&["gpt-4.1", "claude", ""], 3),
            tags: [vec![], vec!["x".to_owned()], vec!["x".to_owned(), "y".to_owned()]][number % 3].clone(),
            guardrail_information: runs[number / 2 % 4].clone(),
            retries: 1,
            ..answered(&format!("r-{number:02}"), at)
        }
    };
    (0..60).map(event).collect()
}

fn action(status: GuardrailStatus) -> Option<Action> {
    match status {
        GuardrailStatus::Success => Some(Action::Passed),
        GuardrailStatus::GuardrailFlagged | GuardrailStatus::GuardrailFailedToRespond => {
            Some(Action::Flagged)
        }
        GuardrailStatus::GuardrailIntervened => Some(Action::Blocked),
        GuardrailStatus::NotRun => None,
    }
}

/// The gravest that guardrails did, or that one of them did.
fn gravest(event: &Event, guardrail: Option<&str>) -> Option<Action> {
    let runs = event.guardrail_information.iter();
    let runs = runs.filter(|run| guardrail.is_none_or(|id| run.guardrail_id == id));
    runs.filter_map(|run| action(run.guardrail_status)).max()
}

/// What the filter means, in terms of the event.
fn lets_through(filter: &Filter, event: &Event) -> bool {
    let is = |wanted: &Option<String>, found: &str| wanted.as_ref().is_none_or(|wanted| wanted == found);
    let status = if event.error.is_some() { Status::Failure } else { Status::Success };
    let tag = |tag: &String| if tag.is_empty() { event.tags.is_empty() } else { event.tags.contains(tag) };
    let guardrail = filter.guardrail.as_deref();
    (filter.span.from_us..filter.span.to_us).contains(&event.started_us)
        && is(&filter.model, &event.model_group)
        && is(&filter.key, &event.caller.key_hash)
        && is(&filter.team, event.caller.team_id.as_deref().unwrap_or_default())
        && is(&filter.dialect, &event.call_type)
        && filter.tag.as_ref().is_none_or(tag)
        && filter.status.is_none_or(|wanted| wanted == status)
        && (guardrail.is_none() || gravest(event, guardrail).is_some())
        && filter.action.is_none_or(|wanted| gravest(event, guardrail) == Some(wanted))
}

fn filters() -> Vec<Filter> {
    let all = Span { from_us: NOON, to_us: NOON + DAY, bucket: Bucket::Hour };
    let some = |text: &str| Some(text.to_owned());
    let actions = [Action::Passed, Action::Flagged, Action::Blocked];
    let mut filters = vec![
        Filter::over(all),
        Filter::over(Span { from_us: NOON + HOUR, to_us: NOON + 3 * HOUR, ..all }),
        over(all, |filter| filter.status = Some(Status::Success)),
        over(all, |filter| filter.status = Some(Status::Failure)),
        over(all, |filter| filter.dialect = some("acompletion")),
        over(all, |filter| filter.dialect = some("aresponses")),
        over(all, |filter| filter.tag = some("y' OR 'a' = 'a")),
        over(all, |filter| (filter.tag, filter.guardrail) = (some("x"), some("word"))),
        over(all, |filter| {
            (filter.key, filter.model, filter.team) = (some("a1"), some("claude"), some("ops"))
        }),
        over(all, |filter| (filter.dialect, filter.status) = (some("aresponses"), Some(Status::Failure))),
    ];
    for value in ["", "gpt-4.1", "a1", "tools", "x", "y"] {
        filters.push(over(all, |filter| filter.model = some(value)));
        filters.push(over(all, |filter| filter.key = some(value)));
        filters.push(over(all, |filter| filter.team = some(value)));
        filters.push(over(all, |filter| filter.tag = some(value)));
    }
    for action in actions {
        filters.push(over(all, |filter| filter.action = Some(action)));
        filters.push(over(all, |filter| (filter.action, filter.tag) = (Some(action), some("x"))));
        for guardrail in ["pii", "word"] {
            filters.push(over(all, |filter| filter.guardrail = some(guardrail)));
            filters.push(over(all, |filter| {
                (filter.action, filter.guardrail) = (Some(action), some(guardrail))
            }));
            filters.push(over(all, |filter| {
                (filter.action, filter.guardrail, filter.tag) = (Some(action), some(guardrail), some("x"));
            }));
        }
    }
    filters
}

fn place(row: &RequestRow) -> Place {
    Place { started_us: row.started_us, id: row.id.clone() }
}

#[test]
fn pages_are_what_the_filter_lets_through_in_both_directions() {
    let (_kept, db) = testing::connection();
    let mut events = events();
    deliver(&db, &events);
    events
        .sort_by(|one, other| (other.started_us, &other.request_id).cmp(&(one.started_us, &one.request_id)));
    for filter in filters() {
        let expected: Vec<&str> = events
            .iter()
            .filter(|event| lets_through(&filter, event))
            .map(|event| event.request_id.as_str())
            .collect();
        let read =
            |position, size| page(&db, &RequestQuery { filter: filter.clone(), position, size }).unwrap();
        let ids = |rows: &[RequestRow]| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&read(Position::Newest, 200).rows), expected, "{filter:?}");

        let mut position = Position::Newest;
        let mut begin = 0;
        let mut last = None;
        while begin < expected.len() {
            let list = read(position, 7);
            let end = (begin + 7).min(expected.len());
            assert_eq!(ids(&list.rows), &expected[begin..end], "{filter:?}");
            assert_eq!(
                (list.newer, list.older),
                (begin > 0, end < expected.len()),
                "{filter:?} from {begin}"
            );
            last = list.rows.last().map(place);
            position = Position::Older(last.clone().unwrap());
            begin = end;
        }
        let Some(last) = last else { continue };
        let beyond = read(Position::Older(last.clone()), 7);
        assert_eq!((beyond.rows.len(), beyond.newer, beyond.older), (0, true, false), "{filter:?}");

        let mut position = Position::Newer(last);
        let mut end = expected.len() - 1;
        while end > 0 {
            let list = read(position, 7);
            let begin = end.saturating_sub(7);
            assert_eq!(ids(&list.rows), &expected[begin..end], "{filter:?}");
            assert_eq!((list.newer, list.older), (begin > 0, true), "{filter:?} up to {end}");
            position = Position::Newer(place(&list.rows[0]));
            end = begin;
        }
    }
}

#[test]
fn every_filter_is_met_by_some_events_and_not_by_all() {
    let events = events();
    let met = |filter: &Filter| events.iter().filter(|event| lets_through(filter, event)).count();
    let counts: Vec<usize> = filters().iter().map(met).collect();
    assert!(counts.iter().filter(|count| **count > 7).count() > 25, "{counts:?}");
    assert_eq!(counts.iter().filter(|count| **count == events.len()).count(), 1, "{counts:?}");
}

#[test]
fn a_row_shows_what_the_event_says() {
    let (_kept, db) = testing::connection();
    name_holders(&db);
    let event = Event {
        guardrail_information: vec![
            ran("pii", GuardrailStatus::GuardrailFlagged),
            ran("word", GuardrailStatus::Success),
        ],
        retries: 1,
        fallbacks: 2,
        ..answered("r", NOON)
    };
    deliver(&db, &[event]);
    let query = RequestQuery { filter: Filter::over(HOURS), position: Position::Newest, size: 0 };
    let list = page(&db, &query).unwrap();
    let expected = RequestRow {
        id: "r".to_owned(),
        started_us: NOON,
        dialect: "acompletion".to_owned(),
        status: Status::Success,
        http_status: Some(200),
        model: "gpt-4.1".to_owned(),
        deployment: "gpt-4.1/azure-eu".to_owned(),
        key: Some(of("a1", "ci")),
        team: Some(of("tools", "Tools")),
        duration_us: 2_000_000,
        first_token_us: Some(500_000),
        tokens: 120,
        nanodollars: 1_001,
        retries: 1,
        fallbacks: 2,
        action: Some(Action::Flagged),
    };
    assert_eq!((list.rows, list.newer, list.older), (vec![expected], false, false));
}
