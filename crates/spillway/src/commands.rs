//! The command line's words and their defaults.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use spillway_filter::config::LedgerAddress;

use crate::failure::{Doing, Failure};
use crate::render::{EnvoyVersion, Options};
use crate::render_command::Destination;
use crate::up::{Settings, serve};
use crate::{check, keys, ledger_address, render_command, schema, up};

/// Check, render and run a Spillway gateway, and administer its keys.
#[derive(Debug, Parser)]
#[command(name = "spillway", version)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Tell everything that is wrong with a gateway's file, and what it amounts to.
    ///
    /// Each problem comes with its line, and with what to do about it. The exit status is 0 for a file that can
    /// be used (there may be warnings), 1 for one with an error, 2 for one that cannot be read.
    Check(check::Arguments),
    /// Write the format of a gateway's file, for editors (JSON Schema) or people.
    Schema(schema::Arguments),
    /// Write the Envoy configuration of a gateway's file, or the objects of Kubernetes that make it.
    Render(Render),
    /// Run a gateway on this machine: the ledger and Envoy, until Ctrl-C.
    Up(Up),
    /// Run Envoy for a gateway whose ledger runs elsewhere, until SIGTERM; what the gateway's image runs.
    ///
    /// The ledger's token is SPILLWAY_LEDGER_TOKEN. A changed file takes effect without a restart; one with an error
    /// is told, and the gateway goes on as it was.
    Serve(Serve),
    /// Make, list, change and delete virtual keys of a gateway that runs.
    Keys(keys::Arguments),
}

#[derive(Debug, Args)]
struct Render {
    /// The gateway's file (YAML).
    file: PathBuf,
    #[command(flatten)]
    destination: Destination,
    /// The filter's module, as Envoy will see the path.
    #[arg(long, value_name = "PATH", default_value = "/etc/spillway/spillway.wasm")]
    wasm: PathBuf,
    /// Folder of credentials (SDS files), as Envoy will see the path.
    #[arg(long, value_name = "DIR", default_value = "/etc/spillway/secrets")]
    secrets: PathBuf,
    #[command(flatten)]
    addresses: Addresses,
    /// File of events of a gateway with `durable_events`, as Envoy will see the path. Its folder must exist.
    #[arg(long, value_name = "PATH", default_value = "/var/log/spillway/events.log")]
    event_log: PathBuf,
    /// The Envoy that will read it, 1.39 or newer. What is rendered for one, newer ones take as well.
    #[arg(long, value_name = "VERSION", default_value_t = EnvoyVersion::NEWEST, value_parser = envoy_version)]
    envoy_version: EnvoyVersion,
    #[command(flatten)]
    shared: Shared,
}

fn envoy_version(text: &str) -> Result<EnvoyVersion, String> {
    text.parse().and_then(EnvoyVersion::supported)
}

#[derive(Debug, Args)]
struct Up {
    /// The gateway's file (YAML).
    file: PathBuf,
    /// Where clients connect; port 0 for any.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:10000")]
    listen: SocketAddr,
    /// Envoy's admin interface; port 0 for any.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9901")]
    admin: SocketAddr,
    /// Where the ledger listens; port 0 for any.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4001")]
    ledger: SocketAddr,
    /// Folder for the database, logs, credentials and the rendered configuration.
    #[arg(long, value_name = "DIR", default_value = ".run")]
    data: PathBuf,
    /// Envoy's worker threads; one a processor by default.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    workers: Option<u32>,
    /// The filter's module; by default that of this build.
    #[arg(long, value_name = "PATH")]
    wasm: Option<PathBuf>,
    /// Envoy 1.39 or newer; by default `SPILLWAY_ENVOY`, the checkout's, or the PATH's.
    #[arg(long, value_name = "PATH")]
    envoy: Option<PathBuf>,
    #[command(flatten)]
    shared: Shared,
}

#[derive(Debug, Args)]
struct Serve {
    /// The gateway's file (YAML).
    file: PathBuf,
    #[command(flatten)]
    addresses: Addresses,
    /// Folder for what Envoy reads, credentials included; best in memory.
    #[arg(long, value_name = "DIR", default_value = "/run/spillway/gateway")]
    data: PathBuf,
    /// File of events of a gateway with `durable_events`. Its folder must exist.
    #[arg(long, value_name = "PATH", default_value = "/var/log/spillway/events.log")]
    event_log: PathBuf,
    /// Folder of files that are named like the variables whose values they hold.
    #[arg(long, value_name = "DIR", default_value = "/run/secrets")]
    variables: PathBuf,
    /// The filter's module; by default that of this build.
    #[arg(long, value_name = "PATH")]
    wasm: Option<PathBuf>,
    /// Envoy 1.39 or newer; by default `SPILLWAY_ENVOY`, the checkout's, or the PATH's.
    #[arg(long, value_name = "PATH")]
    envoy: Option<PathBuf>,
    /// Further arguments, behind `--`, are Envoy's.
    #[arg(last = true)]
    arguments: Vec<OsString>,
    #[command(flatten)]
    shared: Shared,
}

/// Of a gateway whose ledger runs elsewhere.
#[derive(Debug, Args)]
struct Addresses {
    /// Where clients connect.
    #[arg(long, value_name = "ADDR", default_value = "0.0.0.0:10000")]
    listen: SocketAddr,
    /// Envoy's admin interface, which must not be reachable by clients.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9901")]
    admin: SocketAddr,
    /// The ledger, instead of the file's: HOST:PORT or https://HOST.
    #[arg(long, value_name = "ADDR", value_parser = ledger_address::parse)]
    ledger: Option<LedgerAddress>,
}

#[derive(Debug, Args)]
struct Shared {
    /// Certificate authorities that providers are checked against (PEM).
    #[arg(long, value_name = "PATH", default_value = "/etc/ssl/certs/ca-certificates.crt")]
    ca_bundle: PathBuf,
    /// Have Envoy write each request, one JSON object a line, to its standard output; with `up`, envoy.log of --data.
    #[arg(long)]
    access_log: bool,
}

impl CommandLine {
    /// Does what was asked. The exit status is not 0 where that was to find something out, and it is bad news.
    ///
    /// # Errors
    /// The command's.
    pub fn run(self) -> Result<ExitCode, Failure> {
        match self.command {
            Command::Check(arguments) => return Ok(check::run(&arguments)),
            Command::Schema(arguments) => {
                schema::run(&arguments).doing(|| "the format cannot be written".to_owned())?;
            }
            Command::Render(render) => render.run()?,
            Command::Up(up) => up.run()?,
            Command::Serve(serve) => serve.run()?,
            Command::Keys(arguments) => keys::run(&arguments)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Render {
    fn run(self) -> Result<(), Failure> {
        let options = Options {
            listen: self.addresses.listen,
            admin: self.addresses.admin,
            ledger: self.addresses.ledger,
            wasm: self.wasm,
            secrets: self.secrets,
            ca_bundle: self.shared.ca_bundle,
            access_log: self.shared.access_log,
            event_log: self.event_log,
            envoy: self.envoy_version,
        };
        render_command::run(&self.file, self.destination, &options)
    }
}

impl Up {
    fn run(self) -> Result<(), Failure> {
        up::run(&Settings {
            file: self.file,
            listen: self.listen,
            admin: self.admin,
            ledger: self.ledger,
            data: self.data,
            workers: self.workers,
            wasm: self.wasm,
            envoy: self.envoy,
            ca_bundle: self.shared.ca_bundle,
            access_log: self.shared.access_log,
        })
    }
}

impl Serve {
    fn run(self) -> Result<(), Failure> {
        up::run_without_ledger(&serve::Settings {
            file: self.file,
            listen: self.addresses.listen,
            admin: self.addresses.admin,
            ledger: self.addresses.ledger,
            data: self.data,
            event_log: self.event_log,
            variables: self.variables,
            wasm: self.wasm,
            envoy: self.envoy,
            ca_bundle: self.shared.ca_bundle,
            access_log: self.shared.access_log,
            arguments: self.arguments,
        })
    }
}
