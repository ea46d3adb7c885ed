//! `spillway check`

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use spillway_filter::config::Gateway;
use spillway_filter::route::{Group, Router};

use crate::config_file::ConfigFile;

/// Arguments of `spillway check`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The gateway's configuration: LiteLLM's format and a section `spillway_settings`.
    file: PathBuf,
}

/// Some of the file's values cannot be used.
const ERRORS: u8 = 1;
/// The file cannot be read, or the answer not be written.
const UNREADABLE: u8 = 2;

/// Tells every problem; without errors, also what the file amounts to.
#[allow(clippy::print_stderr)]
pub fn run(arguments: &Arguments) -> ExitCode {
    let answer = ConfigFile::read(&arguments.file)
        .and_then(|file| answer(&file).map_err(|error| format!("the answer cannot be written: {error}")));
    answer.unwrap_or_else(|problem| {
        eprintln!("spillway: {problem}");
        ExitCode::from(UNREADABLE)
    })
}

fn answer(file: &ConfigFile) -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    let report = file.check();
    let colour = out.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    file.write_problems(&mut out, &report, colour)?;
    match &report.gateway {
        Some(gateway) => {
            write_gateway(&mut out, gateway)?;
            Ok(ExitCode::SUCCESS)
        }
        None => Ok(ExitCode::from(ERRORS)),
    }
}

/// Groups with their deployments and fallbacks, a few lines each.
fn write_gateway(out: &mut dyn Write, gateway: &Gateway) -> io::Result<()> {
    let router = &gateway.admission.router;
    for group in &router.groups {
        let aliases: Vec<&str> = router
            .aliases
            .iter()
            .filter(|alias| alias.group == group.name)
            .map(|a| a.alias.as_str())
            .collect();
        let also = if aliases.is_empty() { String::new() } else { format!(" (also {})", aliases.join(", ")) };
        writeln!(out, "\n{}{also}", group.name)?;
        for index in &group.deployments {
            write_deployment(out, gateway, *index)?;
        }
        let next = fallbacks(router, group);
        if !next.is_empty() {
            writeln!(out, "  then {}", next.join(", then "))?;
        }
    }
    Ok(())
}

fn write_deployment(out: &mut dyn Write, gateway: &Gateway, index: usize) -> io::Result<()> {
    let router = &gateway.admission.router;
    let (Some(deployment), Some(candidate)) = (gateway.deployments.get(index), router.deployments.get(index))
    else {
        return Ok(());
    };
    let target = &deployment.attempt.target;
    let through = if target.bridge_to_responses { " through the Responses API" } else { "" };
    writeln!(
        out,
        "  {}: {} {}{through} at {} (order {}, weight {})",
        candidate.id,
        target.provider.name(),
        target.model,
        deployment.attempt.api_base,
        candidate.order,
        candidate.weight,
    )
}

/// Where a group's requests go next: its own fallbacks, else the default ones.
fn fallbacks(router: &Router, group: &Group) -> Vec<String> {
    match router.fallbacks.iter().find(|fallback| fallback.from == group.name) {
        Some(fallback) => fallback.to.clone(),
        None => router.default_fallbacks.iter().filter(|name| **name != group.name).cloned().collect(),
    }
}
