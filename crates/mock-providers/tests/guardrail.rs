//! The stand-in for services that judge texts.

mod http;

use std::time::Duration;

use http::{Answer, Ask, End, PATIENCE};
use mock_providers::guardrail::{Behaviour, GENERIC_PATH, GuardrailService, MODERATIONS_PATH};
use serde_json::{Value, json};

fn generic(texts: &[&str]) -> Ask {
    let body = json!({"texts": texts, "request_data": {}, "input_type": "request", "litellm_call_id": "c"});
    Ask::new("POST", GENERIC_PATH).header("X-Api-Key", "k").json(&body)
}

fn moderations(texts: &[&str]) -> Ask {
    Ask::new("POST", MODERATIONS_PATH).json(&json!({"model": "omni-moderation-latest", "input": texts}))
}

async fn send(service: &GuardrailService, ask: &Ask) -> Answer {
    ask.send(service.addr()).await
}

#[tokio::test]
async fn texts_say_how_they_are_judged() {
    let service = GuardrailService::start().await.expect("a free port");
    for (texts, expected) in [
        (&["a", "b"][..], json!({"action": "NONE", "blocked_reason": null, "texts": null})),
        (
            &["a callout-mask", "b"],
            json!({"action": "GUARDRAIL_INTERVENED", "blocked_reason": null, "texts": ["a [MASKED]", "b"]}),
        ),
        (
            &["callout-mask", "callout-block"],
            json!({"action": "BLOCKED", "blocked_reason": "the guardrail service does not allow this"}),
        ),
    ] {
        assert_eq!(send(&service, &generic(texts)).await.json(), expected);
    }
    let results = send(&service, &moderations(&["a", "callout-block"])).await.json();
    let flagged: Vec<&Value> = [0, 1].iter().map(|index| &results["results"][*index]["flagged"]).collect();
    assert_eq!(flagged, [&json!(false), &json!(true)]);
    assert_eq!(results["results"][1]["categories"]["violence"], true);

    let asked = service.asked();
    assert_eq!(asked.len(), 4);
    assert_eq!(
        (asked[0].texts(), asked[0].input_type()),
        (vec!["a".to_owned(), "b".to_owned()], Some("request"))
    );
    assert_eq!((asked[0].header("x-api-key"), asked[0].path.as_str()), (Some("k"), GENERIC_PATH));
    assert_eq!((asked[3].texts().len(), asked[3].input_type()), (2, None));
    service.clear();
    assert_eq!(service.asked(), []);
}

#[tokio::test]
async fn what_the_apis_do_not_define_is_refused() {
    let service = GuardrailService::start().await.expect("a free port");
    let body = |body: Value| Ask::new("POST", GENERIC_PATH).json(&body);
    for (ask, status) in [
        (Ask::new("GET", GENERIC_PATH), 404),
        (Ask::new("POST", "/elsewhere").json(&json!({})), 404),
        (body(json!([])), 400),
        (body(json!({"texts": ["a"], "request_data": {}})), 400),
        (body(json!({"texts": ["a"], "input_type": "request"})), 400),
        (body(json!({"texts": [1], "request_data": {}, "input_type": "request"})), 400),
        (body(json!({"texts": [], "request_data": {}, "input_type": "request", "more": 1})), 400),
        (Ask::new("POST", MODERATIONS_PATH).json(&json!({"texts": []})), 400),
    ] {
        assert_eq!(send(&service, &ask).await.status, status, "{} {}", ask.target, ask.body);
    }
}

#[tokio::test]
async fn it_fails_as_it_is_told() {
    let service = GuardrailService::start().await.expect("a free port");
    service.set(Behaviour::Status(500));
    let answer = send(&service, &generic(&["a"])).await;
    assert_eq!((answer.status, &answer.json()["action"]), (500, &json!("BLOCKED")));
    service.set(Behaviour::Garbage);
    let answer = send(&service, &generic(&["a"])).await;
    assert_eq!((answer.status, serde_json::from_str::<Value>(&answer.body).is_err()), (200, true));
    service.set(Behaviour::WrongNumber);
    assert_eq!(send(&service, &generic(&["a"])).await.json()["texts"], json!(["[MASKED]", "[MASKED]"]));
    assert_eq!(
        send(&service, &moderations(&["a"])).await.json()["results"].as_array().map(Vec::len),
        Some(2)
    );
    service.set(Behaviour::Slow(Duration::from_millis(5)));
    assert_eq!(send(&service, &generic(&["a"])).await.json()["action"], "NONE");
    service.set(Behaviour::Close);
    let answer = send(&service, &generic(&["a"])).await;
    assert_eq!((answer.status, answer.end), (0, End::Closed));

    service.set(Behaviour::Hang);
    service.clear();
    let mut stream = generic(&["a"]).open(service.addr()).await;
    assert!(service.until(PATIENCE, |service| service.asked().len() == 1).await);
    drop(service);
    let mut rest = Vec::new();
    let read = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest);
    let _ended = tokio::time::timeout(PATIENCE, read).await.expect("a service that is gone hangs up");
    assert!(rest.is_empty(), "it said nothing");
}
