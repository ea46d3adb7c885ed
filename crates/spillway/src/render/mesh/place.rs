//! Where in a cluster the gateway is put.

/// Bytes of a name in the DNS.
const LONGEST_NAME: usize = 253;

/// What the cluster decides, as opposed to the gateway's own file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Namespace of the objects: that of the proxies (Istio), of the `Gateway` (Envoy Gateway).
    pub namespace: String,
    /// Hosts that the gateway answers for; at least one.
    pub hosts: Vec<String>,
    /// The filter's module.
    pub module: Module,
    /// Labels of the proxies' pods, for Istio.
    pub selector: Vec<(String, String)>,
    /// The port on which clients reach the proxies' Service, for Istio.
    pub port: u16,
    /// Name of the `Gateway`, for Envoy Gateway.
    pub gateway: String,
    /// Name of its listener, for Envoy Gateway.
    pub listener: String,
    /// The image of Envoy that Envoy Gateway starts.
    pub envoy_image: String,
}

/// The module as an image that has it as `/plugin.wasm`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module(String);

impl Module {
    /// Reads `oci://REGISTRY/NAME:TAG` or `oci://REGISTRY/NAME@sha256:DIGEST`.
    ///
    /// # Errors
    /// What was expected, for the terminal.
    pub fn parse(text: &str) -> Result<Self, String> {
        let expected = "expected oci://REGISTRY/NAME:TAG or oci://REGISTRY/NAME@sha256:DIGEST";
        let image = text.strip_prefix("oci://").ok_or_else(|| format!("`{text}` is no image; {expected}"))?;
        let name = image.rsplit('/').next().unwrap_or(image);
        if !image.contains('/') || !name.contains(':') || image.contains(char::is_whitespace) {
            return Err(format!("`{text}` does not say which version; {expected}"));
        }
        Ok(Self(image.to_owned()))
    }

    /// As Kubernetes names it.
    pub fn image(&self) -> &str {
        &self.0
    }

    /// As Istio names it.
    pub fn url(&self) -> String {
        format!("oci://{}", self.0)
    }
}

/// Reads a name of the DNS, or of an object.
///
/// # Errors
/// What was expected, for the terminal.
pub fn name(text: &str) -> Result<String, String> {
    let is_label = |label: &str| {
        let within = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(within)
    };
    if text.len() <= LONGEST_NAME && text.split('.').all(is_label) {
        return Ok(text.to_owned());
    }
    Err(format!("`{text}` is no name; expected lower-case letters, digits and `-`, with dots between them"))
}

/// Reads `KEY=VALUE`, a label.
///
/// # Errors
/// What was expected, for the terminal.
pub fn label(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() && !value.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err(format!("`{text}` is no label; expected KEY=VALUE")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Module, label, name};

    #[test]
    fn a_module_names_its_version() {
        for (text, expected) in [
            ("oci://registry.example/spillway-filter:1", Ok("registry.example/spillway-filter:1")),
            ("oci://registry.example:5000/a/b@sha256:00", Ok("registry.example:5000/a/b@sha256:00")),
            ("registry.example/spillway-filter:1", Err("is no image")),
            ("https://example.com/plugin.wasm", Err("is no image")),
            ("oci://registry.example:5000/spillway-filter", Err("does not say which version")),
            ("oci://spillway-filter:1", Err("does not say which version")),
        ] {
            match (Module::parse(text), expected) {
                (Ok(module), Ok(image)) => assert_eq!(module.image(), image),
                (Err(error), Err(words)) => assert!(error.contains(words), "{text}: {error}"),
                (found, expected) => panic!("{text}: {found:?}, expected {expected:?}"),
            }
        }
    }

    #[test]
    fn names() {
        assert_eq!(name("llm.example.com"), Ok("llm.example.com".to_owned()));
        for text in ["", "*.example.com", "a..b", "-a", "a'b", "LLM", "a:80", &"a".repeat(254)] {
            assert!(name(text).is_err(), "{text}");
        }
    }

    #[test]
    fn labels() {
        assert_eq!(label("istio=ingress"), Ok(("istio".to_owned(), "ingress".to_owned())));
        for text in ["istio", "istio=", "=ingress"] {
            assert!(label(text).is_err(), "{text}");
        }
    }
}
