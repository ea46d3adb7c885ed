//! `spillway check`: everything that is wrong with a gateway's file, each with its line, and what it amounts to.
//!
//! On standard output: errors, then warnings, as `file:line:column: error: path: message` with a line of help
//! where there is something to do; then a summary, and without errors each model group with its deployments
//! and fallbacks, or with `--explain` all that the file amounts to. The exit status is 0 for a file that can be used (there may be warnings), 1 for one with an
//! error, 2 where there is nothing to check: the file cannot be read, or the command line is wrong.
//!
//! Nothing is called and nothing is written. `os.environ/NAME` is looked up in the environment, as it will be
//! by `render` and `up`, which refuse exactly the files that have an error here.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use spillway_filter::config::Gateway;
use spillway_filter::route::{Fallback, Group, Router, Target};
use spillway_filter::translate;

use crate::config_file::{ConfigFile, colours};
use crate::console;
use crate::explain;
use crate::failure::{Doing, Failure};

/// Arguments of `spillway check`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The gateway's configuration: LiteLLM's format and a section `spillway_settings`.
    file: PathBuf,
    /// Tell how the file was understood: groups, chains, limits, prices, guardrails, keys.
    #[arg(long)]
    explain: bool,
    /// How `--explain` tells it. As JSON it stands alone on standard output, and problems go to standard error.
    #[arg(long, value_enum, default_value_t, requires = "explain")]
    format: Format,
}

/// How an explanation is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Some of the file's values cannot be used.
const ERRORS: u8 = 1;
/// The file cannot be read, or the answer not be written.
const UNREADABLE: u8 = 2;

/// Tells every problem; without errors, also what the file amounts to.
pub fn run(arguments: &Arguments) -> ExitCode {
    told(arguments).unwrap_or_else(|failure| {
        console::trouble(&failure.to_string());
        ExitCode::from(UNREADABLE)
    })
}

fn told(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let file = ConfigFile::read(&arguments.file)?;
    answer(&file, arguments).doing(|| "the answer cannot be written".to_owned())
}

fn answer(file: &ConfigFile, arguments: &Arguments) -> io::Result<ExitCode> {
    let report = file.check();
    let mut out = io::stdout().lock();
    let colour = colours(&out);
    match arguments.format {
        Format::Text => file.write_problems(&mut out, &report, colour)?,
        Format::Json => file.write_problems(&mut io::stderr().lock(), &report, colours(&io::stderr()))?,
    }
    let Some(gateway) = &report.gateway else { return Ok(ExitCode::from(ERRORS)) };
    match (arguments.explain, arguments.format) {
        (false, _) => write_gateway(&mut out, gateway)?,
        (true, Format::Text) => explain::gateway(gateway).write_text(&mut out)?,
        (true, Format::Json) => writeln!(out, "{:#}", explain::gateway(gateway).json())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Groups with their deployments and fallbacks, a few lines each.
fn write_gateway(out: &mut dyn Write, gateway: &Gateway) -> io::Result<()> {
    let router = &gateway.admission.router;
    for group in &router.groups {
        let aliases: Vec<&str> = router
            .aliases
            .iter()
            .filter(|alias| router.named(&alias.alias).is_some_and(|named| named.group.name == group.name))
            .map(|a| a.alias.as_str())
            .collect();
        let also = if aliases.is_empty() { String::new() } else { format!(" (also {})", aliases.join(", ")) };
        writeln!(out, "\n{}{also}", group.name)?;
        if group.deployments.is_empty() {
            writeln!(out, "  no deployment")?;
        }
        for index in &group.deployments {
            write_deployment(out, gateway, *index)?;
        }
        write_fallbacks(out, router, group)?;
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
    let version = target.api_version.as_ref().map(|version| format!(", API version {version}"));
    let chat_only = if target.chat_only { ", chat completions only" } else { "" };
    writeln!(
        out,
        "  {}: {} {}{through} at {}{}{chat_only} (order {}, weight {})",
        candidate.id,
        target.provider.name(),
        target.model,
        deployment.attempt.api_base,
        version.unwrap_or_default(),
        candidate.order,
        candidate.weight,
    )?;
    write_beside(out, target)
}

/// What the deployment takes and gets besides what its API defines.
fn write_beside(out: &mut dyn Write, target: &translate::Target) -> io::Result<()> {
    if !target.allowed_params.is_empty() {
        writeln!(out, "    takes also {}", target.allowed_params.join(", "))?;
    }
    if !target.extra_body.is_empty() {
        let names: Vec<&str> = target.extra_body.keys().map(String::as_str).collect();
        writeln!(out, "    gets also {}", names.join(", "))?;
    }
    Ok(())
}

/// Where a group's requests go after a failure, a line for each kind that has somewhere to go.
fn write_fallbacks(out: &mut dyn Write, router: &Router, group: &Group) -> io::Result<()> {
    let kinds = [
        ("then", router.fallbacks_of(&group.name)),
        ("a prompt that is too long: then", entry(&router.context_window_fallbacks, group)),
        ("refused content: then", entry(&router.content_policy_fallbacks, group)),
    ];
    for (when, targets) in kinds {
        let others = targets.iter().filter(|target| target.model != group.name || target.overrides.is_some());
        let names: Vec<String> = others.map(name).collect();
        if !names.is_empty() {
            writeln!(out, "  {when} {}", names.join(", then "))?;
        }
    }
    let of_names = [
        ("then", &router.fallbacks),
        ("a prompt that is too long: then", &router.context_window_fallbacks),
        ("refused content: then", &router.content_policy_fallbacks),
    ];
    for (when, fallbacks) in of_names {
        for entry in router.of_names(fallbacks, group) {
            let names: Vec<String> = entry.to.iter().map(name).collect();
            writeln!(out, "  as {}, {when} {}", entry.from, names.join(", then "))?;
        }
    }
    Ok(())
}

/// A group's own entry of one kind, else the one for every group.
fn entry<'r>(fallbacks: &'r [Fallback], group: &Group) -> &'r [Target] {
    let of = |name: &str| fallbacks.iter().find(|entry| entry.from == name);
    of(&group.name).or_else(|| of("*")).map_or(&[], |entry| &entry.to)
}

/// A target, with the names of the parameters that it changes.
fn name(target: &Target) -> String {
    match &target.overrides {
        Some(fields) => {
            let names: Vec<&str> = fields.keys().map(String::as_str).collect();
            format!("{} (with its own {})", target.model, names.join(", "))
        }
        None => target.model.clone(),
    }
}
