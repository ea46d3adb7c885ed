//! TLS towards an upstream.

use std::net::IpAddr;

use serde_json::{Value, json};
use spillway_filter::config::{LEDGER_AUTHORITIES, LEDGER_CERTIFICATE};

use super::typed::extension;
use super::{Options, credential};

/// What of TLS is the ledger's own, and comes by SDS: Envoy looks at the files again when they are replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// Its authorities are not the providers'.
    pub authorities: bool,
    /// A certificate is shown to it.
    pub certificate: bool,
}

/// Verifies that the certificate is `host`'s own and signed by an authority of the bundle. Neither is a
/// default of Envoy's: without a trusted bundle it accepts any certificate, without the name anybody's.
pub fn transport_socket(host: &str, alpn: &[&str], own: Own, options: &Options) -> Value {
    // A dot at the end is for the resolver alone: certificates do not have it, and RFC 6066 takes it from server names.
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_address = host.parse::<IpAddr>().is_ok();
    let names = json!([{
        "san_type": if is_address { "IP_ADDRESS" } else { "DNS" },
        "matcher": { "exact": host },
    }]);
    let mut common = json!({
        "tls_params": { "tls_minimum_protocol_version": "TLSv1_2" },
        "alpn_protocols": alpn,
    });
    let from_file =
        |name: &str| json!({ "name": name, "sds_config": credential::sds(name, &options.secrets) });
    if let Some(fields) = common.as_object_mut() {
        if own.authorities {
            let both = json!({
                "default_validation_context": { "match_typed_subject_alt_names": names },
                "validation_context_sds_secret_config": from_file(LEDGER_AUTHORITIES),
            });
            fields.insert("combined_validation_context".to_owned(), both);
        } else {
            let bundle = json!({ "filename": options.ca_bundle.display().to_string() });
            let whole = json!({ "trusted_ca": bundle, "match_typed_subject_alt_names": names });
            fields.insert("validation_context".to_owned(), whole);
        }
        if own.certificate {
            let shown = json!([from_file(LEDGER_CERTIFICATE)]);
            fields.insert("tls_certificate_sds_secret_configs".to_owned(), shown);
        }
    }
    let mut context = json!({ "common_tls_context": common });
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
