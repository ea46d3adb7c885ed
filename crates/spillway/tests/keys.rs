//! `spillway keys` against a gateway that only records what it is asked, and answers as it is told.
#![allow(clippy::unwrap_used, reason = "a test that meets what it did not expect must fail")]

mod stub;

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use stub::{Asked, Stub};

/// `printf sk-secret | sha256sum`
const HASH: &str = "746b4ad1ca9129e1caf080bf9406d43531b8bbf97f42cc1597ee4f3d4663938e";

struct Done {
    out: String,
    err: String,
    code: i32,
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { out: text(&output.stdout), err: text(&output.stderr), code: output.status.code().unwrap() }
    }
}

fn command(gateway: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spillway"));
    command.arg("keys").args(arguments).args(["--gateway", gateway]).env_clear();
    command.env("SPILLWAY_MASTER_KEY", "sk-master").stdin(Stdio::null());
    command
}

/// Runs the command against answers; what it printed, and what it asked.
fn run(answers: Vec<(u16, Value)>, arguments: &[&str]) -> (Done, Vec<Asked>) {
    let stub = Stub::start(answers);
    let done = command(&stub.address, arguments).output().unwrap().into();
    (done, stub.asked())
}

fn ok(answer: Value) -> Vec<(u16, Value)> {
    vec![(200, answer)]
}

fn lines(asked: &[Asked]) -> Vec<&str> {
    asked.iter().map(|asked| asked.line.as_str()).collect()
}

#[test]
fn every_flag_becomes_a_field() {
    let (done, asked) = run(
        ok(json!({"key": "sk-new", "token": HASH, "models": ["a", "b"], "expires": null})),
        &[
            "generate",
            "--key-alias",
            "k",
            "--user-id",
            "u",
            "--team-id",
            "t",
            "--models",
            "a,b",
            "--aliases",
            "x=a",
            "--rpm-limit",
            "1",
            "--tpm-limit",
            "2",
            "--max-parallel-requests",
            "3",
            "--model-rpm-limit",
            "a=4",
            "--model-tpm-limit",
            "a=5",
            "--model-tpm-limit",
            "b=6",
            "--max-budget",
            "25.5",
            "--soft-budget",
            "0.1",
            "--budget-duration",
            "30d",
            "--model-max-budget",
            "a=0.5/1d",
            "--model-max-budget",
            "b=7",
            "--duration",
            "24h",
            "--guardrails",
            "g",
            "--metadata",
            r#"{"m": 1}"#,
            "--fields",
            r#"{"router_settings": {"fallbacks": [{"a": ["b"]}]}}"#,
        ],
    );
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    assert_eq!(
        done.out,
        format!("key     sk-new\ntoken   {HASH}\nmodels  a, b\n\nthe key is shown this once: keep it now\n")
    );
    let [asked] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(asked.line, "POST /key/generate HTTP/1.1");
    assert_eq!(asked.header("authorization"), Some("Bearer sk-master"));
    let expected = json!({
        "router_settings": {"fallbacks": [{"a": ["b"]}]}, "key_alias": "k", "user_id": "u", "team_id": "t",
        "models": ["a", "b"], "aliases": {"x": "a"}, "rpm_limit": 1, "tpm_limit": 2, "max_parallel_requests": 3,
        "model_rpm_limit": {"a": 4}, "model_tpm_limit": {"a": 5, "b": 6}, "max_budget": 25.5, "soft_budget": 0.1,
        "budget_duration": "30d",
        "model_max_budget": {"a": {"budget_limit": 0.5, "time_period": "1d"}, "b": {"budget_limit": 7}},
        "duration": "24h", "guardrails": ["g"], "metadata": {"m": 1},
    });
    assert_eq!(asked.body, expected.to_string());
}

#[test]
fn a_list_is_a_table_of_all_pages() {
    let page = |key: Value| (200, json!({"keys": [key], "total_count": 2, "total_pages": 2}));
    let (done, asked) = run(
        vec![
            page(json!({"key_alias": "team-a", "key_name": "sk-...aaaa", "user_id": null, "spend": 1.5,
                        "max_budget": 25, "token": "aa", "blocked": true})),
            page(json!({"key_alias": "b\u{1b}[2J", "spend": 0, "rpm_limit": 10, "token": "bb"})),
        ],
        &["list", "--team-id", "a b&c"],
    );
    assert_eq!(done.err, "");
    let expected = [
        "ALIAS         KEY         USER  TEAM  SPEND  BUDGET  RPM  TPM  EXPIRES  TOKEN  STATE",
        "team-a        sk-...aaaa  -     -     1.5    25      -    -    -        aa     blocked",
        "\"b\\u001b[2J\"  -           -     -     0      -       10   -    -        bb     -",
    ];
    assert_eq!(done.out.lines().collect::<Vec<_>>(), expected);
    assert!(!done.out.contains('\u{1b}'), "a terminal would obey it");
    assert_eq!(
        lines(&asked),
        [1, 2].map(|page| {
            format!("GET /key/list?return_full_object=true&size=100&team_id=a%20b%26c&page={page} HTTP/1.1")
        })
    );
}

#[test]
fn a_key_is_named_by_token_alias_or_itself_and_never_sent() {
    let info = json!({"key": HASH, "info": {"key_alias": "k", "models": []}});
    let (done, asked) = run(ok(info.clone()), &["info", "sk-secret"]);
    assert_eq!((done.out.as_str(), done.err.as_str()), ("key_alias  k\n", ""));
    assert_eq!(lines(&asked), [format!("GET /key/info?key={HASH} HTTP/1.1")]);
    let (_, asked) = run(ok(info.clone()), &["info", &HASH.to_uppercase()]);
    assert_eq!(lines(&asked), [format!("GET /key/info?key={HASH} HTTP/1.1")]);

    let listed = json!({"keys": [{"key_alias": "k k", "token": HASH}]});
    let (done, asked) = run(vec![(200, listed), (200, info.clone())], &["info", "k k"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(
        lines(&asked),
        [
            "GET /key/list?return_full_object=true&key_alias=k%20k HTTP/1.1".to_owned(),
            format!("GET /key/info?key={HASH} HTTP/1.1"),
        ]
    );

    let stub = Stub::start(ok(info));
    let mut child =
        command(&stub.address, &["info", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"sk-secret\n").unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(lines(&stub.asked()), [format!("GET /key/info?key={HASH} HTTP/1.1")]);
}

#[test]
fn keys_are_changed_blocked_and_deleted() {
    let row = json!({"token": HASH, "blocked": true, "rpm_limit": null});
    let (done, asked) =
        run(ok(row.clone()), &["update", HASH, "--tpm-limit", "5", "--unset", "rpm_limit,max_budget"]);
    assert_eq!((done.code, done.out), (0, format!("token    {HASH}\nblocked  true\n")));
    assert_eq!(asked.first().unwrap().line, "POST /key/update HTTP/1.1");
    assert_eq!(
        asked.first().unwrap().body,
        json!({"tpm_limit": 5, "rpm_limit": null, "max_budget": null, "key": HASH}).to_string()
    );
    for action in ["block", "unblock"] {
        let (_, asked) = run(ok(row.clone()), &[action, HASH]);
        assert_eq!(lines(&asked), [format!("POST /key/{action} HTTP/1.1")]);
        assert_eq!(asked.first().unwrap().body, json!({"key": HASH}).to_string());
    }
    let other = "ab".repeat(32);
    let (done, asked) = run(ok(json!({"deleted_keys": [HASH, other]})), &["delete", HASH, &other]);
    assert_eq!(done.out, format!("deleted  {HASH}\ndeleted  {other}\n"));
    assert_eq!(asked.first().unwrap().body, json!({"keys": [HASH, other]}).to_string());
}

#[test]
fn json_is_what_the_gateway_answered() {
    let info = json!({"key": HASH, "info": {"key_alias": null}});
    let (done, _) = run(ok(info.clone()), &["info", HASH, "--json"]);
    assert_eq!(serde_json::from_str::<Value>(&done.out).unwrap(), info);
}

#[test]
fn what_goes_wrong_is_told() {
    let refused = (401, json!({"error": {"message": "not the master key", "code": "401"}}));
    let stub = Stub::start(vec![refused]);
    let done: Done = command(&stub.address, &["info", HASH]).output().unwrap().into();
    assert_eq!(done.code, 1);
    assert_eq!(
        done.err,
        format!(
            "GET {}/key/info: answered 401: not the master key\n    help: is the master key the one of this \
             gateway's file?\n",
            stub.address
        )
    );

    let (done, asked) = run(ok(json!({"keys": []})), &["block", "nobody"]);
    assert_eq!(
        done.err,
        "no key of the ledger has the alias `nobody`; `spillway keys list` shows those that it has, which are none of \
         the gateway's file\n"
    );
    assert_eq!(asked.len(), 1);

    let nothing: Done = command("http://127.0.0.1:1", &["update", HASH]).output().unwrap().into();
    assert_eq!(nothing.err, "nothing to change: `spillway keys update --help` lists the flags\n");
    let both = ["update", HASH, "--rpm-limit", "1", "--unset", "rpm_limit"];
    let both: Done = command("http://127.0.0.1:1", &both).output().unwrap().into();
    assert_eq!(both.err, "`rpm_limit` is both set and unset; keep one of them\n");
    let away: Done = command("http://127.0.0.1:1", &["list"]).output().unwrap().into();
    assert!(away.err.starts_with("GET http://127.0.0.1:1/key/list: "), "{}", away.err);

    let usage: Done =
        command("https://gateway", &["generate", "--max-budget", "-1"]).output().unwrap().into();
    assert_eq!(usage.code, 2);
}

#[test]
fn the_master_key_is_of_a_file_or_of_the_environment() {
    let without = || {
        let mut command = command("http://127.0.0.1:1", &["list"]);
        command.env_remove("SPILLWAY_MASTER_KEY");
        command
    };
    let done: Done = without().output().unwrap().into();
    assert_eq!(
        done.err,
        "the master key is missing: set SPILLWAY_MASTER_KEY or LITELLM_MASTER_KEY, or name a file that has it with \
         --master-key-file\n"
    );
    for (set, expected) in [(true, "Bearer sk-master"), (false, "Bearer sk-litellms")] {
        let stub = Stub::start(ok(json!({"keys": []})));
        let mut both = command(&stub.address, &["list"]);
        both.env("LITELLM_MASTER_KEY", "sk-litellms");
        if !set {
            both.env_remove("SPILLWAY_MASTER_KEY");
        }
        assert!(both.output().unwrap().status.success());
        assert_eq!(stub.asked().first().unwrap().header("authorization"), Some(expected));
    }
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("master-key");
    std::fs::write(&file, "sk-of-a-file\n").unwrap();
    let (done, asked) = run(ok(json!({"keys": []})), &["list", "--master-key-file", file.to_str().unwrap()]);
    assert_eq!(done.err, "");
    assert_eq!(asked.first().unwrap().header("authorization"), Some("Bearer sk-of-a-file"));
    std::fs::write(&file, "two words").unwrap();
    let done: Done = without().arg("--master-key-file").arg(&file).output().unwrap().into();
    assert!(done.err.ends_with("is empty, or no header can carry it\n"), "{}", done.err);
}
