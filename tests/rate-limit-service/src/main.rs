//! A rate-limit service for the tests: the counting is Limitador's, the counters are in Redis, and what is between
//! is Envoy's protocol, as Limitador's own server has it.
//!
//!     rate-limit-service --listen 127.0.0.1:8081 --redis redis://127.0.0.1:6379 limits.yaml

#![allow(clippy::print_stderr, reason = "the program's own lines on the terminal")]

mod grpc;
mod limiter;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use limitador::limit::Limit;

use crate::grpc::Service;
use crate::limiter::Limiter;

#[derive(Parser)]
#[command(about = "A rate-limit service on Redis, for tests.")]
struct Options {
    /// Where gateways connect.
    #[arg(long)]
    listen: SocketAddr,
    /// Where the counters are.
    #[arg(long)]
    redis: String,
    /// A list of Limitador's limits, in YAML.
    limits: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("rate-limit-service: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), String> {
    let limiter = Limiter::new(&options.redis, limits(&options.limits)?).await?;
    let server = tonic::transport::Server::builder().add_service(Service::new(limiter));
    server.serve(options.listen).await.map_err(|error| format!("{}: {error}", options.listen))
}

fn limits(file: &PathBuf) -> Result<Vec<Limit>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    serde_yaml_ng::from_str(&text).map_err(|error| {
        format!("{}: {error}; expected a list of limits as Limitador reads them", file.display())
    })
}
