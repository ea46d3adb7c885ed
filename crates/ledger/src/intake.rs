//! Bytes of a posted batch → its events, or where and why they are none. Trusts nothing: a batch comes
//! over the network, and what is stored cannot be taken back.

use std::fmt;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use spillway_filter::event::{Charge, Event};
use spillway_filter::keys::LONGEST_NAME;
use spillway_filter::usage::MOST_TOLD;

use crate::calendar::LAST_MICROSECOND;
use crate::nul;

/// Events in one batch. Bounds the memory that a small body of tiny events can unfold to.
pub(crate) const MOST_EVENTS: usize = 10_000;

/// Bytes of a request id; ours are UUIDs.
const LONGEST_ID: usize = 256;

/// Bytes of a gateway's id; ours are 32 hex digits.
pub(crate) const LONGEST_GATEWAY: usize = 64;

/// Budgets that one request is charged to: key, team and user, and each with the model group.
const MOST_CHARGES: usize = 16;

/// Bytes of a budget's name: a kind, an id and a model group, both of up to [`LONGEST_NAME`] characters. PostgreSQL's
/// indexes take some 2,700.
const LONGEST_SCOPE: usize = "user//model/".len() + 2 * 4 * LONGEST_NAME;

/// Characters that a message quotes at most.
const MESSAGE_CHARACTERS: usize = 200;

/// Why a batch is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// The field at fault, e.g. `events[3].usage.input`; none where the body is no batch at all.
    pub(crate) at: Option<String>,
    /// What was found and what was expected. May quote the body: for its sender, not for a log.
    pub(crate) message: String,
    /// Index of the event at fault, for the log.
    pub(crate) event: Option<usize>,
}

/// The batch before its events are read, so that they can be counted first and named when they are wrong.
#[derive(Deserialize)]
struct Unread<'a> {
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
}

/// A batch whose events are read at once, of which there are not too many.
#[derive(Deserialize)]
struct Read {
    #[serde(deserialize_with = "few")]
    events: Vec<Event>,
}

/// Reads and checks a batch.
///
/// # Errors
/// The first thing that is wrong; a batch is taken whole or not at all.
pub(crate) fn events(body: &[u8]) -> Result<Vec<Event>, Malformed> {
    // To know where an error is takes half as long again as to read what has none.
    at_once(body).map_or_else(|| one_by_one(body), Ok)
}

/// The events of a batch that has nothing wrong, as nearly each. None where it has, or where a text is to be changed.
fn at_once(body: &[u8]) -> Option<Vec<Event>> {
    // All of it, as fields that are passed over would not be looked at.
    let body = std::str::from_utf8(body).ok()?;
    if nul::may_be_escaped(body) {
        return None;
    }
    let Read { mut events } = serde_json::from_str(body).ok()?;
    events.iter_mut().for_each(bound);
    events.iter().all(|event| check(event).is_ok()).then_some(events)
}

/// Events, up to [`MOST_EVENTS`].
fn few<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Event>, D::Error> {
    struct Few;

    impl<'de> Visitor<'de> for Few {
        type Value = Vec<Event>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("events")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut unread: A) -> Result<Self::Value, A::Error> {
            let mut events = Vec::new();
            while let Some(event) = unread.next_element()? {
                if events.len() >= MOST_EVENTS {
                    return Err(A::Error::custom("too many"));
                }
                events.push(event);
            }
            Ok(events)
        }
    }

    deserializer.deserialize_seq(Few)
}

/// Reads a batch event by event: slower, and tells the place of what is wrong.
fn one_by_one(body: &[u8]) -> Result<Vec<Event>, Malformed> {
    let unread: Unread<'_> = serde_json::from_slice(body).map_err(|error| Malformed {
        at: None,
        message: format!("the body is not a batch {{\"events\": […]}}: {error}"),
        event: None,
    })?;
    if unread.events.len() > MOST_EVENTS {
        let count = unread.events.len();
        return Err(Malformed {
            at: Some("events".to_owned()),
            message: format!("a batch holds up to {MOST_EVENTS} events, this one {count}: send it in parts"),
            event: None,
        });
    }
    unread.events.iter().enumerate().map(|(index, raw)| event(index, raw)).collect()
}

/// Reads and checks one event that stands alone, on a line of a file.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn event_of_line(line: &[u8]) -> Result<Event, Malformed> {
    let raw: &RawValue = serde_json::from_slice(line).map_err(|error| Malformed {
        at: None,
        message: format!("the line is no JSON: {error}"),
        event: None,
    })?;
    event(0, raw)
}

fn event(index: usize, raw: &RawValue) -> Result<Event, Malformed> {
    // Before anything is compared or summed by a text, so that it is the same everywhere and in every database.
    let storable = nul::without_escaped(raw.get());
    let mut reader = serde_json::Deserializer::from_str(&storable);
    let read: Result<Event, _> = serde_path_to_error::deserialize(&mut reader);
    let checked = match read {
        Err(error) => Err((error.path().to_string(), explained(error.inner()))),
        Ok(mut event) => {
            bound(&mut event);
            check(&event).map(|()| event)
        }
    };
    checked.map_err(|(path, message)| Malformed {
        at: Some(if path == "." { format!("events[{index}]") } else { format!("events[{index}].{path}") }),
        message,
        event: Some(index),
    })
}

/// An event's error in words. Its position counts within the event, and a text that it quotes may be long.
fn explained(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    let whole = error.to_string();
    let found = whole.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&whole);
    let found: String = found.chars().take(MESSAGE_CHARACTERS).collect();
    format!("{found} (line {line}, column {column} of the event)")
}

/// Counts and prices that are larger than any are taken for the largest. They are a provider's words, and to refuse its
/// event for them would let it out of the log.
fn bound(event: &mut Event) {
    let usage = &mut event.usage;
    for number in [
        &mut event.cost_nanodollars,
        &mut usage.input,
        &mut usage.output,
        &mut usage.cache_read,
        &mut usage.cache_write,
        &mut usage.cache_write_1h,
        &mut usage.reasoning,
    ] {
        *number = (*number).min(MOST_TOLD);
    }
}

/// What the types cannot say of an event. An error is a path within the event and a message.
fn check(event: &Event) -> Result<(), (String, String)> {
    check_id(&event.request_id).map_err(|message| ("request_id".to_owned(), message))?;
    let times = [
        ("started_us", event.started_us),
        ("ended_us", event.ended_us),
        ("first_token_us", event.first_token_us.unwrap_or(0)),
    ];
    at_most(&times, LAST_MICROSECOND, "microseconds since the Unix epoch")?;
    check_guardrails(event)?;
    check_gateway(event).map_err(|message| ("gateway".to_owned(), message))?;
    check_charges(&event.charges)
}

fn check_id(id: &str) -> Result<(), String> {
    match id.len() {
        0 => Err("is empty or missing; it is what makes an event stored once".to_owned()),
        1..=LONGEST_ID => Ok(()),
        long => Err(format!("has {long} bytes; up to {LONGEST_ID} are taken")),
    }
}

fn at_most(fields: &[(&str, u64)], most: u64, what: &str) -> Result<(), (String, String)> {
    match fields.iter().find(|(_, value)| *value > most) {
        Some((path, value)) => Err(((*path).to_owned(), format!("is {value}; expected {what} up to {most}"))),
        None => Ok(()),
    }
}

/// A run under no name would be counted for no guardrail: invisible in the monitor, which must not be.
fn check_guardrails(event: &Event) -> Result<(), (String, String)> {
    let nameless = event
        .guardrail_information
        .iter()
        .position(|run| run.guardrail_id.is_empty() && run.guardrail_name.is_empty());
    match nameless {
        Some(run) => Err((
            format!("guardrail_information[{run}].guardrail_id"),
            "is empty or missing, and guardrail_name too; one of them must name the guardrail".to_owned(),
        )),
        None => Ok(()),
    }
}

/// A charge of nobody's would be counted against the gateway that made it a second time.
fn check_gateway(event: &Event) -> Result<(), String> {
    match event.gateway.len() {
        0 if !event.charges.is_empty() => {
            Err("is empty or missing; charges are told by a gateway".to_owned())
        }
        0..=LONGEST_GATEWAY => Ok(()),
        long => Err(format!("has {long} bytes; up to {LONGEST_GATEWAY} are taken")),
    }
}

fn check_charges(charges: &[Charge]) -> Result<(), (String, String)> {
    if charges.len() > MOST_CHARGES {
        let message = format!("has {} charges; up to {MOST_CHARGES} are taken", charges.len());
        return Err(("charges".to_owned(), message));
    }
    for (index, charge) in charges.iter().enumerate() {
        check_scope(&charge.scope).map_err(|message| (format!("charges[{index}].scope"), message))?;
        let period = (format!("charges[{index}].period_ms"), charge.period_ms);
        at_most(&[(&period.0, period.1)], LAST_MICROSECOND / 1_000, "milliseconds since the Unix epoch")?;
    }
    Ok(())
}

fn check_scope(scope: &str) -> Result<(), String> {
    match scope.len() {
        0 => Err("is empty; expected a budget's name, e.g. team/<id>".to_owned()),
        1..=LONGEST_SCOPE => Ok(()),
        long => Err(format!("has {long} bytes; up to {LONGEST_SCOPE} are taken")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use spillway_filter::event::GuardrailStatus;
    use spillway_filter::usage::Service;

    fn refused(body: &str) -> (Option<String>, String) {
        let malformed = events(body.as_bytes()).unwrap_err();
        (malformed.at, malformed.message)
    }

    #[test]
    fn a_batch_is_read_in_order_and_fields_of_later_gateways_are_ignored() {
        let body = json!({"events": [
            {"request_id": "a", "call_type": "acompletion", "of_tomorrow": 1},
            {"request_id": "b", "call_type": "aresponses"},
        ]});
        let read = events(body.to_string().as_bytes()).unwrap();
        let ids: Vec<_> = read.iter().map(|event| event.request_id.as_str()).collect();
        assert_eq!(ids, ["a", "b"]);
    }

    #[test]
    fn words_of_later_gateways_are_no_reason_to_lose_an_event() {
        let usage = json!({"input": 7, "service": "of_tomorrow"});
        let event = json!({
            "request_id": "a", "cost_nanodollars": 9, "usage": usage,
            "attempts": [{"usage": usage}, {"usage": {"service": "fast"}}],
            "guardrail_information": [{"guardrail_name": "g", "guardrail_status": "guardrail_of_tomorrow"}],
        });
        let line = event_of_line(event.to_string().as_bytes()).unwrap();
        let batch = json!({"events": [event]}).to_string();
        assert_eq!(at_once(batch.as_bytes()).unwrap(), std::slice::from_ref(&line));
        assert_eq!((line.usage.input, line.usage.service, line.cost_nanodollars), (7, Service::Standard, 9));
        let tried: Vec<_> = line.attempts.iter().map(|tried| tried.usage.unwrap().service).collect();
        assert_eq!(tried, [Service::Standard, Service::Fast]);
        let status = line.guardrail_information[0].guardrail_status;
        assert_eq!(
            status,
            GuardrailStatus::GuardrailFlagged,
            "worth a look, and not as if nothing was found"
        );
    }

    #[test]
    fn a_count_or_a_price_that_cannot_be_is_the_largest() {
        for number in [MOST_TOLD, MOST_TOLD + 1, u64::MAX] {
            let event = json!({"request_id": "a", "cost_nanodollars": number, "usage": {
                "input": number, "output": number, "cache_read": number, "cache_write": number,
                "cache_write_1h": number, "reasoning": number,
            }});
            let line = event_of_line(event.to_string().as_bytes()).unwrap();
            let batch = events(json!({"events": [event]}).to_string().as_bytes()).unwrap();
            assert_eq!(batch, std::slice::from_ref(&line));
            let usage = line.usage;
            let kinds =
                [usage.input, usage.output, usage.cache_read, usage.cache_write, usage.cache_write_1h];
            assert_eq!((kinds, usage.reasoning), ([MOST_TOLD; 5], MOST_TOLD));
            assert_eq!(line.cost_nanodollars, MOST_TOLD);
        }
    }

    /// A field's value of so many arrays within each other.
    fn nested(depth: usize) -> String {
        format!(r#"{{"request_id":"a","metadata":{{"x":{}1{}}}}}"#, "[".repeat(depth), "]".repeat(depth))
    }

    #[test]
    fn what_is_read_at_once_is_what_is_read_one_by_one() {
        let batch = |events: &str| format!("{{\"events\":[{events}],\"later\":{{\"x\":[1]}}}}").into_bytes();
        let mut not_utf8 = batch(r#"{"request_id":"a","of_tomorrow":"?"}"#);
        let place = not_utf8.iter().position(|byte| *byte == b'?').unwrap();
        not_utf8[place] = 0xff;
        let bodies = [
            (true, batch("")),
            (true, batch(r#"{"request_id":"a"},{"request_id":"\u00e9\n","of_tomorrow":[{"y":1e3}]}"#)),
            (
                true,
                batch(
                    r#"{"request_id":"a","metadata":{"n":1.5e-7,"m":18446744073709551615},"tags":["\ud83d\ude00"]}"#,
                ),
            ),
            (true, batch(&nested(120))),
            (
                true,
                batch(r#"{"request_id":"a","usage":{"output":18446744073709551615},"cost_nanodollars":7}"#),
            ),
            // What is nested two levels deeper in a batch than by itself, and too deep for both.
            (false, batch(&nested(125))),
            (false, batch(&nested(200))),
            (false, not_utf8),
            (false, batch(r#"{"request_id":"a\u0000b"}"#)),
            (false, batch(r#"{"request_id":""}"#)),
            (false, batch(r#"{"request_id":"a","request_id":"b"}"#)),
            (false, batch(r#"{"request_id":"a","tags":["\ud83d"]}"#)),
            (false, batch(r#"{"request_id":"a"}] x"#)),
            (false, br#"{"events":[{"request_id":"a"}],"events":[]}"#.to_vec()),
            (false, batch(&vec![r#"{"request_id":"a"}"#; MOST_EVENTS + 1].join(","))),
            (false, Vec::new()),
        ];
        for (is_plain, body) in bodies {
            let text = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
            let (quick, slow) = (at_once(&body), one_by_one(&body));
            assert_eq!(quick.is_some(), is_plain, "{text}");
            assert!(quick.is_none() || quick == slow.as_ref().ok().cloned(), "{text}");
            assert_eq!(events(&body), slow, "{text}");
        }
    }

    #[test]
    fn what_is_no_batch_is_refused_with_its_position() {
        for (body, tail) in [
            ("", "EOF while parsing a value at line 1 column 0"),
            ("[1]", "invalid type: integer `1`, expected a sequence at line 1 column 2"),
            ("{}", "missing field `events` at line 1 column 2"),
            (r#"{"events":[{"request_id":"a"},]}"#, "trailing comma at line 1 column 31"),
            ("{\"events\":[]} x", "trailing characters at line 1 column 15"),
        ] {
            let (at, message) = refused(body);
            assert_eq!(at, None, "{body}");
            assert!(message.ends_with(tail), "{body}: {message}");
        }
    }

    #[test]
    fn what_is_no_event_is_refused_with_its_path() {
        let good = r#"{"request_id":"a","call_type":"acompletion"}"#;
        for (event, at) in [
            ("7", "events[1]"),
            (r#"{"call_type":"x"}"#, "events[1].request_id"),
            (r#"{"request_id":"","call_type":"x"}"#, "events[1].request_id"),
            (r#"{"request_id":"b","call_type":"x","usage":{"input":-1}}"#, "events[1].usage.input"),
            (r#"{"request_id":"b","call_type":"x","usage":{"service":7}}"#, "events[1].usage.service"),
            (r#"{"request_id":"b","call_type":"x","ended_us":999999999999999999}"#, "events[1].ended_us"),
            (
                r#"{"request_id":"b","call_type":"x","guardrail_information":[{"guardrail_status":7}]}"#,
                "events[1].guardrail_information[0].guardrail_status",
            ),
            (
                r#"{"request_id":"b","call_type":"x","guardrail_information":[{"duration":1}]}"#,
                "events[1].guardrail_information[0].guardrail_id",
            ),
        ] {
            let (found, message) = refused(&format!("{{\"events\":[{good},{event}]}}"));
            assert_eq!(found.as_deref(), Some(at), "{message}");
        }
    }

    #[test]
    fn a_message_quotes_a_part_of_a_long_text() {
        let long = "x".repeat(10_000);
        let (_, message) = refused(&format!(r#"{{"events":[{{"started_us":"{long}"}}]}}"#));
        assert!(message.starts_with("invalid type: string \"xxx"), "{message}");
        assert!(message.ends_with("xxx (line 1, column 10016 of the event)"), "{message}");
    }

    #[test]
    fn too_many_events_are_refused_before_they_are_read() {
        let body = format!("{{\"events\":[{}]}}", vec!["7"; MOST_EVENTS + 1].join(","));
        assert_eq!(refused(&body).0.as_deref(), Some("events"));
    }

    #[test]
    fn an_id_has_a_longest_length() {
        assert_eq!(check_id(&"i".repeat(LONGEST_ID)), Ok(()));
        assert!(check_id(&"i".repeat(LONGEST_ID + 1)).is_err());
    }
}
