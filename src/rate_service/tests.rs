#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{Answer, Malformed, Over, Scope, Unit, ask, read};
use crate::random::Random;

fn scope(entries: &[(&'static str, &str)], requests: Option<u64>, tokens: Option<u64>) -> Scope {
    let entries = entries.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    Scope { entries, label: "x".to_owned(), requests, tokens }
}

/// The bytes by hand: `0a` is field 1 with a length, `12` field 2, `18` field 3 with a number.
#[test]
fn a_question_is_envoys_message() {
    let scopes = [scope(&[("team", "t")], Some(300), None)];
    let entries = b"\x0a\x10\x0a\x04unit\x12\x08requests\x0a\x09\x0a\x04team\x12\x01t";
    let descriptor = [&entries[..], b"\x12\x05\x08\xac\x02\x10\x02"].concat();
    let expected = [b"\x0a\x01d\x12\x24", &descriptor[..], b"\x18\x01"].concat();
    assert_eq!(ask("d", &scopes, Unit::Requests, 1), expected);
    // No limit of tokens is known, so that the service's own holds.
    let expected =
        b"\x0a\x01d\x12\x1b\x0a\x0e\x0a\x04unit\x12\x06tokens\x0a\x09\x0a\x04team\x12\x01t\x18\x80\x01";
    assert_eq!(ask("d", &scopes, Unit::Tokens, 128), expected);
}

#[test]
fn hits_stay_within_their_field() {
    let largest = b"\x0a\x01d\x18\xff\xff\xff\xff\x0f";
    assert_eq!(ask("d", &[], Unit::Tokens, u64::MAX), largest);
    assert_eq!(ask("d", &[], Unit::Tokens, 0), b"\x0a\x01d\x18\x01");
}

#[test]
fn answers() {
    let over = |scope, retry_after_s| Ok(Answer::Over(Over { scope, retry_after_s }));
    let cases: &[(&str, &[u8], Result<Answer, Malformed>)] = &[
        ("allowed", b"\x08\x01", Ok(Answer::Ok)),
        ("allowed, with a status", b"\x08\x01\x12\x04\x08\x01\x18\x05", Ok(Answer::Ok)),
        ("refused, and nothing else", b"\x08\x02", over(None, None)),
        // The second of two descriptors is over its limit for 17.5 s more.
        (
            "refused, with statuses",
            b"\x08\x02\x12\x02\x08\x01\x12\x0c\x08\x02\x22\x08\x08\x11\x10\x80\xca\xb5\xee\x01",
            over(Some(1), Some(18)),
        ),
        // Of two that are over, the one with the longer wait.
        (
            "the longest wait",
            b"\x08\x02\x12\x06\x08\x02\x22\x02\x08\x02\x12\x06\x08\x02\x22\x02\x08\x09\x12\x02\x08\x02",
            over(Some(1), Some(9)),
        ),
        ("a window that ends now", b"\x08\x02\x12\x04\x08\x02\x22\x00", over(Some(0), Some(1))),
        (
            "a negative wait",
            b"\x08\x02\x12\x0f\x08\x02\x22\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            over(Some(0), Some(1)),
        ),
        ("Limitador's header", b"\x08\x02\x1a\x17\x0a\x11X-RateLimit-Reset\x12\x0242", over(None, Some(42))),
        ("another header", b"\x08\x02\x1a\x09\x0a\x03abc\x12\x0242", over(None, None)),
        ("fields of later versions", b"\x08\x01\x3a\x02\x08\x01\x41abcdefgh\x4dabcd", Ok(Answer::Ok)),
        ("nothing", b"", Err(Malformed::NoCode)),
        ("unknown", b"\x08\x00", Err(Malformed::NoCode)),
        ("cut", b"\x08\x02\x12\x05\x08", Err(Malformed::Broken)),
        ("a group", b"\x0b\x0c", Err(Malformed::Broken)),
        ("a number without end", b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", Err(Malformed::Broken)),
    ];
    for (what, bytes, answer) in cases {
        assert_eq!(read(bytes), *answer, "{what}");
    }
    assert_eq!(read(&[0; (64 << 10) + 1]), Err(Malformed::TooLong));
}

/// Whatever the bytes, there is an answer or an error; damage to a true answer likewise.
#[test]
fn any_bytes_are_read_or_refused() {
    let mut random = Random::seeded([1, 2, 3, 4]);
    let whole = b"\x08\x02\x12\x02\x08\x01\x12\x0c\x08\x02\x22\x08\x08\x11\x10\x80\xca\xb5\xee\x01";
    for _ in 0..20_000 {
        let length = random.draw() % 40;
        let noise: Vec<u8> = (0..length).map(|_| random.draw() as u8).collect();
        let _ = read(&noise);
        let mut damaged = whole.to_vec();
        let at = random.draw() as usize % damaged.len();
        damaged[at] = random.draw() as u8;
        let _ = read(&damaged[..random.draw() as usize % (damaged.len() + 1)]);
    }
}
