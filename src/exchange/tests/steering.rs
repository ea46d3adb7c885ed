//! What a provider may not say to Envoy's router.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::attempt::sent;
use super::{find, headers, response_header};
use crate::exchange::attempt::Input;
use crate::exchange::{Effect, PATH_HEADER, RETRY_HEADER, WAIT_HEADER};

#[test]
fn a_provider_does_not_steer_the_router() {
    let mut machine = sent(false, 1, 3);
    let head = headers(&[
        (":status", "503"),
        (PATH_HEADER, "group/openai-1,other/openai-1"),
        (WAIT_HEADER, "60"),
        ("x-envoy-ratelimited", "true"),
    ]);
    let step = machine.on(&Input::ResponseHeaders { headers: &head, end: false }, 2_000);
    let removed = find(&step.effects, |effect| match effect {
        Effect::EditResponseHeaders { remove, .. } => Some(*remove),
        _ => None,
    });
    assert_eq!(removed.unwrap(), [PATH_HEADER, WAIT_HEADER, "x-envoy-ratelimited"]);
    assert_eq!(response_header(&step.effects, RETRY_HEADER).unwrap(), "1");
}
