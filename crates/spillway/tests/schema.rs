//! The published schema and the page of keys are what the tables say, and what the check takes the schema takes.

#![allow(clippy::unwrap_used, reason = "a test that meets what it did not expect must fail")]

mod cases;

use std::fs;
use std::path::{Path, PathBuf};

use spillway::config_file::ConfigFile;
use spillway::{schema, yaml};

/// Compares what is committed with what is generated; with UPDATE_GOLDEN, commits it.
fn is_committed(file: &str, generated: &str) {
    let path = cases::tests().join("..").join(file);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, generated).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == generated, "{file} is not what the tables say: run the test with UPDATE_GOLDEN=1");
}

#[test]
fn the_published_schema_is_that_of_the_tables() {
    is_committed("schema/spillway.schema.json", &format!("{:#}\n", schema::json()));
}

#[test]
fn the_page_of_keys_is_that_of_the_tables() {
    is_committed("docs/CONFIG.md", &schema::markdown());
}

/// Every gateway's file of the repository: examples, those of the end-to-end suite, and the cases of the check.
fn files() -> Vec<PathBuf> {
    let tests = cases::tests();
    let examples = fs::read_dir(tests.join("../envoy/examples")).unwrap();
    let examples =
        examples.map(|entry| entry.unwrap().path().join("gateway.yaml")).filter(|file| file.exists());
    let folders = ["config", "corpus", "e2e"].map(|folder| cases::yaml_files(&tests.join(folder)));
    let files: Vec<PathBuf> = folders.into_iter().flatten().chain(examples).collect();
    files.into_iter().filter(|file| is_a_gateways(file)).collect()
}

fn is_a_gateways(file: &Path) -> bool {
    fs::read_to_string(file).unwrap().lines().any(|line| line.starts_with("model_list:"))
}

#[test]
fn what_the_check_takes_is_valid_and_an_unknown_key_is_not() {
    let validator = jsonschema::validator_for(&schema::json()).unwrap();
    let (mut valid, mut marked, mut wrong) = (0, 0, Vec::new());
    for file in files() {
        let report = ConfigFile::read(&file).unwrap().check();
        let Ok((value, problems)) = yaml::parse(&fs::read_to_string(&file).unwrap()) else { continue };
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        let is_unknown = |message: &str| message.starts_with("unknown key");
        let unknown =
            report.errors.iter().chain(&report.warnings).any(|problem| is_unknown(&problem.message));
        // A variable that is not set here, or a text with a placeholder, is no matter of the format.
        let is_of_the_environment =
            |message: &str| message.contains("environment variable") || message.contains("missing");
        let is_wrong = report.errors.iter().any(|problem| !is_of_the_environment(&problem.message));
        match (unknown, is_wrong || !problems.is_empty(), errors.is_empty()) {
            (true, _, true) => wrong.push(format!("{}: an unknown key is valid", file.display())),
            (false, false, false) => wrong.push(format!("{}: {}", file.display(), errors.join("\n  "))),
            (true, _, false) => marked += 1,
            (false, false, true) => valid += 1,
            (false, true, _) => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(valid > 20 && marked > 1, "{valid} valid, {marked} marked");
}
