//! `mock-providers`: the stand-ins as a program of their own.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the program's own lines on the terminal")]

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use mock_providers::{Handle, MockProviders};

/// Strict stand-ins for OpenAI and those that speak like it, Azure OpenAI, Anthropic, Gemini and Vertex AI, scripted by the request.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Where to listen; port 0 takes any that is free.
    #[arg(long, default_value = "127.0.0.1:8090", value_name = "ADDR")]
    listen: SocketAddr,
    /// Print nothing.
    #[arg(long)]
    quiet: bool,
    /// For benchmarks: accept anything, answer something canned, keep nothing.
    #[arg(long)]
    fast: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match start(&arguments).await {
        Ok(handle) => serve(handle, arguments.quiet).await,
        Err(error) => {
            eprintln!("mock-providers: cannot listen on {}: {error}", arguments.listen);
            ExitCode::FAILURE
        }
    }
}

async fn start(arguments: &Arguments) -> std::io::Result<Handle> {
    if arguments.fast {
        MockProviders::start_fast(arguments.listen).await
    } else {
        MockProviders::start(arguments.listen).await
    }
}

async fn serve(mut handle: Handle, quiet: bool) -> ExitCode {
    if !quiet {
        println!("mock-providers: listening on http://{}", handle.addr());
    }
    let stopped = wait_for_a_signal().await;
    handle.shutdown().await;
    match stopped {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mock-providers: cannot wait for signals: {error}");
            ExitCode::FAILURE
        }
    }
}

/// SIGINT from a terminal, SIGTERM from whatever else started this.
async fn wait_for_a_signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}
