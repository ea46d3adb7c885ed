//! Where below its base address a deployment serves an API.

use super::Target;
use crate::wire::Api;

/// The path below the deployment's base path, with its query.
pub(super) fn path(api: Api, target: &Target, stream: bool) -> String {
    match api {
        Api::ChatCompletions => "/chat/completions".to_owned(),
        Api::Responses => "/responses".to_owned(),
        Api::Compact => "/responses/compact".to_owned(),
        Api::Messages => "/messages".to_owned(),
        Api::GenerateContent => {
            let verb = if stream { "streamGenerateContent?alt=sse" } else { "generateContent" };
            format!("{}:{verb}", gemini_model(&target.model))
        }
    }
}

/// A Gemini model's path, below `/v1beta` at AI Studio and below
/// `/v1/projects/{project}/locations/{location}/publishers/google` at Vertex AI.
///
/// A route with a wildcard takes the name from the client: whatever could end the path's segment is escaped.
fn gemini_model(name: &str) -> String {
    let (collection, id) = match name.split_once('/') {
        Some((collection @ ("models" | "tunedModels"), id)) => (collection, id),
        _ => ("models", name),
    };
    let mut path = format!("/{collection}/");
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'@' => {
                path.push(char::from(byte))
            }
            _ => path.push_str(&format!("%{byte:02X}")),
        }
    }
    path
}

/// The version of Anthropic's API that is spoken: <https://docs.anthropic.com/en/api/versioning>.
const ANTHROPIC_VERSION: &str = "2023-06-01";

/// Headers that an API wants besides the usual ones.
pub(super) fn headers(api: Api) -> Vec<(&'static str, String)> {
    match api {
        Api::Messages => vec![("anthropic-version", ANTHROPIC_VERSION.to_owned())],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_models_name_is_one_segment() {
        for (name, path) in [
            ("gemini-2.5-flash", "/models/gemini-2.5-flash"),
            ("models/gemini-2.5-flash", "/models/gemini-2.5-flash"),
            ("tunedModels/mine-1", "/tunedModels/mine-1"),
            ("gemini-2.0-flash@001", "/models/gemini-2.0-flash@001"),
            ("../../x:embed?a=b#é", "/models/..%2F..%2Fx%3Aembed%3Fa%3Db%23%C3%A9"),
        ] {
            assert_eq!(gemini_model(name), path);
        }
    }
}
