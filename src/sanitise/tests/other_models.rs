//! What has a provider ask other models by itself, for callers that may use some models only.

#[cfg(all(test, target_arch = "wasm32"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{STRICT, going_on, minimal};
use crate::reject::Reject;
use crate::sanitise::{Asked, walked};
use crate::wire::Dialect::{self, Chat, Messages, Responses};

const SOME: Asked<'_> = Asked { betas: None, some_models_only: true, model: None };
const ALL: Asked<'_> = Asked { some_models_only: false, ..SOME };

/// What of some members goes on, and what was dropped.
fn parted(dialect: Dialect, sent: &str, asked: Asked<'_>) -> Result<(String, Vec<String>), Reject> {
    let body = minimal(dialect, sent);
    let (request, _) = walked(dialect, body.as_bytes(), &STRICT, asked)?;
    Ok((going_on(&request, &body), request.dropped))
}

#[test]
fn openrouters_further_models_are_left_out_and_named() {
    let sent = r#""models":["openai/o1-pro"],"route":"fallback","top_p":1"#;
    let dropped = vec!["models".to_owned(), "route".to_owned()];
    assert_eq!(parted(Chat, sent, SOME), Ok((minimal(Chat, r#""top_p":1"#), dropped)));
    assert_eq!(parted(Chat, sent, ALL), Ok((minimal(Chat, sent), vec![])));
}

#[test]
fn a_tool_that_is_another_model_is_refused() {
    let own = r#"{"name":"f","input_schema":{"properties":{"model":{}}}}"#;
    let advisor = r#"{"type":"advisor_20260301","name":"advisor","\u006dodel":"claude-opus-4-7"}"#;
    let tools = |tools: &str| format!("\"tools\":[{tools}]");
    let both = tools(&format!("{own},{advisor}"));
    let refused = parted(Messages, &both, SOME).unwrap_err();
    assert_eq!((refused.status, refused.param.as_deref()), (403, Some("tools[1].model")));
    assert_eq!(parted(Messages, &both, ALL), Ok((minimal(Messages, &both), vec![])));
    for (dialect, sent) in [
        (Messages, tools(own)),
        (Messages, tools("")),
        (Messages, r#""tools":null"#.to_owned()),
        (Responses, tools(r#"{"type":"image_generation","model":"gpt-image-1"}"#)),
    ] {
        assert_eq!(parted(dialect, &sent, SOME), Ok((minimal(dialect, &sent), vec![])), "{sent}");
    }
}
