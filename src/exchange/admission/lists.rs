//! What the gateway answers by itself: the list of models, and its health.

use serde_json::json;

use super::{Caller, Reply, Setup};

/// `GET /health`: the filter runs and took its configuration.
pub fn health() -> Reply {
    json_reply(&json!({"status": "healthy"}))
}

/// `GET /v1/models`: what this caller may name.
pub fn models(setup: &Setup, caller: Option<&Caller>) -> Reply {
    let router = &setup.settings.router;
    let visible = |model: &&str| {
        let group = router.named(model).map_or(*model, |named| named.group.name.as_str());
        caller.is_some_and(|caller| caller.may_use(group) || caller.may_use(model))
    };
    let one = |id: &str| json!({"id": id, "object": "model", "created": 0, "owned_by": "spillway"});
    let data: Vec<_> = router.models().filter(visible).map(one).collect();
    json_reply(&json!({"object": "list", "data": data}))
}

fn json_reply(body: &serde_json::Value) -> Reply {
    let headers = vec![("content-type", "application/json".to_owned())];
    Reply { status: 200, headers, body: body.to_string().into_bytes() }
}
