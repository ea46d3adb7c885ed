//! What is alike in the events of a translated stream: those that bring the next of the answer's text, and nothing else,
//! change neither reader nor writer, but for what is counted.

use serde_json::value::RawValue;

use super::{Bridge, Reader, Writer};
use crate::translate::alike::{LONGEST, Place, Template};
use crate::translate::completions::Writer as CompletionsWriter;
use crate::translate::conversation::Words;
use crate::translate::told::Told;
use crate::wire::json::Kind;

/// All that an event brings.
pub(super) struct Text<'e> {
    /// As it is written.
    json: &'e RawValue,
    /// What stands before it in what the client gets.
    before: &'static str,
}

impl Text<'_> {
    /// What an event is made of that went on as `out`.
    pub(super) fn template(&self, data: &[u8], out: &[u8]) -> Option<Template> {
        let text = self.json.get();
        if data.len() > LONGEST || text.len() <= "\"\"".len() {
            return None;
        }
        // Nothing before it can hold the same: names are others, and in strings quotes have backslashes.
        let went = std::str::from_utf8(out).ok()?.find(self.before)? + self.before.len();
        let went_on = out.get(went..)?.starts_with(text.as_bytes());
        Template::of(data, out, vec![Place::of(text, data, went).filter(|_| went_on)?])
    }
}

impl Bridge {
    /// The text of an event that told this and has not been passed on yet, if the next of the same shape will do the
    /// same.
    pub(super) fn only_text<'e>(&self, told: &[Told<'e>]) -> Option<Text<'e>> {
        let [Told::Text(Words::Json(json))] = told else { return None };
        // The others number their events, count in each of them, or have more to tell of a text.
        let is_steady = matches!(self.reader, Reader::Messages(_) | Reader::Chat(_));
        let before = match &self.writer {
            Writer::Chat(writer) => writer.before_text(),
            Writer::Messages(writer) => writer.before_text(),
            Writer::Completions(_) => CompletionsWriter::before_text(),
            Writer::Responses(_) => None,
        }?;
        (is_steady && Kind::of(json) == Kind::Text).then_some(Text { json, before })
    }

    /// A text went on as the last one did: as it is written, without its quotes.
    pub(super) fn said_alike(&mut self, text: &[u8]) {
        self.tally.said(text.len() as u64);
        if let Writer::Chat(writer) = &mut self.writer {
            writer.said_alike(text);
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::super::{Made, Side};
    use super::*;
    use crate::sse::Event;
    use crate::translate::View;

    const START: &str = r#"{"type":"message_start","message":{"id":"m","role":"assistant","content":[],"usage":{"input_tokens":7,"output_tokens":1}}}"#;
    const STOP: &str = r#"{"type":"content_block_stop","index":0}"#;

    fn begin(block: &str) -> String {
        format!(r#"{{"type":"content_block_start","index":0,"content_block":{block}}}"#)
    }

    fn delta(delta: &str) -> String {
        format!(r#"{{"type":"content_block_delta","index":0,"delta":{delta}}}"#)
    }

    fn said(text: &str) -> String {
        delta(&format!(r#"{{"type":"text_delta","text":"{text}"}}"#))
    }

    fn chunk(delta: &str) -> String {
        format!(r#"{{"id":"c","choices":[{{"index":0,"delta":{delta},"finish_reason":null}}],"usage":null}}"#)
    }

    /// What events do and become, by a bridge that knows the last one, and by one that does not; how many were taken
    /// as a whole.
    fn both(from: Made, to: Side, events: &[String]) -> usize {
        let model = r#"a"delta":{"content":"b"#.to_owned();
        let view = View { model, include_usage: true, created_s: 1, echo: Vec::new(), ids: None };
        let (mut quick, mut slow) = (Bridge::new(from, to, view.clone()), Bridge::new(from, to, view));
        let mut taken = 0;
        for data in events {
            let event = || Event { name: b"", data: data.as_bytes() };
            slow.alike = Default::default();
            taken += usize::from(quick.alike.clone().pass(data.as_bytes(), &mut Vec::new()).is_some());
            let (mut one, mut other) = (Vec::new(), Vec::new());
            let (did, would) = (quick.event(event(), &mut one), slow.event(event(), &mut other));
            assert_eq!(format!("{did:?}"), format!("{would:?}"), "{data}");
            assert_eq!(String::from_utf8_lossy(&one), String::from_utf8_lossy(&other), "{data}");
            slow.alike = quick.alike.clone();
            assert_eq!(format!("{quick:?}"), format!("{slow:?}"), "{data}");
        }
        taken
    }

    const TEXTS: [&str; 8] =
        ["Hello", " w\u{f6}rld", r#"\n\t\"quoted\" \\ \/"#, "\u{65e5}\u{672c}", r"\u00e9", "", "x", "y"];

    #[test]
    fn events_that_are_alike_are_taken_as_a_whole() {
        let texts = TEXTS.iter().map(|text| said(text));
        let cited = r#"{"type":"citations_delta","citation":{"url":"https://a","cited_text":"b"}}"#;
        let all: Vec<_> =
            [START.to_owned(), begin(r#"{"type":"text","text":""}"#)].into_iter().chain(texts).collect();
        let more = [delta(cited), said("z"), said("z"), STOP.to_owned(), said("late"), said("later")];
        let all = [all, more.to_vec()].concat();
        // All but the first, that with a number, what follows it, the empty one, what follows that, and what comes
        // after another event.
        assert_eq!(both(Made::Messages, Side::Chat, &all), 6);
        assert_eq!(both(Made::Messages, Side::Completions, &all), 6);
        both(Made::Messages, Side::Messages, &all);
        assert_eq!(both(Made::Messages, Side::Responses, &all), 0, "its events are numbered");
    }

    #[test]
    fn chunks_are_taken_as_a_whole_for_other_dialects() {
        let all: Vec<_> = TEXTS.iter().map(|text| chunk(&format!(r#"{{"content":"{text}"}}"#))).collect();
        assert!(both(Made::Chat, Side::Messages, &all) > 2);
        assert!(both(Made::Chat, Side::Completions, &all) > 2);
        both(Made::Chat, Side::Chat, &all);
    }

    #[test]
    fn whatever_differs_in_more_is_taken_apart() {
        let text = begin(r#"{"type":"text","text":""}"#);
        for other in [
            STOP.to_owned(),
            begin(r#"{"type":"thinking","thinking":""}"#),
            begin(r#"{"type":"server_tool_use","id":"i","name":"web_search","input":{}}"#),
            begin(r#"{"type":"tool_use","id":"i","name":"f","input":{}}"#),
            delta(r#"{"type":"thinking_delta","thinking":"t"}"#),
            delta(r#"{"type":"input_json_delta","partial_json":"{"}"#),
            r#"{"type":"ping"}"#.to_owned(),
            r#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#.to_owned(),
            r#"{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}"#
                .to_owned(),
            said("b\u{1}"),
            said(r"\x"),
            said(r"\ud800"),
            said("d") + " ",
            said("d").replace("0,", "1,"),
            "{".to_owned(),
        ] {
            let all = [START, &text, &said("a"), &said("b"), &other, &said("c"), &said("d"), &said("e")];
            let all: Vec<_> = all.into_iter().map(str::to_owned).collect();
            for to in [Side::Chat, Side::Messages, Side::Completions, Side::Responses] {
                both(Made::Messages, to, &all);
            }
        }
    }

    #[test]
    fn a_stream_that_begins_with_a_text_is_begun_first() {
        let all: Vec<_> = ["a", "b", "c", "d"].iter().map(|text| said(text)).collect();
        for to in [Side::Chat, Side::Messages, Side::Completions] {
            assert!(both(Made::Messages, to, &all) > 0, "{to:?}");
        }
    }
}
