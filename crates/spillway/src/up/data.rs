//! The folder that a local gateway keeps its files in.

use std::fs::{File, TryLockError};
use std::path::PathBuf;

use spillway_filter::config::{Gateway, Secret};

use super::log::Log;
use crate::failure::{Doing, Failure};
use crate::render::{self, LEDGER_TOKEN, Options};
use crate::{replace, sds};

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

    /// The rendered configuration.
    pub fn bootstrap(&self) -> PathBuf {
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

    /// Writes everything that Envoy reads: the configuration and the credentials, the ledger's included.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, gateway: &Gateway, options: &Options, ledger_token: &str) -> Result<(), Failure> {
        let token = Secret { name: LEDGER_TOKEN.to_owned(), value: format!("Bearer {ledger_token}") };
        let secrets: Vec<Secret> = gateway.secrets.iter().cloned().chain([token]).collect();
        sds::write(&self.secrets(), &secrets)?;
        let path = self.bootstrap();
        let text = render::yaml(gateway, options).doing(|| path.display().to_string())?;
        replace::private_file(&path, &text).doing(|| format!("writing {}", path.display()))
    }
}
