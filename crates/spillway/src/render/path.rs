//! How a try that has failed sends its request along another path than the planned one.
//!
//! The cluster specifier reads the order of the tries from dynamic metadata, and reads it anew before every
//! retry. A wasm filter cannot write there; this filter, ahead of the attempt role in a cluster's chain and
//! so behind it on a response, does so for it.

use serde_json::{Value, json};
use spillway_filter::exchange::PATH_HEADER;
use spillway_filter::route::Router;

use super::typed::extension;

/// The script. Its names are `exchange::PATH_HEADER`'s, and those of the metadata that the route's specifier
/// reads. The length of its loop is bounded by that of a header, and it fails on no value. An empty order would
/// make the specifier take the rendered one, in which the deployments stand as in the file.
const SCRIPT: &str = r#"function envoy_on_response(handle)
  local headers = handle:headers()
  local path = headers:get("x-spillway-path")
  if path == nil then return end
  headers:remove("x-spillway-path")
  local groups = {}
  for name in string.gmatch(path, "[^,]+") do
    groups[#groups + 1] = { name = name }
  end
  if #groups > 0 then
    handle:streamInfo():dynamicMetadata():set("spillway", "priority_groups", groups)
  end
end
"#;

/// Whether any failure can change the path of a request. With two deployments one can: a client may name
/// fallbacks of its own, retries depend on what went wrong, and a deployment may be cooled down meanwhile.
pub fn needs_paths(router: &Router) -> bool {
    router.deployments.len() > 1
}

/// The filter that makes a path header the order of the tries. To start a script costs as much as the rest of a chain, and
/// most responses have no such header: they pass it by.
pub fn filter() -> Value {
    let script = extension(
        "envoy.filters.http.lua",
        "envoy.extensions.filters.http.lua.v3.Lua",
        json!({ "default_source_code": { "inline_string": SCRIPT } }),
    );
    extension(
        "envoy.filters.http.match_delegate",
        "envoy.extensions.common.matching.v3.ExtensionWithMatcher",
        json!({ "extension_config": script, "xds_matcher": { "matcher_list": { "matchers": [passing_by()] } } }),
    )
}

fn passing_by() -> Value {
    let header = extension(
        "path",
        "envoy.type.matcher.v3.HttpResponseHeaderMatchInput",
        json!({ "header_name": PATH_HEADER }),
    );
    let skip = extension("skip", "envoy.extensions.filters.common.matcher.action.v3.SkipFilter", json!({}));
    let is_there =
        json!({ "input": header, "value_match": { "safe_regex": { "google_re2": {}, "regex": ".*" } } });
    json!({ "predicate": { "not_matcher": { "single_predicate": is_there } }, "on_match": { "action": skip } })
}
