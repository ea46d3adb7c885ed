//! What gateways tell of the deployments that they let rest: `POST /v1/cooldowns`, `GET /spillway/cooldowns`.

use std::time::{SystemTime, UNIX_EPOCH};

use hyper::Method;
use serde_json::{Value, json};

use crate::http::Answer;
use crate::running::{KEY, Running, TOKEN};

/// Milliseconds since the Unix epoch: the ledger looks at its own clock.
fn now_ms() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

async fn tell(running: &Running, body: impl Into<hyper::body::Bytes>) -> Answer {
    running.http.send(Method::POST, "/v1/cooldowns", Some(TOKEN), body).await.unwrap()
}

async fn report(running: &Running, gateway: &str, cooled: Value) {
    let body = json!({"gateway": gateway, "at_ms": now_ms(), "cooled": cooled});
    let answer = tell(running, body.to_string()).await;
    assert_eq!((answer.status, &answer.body["cooled"]), (200, &json!(cooled.as_array().unwrap().len())));
}

fn rests(deployment: &str, cause: &str, until_ms: u64) -> Value {
    json!({"deployment": deployment, "cause": cause, "until_ms": until_ms})
}

#[tokio::test]
async fn what_gateways_tell_is_one_list() {
    let running = Running::start().await;
    let told = async || running.get("/spillway/cooldowns").await.body;
    assert_eq!(told().await, json!({"gateways": 0, "cooled": []}), "nobody has told anything");
    report(&running, "one", json!([])).await;
    assert_eq!(told().await, json!({"gateways": 1, "cooled": []}));

    // 2100-01-01T00:00:00Z.
    let far = 4_102_444_800_000_u64;
    let ended = now_ms();
    report(&running, "one", json!([rests("a", "rate_limit", far), rests("b", "timeout", ended)])).await;
    let longer = json!([rests("a", "server_error", far + 1_000), rests("c", "authentication", far)]);
    report(&running, "two", longer).await;
    let expected = json!({"gateways": 2, "cooled": [
        {"deployment": "a", "cause": "server_error", "until": "2100-01-01T00:00:01.000000Z", "gateways": 2},
        {"deployment": "c", "cause": "authentication", "until": "2100-01-01T00:00:00.000000Z", "gateways": 1},
    ]});
    assert_eq!(told().await, expected);

    report(&running, "two", json!([])).await;
    let expected = json!({"gateways": 2, "cooled": [
        {"deployment": "a", "cause": "rate_limit", "until": "2100-01-01T00:00:00.000000Z", "gateways": 1},
    ]});
    assert_eq!(told().await, expected);
    let query = running.get("/spillway/cooldowns?gateway=one").await;
    assert_eq!((query.status, query.error("param")), (400, &json!("gateway")));
}

#[tokio::test]
async fn a_malformed_report_changes_nothing_and_says_what_is_wrong() {
    let running = Running::start().await;
    report(&running, "one", json!([rests("kept", "rate_limit", now_ms() + 60_000)])).await;
    let of =
        |cooled: Value| json!({"gateway": "one", "at_ms": now_ms() + 1_000, "cooled": cooled}).to_string();
    let many: Vec<Value> = (0..257).map(|number| rests(&format!("d{number}"), "timeout", 1)).collect();
    for (body, status, param) in [
        ("{".to_owned(), 400, Value::Null),
        ("[]".to_owned(), 400, Value::Null),
        (of(json!([{"deployment": "a"}])), 400, Value::Null),
        (of(json!([rests("a", "timeout", 1), rests("", "timeout", 1)])), 400, json!("cooled[1].deployment")),
        (of(json!([rests(&"a".repeat(257), "timeout", 1)])), 400, json!("cooled[0].deployment")),
        (of(json!([rests("a", &"c".repeat(257), 1)])), 400, json!("cooled[0].cause")),
        (of(many.into()), 400, json!("cooled")),
        (json!({"gateway": "", "at_ms": 1, "cooled": []}).to_string(), 400, json!("gateway")),
        (json!({"gateway": "g".repeat(65), "at_ms": 1, "cooled": []}).to_string(), 400, json!("gateway")),
        (" ".repeat((256 << 10) + 1), 413, Value::Null),
    ] {
        let start: String = body.chars().take(80).collect();
        let answer = tell(&running, body).await;
        assert_eq!((answer.status, answer.error("param")), (status, &param), "{start}: {}", answer.body);
        assert!(!answer.error("message").as_str().unwrap().is_empty());
    }
    let told = running.get("/spillway/cooldowns").await.body;
    assert_eq!((&told["gateways"], &told["cooled"][0]["deployment"]), (&json!(1), &json!("kept")));
}

#[tokio::test]
async fn only_a_gateway_may_tell() {
    let running = Running::start().await;
    for wrong in [None, Some("ingest-toke"), Some(KEY)] {
        let answer = running.http.send(Method::POST, "/v1/cooldowns", wrong, "{}").await.unwrap();
        assert_eq!(answer.status, 401, "{wrong:?}");
    }
}
