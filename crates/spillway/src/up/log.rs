//! The files that the children write to.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Bytes from the end that are read for a tail.
const TAIL_BYTES: u64 = 16 << 10;
/// Lines of a tail.
const TAIL_LINES: usize = 20;

/// A child's output, of this run only.
#[derive(Clone, Debug)]
pub struct Log {
    path: PathBuf,
}

impl Log {
    /// Starts an empty log.
    pub fn start(path: PathBuf) -> io::Result<Self> {
        File::create(&path)?;
        Ok(Self { path })
    }

    /// A handle that writes at the end.
    pub fn append(&self) -> io::Result<File> {
        OpenOptions::new().append(true).open(&self.path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The last lines, indented, under the file's name; for a failure's message.
    pub fn tail(&self) -> String {
        let text = self.end().unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let shown = lines.get(lines.len().saturating_sub(TAIL_LINES)..).unwrap_or_default();
        if shown.is_empty() {
            return format!("{} is empty", self.path.display());
        }
        format!("the end of {}:\n    {}", self.path.display(), shown.join("\n    "))
    }

    fn end(&self) -> io::Result<String> {
        let mut file = File::open(&self.path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES)))?;
        let mut bytes = Vec::new();
        file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}
