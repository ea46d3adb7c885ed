//! The files that are cases, and what stands in them.
#![allow(dead_code, reason = "each test of the command line uses a part")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use spillway_filter::config::format::{Format, Shape};

/// The folder of all tests' data.
pub fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

/// The YAML files of a folder, sorted.
pub fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "yaml")).collect();
    files.sort();
    files
}

/// Adds each key of a mapping, and of those beneath it, with the mapping's name.
pub fn keys_of(format: &'static Format, value: &Value, found: &mut BTreeSet<(String, String)>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        found.insert((format.name.to_owned(), key.clone()));
        if let Some(row) = format.keys().find(|row| row.name == key) {
            keys_beneath(row.shape, value, found);
        }
    }
}

fn keys_beneath(shape: Shape, value: &Value, found: &mut BTreeSet<(String, String)>) {
    match shape {
        Shape::Of(format) if is_meant(format, value) => keys_of(format, value, found),
        Shape::List(inner) => {
            value.as_array().into_iter().flatten().for_each(|item| keys_beneath(*inner, item, found))
        }
        Shape::Map(inner) => {
            value.as_object().into_iter().flatten().for_each(|(_, item)| keys_beneath(*inner, item, found));
        }
        Shape::OneOf(shapes) => shapes.iter().for_each(|shape| keys_beneath(*shape, value, found)),
        _ => {}
    }
}

/// Whether a mapping is one of a format that is told by a word, such as a guardrail's kind.
fn is_meant(format: &Format, value: &Value) -> bool {
    format.keys().filter(|key| key.required).all(|key| match key.shape {
        Shape::Word(words) => {
            value.get(key.name).and_then(Value::as_str).is_none_or(|word| words.contains(&word))
        }
        _ => true,
    })
}
