//! `/global/spend/…`: reports and lists in LiteLLM's shapes.

use serde_json::{Value, json};
use spillway_filter::event::Event;

use crate::events::{DAY, KEY_HASH, NOON, answered};
use crate::running::Running;

const DAYS: &str = "start_date=2026-11-19&end_date=2026-11-20";

/// Three requests of two teams on two days.
async fn spent() -> Running {
    let running = Running::start().await;
    running.done("/team/new", json!({"team_id": "tools", "team_alias": "Tools"})).await;
    let dear = Event { cost_nanodollars: 1_000_000_000, model: "claude".to_owned(), ..answered("dear") };
    let mut other = Event { started_us: NOON - DAY, end_user: Some("c-1".to_owned()), ..answered("other") };
    (other.caller.team_id, other.caller.user_id) = (None, None);
    other.caller.key_hash = "00".repeat(32);
    other.caller.key_alias = None;
    other.tags = vec!["nightly".to_owned(), "slow".to_owned()];
    running.deliver(&[answered("cheap"), dear, other]).await;
    running
}

#[tokio::test]
async fn teams_by_day() {
    let running = spent().await;
    let cheap = json!({"model": "gpt-4.1-2025-04-14", "api_key": KEY_HASH, "spend": 0.000_360_001, "total_tokens": 120});
    let dear = json!({"model": "claude", "api_key": KEY_HASH, "spend": 1.0, "total_tokens": 120});
    let strange = json!({"model": "gpt-4.1-2025-04-14", "api_key": "00".repeat(32), "spend": 0.000_360_001, "total_tokens": 120});
    let expected = json!([
        {"group_by_day": "2026-11-19T00:00:00+00:00", "teams": [
            {"team_name": "Unassigned Team", "team_id": null, "total_spend": 0.000_360_001, "metadata": [strange]},
        ]},
        {"group_by_day": "2026-11-20T00:00:00+00:00", "teams": [
            {"team_name": "Tools", "team_id": "tools", "total_spend": 1.000_360_001, "metadata": [dear, cheap]},
        ]},
    ]);
    assert_eq!(running.told(&format!("/global/spend/report?{DAYS}")).await, expected);
    let narrowed = running.told(&format!("/global/spend/report?{DAYS}&team_id=tools")).await;
    assert_eq!(narrowed, json!([expected[1]]));
}

#[tokio::test]
async fn customers_by_day() {
    let running = spent().await;
    let days = running.told(&format!("/global/spend/report?{DAYS}&group_by=customer")).await;
    let customer = |day: &Value| day["customers"][0]["customer"].clone();
    let customers: Vec<Value> = days.as_array().unwrap().iter().map(customer).collect();
    assert_eq!(customers, [json!("c-1"), Value::Null]);
    let of_one = running.told(&format!("/global/spend/report?{DAYS}&customer_id=c-1")).await;
    assert_eq!(of_one, json!([days[0]]));
}

#[tokio::test]
async fn keys_users_models_and_tags() {
    let running = spent().await;
    let report = async |group: &str| running.told(&format!("/global/spend/report?{DAYS}&{group}")).await;
    let of = |total_cost: f64, requests: u64| {
        json!({"total_cost": total_cost, "total_input_tokens": 100 * requests, "total_output_tokens": 20 * requests,
               "requests": requests})
    };
    let with = |mut row: Value, name: &str, value: Value| {
        row[name] = value;
        row
    };
    let gpt = with(of(0.000_360_001, 1), "model", json!("gpt-4.1-2025-04-14"));
    let claude = with(of(1.0, 1), "model", json!("claude"));
    let own = with(of(1.000_360_001, 2), "model_details", json!([claude, gpt]));
    let keys = report("group_by=api_key").await;
    assert_eq!(keys[0], with(own.clone(), "api_key", json!(KEY_HASH)));
    assert_eq!(keys.as_array().unwrap().len(), 2);
    assert_eq!(report("internal_user_id=ada").await, json!([keys[0]]));
    assert_eq!(report("api_key=sk-caller").await, json!([keys[0]]));
    assert_eq!(report("group_by=internal_user_id").await[0], with(own, "internal_user_id", json!("ada")));
    let models = report("group_by=model").await;
    assert_eq!(models, json!([claude, with(of(0.000_720_002, 2), "model", json!("gpt-4.1-2025-04-14"))]));
    let tags = report("group_by=tag").await;
    let told: Vec<(&Value, &Value)> =
        tags.as_array().unwrap().iter().map(|row| (&row["tag"], &row["requests"])).collect();
    assert_eq!(told, [(&json!("nightly"), &json!(3)), (&json!("slow"), &json!(1))]);
}

#[tokio::test]
async fn the_lists_of_litellms_pages() {
    let running = spent().await;
    let list = async |path: &str| running.told(&format!("{path}?{DAYS}")).await;
    assert_eq!(running.told("/global/spend").await["spend_nanodollars"], 1_000_720_002_u64);
    let strange = json!({"api_key": "00".repeat(32), "key_alias": null, "key_name": null, "total_spend": 0.000_360_001});
    let keys = list("/global/spend/keys").await;
    assert_eq!((&keys[0]["api_key"], &keys[1]), (&json!(KEY_HASH), &strange));
    assert_eq!(keys[0]["key_alias"], "ci", "as its events call it, for the ledger has no such key");
    let first = running.told(&format!("/global/spend/keys?limit=1&{DAYS}")).await;
    assert_eq!(first, json!([keys[0]]));
    let models = list("/global/spend/models").await;
    assert_eq!(models[0], json!({"model": "claude", "total_spend": 1.0, "total_tokens": 120}));
    let teams = json!({
        "daily_spend": [
            {"date": "2026-11-19", "Unassigned": 0.000_360_001},
            {"date": "2026-11-20", "Tools": 1.000_360_001},
        ],
        "teams": ["Tools", "Unassigned"],
        "total_spend_per_team": [
            {"team_id": "Tools", "total_spend": 1.000_360_001},
            {"team_id": "Unassigned", "total_spend": 0.000_360_001},
        ],
    });
    assert_eq!(list("/global/spend/teams").await, teams);
    let slow = json!({"name": "slow", "spend": 0.000_360_001, "log_count": 1});
    assert_eq!(list("/global/spend/tags").await["spend_per_tag"][1], slow);
    let chosen = running.told(&format!("/global/spend/tags?tags=slow,none&{DAYS}")).await;
    assert_eq!(chosen, json!({"spend_per_tag": [slow]}));
    let row = json!({"individual_request_tag": "slow", "log_count": 1, "total_spend": 0.000_360_001});
    assert_eq!(list("/spend/tags").await[1], row);
}
