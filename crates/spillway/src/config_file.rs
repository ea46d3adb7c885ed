//! A configuration file: read, checked, and its problems told with their lines.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;
use spillway_filter::config::{self, Problem, Report};

use crate::failure::Failure;
use crate::named_files::NamedFiles;
use crate::variables::Variables;
use crate::yaml::{self, Place, Places, SyntaxError};

/// Larger files are something else than a configuration.
const MOST_BYTES: u64 = 8 << 20;

/// A file that could be read, whatever it holds.
pub struct ConfigFile {
    name: String,
    text: String,
    content: Result<(Value, Vec<Problem>), SyntaxError>,
    /// Their contents are part of the value.
    named: NamedFiles,
}

impl ConfigFile {
    /// Reads a file, whatever it holds, and the files that it names.
    ///
    /// # Errors
    /// Which file cannot be read, and why not.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let failed = |error: io::Error| Failure::new(format!("{name} cannot be read: {error}"));
        let mut text = String::new();
        let size = File::open(path).map_err(failed)?.take(MOST_BYTES + 1).read_to_string(&mut text);
        if size.map_err(failed)? as u64 > MOST_BYTES {
            let message = format!("{name} cannot be read: it is larger than {} MiB", MOST_BYTES >> 20);
            return Err(Failure::new(message));
        }
        let text = yaml::unmarked(text);
        let mut content = yaml::parse(&text);
        let folder = path.parent().unwrap_or(Path::new(""));
        let read = |(value, _): &mut (Value, _)| NamedFiles::read_into(value, folder);
        let named = content.as_mut().map(read).unwrap_or_default();
        Ok(Self { name, text, content, named })
    }

    /// The files that it names, whether or not they can be read. None where it is no YAML.
    pub fn named(&self) -> &[PathBuf] {
        &self.named.names
    }

    /// Everything that is wrong with the file, its YAML included. Variables are those of this process.
    pub fn check(&self) -> Report {
        self.check_with(&Variables::of_this_process())
    }

    /// Everything that is wrong with the file, its YAML included, with these variables.
    pub fn check_with(&self, variables: &Variables) -> Report {
        match &self.content {
            Ok((value, problems)) => {
                let mut report = config::check(value, &|name| variables.get(name));
                report.errors.retain(|problem| !self.named.tells_of(&problem.path));
                let unread = problems.iter().chain(&self.named.problems);
                report.errors.splice(0..0, unread.cloned());
                report.gateway = report.gateway.filter(|_| report.errors.is_empty());
                report
            }
            Err(error) => Report { gateway: None, errors: vec![syntax_problem(error)], warnings: Vec::new() },
        }
    }

    /// Writes errors, then warnings, each in the order of the text, then how many there are of each: `file:line:column: error: …`.
    pub fn write_problems(&self, out: &mut dyn Write, report: &Report, colour: bool) -> io::Result<()> {
        let paint = |word: &str, code: &str| match colour {
            true => format!("\x1b[1;{code}m{word}\x1b[0m"),
            false => word.to_owned(),
        };
        let places = Places::of(&self.text);
        for (problems, word) in
            [(&report.errors, paint("error", "31")), (&report.warnings, paint("warning", "33"))]
        {
            let mut placed: Vec<_> =
                problems.iter().map(|problem| (self.place(&places, problem), problem)).collect();
            placed.sort_by_key(|((file, _, place), _)| (*file, *place));
            for ((_, name, place), problem) in placed {
                writeln!(out, "{}: {word}: {problem}", located(name, place))?;
            }
        }
        writeln!(out, "{}: {}", self.name, summary(report))
    }

    /// Where a problem stands: the file's number, 0 for this one, its name, and the place in it.
    fn place(&self, places: &Places, problem: &Problem) -> (usize, &str, Option<Place>) {
        let here = |place| (0, self.name.as_str(), place);
        match &self.content {
            Ok(_) => self.named.find(&problem.path).unwrap_or_else(|| here(places.find(&problem.path))),
            Err(error) => here(error.place),
        }
    }
}

/// `file:line:column`, as compilers say it.
fn located(name: &str, place: Option<Place>) -> String {
    match place {
        Some(Place { line, column }) => format!("{name}:{line}:{column}"),
        None => name.to_owned(),
    }
}

/// Whether what is written to a stream may have colours: a terminal's, unless NO_COLOR is set.
pub fn colours(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn syntax_problem(error: &SyntaxError) -> Problem {
    Problem {
        path: config::Path::default().to_string(),
        message: format!("not YAML: {}", error.message),
        help: None,
    }
}

/// `2 errors, 1 warning`
fn summary(report: &Report) -> String {
    let count = |count: usize, word: &str| match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    };
    match (report.errors.len(), report.warnings.len()) {
        (0, 0) => "no problems".to_owned(),
        (0, warnings) => format!("usable, {}", count(warnings, "warning")),
        (errors, 0) => count(errors, "error"),
        (errors, warnings) => format!("{}, {}", count(errors, "error"), count(warnings, "warning")),
    }
}
