use super::super::{choices, requests, spend, story};
use super::*;
use crate::calendar::microseconds;
use crate::store::testing;
use crate::ui::data::{Position, RequestQuery, Status, Story, Tokens};

fn told() -> Event {
    Event {
        caller: Caller {
            key_alias: Some("ci".to_owned()),
            ip: Some("10.0.0.9".to_owned()),
            user_agent: Some("curl/8".to_owned()),
            ..answered("r", NOON).caller
        },
        client_disconnected: true,
        end_user: Some("grace".to_owned()),
        api_base: "https://eu.example.com".to_owned(),
        usage: Usage {
            input: 100,
            output: 20,
            cache_read: 7,
            cache_write: 5,
            reasoning: 3,
            ..Usage::default()
        },
        attempts: vec![attempt("rate_limited"), attempt("success")],
        retries: 1,
        fallbacks: 0,
        guardrail_information: vec![
            ran("pii", GuardrailStatus::Success),
            ran("idle", GuardrailStatus::NotRun),
        ],
        metadata: serde_json::json!({"session_id": "s-1"}).as_object().cloned().unwrap(),
        ..answered("r", NOON)
    }
}

#[test]
fn a_story_is_what_the_event_told() {
    let (_kept, db) = testing::connection();
    let event = told();
    deliver(&db, std::slice::from_ref(&event));
    let expected = Story {
        id: "r".to_owned(),
        dialect: "acompletion".to_owned(),
        status: Status::Success,
        http_status: Some(200),
        started_us: NOON,
        ended_us: NOON + 2_000_000,
        first_token_us: Some(NOON + 500_000),
        stream: true,
        client_disconnected: true,
        model_group: "gpt-4.1".to_owned(),
        model: "gpt-4.1-2025-04-14".to_owned(),
        deployment: "gpt-4.1/azure-eu".to_owned(),
        provider: "azure".to_owned(),
        api_base: "https://eu.example.com".to_owned(),
        key: Some(of("a1", "ci")),
        team: Some(nameless("tools")),
        user: Some("ada".to_owned()),
        end_user: Some("grace".to_owned()),
        ip: Some("10.0.0.9".to_owned()),
        user_agent: Some("curl/8".to_owned()),
        session: Some("s-1".to_owned()),
        tags: vec!["nightly".to_owned()],
        metadata: Some(r#"{"session_id":"s-1"}"#.to_owned()),
        tokens: Tokens { input: 100, output: 20, cache_read: 7, cache_write: 5, reasoning: 3 },
        nanodollars: 1_001,
        retries: 1,
        fallbacks: 0,
        attempts: event.attempts.clone(),
        guardrails: event.guardrail_information.clone(),
        error: None,
    };
    assert_eq!(story::of(&db, "r"), Ok(Some(expected)));
    assert_eq!(story::of(&db, "r' OR 'a' = 'a"), Ok(None));
}

#[test]
fn a_request_that_nobody_answered_has_a_story_too() {
    let (_kept, db) = testing::connection();
    deliver(&db, &[Event { http_status: 0, ..refused("r", NOON) }]);
    let story = story::of(&db, "r").unwrap().unwrap();
    assert_eq!(
        (story.status, story.http_status, story.key, story.team),
        (Status::Failure, Some(0), None, None)
    );
    assert_eq!(story.error.unwrap().error_class, "invalid_request_error");
    assert_eq!((story.tags.len(), story.metadata, story.first_token_us), (0, None, None));
}

/// A key of a gateway's own file, which the ledger has no row of, and a key whose row has no name.
#[test]
fn keys_without_a_name_in_the_ledger_are_called_as_the_last_event_called_them_wherever_they_are_shown() {
    let (_kept, db) = testing::connection();
    let at = now();
    db.script(&format!(
        r#"INSERT INTO "LiteLLM_VerificationToken" ("token", "key_alias", "created_at", "updated_at")
           VALUES ('a1', 'ci', '{at}', '{at}'), ('b2', NULL, '{at}', '{at}')"#
    ))
    .unwrap();
    let at_us = microseconds(&at).unwrap() / HOUR * HOUR;
    let event = |id: &str, hash: &str, alias: &str| {
        let mut event = answered(id, at_us);
        (event.caller.key_hash, event.caller.key_alias) = (hash.to_owned(), Some(alias.to_owned()));
        event
    };
    deliver(&db, &[event("1", "a1", "told"), event("2", "b2", "lab"), event("3", "c3", "old")]);
    deliver(&db, &[event("4", "c3", "master_key")]);
    let expected = [of("a1", "ci"), of("b2", "lab"), of("c3", "master_key")];

    assert_eq!(choices::of(&db).unwrap().keys, expected);
    let span = Span { from_us: at_us, to_us: at_us + HOUR, bucket: Bucket::Hour };
    let spent = spend::report(&db, &Filter::over(span)).unwrap().by_key.unwrap();
    let mut by_key: Vec<Named> = spent.into_iter().map(|row| row.of).collect();
    by_key.sort_by(|one, other| one.id.cmp(&other.id));
    assert_eq!(by_key, expected);
    let query = RequestQuery { filter: Filter::over(span), position: Position::Newest, size: 9 };
    let list = requests::page(&db, &query).unwrap().rows;
    let mut keys: Vec<(String, Named)> = list.into_iter().map(|row| (row.id, row.key.unwrap())).collect();
    keys.sort_by(|one, other| one.0.cmp(&other.0));
    let keys: Vec<Named> = keys.into_iter().map(|(_, key)| key).collect();
    let [ci, lab, master] = expected;
    assert_eq!(keys, [ci, lab, master.clone(), master.clone()]);
    assert_eq!(story::of(&db, "3").unwrap().unwrap().key, Some(master));
}
