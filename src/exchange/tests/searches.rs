//! What searches cost that a provider makes for an answer: each counts once, however its API tells of it, and budgets hold
//! for it.

use std::rc::Rc;

use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::admission::{World, settings as admission_settings};
use super::attempt::{Try, begun, context, itinerary, report, settings};
use super::headers;
use crate::budgets::Budget;
use crate::exchange::Flow;
use crate::exchange::admission::Setup;
use crate::exchange::attempt::Input;
use crate::exchange::context::{Report, Spent};
use crate::limits::Limits;
use crate::memory::Memory;
use crate::pricing::{Prices, Search};
use crate::translate::Target;
use crate::wire::{Api, Dialect, Provider};

/// What a search costs, in nano-dollars, and half of what one by OpenAI's older tool does. Tokens cost a nano-dollar each.
const CENT: u64 = 10_000_000;

/// A try of a client of this dialect, at a provider whose searches cost a cent and that is asked through this API.
fn sent(dialect: Dialect, api: Api, stream: bool) -> Try {
    let (mut settings, mut context) = (settings(), context(stream, itinerary(1, 1)));
    let provider = if api == Api::Messages { Provider::Anthropic } else { Provider::OpenAi };
    settings.target =
        Target { bridge_to_responses: api == Api::Responses, ..Target::new(provider, "private") };
    settings.prices = Prices {
        input: 1_000_000,
        output: 1_000_000,
        search: Some(Search::EachByTool { current: CENT * 1_000_000, preview: 2 * CENT * 1_000_000 }),
        ..Prices::default()
    };
    context.dialect = dialect;
    let (mut machine, _) = begun(settings, &context, 0);
    let asked = json!([{"role": "user", "content": "hi"}]);
    let body = match dialect {
        Dialect::Responses => json!({"model": "public", "input": asked, "stream": stream}),
        _ => json!({"model": "public", "max_tokens": 99, "messages": asked, "stream": stream}),
    };
    let step = machine.on(&Input::RequestBody { body: body.to_string().as_bytes() }, 1_500);
    assert_eq!(step.flow, Flow::Continue);
    let kind = if stream { "text/event-stream" } else { "application/json" };
    let head = headers(&[(":status", "200"), ("content-type", kind)]);
    machine.on(&Input::ResponseHeaders { headers: &head, end: false }, 2_000);
    machine
}

fn whole(dialect: Dialect, api: Api, answer: &str) -> Report {
    let mut machine = sent(dialect, api, false);
    report(&machine.on(&Input::ResponseBody { body: answer.as_bytes(), end: true }, 3_000))
}

/// What a stream of these events is charged, each of them in a piece of its own.
fn streamed(dialect: Dialect, api: Api, events: &[String]) -> Spent {
    let mut machine = sent(dialect, api, true);
    let mut last = None;
    for (index, event) in events.iter().enumerate() {
        let body = format!("data: {event}\n\n");
        let end = index + 1 == events.len();
        last = Some(machine.on(&Input::ResponseBody { body: body.as_bytes(), end }, 3_000));
    }
    report(&last.unwrap()).spent().unwrap()
}

const RESPONSE: &str = r#""id":"r","object":"response","created_at":1,"model":"private","status":"completed","error":null,"usage":{"input_tokens":3,"output_tokens":2,"total_tokens":5}"#;
const SEARCHED: &str =
    r#"{"id":"ws_1","type":"web_search_call","status":"completed","action":{"type":"search","query":"q"}}"#;
const OPENED: &str =
    r#"{"id":"ws_2","type":"web_search_call","status":"completed","action":{"type":"open_page","url":"u"}}"#;
const SAID: &str = r#"{"id":"m","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"hello","annotations":[]}]}"#;

fn done(item: &str) -> String {
    format!(r#"{{"type":"response.output_item.done","sequence_number":1,"output_index":0,"item":{item}}}"#)
}

fn completed(more: &str) -> String {
    format!(r#"{{"type":"response.completed","sequence_number":9,"response":{{{RESPONSE}{more}}}}}"#)
}

#[test]
fn a_response_is_charged_the_searches_in_it() {
    for (more, searches) in [("", 2), (r#","tool_usage":{"web_search":{"num_requests":3}}"#, 3)] {
        let answer = format!(r#"{{{RESPONSE},"output":[{SEARCHED},{OPENED},{SEARCHED},{SAID}]{more}}}"#);
        for dialect in [Dialect::Responses, Dialect::Messages, Dialect::Chat] {
            let spent = whole(dialect, Api::Responses, &answer).spent().unwrap();
            assert_eq!(
                (spent.cost_nanodollars, spent.estimated),
                (5 + searches * CENT, false),
                "{dialect:?}"
            );
        }
    }
}

#[test]
fn a_stream_of_a_response_is_charged_each_search_once() {
    let told = r#","tool_usage":{"web_search":{"num_requests":1}},"output":[]"#.to_owned();
    let all = format!(r#","output":[{SEARCHED},{OPENED},{SEARCHED},{SAID}]"#);
    let nothing = r#","output":[]"#.to_owned();
    let came = || [SEARCHED, OPENED, SEARCHED, SAID].map(done);
    for dialect in [Dialect::Responses, Dialect::Messages, Dialect::Chat] {
        for (end, searches) in [(&told, 1), (&all, 2), (&nothing, 2)] {
            let events = [&came()[..], &[completed(end)]].concat();
            let spent = streamed(dialect, Api::Responses, &events);
            assert_eq!(
                (spent.cost_nanodollars, spent.estimated),
                (5 + searches * CENT, false),
                "{dialect:?} {end}"
            );
        }
    }
}

#[test]
fn a_search_costs_what_the_tool_that_the_answer_names_does() {
    for (tools, times) in [
        ("null", 1),
        ("[]", 1),
        (r#"[{"type":"web_search","filters":null},{"type":"function","name":"web_search_preview"}]"#, 1),
        (r#"[{"type":"function","name":"f"},{"type":"web_search_preview","search_context_size":"low"}]"#, 2),
        (r#"[{"type":"web_search_preview_2025_03_11"},{"type":"web_search"}]"#, 2),
    ] {
        let more = format!(r#","output":[{SEARCHED},{OPENED},{SEARCHED},{SAID}],"tools":{tools}"#);
        for dialect in [Dialect::Responses, Dialect::Messages, Dialect::Chat] {
            let answer = whole(dialect, Api::Responses, &format!("{{{RESPONSE}{more}}}")).spent().unwrap();
            let events = [done(SEARCHED), done(OPENED), done(SEARCHED), done(SAID), completed(&more)];
            let stream = streamed(dialect, Api::Responses, &events);
            let expected = 5 + 2 * times * CENT;
            assert_eq!(
                (answer.cost_nanodollars, stream.cost_nanodollars),
                (expected, expected),
                "{dialect:?} {tools}"
            );
        }
    }
}

#[test]
fn a_stream_that_breaks_is_charged_the_searches_that_came() {
    let said = r#"{"type":"response.output_text.delta","sequence_number":4,"item_id":"m","output_index":2,"content_index":0,"delta":"hello"}"#;
    for dialect in [Dialect::Responses, Dialect::Messages] {
        let events = [done(SEARCHED), done(OPENED), said.to_owned(), said.to_owned()];
        let spent = streamed(dialect, Api::Responses, &events);
        // The prompt's five tokens, the answer's three and the dearer tool are the gateway's guess.
        assert_eq!((spent.cost_nanodollars, spent.estimated), (8 + 2 * CENT, true), "{dialect:?}");
    }
}

#[test]
fn anthropics_sums_are_not_added_up() {
    let usage = |searches| {
        format!(
            r#""usage":{{"input_tokens":3,"output_tokens":2,"server_tool_use":{{"web_search_requests":{searches}}}}}"#
        )
    };
    let head = r#""id":"m","type":"message","role":"assistant","model":"private","stop_sequence":null"#;
    let text = r#""content":[{"type":"text","text":"hello"}],"stop_reason":"end_turn""#;
    let answer = format!("{{{head},{text},{}}}", usage(2));
    let delta = |searches| {
        format!(
            r#"{{"type":"message_delta","delta":{{"stop_reason":"end_turn","stop_sequence":null}},{}}}"#,
            usage(searches)
        )
    };
    let events = [
        format!(
            r#"{{"type":"message_start","message":{{{head},"content":[],"stop_reason":null,{}}}}}"#,
            usage(0)
        ),
        delta(1),
        delta(2),
        r#"{"type":"message_stop"}"#.to_owned(),
    ];
    for dialect in [Dialect::Messages, Dialect::Responses] {
        let spent = whole(dialect, Api::Messages, &answer).spent().unwrap();
        assert_eq!(spent.cost_nanodollars, 5 + 2 * CENT, "{dialect:?}");
        assert_eq!(streamed(dialect, Api::Messages, &events).cost_nanodollars, 5 + 2 * CENT, "{dialect:?}");
    }
}

#[test]
fn a_budget_holds_for_an_answer_that_took_many_searches() {
    let answer = |searches: usize| {
        let items = vec![SEARCHED; searches].join(",");
        whole(Dialect::Responses, Api::Responses, &format!(r#"{{{RESPONSE},"output":[{items}]}}"#))
    };
    // Twenty cents are there for searches, and more than enough tokens.
    for (searches, passes) in [(0, true), (19, true), (20, false)] {
        let mut settings = admission_settings();
        for key in &mut settings.keys {
            key.limits = Limits::default();
            key.budget = Budget { max_nanodollars: Some(20 * CENT), ..Budget::default() };
        }
        let world = World { setup: Rc::new(Setup::new(settings, None).unwrap()), memory: Memory::default() };
        let ask = || {
            let (machine, step) = world.ask(
                &json!({"model": "a", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 10}),
            );
            (machine, step.flow == Flow::Continue)
        };
        let (mut machine, passed) = ask();
        assert!(passed);
        let event = world.event(&mut machine, &answer(searches)).unwrap();
        assert_eq!(event.cost_nanodollars, 5 + searches as u64 * CENT);
        assert_eq!(ask().1, passes, "{searches}");
    }
}
