#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::*;
use crate::guardrails::tests::{guardrail, word};
use crate::guardrails::{Action, Compiled, Outcome, Selection, Stage, Verdict};
use crate::random::SplitMix;
use crate::wire::Dialect;

const CALLER: &str = "5e88";

/// A guardrail that blocks, one that masks, and one that runs where it is asked for.
struct World {
    compiled: Compiled,
    known: Known,
}

impl World {
    fn new() -> Self {
        let mut extra = guardrail("extra", vec![word("harmless", Action::Block)], vec![]);
        extra.default_on = false;
        let settings = [
            guardrail("blocks", vec![word("forbidden", Action::Block)], vec![]),
            guardrail("masks", vec![word("secret", Action::Mask)], vec![]),
            extra,
        ];
        Self { compiled: Compiled::new(&settings).unwrap(), known: Known::new(1_000, Some([7, 8])) }
    }

    fn selection(&self, named: &[&str]) -> Selection {
        let named: Vec<String> = named.iter().map(|name| (*name).to_owned()).collect();
        self.compiled.select(&named, &[], &[]).unwrap()
    }

    fn scan(&mut self, body: &Value) -> Verdict {
        let selection = self.selection(&[]);
        let Self { compiled, known } = self;
        compiled.scan_again(&selection, (known, CALLER), Dialect::Chat, &body.to_string(), &|| 0)
    }

    fn blocks(&mut self, body: &Value) -> bool {
        matches!(self.scan(body).outcome, Outcome::Blocked(_))
    }

    /// Whether nothing but a hash is asked of a text.
    fn knows(&mut self, whose: &str, named: &[&str], written: Written, raw: &str) -> bool {
        let running = self.selection(named).at(Stage::Request, |_| true);
        let mut recall = Recall::new(&mut self.known, whose, &running).unwrap();
        matches!(recall.find(written, raw), Sight::Clean { .. })
    }
}

fn long(text: &str) -> String {
    ["words before. ".repeat(40), text.to_owned(), " words behind.".repeat(40)].concat()
}

fn says(text: &str) -> Value {
    json!({"messages": [{"role": "user", "content": text}]})
}

#[test]
fn a_text_in_which_nothing_was_found_twice_is_known() {
    let (mut world, text) = (World::new(), long("harmless"));
    for (time, is_known) in [false, false, true, true].into_iter().enumerate() {
        assert_eq!(world.knows(CALLER, &[], Written::String, &text), is_known, "{time}");
        assert_eq!(world.scan(&says(&text)).outcome, Outcome::Pass);
    }
}

#[test]
fn it_is_known_of_its_caller_where_the_same_guardrails_look_and_as_it_is_written() {
    let (mut world, text) = (World::new(), long("harmless"));
    (0..3).for_each(|_| drop(world.scan(&says(&text))));
    assert!(world.knows(CALLER, &[], Written::String, &text));
    assert!(!world.knows("another", &[], Written::String, &text));
    assert!(!world.knows(CALLER, &["extra"], Written::String, &text));
    assert!(!world.knows(CALLER, &[], Written::Document, &text));
    let selection = world.selection(&["extra"]);
    let World { compiled, known } = &mut world;
    let body = says(&text).to_string();
    let verdict = compiled.scan_again(&selection, (known, CALLER), Dialect::Chat, &body, &|| 0);
    assert!(matches!(verdict.outcome, Outcome::Blocked(_)));
}

#[test]
fn another_text_of_the_same_length_that_differs_in_its_middle_is_not_it() {
    let (mut world, text) = (World::new(), long("harmless!"));
    (0..3).for_each(|_| drop(world.scan(&says(&text))));
    assert!(world.blocks(&says(&long("forbidden"))));
    // It takes no place in the table: the harmless one is known as before.
    assert!(world.knows(CALLER, &[], Written::String, &text));
}

#[test]
fn where_anything_is_found_it_is_found_again() {
    let mut world = World::new();
    for _ in 0..4 {
        assert!(world.blocks(&says(&long("forbidden"))));
        let Outcome::Masked(masked) = world.scan(&says(&long("secret"))).outcome else { panic!("no mask") };
        assert!(String::from_utf8(masked).unwrap().contains(&long("[KEYWORD_REDACTED]")));
    }
}

#[test]
fn one_that_is_found_something_in_does_not_keep_others_from_being_known() {
    let (mut world, clean) = (World::new(), long("harmless"));
    let body = json!({"messages": [
        {"role": "user", "content": long("secret")}, {"role": "assistant", "content": clean},
    ]});
    (0..3).for_each(|_| drop(world.scan(&body)));
    assert!(world.knows(CALLER, &[], Written::String, &clean));
    assert!(matches!(world.scan(&body).outcome, Outcome::Masked(_)));
}

#[test]
fn a_match_over_the_seam_of_known_texts_is_found() {
    let mut world = World::new();
    let (first, second) = ([&long(""), "for"].concat(), ["bidden", &long("")].concat());
    for text in [&first, &second] {
        (0..3).for_each(|_| assert!(!world.blocks(&says(text))));
        assert!(world.knows(CALLER, &[], Written::String, text));
    }
    let message = |role: &str, text: &str| json!({"role": role, "content": text});
    let apart = json!({"messages": [message("user", &first), message("assistant", &second)]});
    assert!(!world.blocks(&apart));
    let joined = json!({"messages": [message("user", &first), message("user", &second)]});
    assert!(world.blocks(&joined));
    let with_new = json!({"messages": [message("user", &first), message("user", "bidden")]});
    assert!(world.blocks(&with_new));
    // The known one belongs to nothing behind it here.
    let behind = [message("user", &second), message("assistant", "for"), message("assistant", "now")];
    assert!(!world.blocks(&json!({"messages": behind})));
}

#[test]
fn what_was_not_read_where_it_stood_is_not_known_where_it_is() {
    let mut world = World::new();
    let url = ["data:text/plain;base64,", &"forbidden+text/".repeat(40)].concat();
    let image = json!({"type": "image_url", "image_url": {"url": url}});
    let shows =
        json!({"messages": [{"role": "user", "content": [image, {"type": "text", "text": long("")}]}]});
    (0..3).for_each(|_| assert!(!world.blocks(&shows)));
    assert!(world.blocks(&says(&url)));
    assert!(world.knows(CALLER, &[], Written::String, &long("")));
}

#[test]
fn json_in_texts_and_of_the_callers_own_is_known_as_such() {
    let mut world = World::new();
    let json = json!({"query": long("harmless"), "limit": 3});
    let in_text = json.to_string();
    let raw = in_text.replace('"', "\\\"");
    let body = json!({"messages": [
        {"role": "user", "content": "for"},
        {"role": "user", "content": in_text},
        {"role": "user", "content": "bidden"},
        {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": json}}]},
    ]});
    (0..4).for_each(|time| assert!(!world.blocks(&body), "{time}"));
    assert!(world.knows(CALLER, &[], Written::String, &raw));
    assert!(world.knows(CALLER, &[], Written::Document, &json.to_string()));
}

#[test]
fn without_a_secret_or_room_nothing_is_known() {
    let running = Running::default();
    assert!(Recall::new(&mut Known::new(1_000, None), CALLER, &running).is_none());
    assert!(Recall::new(&mut Known::new(0, Some([1, 2])), CALLER, &running).is_none());
}

#[test]
fn a_secret_is_not_told() {
    let known = Known::new(1_000, Some([0x1234_5678, 0x1234_5678]));
    assert_eq!(format!("{known:?}"), "Known(Tally { new: 0, known: 0 })");
}

/// A small table, and conversations that come again and again, changed here and there.
#[test]
fn a_verdict_is_the_same_whatever_is_known() {
    let mut world = World::new();
    world.known = Known::new(24, Some([3, 4])).from(40);
    let (mut random, mut knew) = (SplitMix(11), 0);
    // The first one is long enough to be known.
    let mut texts: Vec<String> = (0..30).map(|number| text(&mut random, number)).collect();
    for round in 0..3_000 {
        let changed = random.index(texts.len());
        if random.index(4) == 0 {
            texts[changed] = text(&mut random, round);
        }
        let message = |random: &mut SplitMix| {
            let role = ["user", "user", "assistant", "tool"][random.index(4)];
            let text = &texts[random.index(4) * random.index(8)];
            match random.index(3) {
                0 => {
                    json!({"role": role, "content": [{"type": "text", "text": text}, {"type": "text", "text": text}]})
                }
                _ => json!({"role": role, "content": text}),
            }
        };
        let messages: Vec<Value> = (0..random.index(6)).map(|_| message(&mut random)).collect();
        let body = json!({"messages": messages});
        let selection = world.selection(&[]);
        let expected =
            world.compiled.scan(&selection, Stage::Request, Dialect::Chat, &body.to_string(), &|| 0);
        assert_eq!(world.scan(&body), expected, "{body}");
        knew += usize::from(world.knows(CALLER, &[], Written::String, &texts[0].replace('"', "\\\"")));
    }
    assert!(knew > 500, "{knew}");
}

/// Texts that are like each other, some with what is found alone or together with another one.
fn text(random: &mut SplitMix, number: usize) -> String {
    let ends = ["bidden", "secret", "forbidden", "for", "sec", "ret"];
    let mut end = |often: usize| if random.index(often) == 0 { ends[random.index(6)] } else { "" };
    let (first, last, middle) = (end(5), end(5), end(9));
    if number % 5 == 1 && number > 1 {
        return first.to_owned();
    }
    let words = format!("{first} is the {} text of many {middle} that are alike {last}", number % 7);
    if number.is_multiple_of(5) { json!({"a": words, "b": [1, true]}).to_string() } else { words }
}
