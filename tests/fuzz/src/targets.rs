//! What is fuzzed. Another parser is a function and a row here.

use spillway_filter::response_id::{ResponseId, Secret};
use spillway_filter::sanitise::{self, Policy};
use spillway_filter::sse::{Item, Parser};
use spillway_filter::translate::{self, Ask, Progress, Stream, View};
use spillway_filter::wire::{Api, Dialect, Provider, Stored, path};

use super::guardrails;
use super::outcome::Outcome;

/// One parser, translator or guardrail, with all its pairs.
pub struct Target {
    pub name: &'static str,
    /// Folders below `tests/golden` whose inputs it begins with.
    pub seeds: &'static [&'static str],
    /// Runs an input, and tells what became of it.
    pub run: fn(&[u8]) -> u64,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target { name: "sanitise", seeds: &["translate/request"], run: sanitise },
    Target { name: "request", seeds: &["translate/request"], run: request },
    Target { name: "response", seeds: &["translate/response"], run: response },
    Target { name: "stream", seeds: &["translate/stream"], run: stream },
    Target { name: "error", seeds: &["translate/error", "cause"], run: error },
    Target { name: "path", seeds: &["translate/request"], run: path },
    Target { name: "sse", seeds: &["translate/stream"], run: sse },
    Target {
        name: "guarded-body",
        seeds: &["translate/request", "translate/response"],
        run: guardrails::body,
    },
    Target { name: "guarded-stream", seeds: &["translate/stream"], run: guardrails::stream },
];

/// What clients speak.
pub const DIALECTS: [Dialect; 10] = [
    Dialect::Chat,
    Dialect::Responses,
    Dialect::Messages,
    Dialect::Compact,
    Dialect::CountTokens,
    Dialect::Completions,
    Dialect::Embeddings,
    Dialect::Moderations,
    Dialect::Stored(Stored::Get),
    Dialect::Stored(Stored::InputItems),
];
const APIS: [Api; 13] = [
    Api::ChatCompletions,
    Api::Responses,
    Api::Messages,
    Api::GenerateContent,
    Api::Compact,
    Api::Completions,
    Api::Embeddings,
    Api::BatchEmbedContents,
    Api::Moderations,
    Api::StoredResponses,
    Api::CountTokens,
    Api::GeminiCountTokens,
    Api::InputTokens,
];

fn policies() -> [Policy; 2] {
    [false, true].map(|drop_params| Policy { drop_params, ..Policy::default() })
}

fn sanitise(input: &[u8]) -> u64 {
    let mut outcome = Outcome::default();
    for dialect in DIALECTS {
        for policy in policies() {
            match sanitise::request(dialect, input, &policy) {
                Ok(request) => {
                    outcome.note(&(request.stream, request.body.is_some(), request.dropped.len().min(4)))
                }
                Err(reject) => outcome.text(&reject.message),
            }
        }
    }
    outcome.number()
}

/// A deployment of each kind.
fn deployments() -> [translate::Target; 8] {
    let target = |provider, model, bridge_to_responses, drop_params| translate::Target {
        bridge_to_responses,
        drop_params,
        additional_drop_params: ["metadata", "messages[*].name", "tools[0].strict"].map(str::to_owned).into(),
        ..translate::Target::new(provider, model)
    };
    [
        target(Provider::OpenAi, "gpt-4.1", false, true),
        target(Provider::Azure, "gpt-5", true, false),
        target(Provider::Anthropic, "claude-sonnet-4-5", false, true),
        target(Provider::Anthropic, "claude-opus-4-6", false, false),
        target(Provider::Gemini, "gemini-2.5-flash", false, true),
        target(Provider::Gemini, "gemini-3-pro", false, false),
        target(Provider::Mistral, "mistral-large", false, true),
        target(Provider::OpenRouter, "a/b", false, true),
    ]
}

/// With and without what sanitising lets through: the translators must stand on their own.
fn request(input: &[u8]) -> u64 {
    let mut outcome = Outcome::default();
    let [_, dropping] = policies();
    let targets = deployments();
    for dialect in DIALECTS {
        let cleaned = sanitise::request(dialect, input, &dropping);
        let cleaned = cleaned.ok().and_then(|request| request.body);
        for target in &targets {
            for body in [Some(input), cleaned.as_deref()].into_iter().flatten() {
                match translate::request(&Ask { dialect, body, stream: true }, target) {
                    Ok(built) => outcome.shape(&built.body),
                    Err(reject) => outcome.text(&reject.message),
                }
            }
        }
    }
    outcome.number()
}

/// What stands in a request's line: names, ids and queries.
fn path(input: &[u8]) -> u64 {
    let mut outcome = Outcome::default();
    let target = String::from_utf8_lossy(input);
    let secret = Secret::derived(["fuzz"].into_iter());
    for target in [target.as_ref(), &format!("/v1/responses/resp_{target}"), &format!("/v1/models/{target}")]
    {
        for method in ["GET", "POST", "DELETE"] {
            outcome.text(&format!("{:?}", Dialect::of(method, target)));
        }
        let id = path::response_id(target).unwrap_or_default();
        outcome.note(&(path::model(target).is_some(), ResponseId::open(&id, &secret).is_some()));
        for operation in [Stored::Get, Stored::InputItems] {
            let (kept, dropped) = operation.query(path::parted(target).1);
            outcome.note(&(kept.len().min(8), dropped.len().min(4)));
        }
    }
    outcome.number()
}

fn view() -> View {
    View { model: "m".to_owned(), include_usage: true, created_s: 1, echo: Vec::new(), ids: None }
}

fn response(input: &[u8]) -> u64 {
    let mut outcome = Outcome::default();
    for dialect in DIALECTS {
        for api in APIS {
            match translate::response(dialect, api, input, &view()) {
                Ok(answer) => outcome.shape(&answer.body),
                Err(failure) => outcome.text(&failure.message),
            }
        }
    }
    outcome.number()
}

/// Whole, and in pieces: what comes out must be the same.
#[allow(clippy::panic, reason = "a difference is a fault, as a panic is")]
fn stream(input: &[u8]) -> u64 {
    let mut outcome = Outcome::default();
    for dialect in DIALECTS {
        for api in APIS {
            let (mut whole, mut pieces) = (Vec::new(), Vec::new());
            let mut translated = Stream::new(dialect, api, view());
            translated.push(input, &mut whole);
            let progress = translated.end(&mut whole);
            let mut again = Stream::new(dialect, api, view());
            input.chunks(7).for_each(|piece| drop(again.push(piece, &mut pieces)));
            again.end(&mut pieces);
            if whole != pieces {
                panic!("{dialect:?} {api:?}: cut, the stream is another one");
            }
            outcome.note(&whole.split(|byte| *byte == b'\n').count().min(40));
            match progress {
                Progress::Failed(failure) => outcome.text(&failure.message),
                other => outcome.note(&matches!(other, Progress::Done)),
            }
        }
    }
    outcome.number()
}

fn error(input: &[u8]) -> u64 {
    let mut outcome = Outcome::default();
    for api in APIS {
        for status in [400, 429, 500] {
            let failure = translate::failure(api, status, input);
            outcome.note(&failure.cause().name());
            outcome.text(&failure.message);
            for dialect in DIALECTS {
                outcome.note(&translate::error_body(dialect, &failure).is_empty());
            }
        }
    }
    outcome.number()
}

fn sse(input: &[u8]) -> u64 {
    let mut outcome = Outcome::default();
    for size in [1, 3, 64 * 1024] {
        let mut parser = Parser::new(4096);
        for piece in input.chunks(size) {
            let mut rest = piece;
            while let Ok(Some(item)) = parser.next(&mut rest) {
                match item {
                    Item::Event(event) => outcome.note(&(event.name.len(), event.data.len().min(9))),
                    Item::Comment(text) => outcome.note(&text.len().min(9)),
                }
            }
        }
    }
    outcome.number()
}
