//! `spillway check`, case by case: a file `tests/config/*.yaml` is a case, and `*.expected` beside it holds
//! all that the command prints for it, and its exit status. So is a file `tests/corpus/*.yaml`, for `check --explain`:
//! LiteLLM's files as they are in the world, and together with every key that LiteLLM documents.
//!
//! A line `# env: NAME=value` at the head of a case sets a variable. UPDATE_GOLDEN=1 rewrites expectations.
#![allow(clippy::unwrap_used, reason = "a test that meets what it did not expect must fail")]

mod cases;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// The folders of cases, with what each is checked with.
const FOLDERS: [(&str, &[&str]); 2] = [("config", &[]), ("corpus", &["--explain"])];

fn check(
    folder: &str,
    arguments: &[&str],
    file: &Path,
    variables: impl Iterator<Item = (String, String)>,
) -> Output {
    Command::new(env!("CARGO_BIN_EXE_spillway"))
        .arg("check")
        .args(arguments)
        .arg(file)
        .current_dir(cases::tests().join(folder))
        .env_clear()
        .envs(variables)
        .output()
        .unwrap()
}

fn printed(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{out}{err}\nexit status {}\n", output.status.code().unwrap())
}

/// The variables that the head of a case sets.
fn variables(text: &str) -> Vec<(String, String)> {
    let head = text.lines().map_while(|line| line.strip_prefix('#'));
    let set = head.filter_map(|line| line.trim().strip_prefix("env: ")?.split_once('='));
    set.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn case(folder: &str, arguments: &[&str], path: &Path) -> String {
    let variables = variables(&fs::read_to_string(path).unwrap());
    let file = Path::new(path.file_name().unwrap());
    let printed = printed(&check(folder, arguments, file, variables.iter().cloned()));
    for (name, value) in variables {
        let is_credential = ["sk-", "test-"].iter().any(|start| value.starts_with(start));
        assert!(
            !is_credential || !printed.contains(&value),
            "{}: the value of {name} is printed",
            path.display()
        );
    }
    printed
}

#[test]
fn every_case_prints_what_is_expected() {
    let mut wrong = Vec::new();
    for (folder, arguments) in FOLDERS {
        let files = cases::yaml_files(&cases::tests().join(folder));
        assert!(files.len() > 5, "the cases are missing");
        for path in files {
            let printed = case(folder, arguments, &path);
            let expectation = path.with_extension("expected");
            if std::env::var_os("UPDATE_GOLDEN").is_some() {
                fs::write(&expectation, &printed).unwrap();
            }
            match fs::read_to_string(&expectation) {
                Ok(expected) if expected == printed => {}
                Ok(expected) => {
                    wrong.push(format!("== {path:?}\n-- expected\n{expected}-- printed\n{printed}"))
                }
                Err(_) => wrong.push(format!("== {path:?}\n-- no expectation\n-- printed\n{printed}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn expectations_without_a_case_are_noticed() {
    for entry in FOLDERS.iter().flat_map(|(folder, _)| fs::read_dir(cases::tests().join(folder)).unwrap()) {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "expected") {
            assert!(path.with_extension("yaml").exists(), "{} has no case", path.display());
        }
    }
}

#[test]
fn an_explanation_as_json_stands_alone() {
    let file = cases::tests().join("corpus/azure-load-balanced.yaml");
    let variables = variables(&fs::read_to_string(&file).unwrap());
    let output = check("corpus", &["--explain", "--format", "json"], &file, variables.into_iter());
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let first = &told["model groups"]["gpt-4.1"]["gpt-4.1/eu"];
    assert_eq!(first["chosen"], "order 1, weight 600 of 900");
    assert_eq!(first["price per 1M"], "in $2.00, out $8.00, cache read $0.50");
    assert!(String::from_utf8_lossy(&output.stderr).contains("usable, 10 warnings"), "problems go elsewhere");
}

#[test]
fn the_gateway_of_the_end_to_end_suite_is_usable() {
    let text = fs::read_to_string(cases::tests().join("e2e/gateway.yaml")).unwrap();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("gateway.yaml");
    fs::write(&file, text.replace("${MOCKS}", "127.0.0.1:9100")).unwrap();
    // Every variable that it names, each with another value.
    let names = text.split("os.environ/").skip(1).filter_map(|rest| rest.split(['\n', ',', '}']).next());
    let variables = names.map(|name| (name.to_owned(), format!("sk-{name}")));
    let printed = printed(&check("config", &[], &file, variables.collect::<Vec<_>>().into_iter()));
    let told: Vec<&str> = printed.lines().filter(|line| line.contains("gateway.yaml:")).collect();
    let [summary] = told.as_slice() else { panic!("{printed}") };
    assert!(summary.ends_with("no problems") && printed.ends_with("exit status 0\n"), "{printed}");
}

#[test]
fn an_unreadable_file_and_wrong_usage_exit_with_2() {
    let missing = check("config", &[], Path::new("no-such-file.yaml"), std::iter::empty());
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).starts_with("no-such-file.yaml cannot be read: "));
    let usage = Command::new(env!("CARGO_BIN_EXE_spillway")).arg("check").output().unwrap();
    assert_eq!(usage.status.code(), Some(2));
}
