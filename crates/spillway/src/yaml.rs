//! YAML as the configuration uses it: JSON's values, text keys, each key once, merge keys applied.

mod locate;
mod merge;
mod value;

use serde::de::DeserializeSeed;
use serde_json::Value;
use serde_yaml_ng::Deserializer;
use spillway_filter::config::{Path, Problem};

pub use locate::Places;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

/// A text that is not YAML.
#[derive(Debug)]
pub struct SyntaxError {
    /// Where reading ended, if the parser says so.
    pub place: Option<Place>,
    /// What was found or expected there, in the parser's words.
    pub message: String,
}

/// What a key is called that stands a second time.
const TWICE: &str = "the key stands twice in its mapping";

/// A file's text without the mark that some editors begin it with (U+FEFF), which is none of the document's.
#[must_use]
pub fn unmarked(mut text: String) -> String {
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    text
}

/// Reads a document. Problems that leave a value to go on with (a key that stands twice) come beside it.
///
/// # Errors
/// The text is not YAML, or more than one document.
pub fn parse(text: &str) -> Result<(Value, Vec<Problem>), SyntaxError> {
    let problems = value::Problems::default();
    let reader = value::Reader::new(Path::default(), &problems);
    let mut value = reader.deserialize(Deserializer::from_str(text))?;
    merge::apply(&mut value, &Path::default(), &problems);
    let mut problems = problems.into_inner();
    tell_lines(&mut problems, text);
    Ok((value, problems))
}

/// A key's problem is told where it stands first; this says where it stands again, which the reader cannot tell.
fn tell_lines(problems: &mut [Problem], text: &str) {
    let mut twice = problems.iter_mut().filter(|problem| problem.message == TWICE).peekable();
    if twice.peek().is_none() {
        return;
    }
    let mut places = Places::of(text);
    for problem in twice {
        if let Some(place) = places.next_repetition(&problem.path) {
            problem.message = format!("{TWICE}, again in line {}", place.line);
        }
    }
}

impl From<serde_yaml_ng::Error> for SyntaxError {
    fn from(error: serde_yaml_ng::Error) -> Self {
        let place = error.location().map(|at| Place { line: at.line(), column: at.column() });
        let text = error.to_string();
        // The place is told apart from the message.
        let message = text.split_once(" at line ").map_or(text.as_str(), |(message, _)| message);
        Self { place, message: message.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Place, Places, parse, unmarked};

    #[test]
    fn merge_keys_and_anchors_become_plain_values() {
        let text = "base: &b {x: 1, y: 2}\nown: {y: 3, <<: *b}\nmany: {<<: [*b, {z: 4}]}\nlist: [*b]\n";
        let (value, problems) = parse(text).unwrap();
        let base = json!({"x": 1, "y": 2});
        let expected =
            json!({"base": base, "own": {"y": 3, "x": 1}, "many": {"x": 1, "y": 2, "z": 4}, "list": [base]});
        assert_eq!((value, problems), (expected, Vec::new()));
    }

    #[test]
    fn a_mapping_that_merges_another_can_be_merged_itself() {
        let text = "a: &a {x: 1, y: 1, z: 1}\nb: &b {<<: *a, y: 2}\nc: &c {<<: [{w: 0}, *b], z: 3}\n\
                    d: {deep: [{<<: *c, w: 4}]}\n";
        let (value, problems) = parse(text).unwrap();
        assert_eq!(value["c"], json!({"w": 0, "x": 1, "y": 2, "z": 3}));
        assert_eq!(value["d"], json!({"deep": [{"w": 4, "x": 1, "y": 2, "z": 3}]}));
        assert_eq!(problems, Vec::new());
    }

    #[test]
    fn of_two_merge_keys_in_one_mapping_the_later_wins() {
        let text =
            "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: *a\n  <<: *b\n  z: 3\nd:\n  <<: [*a, *b]\n";
        let (value, problems) = parse(text).unwrap();
        assert_eq!(
            (&value["c"], &value["d"]),
            (&json!({"z": 3, "y": 2, "x": 1}), &json!({"x": 1, "y": 1, "z": 2}))
        );
        assert_eq!(problems, Vec::new());
    }

    #[test]
    fn a_key_that_stands_again_is_told_with_its_lines() {
        let (_, problems) = parse("a: 1\nm:\n  b: 1\n  b: 2\na: 2\na: 3\n").unwrap();
        let told: Vec<_> = problems.iter().map(|it| (it.path.as_str(), it.message.as_str())).collect();
        let again = |line| format!("the key stands twice in its mapping, again in line {line}");
        let (b, a, last) = (again(4), again(5), again(6));
        assert_eq!(told, [("m.b", b.as_str()), ("a", a.as_str()), ("a", last.as_str())]);
    }

    #[test]
    fn a_mark_at_the_beginning_is_not_of_the_document() {
        assert_eq!(unmarked("\u{feff}a: 1\n".to_owned()), "a: 1\n");
        assert_eq!(unmarked("a: \u{feff}\n".to_owned()), "a: \u{feff}\n");
    }

    #[test]
    fn a_text_that_unfolds_beyond_measure_is_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..30 {
            let below = level - 1;
            text.push_str(&format!("a{level}: &a{level} [{}]\n", vec![format!("*a{below}"); 9].join(", ")));
        }
        assert!(parse(&text).is_err());
    }

    #[test]
    fn keys_are_texts_and_stand_once() {
        let (value, problems) =
            parse("a: 1\nb: {4: x, true: y}\na: 2\nc: !t 1\nd: {<<: 5}\ne: .nan\n").unwrap();
        assert_eq!(value, json!({"a": 1, "b": {"4": "x", "true": "y"}, "c": 1, "d": {}, "e": null}));
        let paths: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(paths, ["b.4", "b.true", "a", "c", "e", r#"d["<<"]"#]);
    }

    #[test]
    fn what_is_not_yaml_is_told_with_its_place() {
        let error = parse("a: [1,\nb: 2\n").unwrap_err();
        assert_eq!(error.place, Some(Place { line: 3, column: 1 }));
        assert_eq!(error.message, "did not find expected ',' or ']'");
        assert!(parse("a: 1\n---\nb: 2\n").is_err());
        assert!(parse("a: *nowhere\n").is_err());
    }

    #[test]
    fn places_of_values_and_of_what_is_missing() {
        let text = "a: 1\nlist:\n  - k: v\n    gpt-4.1: [x, y]\nm: &m {q: 7}\nn: *m\n";
        let places = Places::of(text);
        let at = |path| places.find(path).map(|place| (place.line, place.column));
        assert_eq!(at("a"), Some((1, 4)));
        assert_eq!(at("list[0].k"), Some((3, 8)));
        assert_eq!(at(r#"list[0]["gpt-4.1"][1]"#), Some((4, 18)));
        assert_eq!(at("list[0].missing"), Some((3, 5)));
        assert_eq!(at("n.q"), Some((5, 11)), "where the anchor's value stands");
        assert_eq!(at("nothing.there"), Some((1, 1)));
        assert_eq!(at("n.missing"), Some((6, 1)), "where the alias stands");
        assert_eq!(at("a.b"), Some((1, 4)), "what should be a mapping");
        assert_eq!(Places::of("a: {}\n").find("a"), Some(Place { line: 1, column: 1 }), "the key's place");
    }
}
