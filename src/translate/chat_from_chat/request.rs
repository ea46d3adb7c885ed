//! A chat completions body from a chat request.

use serde_json::value::RawValue;

use crate::translate::Target;
use crate::translate::same_dialect::Passing;
use crate::wire::Api;
use crate::wire::json::Fields;
use crate::wire::write::{self, Members};

/// The client's members, as far as chat completions defines them. A stream always ends with a usage chunk,
/// because the gateway counts by it.
pub(in crate::translate) fn request(
    fields: &Fields<'_>,
    stream: bool,
    target: &Target,
    dropped: &mut Vec<String>,
) -> Vec<u8> {
    let passing = Passing { api: Api::ChatCompletions, fields, model: &target.model, stream };
    let mut body = Vec::new();
    write::object(&mut body, |members| {
        passing.write(members, stream.then_some("stream_options"), dropped);
        if stream {
            stream_options(members, fields.get("stream_options"));
        }
    });
    body
}

fn stream_options(members: &mut Members<'_>, asked: Option<&RawValue>) {
    let asked = asked.and_then(|asked| Fields::of(asked).ok()).unwrap_or_default();
    members.object("stream_options", |members| {
        for (name, value) in asked.iter().filter(|(name, _)| *name != "include_usage") {
            members.raw(name, value);
        }
        members.value("include_usage", &true);
    });
}
