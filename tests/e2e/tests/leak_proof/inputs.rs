//! The golden requests, as a client would send them.

use std::path::{Path, PathBuf};

use mock_providers::provider::{Api, Provider, Tables};
use serde_json::{Value, json};
use spillway_filter::wire::Dialect;

/// A client's body.
pub struct Input {
    pub path: String,
    pub dialect: Dialect,
    pub body: Vec<u8>,
}

impl Input {
    /// Whether the API whose dialect it is takes it as it is.
    pub fn is_valid(&self, tables: &Tables) -> bool {
        let table = match self.dialect {
            Dialect::Chat => tables.of(Provider::OpenAi, Api::Chat),
            Dialect::Responses => tables.of(Provider::OpenAi, Api::Responses),
            Dialect::Compact => tables.of(Provider::OpenAi, Api::Compact),
            Dialect::Messages => tables.of(Provider::Anthropic, Api::Messages),
            Dialect::CountTokens => tables.of(Provider::Anthropic, Api::CountTokens),
            Dialect::Completions => tables.of(Provider::OpenAi, Api::Completions),
            Dialect::Embeddings => tables.of(Provider::OpenAi, Api::Embeddings),
            Dialect::Moderations => tables.of(Provider::OpenAi, Api::Moderations),
            // Without a body.
            Dialect::Stored(_) => None,
        };
        let body = serde_json::from_slice::<Value>(&self.body);
        body.is_ok_and(|body| table.is_some_and(|table| table.check(&body).is_ok()))
    }
}

/// Every request below `tests/golden/translate/request`; the folder's name tells the dialect. A body without a
/// model gets one: the cases leave it out, for a deployment writes its own.
pub fn inputs() -> Vec<Input> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden/translate/request");
    let mut inputs = Vec::new();
    for folder in sorted(&root) {
        let area = folder.file_name().unwrap().to_string_lossy().into_owned();
        let dialect = json!(area.split('-').next().unwrap());
        let dialect: Dialect =
            serde_json::from_value(dialect).expect("a folder's name begins with a dialect");
        for file in sorted(&folder).into_iter().filter(|file| file.to_string_lossy().contains(".input.")) {
            let body = with_model(std::fs::read(&file).unwrap());
            let name = file.file_name().unwrap().to_string_lossy();
            inputs.push(Input { path: format!("{area}/{name}"), dialect, body });
        }
    }
    assert!(inputs.len() > 40, "{} golden requests", inputs.len());
    inputs
}

fn with_model(body: Vec<u8>) -> Vec<u8> {
    match serde_json::from_slice::<Value>(&body) {
        Ok(Value::Object(mut fields)) => {
            fields.entry("model").or_insert(json!("group"));
            Value::Object(fields).to_string().into_bytes()
        }
        _ => body,
    }
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
