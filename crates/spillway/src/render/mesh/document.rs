//! YAML documents.

use serde_json::{Value, json};

use crate::failure::{Doing, Failure};

/// Name of every object.
pub const NAME: &str = "spillway";
/// The Secret whose files are the credentials.
pub const CREDENTIALS: &str = "spillway-credentials";

/// An object of Kubernetes.
pub fn object(api: &str, kind: &str, namespace: &str, spec: Value) -> Value {
    json!({
        "apiVersion": api,
        "kind": kind,
        "metadata": { "name": NAME, "namespace": namespace },
        "spec": spec,
    })
}

/// The objects as one text, behind `about`, lines of a comment.
///
/// # Errors
/// When a value cannot be written as YAML.
pub fn yaml(about: &[String], objects: &[Value]) -> Result<String, Failure> {
    let mut text =
        String::from("# Rendered by `spillway render`: change the gateway's own file and render again.\n");
    for line in about {
        text.push_str(&format!("# {line}\n"));
    }
    for object in objects {
        text.push_str("---\n");
        text.push_str(&serde_yaml_ng::to_string(object).doing(|| "writing YAML".to_owned())?);
    }
    Ok(text)
}

/// What a reader of the objects has to know about the credentials: `folder` is where proxies find them.
pub fn about_credentials(objects: &[Value], folder: &str) -> Vec<String> {
    let mut names = Vec::new();
    objects.iter().for_each(|object| collect(object, &mut names));
    names.sort();
    names.dedup();
    let mut lines = vec![
        "Holds a secret, `response_secret`: who reads it can have other callers' stored responses."
            .to_owned(),
        format!(
            "Holds no provider's key. Proxies read those from {folder}, where the Secret {CREDENTIALS} is mounted, of \
             files:"
        ),
    ];
    lines.extend(names.iter().map(|name| format!("  {name}")));
    lines
}

/// Names of the files of secrets anywhere in a tree.
fn collect(tree: &Value, names: &mut Vec<String>) {
    match tree {
        Value::Object(fields) => {
            let path = fields.get("path_config_source").and_then(|source| source.get("path")?.as_str());
            names.extend(path.and_then(|path| path.rsplit('/').next()).map(str::to_owned));
            fields.values().for_each(|value| collect(value, names));
        }
        Value::Array(elements) => elements.iter().for_each(|value| collect(value, names)),
        _ => {}
    }
}
