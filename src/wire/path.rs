//! The path of a request: without its query, and with its escapes resolved.

/// Path and query of a request target. A trailing slash, and what follows a `#`, are no part of either.
#[must_use]
pub fn parted(target: &str) -> (&str, &str) {
    let target = target.split('#').next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    (path.trim_end_matches('/'), query)
}

/// What stands below the version: `/v1/models/x` and `/openai/v1/models/x` are `models/x`.
#[must_use]
pub fn below_version(path: &str) -> &str {
    ["/openai/v1/", "/openai/", "/v1/", "/"].iter().find_map(|top| path.strip_prefix(top)).unwrap_or_default()
}

/// A path's segment with `%2F` and the like resolved; `None` where they stand for no UTF-8, or for nothing.
#[must_use]
pub fn decoded(segment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        if *byte == b'%' {
            let (digits, behind) = after.split_at_checked(2)?;
            let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = behind;
        } else {
            bytes.push(*byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

/// The model that `GET /v1/models/{model}` names: slashes may stand in it, escaped or not.
#[must_use]
pub fn model(target: &str) -> Option<String> {
    decoded(below_version(parted(target).0).strip_prefix("models/")?)
}

/// Model, as it is written, and operation of a path below Azure's `deployments/` or OpenAI's first `engines/`. `below`: what
/// stands [below the version](below_version). Slashes may stand in the model.
/// Source: <https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference>.
#[must_use]
pub fn deployment(below: &str) -> Option<(&str, &'static str)> {
    const OPERATIONS: [&str; 3] = ["chat/completions", "completions", "embeddings"];
    let rest = ["deployments/", "engines/"].iter().find_map(|top| below.strip_prefix(top))?;
    let named =
        |operation: &str| rest.strip_suffix(operation)?.strip_suffix('/').filter(|model| !model.is_empty());
    OPERATIONS.into_iter().find_map(|operation| Some((named(operation)?, operation)))
}

/// The model that such a path names; empty where its escapes stand for no text.
#[must_use]
pub fn deployed_model(target: &str) -> Option<String> {
    let (model, _) = deployment(below_version(parted(target).0))?;
    Some(decoded(model).unwrap_or_default())
}

/// The id that a path below `/v1/responses/` names.
#[must_use]
pub fn response_id(target: &str) -> Option<String> {
    let rest = below_version(parted(target).0).strip_prefix("responses/")?;
    decoded(rest.split('/').next()?)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{below_version, decoded, deployed_model, model, parted, response_id};

    #[test]
    fn a_target_has_a_path_and_a_query() {
        for (target, path, query) in [
            ("/v1/models/", "/v1/models", ""),
            ("/v1/responses/r?stream=true#x", "/v1/responses/r", "stream=true"),
            ("/a?b?c", "/a", "b?c"),
            ("", "", ""),
        ] {
            assert_eq!(parted(target), (path, query), "{target}");
        }
        assert_eq!(below_version("/openai/v1/models/x"), "models/x");
        assert_eq!(below_version("/v1"), "v1");
    }

    #[test]
    fn names_in_paths() {
        assert_eq!(model("/v1/models/openai%2Fgpt-4.1/?x=1").as_deref(), Some("openai/gpt-4.1"));
        assert_eq!(model("/models/openai/gpt-4.1").as_deref(), Some("openai/gpt-4.1"));
        assert_eq!(response_id("/openai/v1/responses/resp_1/cancel?x").as_deref(), Some("resp_1"));
        for (target, named) in [
            ("/openai/deployments/gpt-4.1/chat/completions?api-version=2024-10-21", Some("gpt-4.1")),
            ("/openai/deployments/openai/gpt-4.1/completions", Some("openai/gpt-4.1")),
            ("/engines/a%2Fb/embeddings/", Some("a/b")),
            ("/engines/%ff/embeddings", Some("")),
            ("/openai/deployments//embeddings", None),
            ("/openai/deployments/chat/completions", Some("chat")),
            ("/openai/deployments/m/images/generations", None),
            ("/v1/chat/completions", None),
        ] {
            assert_eq!(deployed_model(target).as_deref(), named, "{target}");
        }
        assert_eq!((model("/v1/models"), response_id("/v1/responses")), (None, None));
    }

    #[test]
    fn escapes_are_resolved_or_refused() {
        for (segment, text) in [
            ("openai%2Fgpt-4.1", Some("openai/gpt-4.1")),
            ("%C3%A9", Some("é")),
            ("a+b", Some("a+b")),
            ("%", None),
            ("%4", None),
            ("%zz", None),
            ("%+1", None),
            ("%ff", None),
        ] {
            assert_eq!(decoded(segment).as_deref(), text, "{segment}");
        }
    }
}
