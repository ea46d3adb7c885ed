//! Where Vertex AI serves a project's models: `vertex_project`, `vertex_location`.
//!
//! <https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest>, and for the hosts of locations that are no
//! region Google's own client.

use super::section::Section;

/// A project at a location, as far as they are known.
pub(super) struct Project {
    project: Option<String>,
    location: Option<String>,
}

impl Project {
    /// Reads the two keys, each by LiteLLM's names for it, and its variables.
    pub fn read(params: &Section<'_>) -> Self {
        Self {
            project: name(params, ["vertex_project", "vertex_ai_project"], "VERTEXAI_PROJECT"),
            location: name(params, ["vertex_location", "vertex_ai_location"], "VERTEXAI_LOCATION"),
        }
    }

    /// The address of the location.
    pub fn host(&self, params: &Section<'_>) -> Option<String> {
        let location = self.known(params)?.1;
        Some(match location {
            "global" => "https://aiplatform.googleapis.com".to_owned(),
            "us" | "eu" => format!("https://aiplatform.{location}.rep.googleapis.com"),
            region => format!("https://{region}-aiplatform.googleapis.com"),
        })
    }

    fn known(&self, params: &Section<'_>) -> Option<(&str, &str)> {
        let missing = |key: &str, what: &str, example: &str, variable: &str| {
            params.at().missing(
                key,
                format!("missing, expected {what}"),
                format!("write `{key}: {example}`, or set {variable}"),
            );
        };
        if self.project.is_none() {
            missing("vertex_project", "the project's id", "my-project", "VERTEXAI_PROJECT");
        }
        if self.location.is_none() {
            missing("vertex_location", "a region, or `global`", "europe-west4", "VERTEXAI_LOCATION");
        }
        Some((self.project.as_deref()?, self.location.as_deref()?))
    }
}

/// The path of the project's Gemini models behind an address's own path, unless that leads there already.
pub(super) fn path(path: &str, params: &Section<'_>, project: Option<&Project>) -> Option<String> {
    if path.contains("/publishers/") {
        return Some(path.to_owned());
    }
    let (project, location) = project?.known(params)?;
    let before = path.strip_suffix("/v1").unwrap_or(path);
    Some(format!("{before}/v1/projects/{project}/locations/{location}/publishers/google"))
}

fn name(params: &Section<'_>, keys: [&'static str; 2], variable: &str) -> Option<String> {
    let [key, other] = keys;
    let Some(at) = params.get(key).or_else(|| params.get(other)) else {
        return params.at().context().variable(variable);
    };
    let name = at.text()?;
    // A project's id may be within a domain: `example.com:my-project`.
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:".contains(c);
    if !name.chars().all(is_part) {
        at.error(
            "found a character that no such name has".to_owned(),
            "expected `a-z`, `0-9` and `-`".to_owned(),
        );
        return None;
    }
    Some(name)
}
