use super::super::story;
use super::*;
use crate::store::testing;
use crate::ui::data::{Status, Story, Tokens};

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
