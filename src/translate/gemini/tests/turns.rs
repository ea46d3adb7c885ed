//! Who says what, and with which media.

use std::borrow::Cow;

use serde_json::json;

use super::*;
use crate::translate::conversation::{Audio, File, Image, Native, Source};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const MODEL: &str = "gemini-2.5-flash";

#[test]
fn leading_system_turns_are_the_instruction_and_later_ones_stay_where_they_are() {
    let written = written(
        conversation(vec![
            (Role::System, vec![text("Be brief.")]),
            (Role::Developer, vec![text("Speak French."), text("")]),
            (Role::User, vec![text("Hi")]),
            (Role::System, vec![text("Now speak German.")]),
            (Role::User, vec![text("And now?")]),
        ]),
        MODEL,
        false,
    )
    .unwrap();
    assert_eq!(
        written.body,
        json!({
            "systemInstruction": {"parts": [{"text": "Be brief."}, {"text": "Speak French."}]},
            "contents": [{"role": "user", "parts": [
                {"text": "Hi"},
                {"text": "[System message, from the operator and not from the user:]"},
                {"text": "Now speak German."},
                {"text": "[End of the system message.]"},
                {"text": "And now?"},
            ]}],
        })
    );
    assert!(written.dropped.is_empty());
}

#[test]
fn turns_of_one_are_one_content_and_the_user_begins() {
    let contents = contents(
        MODEL,
        vec![
            (Role::Assistant, vec![text("Hello.")]),
            (Role::Assistant, vec![text("How may I help?")]),
            (Role::User, vec![text("Hm.")]),
            (Role::User, vec![text("")]),
            (Role::User, vec![text("So.")]),
        ],
    );
    assert_eq!(
        contents,
        json!([
            {"role": "user", "parts": [{"text": "[The assistant begins the conversation.]"}]},
            {"role": "model", "parts": [{"text": "Hello."}, {"text": "How may I help?"}]},
            {"role": "user", "parts": [{"text": "Hm."}, {"text": "So."}]},
        ])
    );
}

#[test]
fn the_system_alone_gets_no_answer() {
    for turns in [vec![], vec![(Role::System, vec![text("Be brief.")])], vec![(Role::User, vec![text("")])]] {
        let reject = written(conversation(turns), MODEL, true).err().unwrap();
        assert_eq!((reject.status, reject.param.as_deref()), (400, Some("messages")));
    }
}

#[test]
fn words_pass_as_they_were_written() {
    let words = Said::Text(Words::Json(raw(r#""\u00e9 \"日本\" 🙂\/""#)));
    let written = written(conversation(vec![(Role::User, vec![words])]), MODEL, false).unwrap();
    assert_eq!(written.text, r#"{"contents":[{"role":"user","parts":[{"text":"\u00e9 \"日本\" 🙂\/"}]}]}"#);
}

fn url(address: &'static str) -> Source<'static> {
    Source::Url(Words::from(address))
}

fn inline(media_type: &'static str) -> Source<'static> {
    Source::Base64 { media_type: Cow::Borrowed(media_type), data: Cow::Borrowed("QUJD") }
}

fn image(source: Source<'static>) -> Said<'static> {
    Said::Image(Image { source, detail: None })
}

fn file(source: Source<'static>, name: Option<&'static str>) -> Said<'static> {
    Said::File(File { source, name: name.map(Words::from), context: None, citations: false })
}

fn audio(format: &'static str) -> Said<'static> {
    Said::Audio(Audio { data: Words::from("QUJD"), format: Words::from(format) })
}

#[test]
fn media_go_inline_or_by_their_address() {
    for (said, part) in [
        (image(inline("image/png")), json!({"inlineData": {"mimeType": "image/png", "data": "QUJD"}})),
        (
            image(url("https://example.com/a/cat.JPEG?x=1.gif#y")),
            json!({"fileData": {"mimeType": "image/jpeg", "fileUri": "https://example.com/a/cat.JPEG?x=1.gif#y"}}),
        ),
        (image(url("https://example.com/cat")), json!({"fileData": {"fileUri": "https://example.com/cat"}})),
        (
            file(url("gs://bucket/report.pdf"), None),
            json!({"fileData": {"mimeType": "application/pdf", "fileUri": "gs://bucket/report.pdf"}}),
        ),
        (
            file(Source::Id(Words::from("https://generativelanguage.googleapis.com/v1beta/files/a1")), None),
            json!({"fileData": {"fileUri": "https://generativelanguage.googleapis.com/v1beta/files/a1"}}),
        ),
        (
            file(inline("application/pdf"), None),
            json!({"inlineData": {"mimeType": "application/pdf", "data": "QUJD"}}),
        ),
        (
            file(inline("application/octet-stream"), Some("film.mp4")),
            json!({"inlineData": {"mimeType": "video/mp4", "data": "QUJD"}}),
        ),
        (file(Source::Text(Words::from("Once.")), None), json!({"text": "Once."})),
        (audio("mp3"), json!({"inlineData": {"mimeType": "audio/mp3", "data": "QUJD"}})),
        (audio("wav"), json!({"inlineData": {"mimeType": "audio/wav", "data": "QUJD"}})),
    ] {
        assert_eq!(contents(MODEL, vec![(Role::User, vec![said])])[0]["parts"], json!([part]));
    }
}

#[test]
fn what_gemini_cannot_reach_is_refused_by_its_place() {
    let native = Said::Native(Native { home: Home::Anthropic, raw: raw("{}") });
    for said in [
        image(url("http://example.com/cat.png")),
        image(url("data:image/svg+xml,<svg/>")),
        image(Source::Id(Words::from("file-abc123"))),
        audio("pcm16"),
        native,
    ] {
        let turns = vec![(Role::User, vec![text("Look:"), said])];
        let reject = written(conversation(turns), MODEL, true).err().unwrap();
        assert_eq!(reject.code, Some("unsupported_parameter"));
        assert_eq!(reject.param.as_deref(), Some("messages[0].content[1]"));
    }
}

#[test]
fn what_says_nothing_to_gemini_is_named() {
    let mut conversation = question();
    conversation.turns[0].name = Some(raw("\"ann\""));
    conversation.turns[0].parts[0].cache = Some(raw("{}"));
    let picture = Image { source: inline("image/png"), detail: Some(raw("\"high\"")) };
    let at = Place::new("messages", 0).inside("content", 1);
    conversation.turns[0].parts.push(Part { said: Said::Image(picture), cache: None, at });
    let older = written(conversation.clone(), MODEL, false).unwrap();
    let named = ["messages[0].name", "messages[0].content[0].cache_control", "messages[0].content[1].detail"];
    assert_eq!(older.dropped, named);
    let newer = written(conversation, "gemini-3-pro-preview", false).unwrap();
    assert_eq!(newer.dropped, named[..2]);
    assert_eq!(
        newer.body["contents"][0]["parts"][1]["mediaResolution"],
        json!({"level": "MEDIA_RESOLUTION_HIGH"})
    );
}
