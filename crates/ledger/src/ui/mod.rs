//! The monitor at `/ui`: pages for people, made on the server.

pub mod data;
