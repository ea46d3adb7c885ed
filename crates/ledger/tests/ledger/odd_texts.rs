//! Texts that callers choose, at their worst. A batch that the database cannot take would be sent again for ever, and
//! everything behind it would wait.

use serde_json::json;
use spillway_filter::event::{ErrorInformation, Event, GuardrailStatus};

use crate::events::{answered, ran};
use crate::running::Running;

/// An event with this text wherever a caller, a provider or a service may have put one.
fn told_everywhere(id: &str, text: &str) -> Event {
    let mut run = ran("pii", GuardrailStatus::GuardrailIntervened);
    run.guardrail_response = vec![json!({ text: text })];
    let mut event = Event {
        model_group: text.to_owned(),
        model: text.to_owned(),
        end_user: Some(text.to_owned()),
        tags: vec![text.to_owned()],
        metadata: json!({"session_id": text, text: {"deep": [text]}}).as_object().cloned().unwrap(),
        guardrail_information: vec![run],
        error: Some(ErrorInformation {
            error_class: text.to_owned(),
            error_code: text.to_owned(),
            error_message: text.to_owned(),
        }),
        ..answered(id)
    };
    event.caller.user_agent = Some(text.to_owned());
    event.caller.user_id = Some(text.to_owned());
    event.caller.team_id = Some(text.to_owned());
    event.attempts[0].cause = text.to_owned();
    event
}

#[tokio::test]
async fn whatever_a_text_holds_its_event_is_stored() {
    let running = Running::start().await;
    let long = "\u{1F600}".repeat(20_000);
    let texts = [
        "$serde_json::private::RawValue",
        "\0",
        "a\0b\\u0000\\\0",
        "\u{feff}\u{ffff}\u{10ffff}",
        "{\"a\",NULL}\\",
        "\r\n\t\u{1b}",
        &long,
    ];
    for (number, text) in texts.into_iter().enumerate() {
        let answer = running.deliver(&[told_everywhere(&format!("r-{number}"), text)]).await;
        assert_eq!((answer.status, answer.body), (200, json!({"stored": 1, "duplicates": 0})), "{number}");
    }
    let told = running.get("/spend/logs?request_id=r-2").await.body;
    let metadata = &told[0]["metadata"]["spend_logs_metadata"];
    assert_eq!(metadata["session_id"].as_str().unwrap().len(), told[0]["session_id"].as_str().unwrap().len());
    // A backslash and letters are text, whatever they spell.
    assert!(told[0]["end_user"].as_str().unwrap().contains("b\\u0000\\"), "{told}");
    assert!(metadata["session_id"].as_str().unwrap().contains("b\\u0000\\"), "{told}");
}

#[tokio::test]
async fn a_name_that_a_parser_keeps_for_itself_hides_nothing() {
    let running = Running::start().await;
    let name = "$serde_json::private::RawValue";
    let told = json!({ name: "no json", "a": {name: "[1]"} });
    let event = Event { metadata: told.as_object().cloned().unwrap(), ..told_everywhere("r", "text") };
    assert_eq!(running.deliver(&[event]).await.body["stored"], 1);
    let row = &running.get("/spend/logs?request_id=r").await.body[0]["metadata"];
    assert_eq!(
        (&row["spend_logs_metadata"], &row["guardrail_information"][0]["guardrail_name"]),
        (&told, &json!("pii"))
    );
}

#[tokio::test]
async fn an_event_with_an_odd_id_is_stored_once() {
    let running = Running::start().await;
    assert_eq!(running.deliver(&[answered("a\0b")]).await.body, json!({"stored": 1, "duplicates": 0}));
    assert_eq!(running.deliver(&[answered("a\0b")]).await.body, json!({"stored": 0, "duplicates": 1}));
}

#[tokio::test]
async fn a_question_with_odd_texts_is_answered() {
    let running = Running::start().await;
    let answer = running.get("/spend/logs?user_id=a%00b&model=%00").await;
    assert_eq!((answer.status, answer.body), (200, json!([])));
}
