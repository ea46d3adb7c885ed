//! Tells V8 which branches of a module are seldom taken, and which mostly.
//!
//! A request runs through several hundred kilobytes of code, most of it once, so that its time goes by how much code the
//! processor has to fetch. Where V8 knows that a branch is unlikely, it puts what is behind it at the end of its function, and
//! what does run lies closer together: docs/BENCHMARK.md has what that is worth. What it is told, by WebAssembly's branch hints
//! (<https://github.com/WebAssembly/branch-hinting>), changes nothing of what a module does; whoever does not know them
//! passes them over.
//!
//! ```text
//! branch-hints count MODULE COUNTING          writes a module that counts its branches, and tells where
//! branch-hints apply MODULE COUNTS HINTED     writes the module with hints
//! ```
//!
//! `branches.mjs` has the counting module play requests in between, and `hints.sh` runs all three: both are in tools/training.
//!
//! | module | room |
//! |---|---|
//! | `code` | the branches of a module |
//! | `counting` | a module that counts them |
//! | `hints` | what was counted, as hints |
//! | `leb` | WebAssembly's numbers |

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the program's own lines on the terminal")]

mod code;
mod counting;
mod hints;
mod leb;
#[cfg(test)]
mod tests;

use std::fs;
use std::process::ExitCode;

use code::Code;

/// What went wrong, for a person.
type Failure = String;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["count", module, counting] => count(module, counting),
        ["apply", module, counts, hinted] => apply(module, counts, hinted),
        _ => Err("usage: branch-hints count MODULE COUNTING | apply MODULE COUNTS HINTED".to_owned()),
    };
    match done {
        Ok(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("branch-hints: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn count(path: &str, to: &str) -> Result<String, Failure> {
    let module = read(path)?;
    let code = Code::of(&module).map_err(|error| format!("{path}: {error}"))?;
    write(to, &counting::module(&module, &code)?)?;
    Ok(format!("{} {}", code.counters, code.branches()))
}

fn apply(path: &str, counts: &str, to: &str) -> Result<String, Failure> {
    let module = read(path)?;
    let code = Code::of(&module).map_err(|error| format!("{path}: {error}"))?;
    let counts = fs::read_to_string(counts).map_err(|error| format!("{counts}: {error}"))?;
    let counts = hints::read(&counts)?;
    let (hinted, told) = hints::module(&module, &code, &counts)?;
    write(to, &hinted)?;
    Ok(told)
}

fn read(path: &str) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| format!("{path}: {error}"))
}

fn write(path: &str, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(path, bytes).map_err(|error| format!("{path}: {error}"))
}
