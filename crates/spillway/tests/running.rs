//! What a gateway that runs does about its surroundings: who reads what it prints.
#![allow(clippy::unwrap_used, reason = "a test that meets what it did not expect must fail")]

use std::fs;
use std::io::{PipeWriter, pipe};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A file that can be used, and is warned about.
const FILE: &str = "\
model_list:
  - model_name: m
    litellm_params: {model: openai/m, api_key: sk-test, tags: [eu]}
spillway_settings: {allow_anonymous: true, ledger: {url: 'http://127.0.0.1:1'}}
";

/// A folder of a test's own, with a gateway's file in it.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("running-{name}"));
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("gateway.yaml"), FILE).unwrap();
    folder
}

fn spillway(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spillway"));
    command.current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.stdin(Stdio::null());
    command
}

/// A pipe whose reader has gone.
fn nobody() -> PipeWriter {
    pipe().unwrap().1
}

#[test]
fn what_nobody_reads_changes_nothing() {
    let folder = folder("nobody");
    let mut render = spillway(&folder);
    render.args(["render", "gateway.yaml", "--out", "envoy.yaml"]);
    let heard = render.output().unwrap();
    assert!(String::from_utf8_lossy(&heard.stderr).contains("warning"), "{heard:?}");
    fs::remove_file(folder.join("envoy.yaml")).unwrap();
    assert_eq!(render.stdout(nobody()).stderr(nobody()).status().unwrap().code(), Some(0));
    assert!(folder.join("envoy.yaml").exists());
    for (command, code) in [("check", 2), ("render", 1)] {
        let missing = spillway(&folder).args([command, "missing.yaml"]).stderr(nobody()).status().unwrap();
        assert_eq!(missing.code(), Some(code), "{command}");
    }
}
