//! The files that the children write to.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Bytes from the end that are read for a tail.
const TAIL_BYTES: u64 = 16 << 10;
/// Lines of a tail.
const TAIL_LINES: usize = 20;

/// Where a child's output is when it goes where ours does.
const OURS: &str = "/dev/stderr";

/// A child's output, of this run only.
#[derive(Clone, Debug)]
pub struct Log {
    /// None for our own output.
    path: Option<PathBuf>,
}

impl Log {
    /// Starts an empty log.
    pub fn start(path: PathBuf) -> io::Result<Self> {
        File::create(&path)?;
        Ok(Self { path: Some(path) })
    }

    /// Our own output.
    pub fn ours() -> Self {
        Self { path: None }
    }

    /// A handle that writes at the end.
    pub fn append(&self) -> io::Result<Stdio> {
        match &self.path {
            Some(path) => Ok(OpenOptions::new().append(true).open(path)?.into()),
            None => Ok(Stdio::inherit()),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new(OURS))
    }

    /// The last lines, indented, under the file's name; for a failure's message.
    pub fn tail(&self) -> String {
        let Some(path) = &self.path else { return "what it says stands above".to_owned() };
        let text = end(path).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let shown = lines.get(lines.len().saturating_sub(TAIL_LINES)..).unwrap_or_default();
        if shown.is_empty() {
            return format!("{} is empty", path.display());
        }
        format!("the end of {}:\n    {}", path.display(), shown.join("\n    "))
    }
}

fn end(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
    let mut bytes = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
