//! A disk that is full, or slow, for the ledger alone: `disk.c`, loaded before the C library.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use spillway_e2e::Failure;
use spillway_e2e::gateway::root;

use crate::ensure;

/// What a disk can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Writes fail with `ENOSPC`.
    Full,
    /// A sync takes 300 ms, a write half a millisecond.
    Slow,
}

impl Trouble {
    /// The file that says so, while it is there.
    fn file(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Slow => "slow",
        }
    }
}

/// Everything below one folder, for one program.
pub struct Disk {
    /// The compiled library.
    library: PathBuf,
    /// What is on the disk.
    files: PathBuf,
    /// Where a file says that there is trouble, and another that a call has met it.
    control: PathBuf,
}

impl Disk {
    /// Compiles it.
    ///
    /// # Errors
    /// There is no C compiler.
    pub fn new(folder: &Path) -> Result<Self, Failure> {
        let (library, control, files) = (folder.join("disk.so"), folder.join("disk"), folder.join("books"));
        for folder in [&control, &files] {
            std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        let source = root().join("tests/e2e/tests/chaos/disk.c");
        let mut compile = Command::new("cc");
        compile
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
            .arg(&library)
            .arg(source)
            .arg("-ldl");
        let done = compile.output().map_err(|error| format!("cannot start the C compiler, cc: {error}"))?;
        ensure(done.status.success(), || String::from_utf8_lossy(&done.stderr).into_owned())?;
        Ok(Self { library, files, control })
    }

    /// What a program is started with that shall have this disk.
    pub fn environment(&self) -> [(&'static str, OsString); 3] {
        [
            ("LD_PRELOAD", self.library.clone().into()),
            ("CHAOS_DISK_FILES", self.files.clone().into()),
            ("CHAOS_DISK_CONTROL", self.control.clone().into()),
        ]
    }

    /// From now on, there is trouble.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn begin(&self, trouble: Trouble) -> Result<(), Failure> {
        std::fs::write(self.control.join(trouble.file()), "").map_err(|error| error.to_string())
    }

    /// It is over.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn end(&self, trouble: Trouble) -> Result<(), Failure> {
        std::fs::remove_file(self.control.join(trouble.file())).map_err(|error| error.to_string())
    }

    /// Some call has met it: a shim that is not loaded proves nothing.
    ///
    /// # Errors
    /// None has.
    pub fn check_met(&self, trouble: Trouble) -> Result<(), Failure> {
        let met = self.control.join(format!("{}.met", trouble.file()));
        ensure(met.exists(), || format!("no call of the ledger's has met a disk that is {}", trouble.file()))
    }
}
