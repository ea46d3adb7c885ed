//! Embeddings by Gemini's `batchEmbedContents`: <https://ai.google.dev/api/embeddings>.

use serde_json::value::RawValue;

use crate::base64::{Alphabet, encode};
use crate::reject::Reject;
use crate::translate::conversation::Words;
use crate::translate::failure::Failure;
use crate::translate::losses::{Losses, invalid, malformed, missing};
use crate::translate::{Answer, Target, View, endpoint};
use crate::usage::Usage;
use crate::wire::json::{Fields, Kind, elements};
use crate::wire::write::{self, Members};

/// The `encoding_format` that asks for base64; what [`View::echo`] holds then.
const BASE64: &[u8] = b"base64";

/// What the answer needs of the request: how vectors are to be written.
///
/// # Errors
/// 400 for another format than `float` and `base64`.
pub(in crate::translate) fn echo(fields: &Fields<'_>) -> Result<Vec<u8>, Reject> {
    let Some(format) = fields.set("encoding_format") else { return Ok(Vec::new()) };
    match format.get() {
        "\"float\"" => Ok(Vec::new()),
        "\"base64\"" => Ok(BASE64.to_vec()),
        _ => Err(invalid("encoding_format", "expected `float` or `base64`")),
    }
}

/// One request for each text of the client's `input`. Gemini has no `user`, and takes no tokens for text.
pub(in crate::translate) fn request(
    fields: &Fields<'_>,
    target: &Target,
    losses: &mut Losses<'_>,
) -> Result<Vec<u8>, Reject> {
    let texts = texts(fields, losses)?;
    let dimensions = fields.set("dimensions");
    let model = endpoint::resource(target);
    for (name, _) in fields.iter() {
        if !matches!(name, "model" | "input" | "dimensions" | "encoding_format") {
            losses.hint(name);
        }
    }
    let mut body = Vec::new();
    write::object(&mut body, |members| {
        members.array("requests", |requests| {
            for text in &texts {
                requests.object(|request| {
                    request.value("model", &model);
                    request.object("content", |content| {
                        content.array("parts", |parts| parts.object(|part| part.value("text", text)));
                    });
                    request.raw_if("outputDimensionality", dimensions);
                });
            }
        });
    });
    Ok(body)
}

fn texts<'a>(fields: &Fields<'a>, losses: &Losses<'_>) -> Result<Vec<Words<'a>>, Reject> {
    let input = fields.set("input").ok_or_else(|| missing("input"))?;
    if Kind::of(input) == Kind::Text {
        return Ok(vec![Words::Json(input)]);
    }
    let items = elements(input).map_err(|error| malformed("input", &error))?;
    items.into_iter().enumerate().map(|(index, item)| text(index, item, losses)).collect()
}

fn text<'a>(index: usize, item: &'a RawValue, losses: &Losses<'_>) -> Result<Words<'a>, Reject> {
    match Kind::of(item) {
        Kind::Text => Ok(Words::Json(item)),
        Kind::Number | Kind::Array => Err(tokens(losses)),
        kind => {
            Err(invalid(format!("input[{index}]"), format_args!("expected a string, found {}", kind.name())))
        }
    }
}

/// Numbers of tokens mean nothing to another model's tokenizer.
fn tokens(losses: &Losses<'_>) -> Reject {
    let api = losses.api.name();
    Reject::invalid(format!("`input`: {api}, which serves this model, takes text and no token numbers."))
        .at("input")
        .code("unsupported_value")
}

/// Gemini's vectors as OpenAI's list. Where Gemini counts no tokens, the client reads 0 and the gateway
/// counts none.
pub(in crate::translate) fn response(fields: &Fields<'_>, view: &View) -> Result<Answer, Failure> {
    let embeddings =
        fields.get("embeddings").ok_or_else(|| Failure::malformed("an answer without `embeddings`"))?;
    let embeddings =
        elements(embeddings).map_err(|error| Failure::malformed(format!("`embeddings`: {error}")))?;
    let usage = usage(fields);
    let mut body = Vec::new();
    write::object(&mut body, |members| {
        members.value("object", "list");
        members.array("data", |data| {
            embeddings
                .iter()
                .enumerate()
                .try_for_each(|(index, embedding)| data.object(|one| entry(one, index, embedding, view)))
        })?;
        members.value("model", &view.model);
        members.object("usage", |counts| {
            let input = usage.map_or(0, |usage| usage.input);
            counts.value("prompt_tokens", &input);
            counts.value("total_tokens", &input);
        });
        Ok(())
    })?;
    Ok(Answer { body, usage })
}

fn entry(one: &mut Members<'_>, index: usize, embedding: &RawValue, view: &View) -> Result<(), Failure> {
    let embedding = Fields::of(embedding).map_err(Failure::malformed)?;
    let values =
        embedding.get("values").ok_or_else(|| Failure::malformed("an embedding without `values`"))?;
    one.value("object", "embedding");
    one.value("index", &index);
    if view.echo == BASE64 {
        one.value("embedding", &packed(values)?);
    } else {
        elements(values).map_err(|error| Failure::malformed(format!("`values`: {error}")))?;
        one.raw("embedding", values);
    }
    Ok(())
}

/// 32-bit floats, little-endian, in base64: what OpenAI's own answer holds.
fn packed(values: &RawValue) -> Result<String, Failure> {
    let values: Vec<f32> = serde_json::from_str(values.get())
        .map_err(|error| Failure::malformed(format!("`values` are no list of numbers: {error}")))?;
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    Ok(encode(Alphabet::Standard, &bytes))
}

fn usage(fields: &Fields<'_>) -> Option<Usage> {
    let counted = Fields::of(fields.set("usageMetadata")?).ok()?;
    Some(Usage { input: counted.read("promptTokenCount")?, ..Usage::default() })
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::echo;
    use crate::translate::{View, response};
    use crate::wire::json::Fields;
    use crate::wire::{Api, Dialect};

    #[test]
    fn vectors_are_packed_where_the_client_asked_for_it() {
        let asked = echo(&Fields::parse(br#"{"encoding_format":"base64"}"#).unwrap()).unwrap();
        let view = View { model: "m".to_owned(), include_usage: false, created_s: 1, echo: asked, ids: None };
        let answer = br#"{"embeddings":[{"values":[1.0,-2,0.1]}]}"#;
        let body = response(Dialect::Embeddings, Api::BatchEmbedContents, answer, &view).unwrap().body;
        assert_eq!(
            String::from_utf8(body).unwrap(),
            r#"{"object":"list","data":[{"object":"embedding","index":0,"embedding":"AACAPwAAAMDNzMw9"}],"model":"m","usage":{"prompt_tokens":0,"total_tokens":0}}"#
        );
        let words = br#"{"embeddings":[{"values":["a"]}]}"#;
        let failure = response(Dialect::Embeddings, Api::BatchEmbedContents, words, &view).unwrap_err();
        assert!(failure.message.contains("`values` are no list of numbers"), "{}", failure.message);
    }
}
