//! Where below its base address a deployment serves an API.

use super::Target;
use crate::wire::Api;

/// The path below the deployment's base path, with its query.
///
/// A dated version of Azure's API has the deployment's name in the path of all but Responses, and the version
/// in the query: <https://learn.microsoft.com/azure/ai-foundry/openai/reference>.
pub(super) fn path(api: Api, target: &Target, stream: bool) -> String {
    let below_deployment = |path: &str| match target.api_version {
        Some(_) => format!("/deployments/{}{path}", segment(&target.model)),
        None => path.to_owned(),
    };
    let path = match api {
        Api::ChatCompletions => below_deployment("/chat/completions"),
        Api::Completions => below_deployment("/completions"),
        Api::Embeddings => below_deployment("/embeddings"),
        Api::Moderations => "/moderations".to_owned(),
        Api::Responses => "/responses".to_owned(),
        Api::Compact => "/responses/compact".to_owned(),
        Api::Messages => "/messages".to_owned(),
        Api::GenerateContent => {
            let verb = if stream { "streamGenerateContent?alt=sse" } else { "generateContent" };
            of_gemini(target, verb)
        }
        Api::BatchEmbedContents => of_gemini(target, "batchEmbedContents"),
        Api::GeminiCountTokens => of_gemini(target, "countTokens"),
        // Below it stands the id: see `stored`.
        Api::StoredResponses => "/responses".to_owned(),
        Api::CountTokens => "/messages/count_tokens".to_owned(),
        Api::InputTokens => "/responses/input_tokens".to_owned(),
    };
    match &target.api_version {
        Some(version) => format!("{path}?api-version={version}"),
        None => path,
    }
}

fn of_gemini(target: &Target, verb: &str) -> String {
    let (collection, id) = in_collection(target);
    format!("/{collection}/{}:{verb}", segment(id))
}

/// Gemini's name of the model's resource, as bodies have it: `models/gemini-2.5-pro`.
pub(super) fn resource(target: &Target) -> String {
    let (collection, id) = in_collection(target);
    format!("{collection}/{id}")
}

fn in_collection(target: &Target) -> (&str, &str) {
    match target.model.split_once('/') {
        Some((collection @ ("models" | "tunedModels"), id)) => (collection, id),
        _ => ("models", target.model.as_str()),
    }
}

/// A name as one segment of a path. It may be the client's, where a group's name is a pattern, or a provider's: what would
/// lead elsewhere is encoded, and what no server takes for itself stays legible.
pub(super) fn segment(name: &str) -> String {
    let mut segment = String::with_capacity(name.len());
    let dots = name.bytes().all(|byte| byte == b'.');
    for byte in name.bytes() {
        match byte {
            b'.' if dots => segment.push_str("%2E"),
            b'-' | b'.' | b'_' | b'~' | b'=' | b',' | b'@' => segment.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => segment.push(char::from(byte)),
            _ => segment.push_str(&format!("%{byte:02X}")),
        }
    }
    segment
}

/// The version of Anthropic's API that is spoken: <https://docs.anthropic.com/en/api/versioning>.
const ANTHROPIC_VERSION: &str = "2023-06-01";

/// Headers that an API wants besides the usual ones.
pub(super) fn headers(api: Api) -> Vec<(&'static str, String)> {
    match api {
        Api::Messages | Api::CountTokens => vec![("anthropic-version", ANTHROPIC_VERSION.to_owned())],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::wire::Provider;

    fn target(model: &str, api_version: Option<&str>) -> Target {
        Target { api_version: api_version.map(str::to_owned), ..Target::new(Provider::Azure, model) }
    }

    #[test]
    fn a_dated_version_has_paths_of_its_own() {
        let dated = target("gpt-4.1", Some("2024-10-21"));
        for (api, expected) in [
            (Api::ChatCompletions, "/deployments/gpt-4.1/chat/completions?api-version=2024-10-21"),
            (Api::Responses, "/responses?api-version=2024-10-21"),
            (Api::Compact, "/responses/compact?api-version=2024-10-21"),
            (Api::Embeddings, "/deployments/gpt-4.1/embeddings?api-version=2024-10-21"),
            (Api::Completions, "/deployments/gpt-4.1/completions?api-version=2024-10-21"),
        ] {
            assert_eq!(path(api, &dated, false), expected);
        }
        assert_eq!(path(Api::ChatCompletions, &target("gpt-4.1", None), true), "/chat/completions");
    }

    #[test]
    fn a_models_name_leads_nowhere_else() {
        for (model, expected) in [
            ("gemini-2.5-pro", "gemini-2.5-pro"),
            ("m~status=503,delay=1", "m~status=503,delay=1"),
            ("../x?key=1#é", "..%2Fx%3Fkey%3D1%23%C3%A9".replace("%3D", "=").as_str()),
            ("..", "%2E%2E"),
            ("models/gemini-2.5-flash", "gemini-2.5-flash"),
        ] {
            let written = path(Api::GenerateContent, &target(model, None), true);
            assert_eq!(written, format!("/models/{expected}:streamGenerateContent?alt=sse"));
        }
    }
}
