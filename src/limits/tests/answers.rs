//! What a refused caller is told.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn retry_after_is_when_the_same_request_passes() {
    for seed in histories(40) {
        let mut random = SplitMix(seed);
        let memory = Memory::default();
        let limit = limits(1 + random.below(20), 100 + random.below(1_000));
        let mut now = 1_700_000_000_000;
        for _ in 0..300 {
            now += random.below(2_000);
            let wanted = random.below(100);
            if let Outcome::Refused(refusal) = reserve(&memory, &KEY, &limit, wanted, now) {
                let wait = refusal.retry_after_s.unwrap();
                assert!((1..=60).contains(&wait), "seed {seed}: {wait}");
                if wait > 1 {
                    refused(reserve(&memory, &KEY, &limit, wanted, now + (wait - 1) * 1_000));
                }
                now += wait * 1_000;
                granted(reserve(&memory, &KEY, &limit, wanted, now));
            }
        }
    }
}

#[test]
fn texts_and_headers() {
    let memory = Memory::default();
    let limit = limits(2, 100);
    let first = granted(reserve(&memory, &KEY, &limit, 30, 10_500));
    let headers: Vec<String> =
        first.quotas.headers().into_iter().map(|(name, value)| format!("{name}: {value}")).collect();
    assert_eq!(
        headers,
        [
            "x-ratelimit-limit-requests: 2",
            "x-ratelimit-remaining-requests: 1",
            "x-ratelimit-reset-requests: 1m0s",
            "x-ratelimit-limit-tokens: 100",
            "x-ratelimit-remaining-tokens: 70",
            "x-ratelimit-reset-tokens: 1m0s",
        ]
    );
    granted(reserve(&memory, &KEY, &limit, 30, 20_000));

    let cases = [
        (limit, 1, Some(41), "the limit of 2 requests per minute (rpm_limit) is used up. Try again in 41 s."),
        (
            limits(None, 100),
            90,
            Some(50),
            "the limit of 100 tokens per minute (tpm_limit) is used up. Try again in 50 s.",
        ),
        (
            limit,
            101,
            None,
            "this request may take 101 tokens (input and longest answer), more than the whole limit of 100 tokens \
             per minute (tpm_limit), so that it can never pass. Shorten the input, bound the answer with a lower \
             max_tokens, or ask for a higher limit.",
        ),
        (
            limits(0, None),
            1,
            None,
            "the limit is 0 requests per minute (rpm_limit), so that no request can pass. Ask for a higher limit.",
        ),
        (
            limits(None, 0),
            0,
            None,
            "the limit is 0 tokens per minute (tpm_limit), so that no request can pass. Ask for a higher limit.",
        ),
    ];
    for (limit, tokens, retry_after, text) in cases {
        let reject = refused(reserve(&memory, &KEY, &limit, tokens, 30_000)).reject();
        assert_eq!(reject.message, format!("Rate limit exceeded for key \"batch\": {text}"));
        assert_eq!((reject.status, reject.kind), (429, "throttling_error"));
        assert_eq!((reject.code, reject.retry_after), (Some("rate_limit_exceeded"), retry_after));
    }
}
