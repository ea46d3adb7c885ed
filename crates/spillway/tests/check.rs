//! `spillway check`, case by case: a file `tests/config/*.yaml` is a case, and `*.expected` beside it holds
//! all that the command prints for it, and its exit status.
//!
//! A line `# env: NAME=value` at the head of a case sets a variable. UPDATE_GOLDEN=1 rewrites expectations.
#![allow(clippy::unwrap_used, reason = "a test that meets what it did not expect must fail")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/config")
}

fn check(file: &Path, variables: impl Iterator<Item = (String, String)>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_spillway"))
        .arg("check")
        .arg(file)
        .current_dir(folder())
        .env_clear()
        .envs(variables)
        .output()
        .unwrap()
}

fn printed(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{out}{err}\nexit status {}\n", output.status.code().unwrap())
}

fn case(file: &str) -> String {
    let text = fs::read_to_string(folder().join(file)).unwrap();
    let variables = text.lines().map_while(|line| line.strip_prefix('#')).filter_map(|line| {
        let (name, value) = line.trim().strip_prefix("env: ")?.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    let variables: Vec<_> = variables.collect();
    let printed = printed(&check(Path::new(file), variables.iter().cloned()));
    for (name, value) in variables {
        let is_credential = ["sk-", "test-"].iter().any(|start| value.starts_with(start));
        assert!(!is_credential || !printed.contains(&value), "{file}: the value of {name} is printed");
    }
    printed
}

#[test]
fn every_case_prints_what_is_expected() {
    let mut files: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".yaml"))
        .collect();
    files.sort();
    assert!(files.len() > 5, "the cases are missing");
    let mut wrong = Vec::new();
    for file in files {
        let expectation = folder().join(&file).with_extension("expected");
        let printed = case(&file);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&expectation, &printed).unwrap();
        }
        match fs::read_to_string(&expectation) {
            Ok(expected) if expected == printed => {}
            Ok(expected) => wrong.push(format!("== {file}\n-- expected\n{expected}-- printed\n{printed}")),
            Err(_) => wrong.push(format!("== {file}\n-- no expectation\n-- printed\n{printed}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn expectations_without_a_case_are_noticed() {
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "expected") {
            assert!(path.with_extension("yaml").exists(), "{} has no case", path.display());
        }
    }
}

#[test]
fn the_gateway_of_the_end_to_end_suite_is_usable() {
    let text = fs::read_to_string(folder().join("../e2e/gateway.yaml")).unwrap();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gateway.yaml");
    fs::write(&file, text.replace("${MOCKS}", "127.0.0.1:9100")).unwrap();
    // Every variable that it names, each with another value.
    let names = text.split("os.environ/").skip(1).filter_map(|rest| rest.split(['\n', ',', '}']).next());
    let variables = names.map(|name| (name.to_owned(), format!("sk-{name}")));
    let printed = printed(&check(&file, variables.collect::<Vec<_>>().into_iter()));
    let told: Vec<&str> = printed.lines().filter(|line| line.contains("gateway.yaml:")).collect();
    let [summary] = told.as_slice() else { panic!("{printed}") };
    assert!(summary.ends_with("no problems") && printed.ends_with("exit status 0\n"), "{printed}");
}

#[test]
fn an_unreadable_file_and_wrong_usage_exit_with_2() {
    let missing = check(Path::new("no-such-file.yaml"), std::iter::empty());
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).starts_with("no-such-file.yaml cannot be read: "));
    let usage = Command::new(env!("CARGO_BIN_EXE_spillway")).arg("check").output().unwrap();
    assert_eq!(usage.status.code(), Some(2));
}
