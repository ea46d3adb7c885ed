//! What a check found: every problem at once, in the order of the file.

use std::fmt;

use serde_json::Value;

use super::checked::Gateway;
use super::path::{Path, Segment};

/// The outcome of a check.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The checked values; `Some` exactly if there is no error.
    pub gateway: Option<Gateway>,
    /// What keeps the file from being used, in the order of the file.
    pub errors: Vec<Problem>,
    /// What is not done as the file says, in the order of the file.
    pub warnings: Vec<Problem>,
}

/// One thing that is wrong with a file. No text of it ever holds a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where: `model_list[0].litellm_params.model`.
    pub path: String,
    /// What was found, and what was expected.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)?;
        match &self.help {
            Some(help) => write!(f, "\n    help: {help}"),
            None => Ok(()),
        }
    }
}

/// Whether the file can be used all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    Error,
    Warning,
}

/// A problem while the check still runs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    pub path: Path,
    pub severity: Severity,
    pub message: String,
    pub help: Option<String>,
}

impl Finding {
    fn into_problem(self) -> Problem {
        Problem { path: self.path.to_string(), message: self.message, help: self.help }
    }
}

/// Errors and warnings, each sorted by where in the file they stand.
pub(super) fn sorted(mut findings: Vec<Finding>, file: &Value) -> (Vec<Problem>, Vec<Problem>) {
    findings.sort_by_cached_key(|finding| position(file, &finding.path));
    let (errors, warnings): (Vec<_>, Vec<_>) =
        findings.into_iter().partition(|finding| finding.severity == Severity::Error);
    let problems = |found: Vec<Finding>| found.into_iter().map(Finding::into_problem).collect();
    (problems(errors), problems(warnings))
}

/// The ordinals on the way to a value. What is missing stands where its parent stands, before the
/// parent's children.
fn position(file: &Value, path: &Path) -> Vec<usize> {
    let mut ordinals = Vec::new();
    let mut here = Some(file);
    for segment in path.segments() {
        let found = match (here, segment) {
            (Some(Value::Object(fields)), Segment::Key(key)) => {
                fields.iter().position(|(name, _)| name == key).zip(fields.get(key))
            }
            (Some(Value::Array(items)), Segment::Index(index)) => Some(*index).zip(items.get(*index)),
            _ => None,
        };
        let Some((ordinal, child)) = found else { break };
        ordinals.push(ordinal);
        here = Some(child);
    }
    ordinals
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use serde_json::json;

    use super::{Finding, Path, Severity, sorted};

    #[test]
    fn problems_come_in_the_order_of_the_file() {
        let file = json!({"z": [{"b": 1, "a": 2}], "c": 3});
        let finding =
            |path: Path| Finding { message: path.to_string(), path, severity: Severity::Error, help: None };
        let root = Path::default();
        let z0 = root.key("z").index(0);
        let found = vec![
            finding(root.key("c")),
            finding(z0.key("a")),
            finding(z0.key("missing")),
            finding(z0.key("b")),
        ];
        let (errors, warnings) = sorted(found, &file);
        let paths: Vec<_> = errors.into_iter().map(|problem| problem.path).collect();
        assert_eq!(paths, ["z[0].missing", "z[0].b", "z[0].a", "c"]);
        assert!(warnings.is_empty());
    }
}
