#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;
use crate::event::{Attempt, ErrorInformation, Event, GuardrailInformation, GuardrailStatus};
use crate::usage::Usage;
use crate::wire::{Dialect, Provider};

/// Names and values, as the host sees them.
fn told(tell: impl FnOnce(Sink<'_>)) -> Vec<(String, u64)> {
    let mut names = Names::new(MOST_NAMES);
    let mut told = Vec::new();
    tell(&mut |sample| {
        let mut name = String::new();
        names.id(sample, |new| {
            new.clone_into(&mut name);
            Some(())
        });
        if name.is_empty() {
            name = format!("{}, again", sample.metric);
        }
        told.push((name, sample.value));
    });
    told
}

fn lines(told: &[(String, u64)]) -> String {
    told.iter().map(|(name, value)| format!("{name} {value}\n")).collect()
}

fn attempt(provider: &str, cause: &str, usage: Option<Usage>, cost_nanodollars: u64) -> Attempt {
    let provider = provider.to_owned();
    Attempt { provider, cause: cause.to_owned(), usage, cost_nanodollars, ..Attempt::default() }
}

#[test]
fn a_request_by_dialect_and_class() {
    for (status, name) in [(200, "2xx"), (302, "3xx"), (429, "4xx"), (503, "5xx"), (0, "none"), (700, "none")]
    {
        let request = request(Dialect::Messages, status);
        let told = told(|sink| of_request(&request, sink));
        assert_eq!(told, [(format!("spillway.requests;dialect=messages;status={name}"), 1)]);
    }
    let refused = Request { refused_by: Some("tokens"), ..request(Dialect::Chat, 429) };
    let told = told(|sink| of_request(&refused, sink));
    assert_eq!(told.last().unwrap().0, "spillway.limit_refusals;limit=tokens");
}

#[test]
fn long_texts_that_were_looked_at_and_those_that_were_known() {
    let request = Request { new_texts: 2, known_texts: 70, ..request(Dialect::Chat, 200) };
    let told = told(|sink| of_request(&request, sink));
    assert_eq!(
        lines(&told),
        "spillway.requests;dialect=chat;status=2xx 1\nspillway.guardrail_texts_new 2\n\
         spillway.guardrail_texts_known 70\n"
    );
}

fn request(dialect: Dialect, status: u16) -> Request {
    Request { dialect, status, refused_by: None, new_texts: 0, known_texts: 0 }
}

#[test]
fn an_event_with_everything() {
    let usage = Usage { input: 20, output: 8, cache_read: 12, reasoning: 3, ..Usage::default() };
    let event = Event {
        route: "openai/*".to_owned(),
        model_group: "openai/whatever-a-caller-writes".to_owned(),
        call_type: "acompletion".to_owned(),
        provider: "gemini".to_owned(),
        http_status: 200,
        started_us: 1_000_000,
        first_token_us: Some(1_250_999),
        ended_us: 3_000_000,
        attempts: vec![
            attempt("azure", "rate_limit", None, 0),
            attempt("gemini", "success", Some(usage), 70),
        ],
        usage,
        retries: 1,
        fallbacks: 2,
        guardrail_information: vec![GuardrailInformation {
            guardrail_name: "pii; drop".to_owned(),
            guardrail_mode: "pre_call".to_owned(),
            guardrail_status: GuardrailStatus::GuardrailIntervened,
            ..GuardrailInformation::default()
        }],
        ..Event::default()
    };
    let told = told(|sink| of_event(&event, sink));
    assert_eq!(
        lines(&told),
        "spillway.retries;model=openai/* 1\n\
         spillway.fallbacks;model=openai/* 2\n\
         spillway.attempts;provider=azure.ai.openai;cause=rate_limit 1\n\
         spillway.attempts;provider=gcp.gemini;cause=success 1\n\
         spillway.tokens;model=openai/*;provider=gcp.gemini;token=input 20\n\
         spillway.tokens;model=openai/*;provider=gcp.gemini;token=output 8\n\
         spillway.tokens;model=openai/*;provider=gcp.gemini;token=cache_read 12\n\
         spillway.tokens;model=openai/*;provider=gcp.gemini;token=reasoning 3\n\
         spillway.cost_nanodollars;model=openai/*;provider=gcp.gemini 70\n\
         spillway.guardrail_runs;guardrail=pii__drop;mode=pre_call;outcome=guardrail_intervened 1\n\
         gen_ai.server.request.duration.milliseconds;operation=chat;provider=gcp.gemini;model=openai/* 2000\n\
         gen_ai.server.time_to_first_token.milliseconds;operation=chat;provider=gcp.gemini;model=openai/* 250\n\
         gen_ai.client.token.usage;operation=chat;provider=gcp.gemini;model=openai/*;token=input 20\n\
         gen_ai.client.token.usage;operation=chat;provider=gcp.gemini;model=openai/*;token=output 8\n"
    );
}

#[test]
fn errors_have_few_names() {
    let event = |http_status, client_disconnected, error_code: Option<&str>| Event {
        http_status,
        client_disconnected,
        error: error_code.map(|code| ErrorInformation { error_code: code.to_owned(), ..Default::default() }),
        attempts: vec![attempt("openai", "x", None, 0)],
        ..Event::default()
    };
    for (event, error) in [
        (event(200, false, None), None),
        (event(200, false, Some("whatever a provider writes")), Some("broken_answer")),
        (event(429, false, Some("rate_limit_exceeded")), Some("429")),
        (event(200, true, Some("499")), Some("client_disconnected")),
    ] {
        let told = told(|sink| of_event(&event, sink));
        let (name, _) = told.iter().find(|(name, _)| name.contains("duration")).unwrap();
        assert_eq!(name.split_once(";error=").map(|(_, error)| error), error, "{name}");
    }
    let refused = Event { http_status: 400, ..Event::default() };
    assert_eq!(told(|sink| of_event(&refused, sink)), [], "no provider was asked");
}

#[test]
fn beyond_the_bound_all_is_other() {
    let mut names = Names::new(3);
    let mut defined = Vec::new();
    for round in 0..2 {
        for number in 0..10 {
            let model = format!("model-{number}");
            let labels = [(Label::Model, model.as_str()), (Label::Token, "input")];
            let sample = Sample { metric: "m", kind: Kind::Counter, labels: &labels, value: 1 };
            let id = names.id(&sample, |name| {
                defined.push(name.to_owned());
                Some(defined.len())
            });
            assert_eq!(id, Some(number.min(3) + 1), "round {round}");
        }
    }
    assert_eq!(defined.last().unwrap(), "m;model=other;token=input");
    // What is bounded by itself is still told apart.
    let sample = Sample { metric: "m", kind: Kind::Counter, labels: &[(Label::Limit, "tokens")], value: 1 };
    assert_eq!(names.id(&sample, |_| Some(99)), Some(99));
    assert_eq!(names.count(), 5);
    assert_eq!(names.id(&Sample { metric: "refused", ..sample }, |_| None), None);
}

#[test]
fn samples_of_one_name_have_one_id_however_often_they_come() {
    let values =
        ["", "a", "b", "ab", "ba", "abc", "abcd", "abce", "input", "output", "gpt-4.1-mini", "gpt-4.1-nano"];
    let longer =
        values.map(|value| format!("{value}, which is a longer value than eight bytes, and {value} again"));
    let values: Vec<&str> = values.into_iter().chain(longer.iter().map(String::as_str)).collect();
    let mut names = Names::new(100);
    let mut defined: Vec<String> = Vec::new();
    for _ in 0..3 {
        for metric in ["m", "n"] {
            for label in [Label::Provider, Label::Model, Label::Cause] {
                for (first, second) in
                    values.iter().flat_map(|first| values.iter().map(move |second| (first, second)))
                {
                    let labels = [(label, *first), (Label::Token, *second)];
                    for labels in [&labels[..], &labels[..1], &labels[1..]] {
                        let sample = Sample { metric, kind: Kind::Counter, labels, value: 1 };
                        let mut new = None;
                        let id = names.id(&sample, |name| {
                            new = Some(name.to_owned());
                            Some(defined.len())
                        });
                        defined.extend(new);
                        let is_other = names.count() >= 100 && label == Label::Model;
                        let expected = name_of(&sample, |label| is_other && label == Label::Model);
                        let written = &defined[id.unwrap()];
                        assert!(
                            [&name_of(&sample, |_| false), &expected].contains(&written),
                            "{written}, {expected}"
                        );
                    }
                }
            }
        }
    }
    let count = defined.len();
    defined.sort();
    defined.dedup();
    assert_eq!((defined.len(), names.count()), (count, count), "each name was defined once");
}

fn name_of(sample: &Sample<'_>, is_other: impl Fn(Label) -> bool) -> String {
    let mut name = sample.metric.to_owned();
    for (label, value) in sample.labels {
        label.write(if is_other(*label) { OTHER } else { value }, &mut name);
    }
    name
}

#[test]
fn values_cannot_end_a_name_or_be_endless() {
    let mut name = String::new();
    Label::Model.write("a;b=c d\u{e9}", &mut name);
    assert_eq!(name, ";model=a_b_c_d_");
    name.clear();
    Label::Model.write(&"x".repeat(1_000), &mut name);
    assert_eq!(name.len(), ";model=".len() + 128);
    name.clear();
    Label::Provider.write("", &mut name);
    assert_eq!(name, ";provider=other");
}

#[test]
fn keys_are_no_parts_of_each_other_and_every_provider_has_a_name() {
    for label in Label::ALL {
        assert_eq!(Label::ALL.iter().filter(|other| other.key() == label.key()).count(), 1);
        assert!(label.regex().contains(&format!(";{}=", label.key())));
    }
    for known in Provider::ALL {
        let event = Event { attempts: vec![attempt(known.name(), "success", None, 0)], ..Event::default() };
        let told = told(|sink| of_event(&event, sink));
        assert!(told.iter().all(|(name, _)| !name.contains("provider=;")), "{told:?}");
    }
}
