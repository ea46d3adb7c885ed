//! `spillway keys`: virtual keys, by the API that a gateway's listener leads to.
//!
//! A thin layer: flags become fields of a request, and what the ledger answers is shown. The master key comes from
//! the environment or from a file, never from the command line, which other users of the machine can read.

mod client;
mod fields;
mod gateway;
mod master_key;
mod named;
mod request;
mod shown;

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::Value;

use crate::failure::{Doing, Failure};
use client::Client;
use fields::{Fields, FieldsOfChange};
use gateway::Address;

/// Arguments of `spillway keys`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
    /// Where clients of the gateway connect.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "SPILLWAY_GATEWAY",
        default_value = "http://127.0.0.1:10000",
        help_heading = "Gateway"
    )]
    gateway: Address,
    /// A file with the master key, instead of SPILLWAY_MASTER_KEY, or else LITELLM_MASTER_KEY.
    #[arg(long, global = true, value_name = "PATH", help_heading = "Gateway")]
    master_key_file: Option<PathBuf>,
    /// Print what the gateway answers, as JSON.
    #[arg(long, global = true, help_heading = "Gateway")]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a key. It is shown this once, and kept nowhere.
    Generate(Box<Fields>),
    /// List keys, newest first.
    List(Filter),
    /// Show a key's settings and spend.
    Info(One),
    /// Change what the flags name.
    Update(Box<Update>),
    /// Refuse a key's requests until it is unblocked.
    Block(One),
    /// Take a blocked key's requests again.
    Unblock(One),
    /// Delete keys for good.
    Delete(Many),
}

#[derive(Debug, Args)]
struct One {
    /// The key's alias or token (its SHA-256), or `-` to read the key itself from standard input.
    key: String,
}

#[derive(Debug, Args)]
struct Many {
    /// Aliases or tokens (SHA-256), or `-` to read a key itself from standard input.
    #[arg(required = true)]
    keys: Vec<String>,
}

#[derive(Debug, Args)]
struct Update {
    #[command(flatten)]
    key: One,
    #[command(flatten)]
    fields: FieldsOfChange,
}

/// Which keys to list.
#[derive(Debug, Args)]
struct Filter {
    /// Only this user's.
    #[arg(long)]
    user_id: Option<String>,
    /// Only this team's.
    #[arg(long)]
    team_id: Option<String>,
    /// Only the one with this alias.
    #[arg(long)]
    key_alias: Option<String>,
}

/// Does what was asked, and prints what came of it.
///
/// # Errors
/// The gateway cannot be reached, or refuses.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let master_key = master_key::read(arguments.master_key_file.as_deref())?;
    let client = Client::new(arguments.gateway.clone(), master_key);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.doing(|| "starting the runtime".to_owned())?;
    let answer = runtime.block_on(request::send(&client, &arguments.action))?;
    let text = if arguments.json { json(&answer)? } else { shown::text(&arguments.action, &answer) };
    io::stdout().write_all(text.as_bytes()).doing(|| "standard output".to_owned())
}

fn json(answer: &Value) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(answer).doing(|| "writing the answer".to_owned())?;
    Ok(format!("{text}\n"))
}
