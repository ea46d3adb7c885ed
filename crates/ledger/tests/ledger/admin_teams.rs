//! Teams and users, and what happens to their keys.

use serde_json::{Value, json};

use crate::admin::text;
use crate::running::Running;

/// What teams and users have alike.
fn rules() -> Value {
    json!({"models": ["m"], "tpm_limit": 10, "rpm_limit": 2, "max_parallel_requests": 1, "model_rpm_limit": {"m": 1},
        "model_tpm_limit": {"m": 5}, "max_budget": 12.5, "soft_budget": 10.0, "budget_duration": "30d", "guardrails": ["pii"],
        "metadata": {"cost_centre": 7}})
}

fn with(extra: &Value) -> Value {
    let mut both = rules();
    both.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    both
}

fn holds(answer: &Value, settings: &Value) {
    for (name, value) in settings.as_object().unwrap() {
        assert_eq!(&answer[name], value, "{name}");
    }
}

#[tokio::test]
async fn a_team_is_made_changed_told_and_deleted_with_its_keys() {
    let running = Running::start().await;
    let settings = with(&json!({"team_alias": "Research", "blocked": true}));
    let made = running.done("/team/new", settings.clone()).await;
    holds(&made, &settings);
    let id = text(&made["team_id"]);
    assert_eq!(id.len(), 36, "a UUID: {id}");
    let key = running.done("/key/generate", json!({"team_id": id})).await;

    let told = running.told(&format!("/team/info?team_id={id}")).await;
    holds(&told["team_info"], &settings);
    assert_eq!((&told["keys"][0]["token"], &told["total_keys"]), (&key["token"], &json!(1)));
    let changed =
        running.done("/team/update", json!({"team_id": id, "max_budget": null, "rpm_limit": 3})).await;
    assert_eq!((&changed["data"]["max_budget"], &changed["data"]["rpm_limit"]), (&Value::Null, &json!(3)));
    assert_eq!(changed["data"]["tpm_limit"], 10);
    assert_eq!(running.done("/team/unblock", json!({"team_id": id})).await["blocked"], false);
    assert_eq!(running.done("/team/block", json!({"team_id": id})).await["blocked"], true);

    let answer = running.post("/team/new", json!({"team_id": id})).await;
    assert_eq!((answer.status, answer.error("param")), (400, &json!("team_id")), "{}", answer.body);
    let answer = running.post("/team/delete", json!({"team_ids": [id, "nobody"]})).await;
    assert_eq!(answer.status, 404);
    let list = running.get("/team/list").await;
    assert_eq!(
        (list.body.as_array().unwrap().len(), &list.headers["x-total-count"]),
        (1, &"1".parse().unwrap())
    );
    assert_eq!(running.done("/team/delete", json!({"team_ids": [id]})).await["deleted_teams"], json!([id]));
    assert_eq!(running.get("/team/list").await.body, json!([]));
    assert_eq!(running.told("/key/list").await["total_count"], 0);
}

#[tokio::test]
async fn a_user_is_made_with_a_key_changed_told_and_deleted_with_it() {
    let running = Running::start().await;
    let settings = with(&json!({"user_id": "ada", "user_alias": "Ada", "user_email": "ada@example.com"}));
    let mut body = settings.clone();
    body["key_alias"] = json!("ada's");
    let made = running.done("/user/new", body).await;
    holds(&made, &settings);
    assert!(text(&made["key"]).starts_with("sk-"));

    let told = running.told("/user/info?user_id=ada").await;
    holds(&told["user_info"], &settings);
    let key = &told["keys"][0];
    assert_eq!((&key["token"], &key["key_alias"]), (&made["token"], &json!("ada's")));
    assert_eq!(key["rpm_limit"], Value::Null, "the user's rules hold for the key; it has none of its own");
    let changed = running.done("/user/update", json!({"user_id": "ada", "guardrails": null})).await;
    assert_eq!((&changed["data"]["guardrails"], &changed["data"]["rpm_limit"]), (&json!([]), &json!(2)));

    running.done("/user/new", json!({"auto_create_key": false})).await;
    let list = running.told("/user/list?page_size=1").await;
    assert_eq!((&list["total"], &list["total_pages"], &list["page"]), (&json!(2), &json!(2), &json!(1)));
    assert_eq!(running.told("/key/list").await["total_count"], 1);
    assert_eq!(
        running.done("/user/delete", json!({"user_ids": ["ada"]})).await["deleted_users"],
        json!(["ada"])
    );
    assert_eq!(running.told("/key/list").await["total_count"], 0);
}

#[tokio::test]
async fn a_user_whose_key_cannot_be_made_is_not_made() {
    let running = Running::start().await;
    running.done("/key/generate", json!({"key_alias": "taken"})).await;
    running.done("/key/generate", json!({"user_id": "ada"})).await;
    let answer = running.post("/user/new", json!({"user_id": "ada", "key_alias": "taken"})).await;
    assert_eq!((answer.status, answer.error("param")), (400, &json!("key_alias")), "{}", answer.body);
    assert_eq!(running.told("/user/list").await["total"], 0);
    let left = running.told("/key/list").await;
    assert_eq!(left["total_count"], 2, "a key that named the user before there was one is still here");
}
