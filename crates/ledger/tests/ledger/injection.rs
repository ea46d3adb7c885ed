//! Values are parameters, never SQL: in every parameter of every query.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;

use crate::events::answered;
use crate::running::Running;

const HOSTILE: [&str; 8] = [
    "' OR 1=1 --",
    "'; DROP TABLE \"LiteLLM_SpendLogs\"; --",
    "\" OR \"\"=\"",
    "?1",
    "$1",
    "%",
    "\\",
    "');DELETE FROM \"LiteLLM_VerificationToken\";--",
];

/// The parameters that the source reads, by the names that it reads them under.
fn parameters() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api"), &mut names);
    names
}

fn collect(folder: &Path, names: &mut BTreeSet<String>) {
    const READERS: [&str; 8] =
        ["text", "owned", "word", "flag", "number", "required", "nanodollars", "optional_number"];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, names);
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for reader in READERS {
            for read in source.split(&format!("params.{reader}(\"")).skip(1) {
                names.insert(read.split('"').next().unwrap().to_owned());
            }
        }
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn hostile_values_find_nothing_and_change_nothing() {
    let parameters = parameters();
    assert!(parameters.len() >= 25, "the source is not read as it is written: {parameters:?}");
    let running = Running::start().await;
    running.deliver(&[answered("a"), answered("b")]).await;
    running.done("/key/generate", json!({"key_alias": "kept"})).await;
    let days = "start_date=2026-11-20&end_date=2026-11-20";
    let paths = [
        "/spend/logs?summarize=false",
        "/spend/logs/v2?page=1",
        "/spend/logs?format=jsonl",
        "/spillway/summary?",
        "/global/spend/report?",
        "/global/spend/keys?",
        "/global/spend/tags?",
        "/guardrails/usage/logs?guardrail_id=x",
        "/guardrails/usage/overview?",
        "/key/info?",
        "/key/list?",
        "/team/info?",
        "/user/info?",
    ];
    for value in HOSTILE {
        for path in paths {
            for name in &parameters {
                let query = format!("{path}&{name}={}", encoded(value));
                let file = running.http.download(&query, crate::running::KEY, &[]).await;
                // Refused, unknown, or understood as a name that nothing has.
                assert!([200, 400, 404].contains(&file.status), "{query}: {}", file.text);
                assert!(!file.text.contains("\"request_id\":\"a\""), "{query}: {}", file.text);
            }
        }
        let detail = running.get(&format!("/guardrails/usage/detail/{}", encoded(value))).await;
        assert_eq!(detail.status, 404, "{value}: {}", detail.body);
        let report = running.get(&format!("/global/spend/report?{days}&team_id={}", encoded(value))).await;
        assert_eq!((report.status, &report.body), (200, &json!([])), "{value}");
    }
    for (table, rows) in [("LiteLLM_SpendLogs", 2), ("LiteLLM_VerificationToken", 1)] {
        assert_eq!(running.number(&format!(r#"SELECT count(*) FROM "{table}""#)).await, rows, "{table}");
    }
}

#[tokio::test]
async fn hostile_events_are_stored_as_they_are() {
    let running = Running::start().await;
    for (number, value) in HOSTILE.into_iter().enumerate() {
        let mut event = answered(&format!("{number}{value}"));
        event.tags = vec![value.to_owned()];
        event.caller.team_id = Some(value.to_owned());
        event.end_user = Some(value.to_owned());
        assert_eq!(running.deliver(&[event]).await.status, 200, "{value}");
    }
    for (number, value) in HOSTILE.into_iter().enumerate() {
        let rows = running.get(&format!("/spend/logs?tag={}", encoded(value))).await.body;
        assert_eq!(rows.as_array().unwrap().len(), 1, "{value}");
        assert_eq!((&rows[0]["team_id"], &rows[0]["end_user"]), (&json!(value), &json!(value)));
        assert_eq!(rows[0]["request_id"], format!("{number}{value}"));
    }
}
