//! Files that a gateway's file names: lists of words for its guardrails, and a price map.
//!
//! The check reads no file. So their contents are put where their names stand, and a problem in one is told with its
//! own name and line.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;
use spillway_filter::config::{self, Problem};

use crate::yaml::{self, Place, Places, SyntaxError};

/// What a file is for.
#[derive(Clone, Copy)]
enum Sort {
    /// Words of a guardrail. Larger lists would make a worker's memory, and the configuration, larger than they should
    /// be.
    Words,
    /// A price map, of which only what the deployments need is handed on. LiteLLM's has 3 MB.
    Prices,
}

impl Sort {
    const fn most_bytes(self) -> u64 {
        match self {
            Self::Words => 1 << 20,
            Self::Prices => 16 << 20,
        }
    }
}

/// Most files that one gateway's file may name.
const MOST_FILES: usize = 100;

/// The files that were read.
#[derive(Debug, Default)]
pub struct NamedFiles {
    files: Vec<NamedFile>,
    /// The files that are named, also where one could not be read.
    pub names: Vec<PathBuf>,
    /// What was found while they were read.
    pub problems: Vec<Problem>,
}

/// One of them.
#[derive(Debug)]
struct NamedFile {
    /// Where it is named: a path in the configuration.
    path: String,
    name: String,
    text: String,
    /// Where it stops being YAML, if it does.
    broken_at: Option<Place>,
}

impl NamedFiles {
    /// Puts the contents of every file that `config` names in its name's place. Names are relative to `folder`.
    pub fn read_into(config: &mut Value, folder: &Path) -> Self {
        let mut read = Self::default();
        if let Some(own) = config.get_mut("spillway_settings") {
            let path = config::Path::default().key("spillway_settings");
            read.fill(own, "prices", &path, (folder, Sort::Prices));
        }
        let guardrails = config.get_mut("guardrails").and_then(Value::as_array_mut);
        for (index, guardrail) in guardrails.into_iter().flatten().enumerate() {
            let path = config::Path::default().key("guardrails").index(index).key("litellm_params");
            let Some(params) = guardrail.get_mut("litellm_params") else { continue };
            read.fill(params, "blocked_words_file", &path, (folder, Sort::Words));
            let categories = params.get_mut("categories").and_then(Value::as_array_mut);
            for (index, category) in categories.into_iter().flatten().enumerate() {
                let path = path.key("categories").index(index);
                read.fill(category, "category_file", &path, (folder, Sort::Words));
            }
        }
        read
    }

    /// Whether a problem at this path is that a file could not be read, which is told already.
    pub fn tells_of(&self, path: &str) -> bool {
        self.problems.iter().any(|problem| problem.path == path)
    }

    /// The file in which the value at this path of the configuration stands: its number from 1, its name, and the
    /// place in it.
    pub fn find(&self, path: &str) -> Option<(usize, &str, Option<Place>)> {
        (1..).zip(&self.files).find_map(|(number, file)| {
            let within = path
                .strip_prefix(&file.path)
                .filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']))?;
            let within = within.strip_prefix('.').unwrap_or(within);
            let place = file.broken_at.or_else(|| Places::of(&file.text).find(within));
            Some((number, file.name.as_str(), place))
        })
    }

    /// Replaces one name.
    fn fill(&mut self, holder: &mut Value, key: &str, path: &config::Path, (folder, sort): (&Path, Sort)) {
        let Some(slot) = holder.get_mut(key) else { return };
        let Some(name) = slot.as_str() else { return };
        let path = path.key(key).to_string();
        let file = folder.join(name);
        let text = if self.names.len() < MOST_FILES {
            self.names.push(file.clone());
            read(&file, sort.most_bytes()).map_err(|error| error.to_string())
        } else {
            Err(format!("{MOST_FILES} files are the most that a gateway's file may name"))
        };
        match text {
            Ok(text) => {
                let name = file.display().to_string();
                *slot = self.parsed(path, name, text, sort).unwrap_or_else(|| slot.take());
            }
            Err(error) => self.problems.push(Problem {
                path,
                message: format!("the file {} cannot be read: {error}", file.display()),
                help: Some("the name is relative to the folder of this file".to_owned()),
            }),
        }
    }

    fn parsed(&mut self, path: String, name: String, text: String, sort: Sort) -> Option<Value> {
        // JSON is YAML, and read many times faster.
        let json = matches!(sort, Sort::Prices).then(|| serde_json::from_str(&text).ok()).flatten();
        let parsed = json.map_or_else(|| yaml::parse(&text), |value| Ok((value, Vec::new())));
        let (value, problems, broken_at) = match parsed {
            Ok((value, problems)) => (Some(value), problems, None),
            Err(SyntaxError { place, message }) => {
                let message = format!("not YAML: {message}");
                let problem = Problem { path: config::Path::default().to_string(), message, help: None };
                (None, vec![problem], Some(place.unwrap_or(Place { line: 1, column: 1 })))
            }
        };
        let beneath =
            problems.into_iter().map(|problem| Problem { path: joined(&path, &problem.path), ..problem });
        self.problems.extend(beneath);
        self.files.push(NamedFile { path, name, text, broken_at });
        value
    }
}

fn read(file: &Path, most_bytes: u64) -> io::Result<String> {
    let mut text = String::new();
    let size = File::open(file)?.take(most_bytes + 1).read_to_string(&mut text)?;
    if size as u64 > most_bytes {
        return Err(io::Error::other(format!("it is larger than {} MiB", most_bytes >> 20)));
    }
    Ok(yaml::unmarked(text))
}

/// A path in a file, as one in the configuration that names it.
fn joined(path: &str, within: &str) -> String {
    if within == config::Path::default().to_string() {
        path.to_owned()
    } else if within.starts_with('[') {
        format!("{path}{within}")
    } else {
        format!("{path}.{within}")
    }
}
