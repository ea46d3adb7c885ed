//! The folder that a local gateway keeps its files in.

use std::fs::{File, TryLockError};
use std::path::PathBuf;

use super::log::Log;
use crate::failure::{Doing, Failure};
use crate::replace;

/// The folder, ours while this value lives.
pub struct Data {
    folder: PathBuf,
    _lock: File,
}

impl Data {
    /// Creates the folder if need be, closed to others.
    ///
    /// # Errors
    /// When it cannot be written, or another gateway uses it.
    pub fn open(folder: &std::path::Path) -> Result<Self, Failure> {
        replace::private_folder(folder).doing(|| format!("creating {}", folder.display()))?;
        let folder = folder.canonicalize().doing(|| folder.display().to_string())?;
        let path = folder.join("lock");
        let lock = File::create(&path).doing(|| path.display().to_string())?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { folder, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Failure::new(format!(
                "{} is in use by another `spillway up`: stop it, or pass --data with another folder",
                folder.display()
            ))),
            Err(TryLockError::Error(error)) => Err(Failure::new(format!("{}: {error}", path.display()))),
        }
    }

    /// The files that Envoy follows.
    pub fn envoy(&self) -> PathBuf {
        self.folder.join("envoy")
    }

    /// The whole configuration as one document.
    pub fn whole(&self) -> PathBuf {
        self.folder.join("envoy.yaml")
    }

    /// The SDS files.
    pub fn secrets(&self) -> PathBuf {
        self.folder.join("secrets")
    }

    /// The ledger's database.
    pub fn ledger(&self) -> PathBuf {
        self.folder.join("ledger.sqlite")
    }

    /// Events that Envoy writes, where the gateway's file asks for that.
    pub fn event_log(&self) -> PathBuf {
        self.folder.join("events.log")
    }

    /// A fresh log for a child.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn log(&self, name: &str) -> Result<Log, Failure> {
        let path = self.folder.join(format!("{name}.log"));
        Log::start(path.clone()).doing(|| path.display().to_string())
    }
}
