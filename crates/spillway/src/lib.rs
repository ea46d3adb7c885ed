//! Spillway's command line, as a library: the check, the renderer, the local gateway and the keys of any.
//!
//! | module | room |
//! |---|---|
//! | [`commands`] | the words of the command line and their defaults |
//! | [`check`] | `spillway check` |
//! | [`explain`] | how a file was understood, for `spillway check --explain` |
//! | [`up`] | a whole gateway on this machine; `spillway serve` is the same without a ledger |
//! | [`reload`] | a gateway that runs follows its file |
//! | [`keys`] | virtual keys, by the API of a gateway that runs |
//! | [`schema`] | the format of the file, for editors and people |
//! | [`render_command`] | `spillway render` |
//! | [`load`] [`variables`] | what `render`, `up` and `serve` need of a gateway's file: checked values, or why there are none |
//! | [`config_file`] | a gateway's file, its check, and its problems with their lines |
//! | [`named_files`] | files that a gateway's file names, put in their names' places |
//! | [`yaml`] | YAML → JSON's values, merge keys applied; where in the text a value stands |
//! | [`render`] | checked values → the Envoy configuration that runs them |
//! | [`sds`] [`replace`] | credentials, and files that are replaced in one step |
//! | [`local_http`] | questions to Envoy's admin interface and to the ledger |
//! | [`ledger_address`] [`failure`] [`console`] | an address as it is typed; messages for the terminal |

pub mod check;
pub mod commands;
pub mod config_file;
pub mod console;
pub mod explain;
pub mod failure;
pub mod keys;
pub mod ledger_address;
pub mod load;
mod local_http;
pub mod named_files;
pub mod reload;
pub mod render;
pub mod render_command;
pub mod replace;
pub mod schema;
pub mod sds;
pub mod up;
pub mod variables;
pub mod yaml;
