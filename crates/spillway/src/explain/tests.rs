//! How outlines are laid out; what they say is a matter of the command line's cases.

use super::Outline;

fn outline() -> Outline {
    let mut inner = Outline::default();
    inner.say("short", "one");
    inner.say("rather long", "two");
    inner.say_some("missing", None::<String>);
    let mut part = Outline::default();
    part.part("inner", inner);
    part.say("é", "three");
    let mut all = Outline::default();
    all.part("part", part);
    all.part("empty", Outline::default());
    all
}

#[test]
fn what_is_said_of_neighbours_stands_one_below_the_other() {
    let mut text = Vec::new();
    outline().write_text(&mut text).unwrap();
    let expected = "\npart\n  inner\n    short        one\n    rather long  two\n  é  three\n";
    assert_eq!(String::from_utf8(text).unwrap(), expected);
}

#[test]
fn as_json_it_keeps_its_order() {
    let expected = r#"{"part":{"inner":{"short":"one","rather long":"two"},"é":"three"}}"#;
    assert_eq!(outline().json().to_string(), expected);
}
