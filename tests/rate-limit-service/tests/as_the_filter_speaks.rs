//! The filter's own reading and writing of the protocol, against a library's.

use prost::Message;
use rate_limit_service::messages::{
    Code, Descriptor, Duration, Entry, Header, Limit, RateLimitRequest, RateLimitResponse, Status,
};
use spillway_filter::rate_service::{Answer, Over, Scope, Unit, ask, read};

fn entry(key: &str, value: &str) -> Entry {
    Entry { key: key.to_owned(), value: value.to_owned() }
}

#[test]
fn what_the_filter_asks_is_understood() {
    let long = "é".repeat(300);
    let scopes = [
        Scope {
            entries: vec![("key", "k".to_owned()), ("model", long.clone())],
            label: "a label".to_owned(),
            requests: Some(u64::MAX),
            tokens: Some(0),
        },
        Scope { entries: vec![("team", "t".to_owned())], ..Scope::default() },
    ];
    for (unit, name, requests_per_unit) in
        [(Unit::Requests, "requests", u32::MAX), (Unit::Tokens, "tokens", 0)]
    {
        let expected = RateLimitRequest {
            domain: "spillway".to_owned(),
            descriptors: vec![
                Descriptor {
                    entries: vec![entry("unit", name), entry("key", "k"), entry("model", &long)],
                    limit: Some(Limit { requests_per_unit, unit: 2 }),
                },
                Descriptor { entries: vec![entry("unit", name), entry("team", "t")], limit: None },
            ],
            hits_addend: 70_000,
        };
        let bytes = ask("spillway", &scopes, unit, 70_000);
        assert_eq!(RateLimitRequest::decode(bytes.as_slice()), Ok(expected));
    }
}

#[test]
fn what_a_service_answers_is_understood() {
    let status = |code: Code, wait: Option<(i64, i32)>| Status {
        code: code.into(),
        limit_remaining: 3,
        duration_until_reset: wait.map(|(seconds, nanos)| Duration { seconds, nanos }),
    };
    let answer = |code: Code, statuses: Vec<Status>, header: Option<(&str, &str)>| {
        let headers = header.map(|(key, value)| Header { key: key.to_owned(), value: value.to_owned() });
        let response =
            RateLimitResponse { overall_code: code.into(), statuses, headers: headers.into_iter().collect() };
        read(&response.encode_to_vec())
    };
    let over = |scope, retry_after_s| Ok(Answer::Over(Over { scope, retry_after_s }));
    let fine = status(Code::Ok, Some((60, 0)));
    assert_eq!(answer(Code::Ok, vec![fine], None), Ok(Answer::Ok));
    assert_eq!(
        answer(Code::OverLimit, vec![fine, status(Code::OverLimit, Some((17, 1)))], None),
        over(Some(1), Some(18))
    );
    assert_eq!(answer(Code::OverLimit, vec![status(Code::OverLimit, None)], None), over(Some(0), None));
    assert_eq!(answer(Code::OverLimit, vec![], Some(("X-RateLimit-Reset", "41"))), over(None, Some(41)));
    assert!(answer(Code::Unknown, vec![], None).is_err());
}
