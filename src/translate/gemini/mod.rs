//! Gemini's generateContent, as an API: Google AI Studio's and Vertex AI's, whose bodies are the same.
//!
//! Source: <https://ai.google.dev/api/generate-content>, and where Vertex differs
//! <https://docs.cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.publishers.models/generateContent>.
//! Names are written in camelCase, as the reference has them.
//!
//! What holds for requests:
//!
//! * system and developer turns before anything else become `systemInstruction`. One that comes later stays at
//!   its place, as parts of the user's that say whose they are: see [`contents`];
//! * JSON schemas pass as they are, in `parametersJsonSchema` and `responseJsonSchema`;
//! * what the model thought is not sent back; its signature is, on the part that it belongs to: see
//!   [`signatures`].
//!
//! What holds for answers: one candidate is read, because one is asked for. A kind of part that no request of
//! ours can ask for (pictures, code that ran) fails the answer, because it would be another one without it.

mod calls;
mod config;
mod contents;
mod media;
mod model;
mod signatures;
mod thinking;
mod tools;
mod write;

mod answer;
mod call_id;
mod citations;
mod finish;
mod logprobs;
mod offsets;
mod reader;

pub(super) use reader::Reader;
pub(super) use write::write;

#[cfg(test)]
mod tests;
