//! TLS towards an upstream.

use std::net::IpAddr;
use std::path::Path;

use serde_json::{Value, json};

use super::typed::extension;

/// Verifies that the certificate is `host`'s own and signed by an authority of the bundle. Neither is a
/// default of Envoy's: without a trusted bundle it accepts any certificate, without the name anybody's.
pub fn transport_socket(host: &str, alpn: &str, ca_bundle: &Path) -> Value {
    let is_address = host.parse::<IpAddr>().is_ok();
    let mut context = json!({
        "common_tls_context": {
            "tls_params": { "tls_minimum_protocol_version": "TLSv1_2" },
            "alpn_protocols": [alpn],
            "validation_context": {
                "trusted_ca": { "filename": ca_bundle.display().to_string() },
                "match_typed_subject_alt_names": [{
                    "san_type": if is_address { "IP_ADDRESS" } else { "DNS" },
                    "matcher": { "exact": host },
                }],
            },
        },
    });
    // A server name is a name: RFC 6066 has no room for addresses.
    if let (false, Some(fields)) = (is_address, context.as_object_mut()) {
        fields.insert("sni".to_owned(), json!(host));
    }
    extension(
        "envoy.transport_sockets.tls",
        "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
        context,
    )
}
