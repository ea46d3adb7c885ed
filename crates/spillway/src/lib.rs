//! Spillway's command line, as a library: the renderer and the local gateway.
//!
//! | module | room |
//! |---|---|
//! | [`render`] | a checked gateway → the Envoy configuration that runs it |

pub mod render;
