//! A key is in the answer that made it, and nowhere else: not in the log, not in the database.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use hyper::Method;
use serde_json::{Value, json};

use crate::admin::text;
use crate::http::Http;
use crate::running::{KEY, TOKEN};

#[tokio::test]
async fn keys_are_in_no_log_and_in_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_spillway-ledger"))
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path().join("ledger.sqlite"))
        .env("SPILLWAY_LEDGER_TOKEN", TOKEN)
        .env("SPILLWAY_MASTER_KEY", KEY)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stderr.take().unwrap()).lines();
    let started: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    let log = std::thread::spawn(move || lines.map_while(Result::ok).collect::<Vec<_>>());

    let http = Http::to(text(&started["listen"]).parse().unwrap());
    let keys = administer(&http).await;
    let files = contents(folder.path());
    program.kill().unwrap();
    program.wait().unwrap();
    let log = log.join().unwrap();

    let actions: Vec<Value> =
        log.iter().map(|line| serde_json::from_str::<Value>(line).unwrap()["action"].clone()).collect();
    let expected = [
        "key/generate",
        "key/generate",
        "key/block",
        "key/regenerate",
        "key/update",
        "key/generate",
        "user/new",
        "key/delete",
    ];
    assert_eq!(actions, expected);
    for key in keys {
        assert!(!log.concat().contains(&key), "the log has a key");
        assert!(!files.windows(key.len()).any(|part| part == key.as_bytes()), "a file has a key");
    }
    assert!(files.windows(5).any(|part| part == b"named"), "the files are not read as they are written");
}

/// Uses keys in every way that takes or makes one; all of them.
async fn administer(http: &Http) -> Vec<String> {
    let post = async |path: &str, body: Value| {
        let answer = http.send(Method::POST, path, Some(KEY), body.to_string()).await.unwrap();
        (answer.status, answer.body["key"].as_str().unwrap_or_default().to_owned())
    };
    let chosen = "sk-chosen-by-somebody";
    assert_eq!(post("/key/generate", json!({"key": chosen, "key_alias": "named"})).await.0, 200);
    let (_, made) = post("/key/generate", json!({})).await;
    assert_eq!(post("/key/block", json!({"key": made})).await.0, 200);
    let (_, again) = post("/key/regenerate", json!({"key": made})).await;
    assert_eq!(post("/key/update", json!({"key": again, "rpm_limit": 1})).await.0, 200);
    let (_, of_user) = post("/user/new", json!({})).await;
    // Refused: what is wrong is said without the key.
    assert_eq!(post("/key/generate", json!({"key": chosen})).await.0, 400);
    assert_eq!(post("/key/delete", json!({"keys": [made, again]})).await.0, 404);
    assert_eq!(post("/key/delete", json!({"keys": [chosen]})).await.0, 200);
    for query in [&made, &again] {
        http.send(Method::GET, &format!("/key/info?key={query}"), Some(KEY), "").await.unwrap();
    }
    vec![chosen.to_owned(), made, again, of_user]
}

/// Every byte of every file in a folder.
fn contents(folder: &std::path::Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap();
    files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}
