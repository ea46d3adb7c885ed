//! Credentials, which Envoy reads through SDS and sets itself: no key is in the rendered file or in wasm.

use std::path::Path;

use serde_json::{Value, json};

use super::Options;
use super::typed::{any, extension};

/// A filter that sets `header` to the secret's whole value, over whatever is there. A request whose secret
/// is not loaded is answered by Envoy (401), never sent without it.
pub fn injector(secret: &str, header: &str, options: &Options) -> Value {
    let generic = any(
        "envoy.extensions.http.injected_credentials.generic.v3.Generic",
        json!({
            "credential": { "name": secret, "sds_config": sds(secret, &options.secrets) },
            "header": header,
        }),
    );
    extension(
        "envoy.filters.http.credential_injector",
        "envoy.extensions.filters.http.credential_injector.v3.CredentialInjector",
        json!({
            "overwrite": true,
            "allow_request_without_credential": false,
            "credential": { "name": "envoy.http.injected_credentials.generic", "typed_config": generic },
        }),
    )
}

/// The file is read again when another takes its name by a rename: keys are rotated without a restart. The folder is
/// watched for it, since Kubernetes renames a link of its own there, which the file's name leads through.
pub fn sds(secret: &str, folder: &Path) -> Value {
    let file = folder.join(format!("{secret}.yaml"));
    json!({
        "path_config_source": {
            "path": file.display().to_string(),
            "watched_directory": { "path": folder.display().to_string() },
        },
        "resource_api_version": "V3",
    })
}
