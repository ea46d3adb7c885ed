//! Tests of the dialect and the API together.
