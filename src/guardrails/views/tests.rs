//! What the views of a text are, and the way back.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

const HTML: Decode = Decode { html: true, base64: false };
const BASE64: Decode = Decode { html: false, base64: true };
const BOTH: Decode = Decode { html: true, base64: true };

#[test]
fn a_folded_text_is_what_a_person_reads() {
    for (text, expected) in [
        ("for\u{200b}bid\u{ad}den", "forbidden"),
        ("\u{feff}f\u{202e}o\u{fe0f}o\u{e0066}", "foo"),
        ("ｆｏｒｂｉｄｄｅｎ　１２３＠ｘ", "forbidden 123@x"),
        ("𝐟𝑜𝓻𝖇𝗂𝚍𝕕ｅ𝒏", "forbidden"),
        ("ⓕⓞ🅡🅱️ ①❷❸ x²", "foRB 123 x2"),
        ("oﬃce ĳs ſecret K", "office ijs secret K"),
        ("KİLL kıll", "KiLL kıll"),
        ("f\u{338}o\u{336}\u{337}o\u{20dd}", "foo"),
        ("gro\u{308}ße, größe, GRÖẞE", "größe, größe, GRÖẞE"),
        ("gro\u{200b}\u{308}ße", "größe"),
        ("\u{110b}\u{1161}\u{11ab}", "\u{c548}"),
        ("123‑45–6789 “a’s”", "123-45-6789 \"a's\""),
        ("a\u{0}b\u{8}c\td", "abc\td"),
        ("a b…", "a b..."),
        ("\u{301}e\u{301}", "\u{301}é"),
        ("日本語 москва ελλάδα עברית 😀", "日本語 москва ελλάδα עברית 😀"),
        ("カ\u{3099} ｶﾞ", "ガ ガ"),
    ] {
        assert_eq!(folded(text), expected, "{text:?}");
        assert_eq!(folded(expected), expected, "{text:?}");
    }
}

#[test]
fn what_is_plain_has_no_view() {
    for text in ["", "a plain text, with\ttabs\r\n", "größe", "日本語", "é"] {
        assert!(View::folded(text).is_none(), "{text}");
        assert!(View::decoded(text, BOTH).is_none(), "{text}");
    }
    assert!(View::decoded("ｆ", BOTH).is_none(), "nothing to decode");
    assert!(View::decoded("&amp;", Decode::default()).is_none());
}

#[test]
fn decoded_texts() {
    for (decode, text, expected) in [
        (HTML, "&#102;&#x6F;&#X6fr & &lt;b&gt; &auml;", Some("foor & <b> ä")),
        (HTML, "for&shy;bid&zwj;den &commat;", Some("forbidden @")),
        (HTML, "&amp;#102;", Some("&#102;")),
        (HTML, "AT&T &nonsense; &# &#x; &#1114112; &#xd800; &", None),
        (BASE64, "see Zm9yYmlkZGVuIHBocmFzZQ== now", Some("see forbidden phrase now")),
        (BASE64, "Zm9yYmlkZGVuIHBocmFzZQ", Some("forbidden phrase")),
        (BASE64, "\u{200b}Z3LDtsOfZSDwn5iA8J+YgPCfmIA=", Some("größe 😀😀😀")),
        (BASE64, "Z3LDtsOfZSDwn5iA8J-YgPCfmIA=", Some("größe 😀😀😀")),
        (BASE64, "Zm9yYmlkZGVu", None),
        (BASE64, "internationalizations /usr/share/doc/something", None),
        (BOTH, "&#90;m9yYmlkZGVuIHBocmFzZQ&equals;&equals;", Some("forbidden phrase")),
        (HTML, "Zm9yYmlkZGVuIHBocmFzZQ==", None),
        (BASE64, "&#102;", None),
    ] {
        let view = View::decoded(text, decode);
        assert_eq!(view.as_ref().map(View::text), expected, "{text}");
    }
}

#[test]
fn a_range_goes_back_to_all_that_it_was_written_with() {
    for (decode, text, part, expected) in [
        (Decode::default(), "a f\u{200b}o\u{338}o! b", "foo", "f\u{200b}o\u{338}o"),
        (Decode::default(), "é ｓｅｃｒｅｔ é", "secret", "ｓｅｃｒｅｔ"),
        (Decode::default(), "the oﬃce", "ice", "ﬃce"),
        (HTML, "x &#102;oo&semi; y", "foo", "&#102;oo"),
        (HTML, "x fo&ouml; y", "foö", "fo&ouml;"),
        (BASE64, "a Zm9yYmlkZGVuIHBocmFzZQ== b", "den", "Zm9yYmlkZGVuIHBocmFzZQ=="),
        (BASE64, "a Zm9yYmlkZGVuIHBocmFzZQ== b", "phrase b", "Zm9yYmlkZGVuIHBocmFzZQ== b"),
        (BOTH, "a &#90;m9yYmlkZGVuIHBocmFzZQ== b", "forbidden", "&#90;m9yYmlkZGVuIHBocmFzZQ=="),
    ] {
        let view = View::decoded(text, decode).or_else(|| View::folded(text)).unwrap();
        let at = view.text().find(part).unwrap();
        let sources = view.sources(Vec::from_iter(Some(at..at + part.len())));
        assert_eq!(text.get(sources[0].clone()), Some(expected));
    }
}

#[test]
fn every_range_of_a_view_goes_back_to_characters() {
    let text = "Ａ\u{200b}ﬃ e\u{301}\u{338} &#102;&auml; Zm9yYmlkZGVuIHBocmFzZQ== İ…\u{0}\u{1}";
    for view in [View::folded(text), View::decoded(text, BOTH)].into_iter().flatten() {
        let ends: Vec<usize> =
            view.text().char_indices().map(|(at, _)| at).chain([view.text().len()]).collect();
        let mut ranges = Vec::new();
        for (index, start) in ends.iter().enumerate() {
            ranges.extend(ends.iter().skip(index + 1).map(|end| *start..*end));
        }
        for source in view.sources(ranges) {
            assert!(!text.get(source.clone()).unwrap_or_default().is_empty(), "{source:?}");
        }
        assert_eq!(view.sources(Vec::from_iter(Some(0..view.text().len())))[0].start, 0);
    }
}

#[test]
fn entities_are_in_order() {
    assert!(entity::NAMED.is_sorted_by_key(|(name, _)| *name));
}
