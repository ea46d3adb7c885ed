#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn parse(expression: &str) -> Hir {
    regex_syntax::ParserBuilder::new().case_insensitive(true).build().parse(expression).unwrap()
}

#[test]
fn what_a_pattern_needs() {
    // `|`: the border of a word; `#`: a digit beside it.
    let spelling = |written: &str| Spelling {
        literal: Literal {
            text: written.trim_matches(['|', '#']).to_owned(),
            after_digit: written.starts_with('#'),
            before_digit: written.ends_with('#'),
        },
        begins: written.starts_with('|'),
        ends: written.ends_with('|'),
    };
    let literals = |all: &[&str]| Needs::Literals(all.iter().map(|one| spelling(one)).collect());
    for (expression, expected) in [
        (r"\bask me\b", literals(&["|ask me|"])),
        (r"(?-i:AKIA)[0-9A-Z]{16}", literals(&["akia"])),
        (r"[a-z]+@[a-z]+\.[a-z]{2,}", literals(&["@"])),
        (r"(?:password|secret)\s*[:=]\s*\S+", literals(&["password", "secret"])),
        (r"\b\d{3}-\d{2}-\d{4}\b", Needs::Digits(9)),
        (r"(?:\d[ -]?){13,19}", Needs::Digits(13)),
        (r"\d+[a-z]", Needs::Digits(1)),
        (r"[٠-٩0-9]{4}", Needs::Digits(4)),
        (r"(?:bc1|[13])[a-z]{5}", Needs::Digits(1)),
        (r"(?:ab|c)\w+", Needs::Nothing),
        (r"[a-z]{17}", Needs::Nothing),
        (r"(?:x1)?[a-z]{3}", Needs::Nothing),
        (r"(?:foo bar)+", literals(&["foo bar"])),
        ("größe", literals(&["grÖße", "grÖẞe", "größe", "gröẞe"])),
        (r"[\w.-]+\.(?:corp|lan)\b", literals(&[".corp|", ".lan|"])),
        (r"\d (?:street|st)(?-u:\b)x*", literals(&[" street|", " st|"])),
        (r"(?:\b|_)vat\w*", literals(&["|vat", "_vat"])),
        (r"foo\b bar\Bs", literals(&["foo bars"])),
        (r"a\b\w*b", Needs::Nothing),
        (r"\bab\b|\w", Needs::Nothing),
        (r"(?:secret|key)+[:=]\w", literals(&["secret", "key"])),
        ("на.", literals(&["НА", "На", "нА", "на"])),
        ("密钥", literals(&["密钥"])),
        (r"(?:AT|DE)[0-9]{2}", literals(&["at#", "de#"])),
        ("ö", Needs::Nothing),
        (r"(?-u)\b(?:(?:25[0-5]|[1-9]?[0-9])\.){3}[0-9]{1,3}\b", literals(&["#.#"])),
        (r"(?-u)\d{2}/\d{2}", literals(&["#/#"])),
        (r"(?-u)(\d+)(?:(,)(\d)){2}", literals(&["#,#"])),
        (r"(?-u)\d[.,]\d(?:[.]\d)?", literals(&["#,#", "#.#"])),
        (r"(?-u)\d+(?:kg|lb)\d", literals(&["#kg#", "#lb#"])),
        (r"(?-u)(?:1|)\.(?:\d|x)\.2", literals(&[".2"])),
        (r"(?-u)\d{3}-\d{2}-\d{4}", Needs::Digits(9)),
        (r"(?-u)\d\d?x?\.\d", Needs::Digits(2)),
        (r"\d\.\d", Needs::Digits(2)),
        (r"(?-u)\d@", literals(&["#@"])),
    ] {
        assert_eq!(Held::by(&parse(expression)).chosen(), expected, "{expression}");
    }
}

#[test]
fn patterns_are_open_around_what_they_need() {
    let patterns = [r"\d{2}-\d{2}", "forbidden", r"x+@", "[a-z]{2}", r"[0-9]{3}"].map(parse);
    let gates = Gates::new(&[(7, "Word")], &patterns).unwrap();
    let text = format!("{}12-34 Forbidden wORD 9{}é{}@", " ".repeat(50), " ".repeat(50), " ".repeat(50));
    let mut words = Vec::new();
    let open = gates.open(&text, |rule, range| words.push((rule, range)));
    assert_eq!(words, [(7, 66..70)]);
    assert_eq!(open.of(1), std::slice::from_ref(&(56..65)));
    assert!(open.of(2).is_empty(), "no x before the sign");
    assert_eq!(open.of(3), std::slice::from_ref(&(0..text.len())));
    assert!(open.of(4).is_empty(), "no three digits within three bytes");
    let [number] = &open.of(0)[..] else { panic!("one range") };
    assert_eq!(most_chars(&parse(r"\d{2}-\d{2}")), Some(5));
    assert!(number.start <= 50 && number.end >= 55 && number.end < 80);
    assert!(open.of(9).is_empty());
    assert!(open.may_match(0) && !open.may_match(9));
}

#[test]
fn runs_that_are_long_enough_are_found() {
    for (expression, text, expected) in [
        ("[a-z]{4}", "abc abcd abcde ab", &["abcd", "abcde"][..]),
        ("[a-z]{4}", "abcd", &["abcd"]),
        ("[a-z]{4}", "abc", &[]),
        ("[a-z]{4}", "", &[]),
        ("(?-u:[a-z0-9]{3}[-_]+x)", "a-b--x 12-_x é1-2-3é", &["a-b--x", "12-_x", "1-2-3"]),
        (r"\w{4}", "größe 日本 übel", &["größe", "日本", "übel"]),
        ("(?-i:[A-Z]{6})", "SIX LETTERS, AND Mixed ABCDEF", &["LETTERS", "ABCDEF"]),
    ] {
        let alphabet = Alphabet::of(&parse(expression));
        let runs: Vec<&str> = alphabet.runs(text).into_iter().map(|run| text.get(run).unwrap()).collect();
        assert_eq!(runs, expected, "{expression} in {text}");
    }
}

#[test]
fn a_pattern_is_open_only_where_its_matches_are_made_of_what_stands_there() {
    for (expression, text, expected) in [
        (r"\d+[a-z]{3}\d+x", "the 240 seats of 2019, and 1abc2x.", &["1abc2x"][..]),
        (r"[\w.-]+\.(?:corp|lan)\b", "my plans.lanes, see a.b.lan, x.corp", &["a.b.lan, x.corp"]),
        (r"[a-z]+@[a-z]+", "mail me@home, @ noon", &["me@home"]),
        (r"(?-u:[a-z]{1,3})@", "abcdef@ abcdefg@", &["def@ abcdefg@"]),
        (r"\b\d{2}/\d{2}/\d{4}\b", "24/7, 12/05/2019 or 2019", &["12/05/2019"]),
        (r"\bkill\b", "skills, kill, overkill", &["kill"]),
    ] {
        let gates = Gates::new(&[], &[parse(expression)]).unwrap();
        let open = gates.open(text, |_, _| {}).of(0);
        let ranges: Vec<&str> = open.into_iter().map(|range| text.get(range).unwrap()).collect();
        assert_eq!(ranges, expected, "{expression} in {text}");
    }
}
