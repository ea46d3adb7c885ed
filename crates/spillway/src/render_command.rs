//! `spillway render`: the Envoy configuration of a gateway's file, to a file or to standard output.

use std::io::Write;
use std::path::Path;

use crate::failure::{Doing, Failure};
use crate::render::{self, Options};
use crate::variables::Variables;
use crate::{load, replace};

/// Renders `file` to `out` (`-` for standard output); warnings go to standard error.
///
/// # Errors
/// When the file cannot be used or the result cannot be written.
pub fn run(file: &Path, out: &Path, options: &Options) -> Result<(), Failure> {
    let gateway = load::gateway(file, &Variables::of_this_process())?;
    let text = render::yaml(&gateway, options).doing(|| file.display().to_string())?;
    if out == Path::new("-") {
        return std::io::stdout().write_all(text.as_bytes()).doing(|| "standard output".to_owned());
    }
    replace::public_file(out, &text).doing(|| format!("writing {}", out.display()))
}
