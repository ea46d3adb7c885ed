//! `spillway-ledger import`, from a LiteLLM's PostgreSQL that the test makes; so only where there is a server.

use std::process::{Command, Output};

use serde_json::{Value, json};
use spillway_ledger::{ImportError, Imported, Summary, import, litellm_address};

use crate::database::{Place, on_sqlite};
use crate::running::Running;

/// LiteLLM's database, as an earlier version left it.
async fn litellm() -> Place {
    let place = Place::new().await;
    place.script(include_str!("litellm.sql")).await;
    place
}

/// Imports, on a thread where that is allowed.
async fn take(from: &Place, into: &Place) -> Result<Summary, ImportError> {
    let from = litellm_address(from.address.as_ref().unwrap()).unwrap();
    let into = into.database();
    tokio::task::spawn_blocking(move || import(&from, Some(&into), &mut |_| ())).await.unwrap()
}

fn counts(table: &Imported) -> [u64; 4] {
    [table.rows, table.stored, table.known, table.skips()]
}

/// A file, and a database of the server's.
async fn targets() -> [Place; 2] {
    let file = Place { address: None, ..Place::new().await };
    [file, Place::new().await]
}

#[tokio::test]
async fn what_is_taken_is_told_and_a_second_run_takes_nothing() {
    if on_sqlite() {
        return;
    }
    let source = litellm().await;
    for place in targets().await {
        let first = take(&source, &place).await.unwrap();
        let names: Vec<&str> = first.tables.iter().map(|table| table.name).collect();
        assert_eq!(names[..4], ["users", "teams", "keys", "requests"]);
        assert_eq!(names[4..], ["days of users", "days of teams", "days of tags"]);
        let told: Vec<_> = first.tables.iter().map(counts).collect();
        assert_eq!(told[..4], [[2, 1, 0, 1], [2, 1, 0, 1], [8, 5, 0, 3], [1202, 1201, 0, 1]]);
        assert_eq!(told[4..], [[4, 2, 0, 1], [1, 1, 0, 0], [0, 0, 0, 0]]);
        let text = first.to_string();
        for line in [
            "users: 2 read, 1 taken, 0 here already, 1 skipped\n",
            "  skipped 1: `max_budget` is no amount, expected US dollars from 0 (first: bob)\n",
            "  skipped 1: `budget_duration`: found \"1y\", expected",
            "  skipped 1: it is a session of LiteLLM's own pages (first: eeee",
            "  skipped 1: `token` is no SHA-256 of a key (first: sk-plain)\n",
            "  skipped 1: `spend` is negative, expected US dollars from 0 (first: refund)\n",
            "  taken without an alias, which another one has: 1\n",
            "  skipped 1: sums of its day follow from the requests (first: d-4)\n",
            "  not taken, for others of the same day, key and model are here: 1\n",
            "days of tags: LiteLLM's database has no such table\n",
            "  without effect here, of 1: allowed_routes\n",
            "  without effect here, of 1: models: no-default-models; taken as a blocked key\n",
            "  without effect here, of 1: its team was not taken; taken as a blocked key\n",
            "  without effect here, of 1: its user was not taken; taken as a blocked key\n",
        ] {
            assert!(text.contains(line), "{line:?} is not in\n{text}");
        }
        let again = take(&source, &place).await.unwrap();
        let told: Vec<_> = again.tables.iter().map(counts).collect();
        assert_eq!(told[..4], [[2, 0, 1, 1], [2, 0, 1, 1], [8, 0, 5, 3], [1202, 0, 1201, 1]]);
        assert_eq!(told[4..], [[4, 0, 2, 1], [1, 0, 1, 0], [0, 0, 0, 0]]);
    }
}

#[tokio::test]
async fn what_was_taken_holds_here() {
    if on_sqlite() {
        return;
    }
    let source = litellm().await;
    for place in targets().await {
        take(&source, &place).await.unwrap();
        take(&source, &place).await.unwrap();
        let running = Running::at(place, |options| options).await;
        keys(&running).await;
        owners(&running).await;
        requests(&running).await;
        days(&running).await;
    }
}

async fn keys(running: &Running) {
    let info = async |letter: &str| {
        running.told(&format!("/key/info?key={}", letter.repeat(64))).await["info"].clone()
    };
    let build = info("a").await;
    let expected = json!({
        "key_name": "sk-...aaaa", "key_alias": "build", "user_id": "ada", "team_id": "tools", "models": [],
        "tpm_limit": 900, "rpm_limit": 60, "max_budget": 25.5, "soft_budget": 20.0, "budget_duration": "30d",
        "spend": 7.75, "aliases": {"fast": "gpt-4.1"}, "metadata": {"tags": ["ci"]}, "blocked": false,
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&build[field], value, "{field}: {build}");
    }
    assert!(build["expires"].as_str().unwrap().starts_with("2031-02-03T04:05:06.789"), "{build}");
    assert!(build["created_at"].as_str().unwrap().starts_with("2025-01-02T03:04:05"), "{build}");
    assert!(build["model_max_budget"]["gpt-4.1"].to_string().contains("\"1d\""), "{build}");
    let second = info("b").await;
    assert_eq!((&second["key_alias"], &second["max_budget"]), (&Value::Null, &json!(2.0)));
    assert_eq!(info("c").await["blocked"], true);
    for (letter, owner) in [("1", "team"), ("2", "user")] {
        let key = info(letter).await;
        assert_eq!(key["blocked"], true, "a key whose {owner} was not taken: {key}");
    }

    // The period's spend counts, but not where LiteLLM's period is over.
    let balances = async |letter: &str| {
        crate::holders::lookup(running, &letter.repeat(64), "gateway").await.body["balances"].clone()
    };
    let carried = balances("a").await;
    assert_eq!(carried[0]["total_nanodollars"], 1_250_000_000_u64, "{carried}");
    assert!(carried[0]["period_ms"].as_u64().unwrap() > 1_700_000_000_000);
    assert!(!balances("b").await.to_string().contains("key/"));
}

async fn owners(running: &Running) {
    let user = running.told("/user/info?user_id=ada").await["user_info"].clone();
    assert_eq!((&user["user_email"], &user["models"]), (&json!("ada@example.com"), &json!([])));
    assert_eq!((&user["spend"], &user["metadata"]["note"]), (&json!(3.25), &json!("it's \"quoted\"")));
    let team = running.told("/team/info?team_id=tools").await["team_info"].clone();
    assert_eq!((&team["team_alias"], &team["models"]), (&json!("Tools"), &json!(["gpt-4.1", "claude"])));
    assert_eq!((&team["guardrails"], &team["model_rpm_limit"]), (&json!(["pii"]), &json!({"gpt-4.1": 7})));
}

async fn requests(running: &Running) {
    // 1 + 2 + … + 1200 thousandths.
    let summary = running.told("/spillway/summary").await;
    assert_eq!(
        (&summary["rows"], &summary["spend_nanodollars"]),
        (&json!(1201), &json!(720_600_000_000_u64))
    );
    let rows = running.told("/spend/logs?request_id=chatcmpl-7").await;
    let row = &rows[0];
    assert_eq!((&row["startTime"], &row["spend"]), (&json!("2025-06-01T00:07:00.123000Z"), &json!(0.007)));
    assert_eq!((&row["status"], &row["messages"]), (&json!("success"), &json!({})));
    assert_eq!(row["metadata"], json!({"user_api_key_alias": "build"}));
    let odd = &running.told("/spend/logs?request_id=odd").await[0];
    assert_eq!((&odd["request_tags"], &odd["metadata"]), (&json!([]), &json!({})));
    let tagged = running.told("/spend/logs/v2?tag=nightly&key_alias=build").await;
    assert_eq!(tagged["total"], 1200);
}

/// Sums by the day are those of the log, and before it LiteLLM's.
async fn days(running: &Running) {
    let of = |table: &str, which: &str| {
        format!(r#"SELECT coalesce(sum("spend_nanodollars"), 0) FROM "{table}" WHERE {which}"#)
    };
    let ada = of("LiteLLM_DailyUserSpend", "\"user_id\" = 'ada'");
    assert_eq!(running.number(&ada).await, 723_100_000_000);
    for (dimension, id, expected) in [
        ("model", "gpt-4.1", 723_100_000_000),
        ("model", "smart", 500_000_000),
        ("team", "tools", 723_100_000_000),
        ("team", "", 500_000_000),
        ("tag", "nightly", 720_600_000_000),
    ] {
        let total =
            of("spillway_daily_totals", &format!("\"dimension\" = '{dimension}' AND \"id\" = '{id}'"));
        assert_eq!(running.number(&total).await, expected, "{dimension} {id}");
    }

    // Also what was spent without a team, of which LiteLLM has sums by user alone.
    let spent = async |path: &str| running.told(path).await["spend_nanodollars"].clone();
    assert_eq!(spent("/global/spend").await, json!(723_600_000_000_u64));
    let day = "start_date=2025-05-30&end_date=2025-05-30";
    assert_eq!(spent(&format!("/global/spend?{day}")).await, json!(3_000_000_000_u64));
    for (path, name, value) in [("keys", "api_key", "b".repeat(64)), ("models", "model", "claude".to_owned())]
    {
        let told = running.told(&format!("/global/spend/{path}?{day}")).await;
        let row = told.as_array().unwrap().iter().find(|row| row[name] == *value);
        assert_eq!(row.map(|row| &row["total_spend"]), Some(&json!(0.5)), "{told}");
    }
}

#[tokio::test]
async fn what_is_here_is_left_as_it_is() {
    if on_sqlite() {
        return;
    }
    let source = litellm().await;
    let running = Running::start().await;
    running.done("/team/new", json!({"team_id": "tools", "team_alias": "Ours", "rpm_limit": 5})).await;
    running.done("/team/new", json!({"team_id": "bad", "max_budget": 5})).await;
    let summary = take(&source, &running.place).await.unwrap();
    assert_eq!(counts(&summary.tables[1]), [2, 0, 1, 1]);
    let team = running.told("/team/info?team_id=tools").await["team_info"].clone();
    assert_eq!((&team["team_alias"], &team["rpm_limit"]), (&json!("Ours"), &json!(5)));
    let key = running.told(&format!("/key/info?key={}", "1".repeat(64))).await;
    assert_eq!(key["info"]["blocked"], false, "its team, which is skipped, was made here before: {key}");
}

#[tokio::test]
async fn a_database_of_another_program_is_named() {
    if on_sqlite() {
        return;
    }
    let (empty, target) = (Place::new().await, Place::new().await);
    let error = take(&empty, &target).await.unwrap_err();
    assert!(error.to_string().contains("holds none of LiteLLM's tables"), "{error}");
}

#[tokio::test]
async fn the_program_imports_and_a_dry_run_stores_nothing() {
    if on_sqlite() {
        return;
    }
    let source = litellm().await;
    let target = Place { address: None, ..Place::new().await };
    let address = source.folder.path().join("litellm.url");
    std::fs::write(&address, source.address.as_ref().unwrap()).unwrap();
    let run = |dry: &[&str]| -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spillway-ledger"));
        command.arg("import").arg("--from-url-file").arg(&address).args(dry);
        command.arg("--data").arg(target.file()).env_remove("DATABASE_URL").output().unwrap()
    };
    let said = |output: &Output| String::from_utf8(output.stdout.clone()).unwrap();
    let dry = run(&["--dry-run"]);
    assert!(dry.status.success(), "{dry:?}");
    assert!(said(&dry).contains("keys: 8 read, 5 taken, 0 here already, 3 skipped\n"), "{}", said(&dry));
    assert!(said(&dry).ends_with("nothing was stored: run it without --dry-run to take what can be taken\n"));
    assert!(!target.file().exists());
    let done = run(&[]);
    assert!(done.status.success() && done.stderr.is_empty(), "{done:?}");
    assert!(
        said(&done).contains("requests: 1202 read, 1201 taken, 0 here already, 1 skipped\n"),
        "{}",
        said(&done)
    );
    assert_eq!(target.number(r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#).await, 1201);
}

#[test]
fn an_address_that_cannot_be_used_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let address = folder.path().join("litellm.url");
    std::fs::write(&address, "mysql://llm:very-secret@db/litellm").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_spillway-ledger"))
        .args(["import", "--data", "x.sqlite", "--from-url-file"])
        .arg(&address)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("is no address of a PostgreSQL database") && !said.contains("secret"), "{said}");
}
