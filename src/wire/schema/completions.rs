//! `POST /v1/completions`.

use super::Shape::Objects;
use super::Table;

/// `prompt`: a text, texts, a list of tokens, or lists of tokens.
#[rustfmt::skip]
pub(super) static REQUEST: Table = Table {
    plain: &[
        "best_of", "echo", "frequency_penalty", "logprobs", "max_tokens", "model", "n", "presence_penalty", "seed",
        "stop", "stream", "temperature", "top_p", "user",
    ],
    text: &["prompt", "suffix"],
    free: &["logit_bias"],
    deep: &[("stream_options", Objects(&STREAM_OPTIONS))],
    ..Table::NONE
};

static STREAM_OPTIONS: Table = Table { plain: &["include_obfuscation", "include_usage"], ..Table::NONE };
