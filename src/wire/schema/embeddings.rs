//! `POST /v1/embeddings` and `POST /v1/moderations`.

use super::Shape::{Objects, TextOr};
use super::Table;

/// `input`: a text, texts, a list of tokens, or lists of tokens.
#[rustfmt::skip]
pub(super) static REQUEST: Table = Table {
    plain: &["dimensions", "encoding_format", "model", "user"],
    text: &["input"],
    ..Table::NONE
};

/// `input`: a text, texts, or parts.
#[rustfmt::skip]
pub(super) static MODERATION: Table = Table {
    plain: &["model"],
    deep: &[("input", TextOr(&PART))],
    ..Table::NONE
};

#[rustfmt::skip]
static PART: Table = Table {
    plain: &["type"],
    text: &["text"],
    deep: &[("image_url", Objects(&IMAGE_URL))],
    ..Table::NONE
};

static IMAGE_URL: Table = Table { plain: &["url"], ..Table::NONE };
