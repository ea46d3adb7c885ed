//! What a gateway that runs prints: progress on standard output, trouble on standard error.
#![allow(clippy::print_stdout, clippy::print_stderr)]

/// One line of progress.
pub fn say(line: &str) {
    println!("spillway: {line}");
}

/// A block that stands by itself.
pub fn show(text: &str) {
    println!("{text}");
}

/// Trouble that does not stop us.
pub fn warn(line: &str) {
    eprintln!("spillway: warning: {line}");
}
