//! Where Vertex AI serves a project's models: `vertex_project`, `vertex_location`.
//!
//! <https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest>, and for the hosts of locations that are no
//! region Google's own client.

use super::section::Section;

/// A project at a location, as far as they are known.
pub(super) struct Project {
    project: Part,
    location: Part,
}

enum Part {
    Known(String),
    Missing,
    /// Said already.
    Faulty,
}

impl Project {
    /// Reads the two keys, each by LiteLLM's names for it, and its variables.
    pub fn read(params: &Section<'_>) -> Self {
        Self { project: Part::read(params, &PROJECT), location: Part::read(params, &LOCATION) }
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
        let project = self.project.known(params, &PROJECT);
        let location = self.location.known(params, &LOCATION);
        Some((project?, location?))
    }
}

/// How one of the two is written.
struct Name {
    keys: [&'static str; 2],
    variable: &'static str,
    what: &'static str,
    example: &'static str,
}

const PROJECT: Name = Name {
    keys: ["vertex_project", "vertex_ai_project"],
    variable: "VERTEXAI_PROJECT",
    what: "the project's id",
    example: "my-project",
};
const LOCATION: Name = Name {
    keys: ["vertex_location", "vertex_ai_location"],
    variable: "VERTEXAI_LOCATION",
    what: "a region, or `global`",
    example: "europe-west4",
};

impl Part {
    fn read(params: &Section<'_>, name: &Name) -> Self {
        let [key, other] = name.keys;
        let Some(at) = params.either(key, other) else {
            return params.at().context().variable(name.variable).map_or(Self::Missing, Self::Known);
        };
        // A project's id may be within a domain: `example.com:my-project`.
        let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:".contains(c);
        match at.text() {
            Some(written) if written.chars().all(is_part) => return Self::Known(written),
            Some(_) => at
                .error("found a character that no such name has", "expected `a-z`, `0-9` and `-`".to_owned()),
            None => {}
        }
        Self::Faulty
    }

    fn known(&self, params: &Section<'_>, name: &Name) -> Option<&str> {
        match self {
            Self::Known(known) => Some(known),
            Self::Faulty => None,
            Self::Missing => {
                let [key, _] = name.keys;
                params.at().missing(
                    key,
                    format!("missing, expected {}", name.what),
                    format!("write `{key}: {}`, or set {}", name.example, name.variable),
                );
                None
            }
        }
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
