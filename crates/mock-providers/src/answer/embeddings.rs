//! Embeddings.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Said;

const MOST_DIMENSIONS: u64 = 4096;

/// A list with one embedding per input; each vector is as long as `dimensions` says (8).
pub fn whole(said: &Said, request: &Value) -> Value {
    let dimensions = request.get("dimensions").and_then(Value::as_u64).unwrap_or(8).min(MOST_DIMENSIONS);
    let base64 = request.get("encoding_format").is_some_and(|format| format == "base64");
    let embedding = |index: usize| {
        let vector = vector(index, dimensions);
        let embedding = if base64 { json!(encoded(&vector)) } else { json!(vector) };
        json!({"object": "embedding", "index": index, "embedding": embedding})
    };
    let data: Vec<Value> = (0..inputs(request)).map(embedding).collect();
    let usage = json!({"prompt_tokens": said.usage.input, "total_tokens": said.usage.input});
    json!({"object": "list", "data": data, "model": said.model, "usage": usage})
}

/// Gemini's: an embedding for each request, as long as its `outputDimensionality` says (8).
pub fn batch(said: &Said, request: &Value) -> Value {
    let requests = request.get("requests").and_then(Value::as_array).into_iter().flatten();
    let embedding = |(index, one): (usize, &Value)| {
        let wanted = one.get("outputDimensionality").or_else(|| one.get("output_dimensionality"));
        let dimensions = wanted.and_then(Value::as_u64).unwrap_or(8).min(MOST_DIMENSIONS);
        json!({"values": vector(index, dimensions)})
    };
    let embeddings: Vec<Value> = requests.enumerate().map(embedding).collect();
    json!({"embeddings": embeddings, "usageMetadata": {"promptTokenCount": said.usage.input}})
}

/// A list of texts or of lists of tokens is many inputs; a text or one list of tokens is one.
fn inputs(request: &Value) -> usize {
    match request.get("input") {
        Some(Value::Array(items)) if !items.iter().all(Value::is_number) => items.len(),
        _ => 1,
    }
}

/// Values that a 32-bit float holds exactly, so that both encodings say the same.
fn vector(index: usize, dimensions: u64) -> Vec<f32> {
    let shift = u16::try_from(index % 64).unwrap_or_default();
    (0..dimensions)
        .map(|place| f32::from(u16::try_from(place % 64).unwrap_or_default() + shift) / 128.0)
        .collect()
}

fn encoded(vector: &[f32]) -> String {
    let bytes: Vec<u8> = vector.iter().flat_map(|value| value.to_le_bytes()).collect();
    STANDARD.encode(bytes)
}
