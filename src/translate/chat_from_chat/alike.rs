//! What is alike in the chunks of one stream: see [`Template`].

use serde_json::value::RawValue;

use crate::translate::alike::{LONGEST, Place, Template, offset};
use crate::translate::tally::bytes_of_delta;
use crate::wire::json::{Fields, Kind, elements};

/// What a chunk is made of that went on as `out`. `None` where it does more than to bring a piece of one choice's text.
pub(super) fn template(data: &[u8], fields: &Fields<'_>, out: &[u8]) -> Option<Template> {
    let is_flat = |(name, value): (&str, &RawValue)| {
        name == "choices" || !matches!(Kind::of(value), Kind::Object | Kind::Array)
    };
    if data.len() > LONGEST || fields.set("usage").is_some() || !fields.iter().all(is_flat) {
        return None;
    }
    let choices = fields.get("choices")?;
    let mut texts = vec![place(data, out, "choices", choices, content(choices)?)?];
    if let Some(padding) = fields.get("obfuscation").filter(|padding| Kind::of(padding) == Kind::Text) {
        texts.push(place(data, out, "obfuscation", padding, padding)?);
    }
    Template::of(data, out, texts)
}

/// The content of the only choice, where its chunk brings nothing else.
fn content(choices: &RawValue) -> Option<&RawValue> {
    let choices = elements(choices).ok()?;
    let [choice] = choices.as_slice() else { return None };
    let choice = Fields::of(choice).ok()?;
    let delta = Fields::of(choice.set("delta")?).ok()?;
    let content = delta.set("content").filter(|content| Kind::of(content) == Kind::Text)?;
    let bytes = content.get().len() as u64 - 2;
    let is_all = bytes > 0 && bytes_of_delta(&delta) == bytes;
    (is_all && choice.set("finish_reason").is_none()).then_some(content)
}

/// A string somewhere in the value of this member, which went on as it came.
fn place(data: &[u8], out: &[u8], member: &str, value: &RawValue, text: &RawValue) -> Option<Place> {
    let (value, text) = (value.get(), text.get());
    let member = format!("\"{member}\":{value}");
    let begin = std::str::from_utf8(out).ok()?.find(&member)? + member.len() - value.len();
    Place::of(text, data, begin + offset(text.as_bytes(), value.as_bytes())?)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::super::Chunks;
    use crate::sse::Event;
    use crate::translate::View;

    fn chunks(include_usage: bool) -> Chunks {
        let view =
            View { model: "public".to_owned(), include_usage, created_s: 1, echo: Vec::new(), ids: None };
        Chunks::new(view)
    }

    fn chunk(delta: &str, more: &str) -> Vec<u8> {
        let choice = format!(r#"{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":null}}"#);
        format!(r#"{{"id":"c","object":"chat.completion.chunk","created":7,"model":"m","choices":[{choice}]{more}}}"#)
            .into_bytes()
    }

    fn said(text: &str) -> Vec<u8> {
        chunk(&format!(r#"{{"content":"{text}"}}"#), "")
    }

    fn padded(text: &str, padding: &str) -> Vec<u8> {
        chunk(&format!(r#"{{"content":"{text}"}}"#), &format!(r#","usage":null,"obfuscation":"{padding}""#))
    }

    /// What a chunk does and becomes, by somebody who knows the last one, and by somebody who does not.
    fn both(all: &[Vec<u8>], include_usage: bool) -> usize {
        let (mut quick, mut slow) = (chunks(include_usage), chunks(include_usage));
        let mut taken = 0;
        for data in all {
            slow.alike = Default::default();
            let event = || Event { name: b"", data };
            let known = quick.alike.template.as_ref();
            taken += usize::from(known.is_some_and(|known| known.pass(data, &mut Vec::new()).is_some()));
            let (mut one, mut other) = (Vec::new(), Vec::new());
            let (did, would) = (quick.event(event(), &mut one), slow.event(event(), &mut other));
            let data = String::from_utf8_lossy(data);
            assert_eq!(format!("{did:?}"), format!("{would:?}"), "{data}");
            assert_eq!(String::from_utf8_lossy(&one), String::from_utf8_lossy(&other), "{data}");
            assert_eq!(quick.tally().said_since(), slow.tally().said_since(), "{data}");
            assert_eq!(quick.tally().usage(), slow.tally().usage(), "{data}");
        }
        taken
    }

    #[test]
    fn chunks_that_are_alike_are_taken_as_a_whole() {
        let texts = ["Hello", " wörld", r#"\n\t\"quoted\" \\ \/"#, "日本語", r"\u00e9", "", "x"];
        let plain: Vec<_> = texts.iter().map(|text| said(text)).collect();
        assert_eq!(both(&plain, true), 4, "all but the first, that with a number, and the empty one");
        let padded: Vec<_> =
            texts.iter().zip(1..).map(|(text, more)| padded(text, &"ab".repeat(more))).collect();
        assert_eq!(both(&padded, true), 4);
        assert_eq!(both(&padded, false), 4, "without `usage`");
    }

    #[test]
    fn whatever_differs_in_more_is_taken_apart() {
        let role = chunk(r#"{"role":"assistant","content":""}"#, "");
        let last = String::from_utf8(said("end")).unwrap().replace(r#"_reason":null"#, r#"_reason":"stop""#);
        let call = r#"{"tool_calls":[{"index":0,"id":"i","type":"function","function":{"name":"f","arguments":"{"}}]}"#;
        let counted = chunk(r#"{"content":"a"}"#, r#","usage":{"prompt_tokens":3,"completion_tokens":1}"#);
        let mut all = vec![role, said("a"), said("b")];
        for other in [
            said("b\u{1}"),
            said("c\\"),
            said(r"\x"),
            said(r"\ud800"),
            [said("d"), b" ".to_vec()].concat(),
            chunk(r#"{"content":"a","reasoning_content":"b"}"#, ""),
            chunk(r#"{"content":null}"#, ""),
            chunk(r#"{"content":"a"}"#, r#","error":{"message":"m"}"#),
            chunk(r#"{"content":"a"}"#, r#","x":{"choices":[1]}"#),
            chunk(call, ""),
            counted,
            last.into_bytes(),
            b"[DONE]".to_vec(),
            b"{".to_vec(),
        ] {
            all.extend([other, said("e"), said("f")]);
        }
        let mut broken = said("xy");
        let at = broken.windows(2).position(|two| two == b"xy").unwrap();
        broken[at] = 0xff;
        all.extend([broken, said("g")]);
        assert!(both(&all, true) > 10);
        both(&all, false);
    }

    #[test]
    fn who_writes_each_chunk_in_another_way_is_not_learned_for_ever() {
        let mut quick = chunks(true);
        for number in 0..100 {
            let data = chunk(r#"{"content":"a"}"#, &format!(r#","number":{number}"#));
            quick.event(Event { name: b"", data: &data }, &mut Vec::new()).unwrap();
        }
        assert!(quick.alike.template.is_none());
    }
}
