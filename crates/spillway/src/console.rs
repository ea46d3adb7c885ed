//! What a gateway that runs prints: progress on standard output, trouble on standard error.
//!
//! Whoever reads it may go away while the gateway runs (`| head`, a log collector that restarts, a terminal that is
//! closed): that is no reason to stop serving, so what nobody takes is left unsaid.

use std::io::{self, Write};

/// One line of progress.
pub fn say(line: &str) {
    tell(io::stdout().lock(), &format!("spillway: {line}"));
}

/// A block that stands by itself.
pub fn show(text: &str) {
    tell(io::stdout().lock(), text);
}

/// Trouble that does not stop us.
pub fn warn(line: &str) {
    tell(io::stderr().lock(), &format!("spillway: warning: {line}"));
}

/// Trouble that is told in its own words.
pub fn trouble(text: &str) {
    tell(io::stderr().lock(), text);
}

fn tell(mut to: impl Write, text: &str) {
    let _ = writeln!(to, "{text}").and_then(|()| to.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pipe whose reader has gone.
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    #[test]
    fn a_reader_that_has_gone_is_no_trouble() {
        tell(Closed, "ready");
        let mut told = Vec::new();
        tell(&mut told, "ready");
        assert_eq!(told, b"ready\n");
    }
}
