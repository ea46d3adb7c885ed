//! One file from some byte on: whole lines, in pieces of bounded size.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;

/// Bytes that are read at once.
const PIECE: usize = 1 << 20;

/// Bytes of the longest line: what the ledger takes as one batch.
const LONGEST_LINE: usize = 8 << 20;

/// Which file it is, whatever its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino() }
    }
}

/// Lines that follow one another.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// Where the first begins.
    pub(super) at: u64,
    /// Each with its line break, the last too.
    pub(super) bytes: Vec<u8>,
    /// Bytes of a line that is too long, which are left out.
    pub(super) left_out: u64,
}

impl Piece {
    /// No further whole line is there.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.left_out == 0
    }
}

/// A file that is being read. It stays the same file when it gets another name.
#[derive(Debug)]
pub(super) struct LogFile {
    file: File,
    pub(super) identity: Identity,
    /// Bytes that were taken.
    pub(super) offset: u64,
}

impl LogFile {
    /// Opens a file, to go on behind so many bytes.
    pub(super) fn open(path: &Path, offset: u64) -> io::Result<Self> {
        let file = File::open(path)?;
        let identity = Identity::of(&file.metadata()?);
        Ok(Self { file, identity, offset })
    }

    /// The next whole lines; a last line without its end waits for it.
    pub(super) fn next(&self) -> io::Result<Piece> {
        let mut size = PIECE;
        loop {
            let mut bytes = self.read(size)?;
            if let Some(last) = bytes.iter().rposition(|byte| *byte == b'\n') {
                bytes.truncate(last + 1);
                return Ok(Piece { at: self.offset, bytes, left_out: 0 });
            }
            if bytes.len() < size {
                return Ok(Piece { at: self.offset, ..Piece::default() });
            }
            if size >= LONGEST_LINE {
                let left_out = self.length_of_line(bytes.len() as u64)?;
                return Ok(Piece { at: self.offset, bytes: Vec::new(), left_out });
            }
            size *= 2;
        }
    }

    /// Goes on behind so many bytes.
    pub(super) fn seek(&mut self, offset: u64) {
        self.offset = offset;
    }

    /// Begins anew where the file has become shorter than what was read: somebody emptied it.
    pub(super) fn begin_anew_if_emptied(&mut self) -> io::Result<()> {
        if self.file.metadata()?.len() < self.offset {
            self.offset = 0;
        }
        Ok(())
    }

    /// Bytes of a line of which so many are known to have no end; 0 while it has none.
    fn length_of_line(&self, known: u64) -> io::Result<u64> {
        let mut length = known;
        loop {
            let mut bytes = vec![0; PIECE];
            let count = self.file.read_at(&mut bytes, self.offset + length)?;
            bytes.truncate(count);
            if let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
                return Ok(length + end as u64 + 1);
            }
            if count == 0 {
                return Ok(0);
            }
            length += count as u64;
        }
    }

    fn read(&self, size: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; size];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, self.offset + filled as u64) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(filled);
        Ok(bytes)
    }
}
