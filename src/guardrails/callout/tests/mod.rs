//! Services that are asked, what they answer, and what comes of it; here is what the tests share.

mod answers;
mod questions;
mod records;
mod rounds;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::*;
use crate::event::{Caller, GuardrailStatus};
use crate::guardrails::Stage;
use crate::guardrails::texts::Passage;

fn generic() -> Callout {
    Callout {
        cluster: "spillway-guardrail-1".to_owned(),
        authority: "guard.example:8443".to_owned(),
        path: "/beta/litellm_basic_guardrail_api".to_owned(),
        timeout_ms: 700,
        ..Callout::default()
    }
}

fn moderations() -> Callout {
    Callout { api: Api::Moderations, path: "/v1/moderations".to_owned(), ..generic() }
}

/// Of one guardrail, which is named after its index.
fn selected(guardrail: usize, mode: Mode, callout: Callout) -> Selected {
    let service = Service { name: format!("g{guardrail}"), id: format!("id{guardrail}"), callout };
    Selected { guardrail, mode, service: Arc::new(service) }
}

fn about() -> About {
    let caller = Caller {
        key_hash: "5f".to_owned(),
        key_alias: Some("alias".to_owned()),
        team_id: Some("team".to_owned()),
        ..Caller::default()
    };
    About { caller, end_user: None, model: "gpt-4.1".to_owned(), call_id: "call-1".to_owned() }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn passages(texts: &[&str]) -> Vec<Passage> {
    let passage = |text: &&str| Passage { text: (*text).to_owned(), is_json: text.starts_with('{') };
    texts.iter().map(passage).collect()
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}
