//! Where the programs and the filter's module are, when nobody says.

use std::env;
use std::path::{Path, PathBuf};

use crate::failure::{Doing, Failure};
use crate::render::EnvoyVersion;

/// Names an Envoy for every run.
const ENVOY_VARIABLE: &str = "SPILLWAY_ENVOY";
/// Where `make setup` puts one, from the checkout's root.
const CHECKOUT_ENVOY: &str = ".tools/venv/bin/envoy";
/// Where `make wasm` puts the module, from Cargo's target folder.
const MODULE: &str = "wasm32-wasip1/release/spillway_filter.wasm";

/// The places that defaults are relative to.
pub struct Places {
    executable: PathBuf,
}

impl Places {
    /// As seen from the running program.
    ///
    /// # Errors
    /// When the system does not say where that is.
    pub fn of_this_program() -> Result<Self, Failure> {
        let executable = env::current_exe().doing(|| "finding this program's own file".to_owned())?;
        Ok(Self { executable })
    }

    /// Envoy: as given, else of the environment, else the checkout's, else on the path.
    ///
    /// # Errors
    /// When it is nowhere.
    pub fn envoy(&self, given: Option<PathBuf>) -> Result<PathBuf, Failure> {
        let by_option = given.map(|path| (path, "--envoy"));
        if let Some((path, name)) = by_option.or_else(|| Some((in_environment()?, ENVOY_VARIABLE))) {
            return on_path(&path).ok_or_else(|| {
                Failure::new(format!("{} is not a program that exists, and {name} names it", path.display()))
            });
        }
        let in_checkout = self.executable.ancestors().map(|folder| folder.join(CHECKOUT_ENVOY));
        in_checkout
            .into_iter()
            .find(|path| path.is_file())
            .or_else(|| on_path(Path::new("envoy")))
            .ok_or_else(|| {
                Failure::new(format!(
                    "no Envoy found: run `make setup`, put `envoy` ({} or newer) on the PATH, or name it \
                     with --envoy or {ENVOY_VARIABLE}",
                    EnvoyVersion::OLDEST
                ))
            })
    }

    /// The ledger's program, which is installed beside this one.
    ///
    /// # Errors
    /// When it is not there.
    pub fn ledger(&self) -> Result<PathBuf, Failure> {
        let path = self.executable.with_file_name("spillway-ledger");
        if path.is_file() {
            return Ok(path);
        }
        Err(Failure::new(format!("{} is missing: run `make build`", path.display())))
    }

    /// The filter's module: as given, else of this program's build.
    ///
    /// # Errors
    /// When it is not there.
    pub fn module(&self, given: Option<PathBuf>) -> Result<PathBuf, Failure> {
        let path = given.or_else(|| self.executable.parent()?.parent().map(|target| target.join(MODULE)));
        let path = path.unwrap_or_else(|| PathBuf::from(MODULE));
        if path.is_file() {
            return path.canonicalize().doing(|| path.display().to_string());
        }
        Err(Failure::new(format!(
            "the filter's module {} is missing: run `make wasm`, or name it with --wasm",
            path.display()
        )))
    }
}

/// What the environment names. An empty variable names nothing, as everywhere.
fn in_environment() -> Option<PathBuf> {
    env::var_os(ENVOY_VARIABLE).filter(|name| !name.is_empty()).map(PathBuf::from)
}

/// A path as it is, a bare name looked for in `PATH`.
fn on_path(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return program.is_file().then(|| program.to_owned());
    }
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file())
}
