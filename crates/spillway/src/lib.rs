//! Spillway's command line, as a library: the renderer and the local gateway.
//!
//! | module | room |
//! |---|---|
//! | [`commands`] | the words of the command line and their defaults |
//! | [`up`] | a whole gateway on this machine |
//! | [`render_command`] | `spillway render` |
//! | [`load`] | a gateway's file → checked values |
//! | [`render`] | checked values → the Envoy configuration that runs them |
//! | [`sds`] [`replace`] | credentials, and files that are replaced in one step |
//! | [`ledger_address`] [`failure`] | an address as it is typed; messages for the terminal |

pub mod commands;
pub mod failure;
pub mod ledger_address;
pub mod load;
pub mod render;
pub mod render_command;
pub mod replace;
pub mod sds;
pub mod up;
