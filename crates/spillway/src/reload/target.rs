//! Where a gateway's files go, besides those that are handed over one by one.

use std::path::PathBuf;

use spillway_filter::config::{Gateway, LEDGER_AUTHORITIES, LEDGER_CERTIFICATE, LEDGER_TOKEN, Secret};

use super::Source;
use crate::failure::{Doing, Failure};
use crate::render::{self, Live, Options};
use crate::{ledger_address, replace, sds};

/// Envoy's end of a gateway.
pub struct Target {
    /// What the machine decides.
    pub options: Options,
    /// Envoy's program.
    pub envoy: PathBuf,
    /// Folder of the files that Envoy follows.
    pub folder: PathBuf,
    /// The whole configuration as one document: what runs, for people to read.
    pub whole: PathBuf,
    /// What the filter shows to the ledger.
    pub token: LedgerToken,
    /// Whether the ledger was started with this gateway.
    pub ledger_is_ours: bool,
}

/// Where the ledger's token comes from.
pub enum LedgerToken {
    /// It was made up for this run.
    Own(String),
    /// A variable of this name, which may be a file's.
    Variable(&'static str),
}

impl LedgerToken {
    fn value(&self, source: &Source) -> Result<String, Failure> {
        let name = match self {
            Self::Own(token) => return Ok(token.clone()),
            Self::Variable(name) => name,
        };
        let is_token = |value: &String| !value.is_empty() && !value.contains(char::is_control);
        source.variable(name).filter(is_token).ok_or_else(|| {
            Failure::new(format!(
                "{name} is empty or unset, or has a line break or another control character"
            ))
        })
    }
}

impl Target {
    /// What Envoy is started with.
    pub fn bootstrap(&self) -> PathBuf {
        self.folder.join("bootstrap.json")
    }

    /// Renders a gateway for these files.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn live(&self, gateway: &Gateway) -> Result<Live, Failure> {
        render::live(gateway, &self.options, &self.folder).doing(|| "rendering the gateway".to_owned())
    }

    /// Writes what Envoy is started with.
    ///
    /// # Errors
    /// The system's.
    pub fn write_bootstrap(&self, live: &Live) -> Result<(), Failure> {
        replace::private_folder(&self.folder).doing(|| format!("creating {}", self.folder.display()))?;
        let path = self.bootstrap();
        replace::private_file(&path, &live.bootstrap.to_string())
            .doing(|| format!("writing {}", path.display()))
    }

    /// Writes the whole configuration.
    ///
    /// # Errors
    /// The system's.
    pub fn write_whole(&self, gateway: &Gateway) -> Result<(), Failure> {
        let path = &self.whole;
        let text = render::yaml(gateway, &self.options).doing(|| path.display().to_string())?;
        replace::private_file(path, &text).doing(|| format!("writing {}", path.display()))
    }

    /// Writes the credentials, the ledger's included. Envoy takes up one that changes. Whether any did.
    ///
    /// # Errors
    /// The system's, or that there is no token, or no certificate where the file says that there is.
    pub fn write_secrets(&self, gateway: &Gateway, source: &Source) -> Result<bool, Failure> {
        let token = format!("Bearer {}", self.token.value(source)?);
        let token = Secret { name: LEDGER_TOKEN.to_owned(), value: token };
        let mut documents: Vec<sds::Document> =
            gateway.secrets.iter().chain([&token]).map(sds::Document::credential).collect();
        if !self.ledger_is_ours {
            ledger_address::check(&gateway.ledger, self.options.ledger.as_ref())?;
            documents.extend(sds::of_ledger(&gateway.ledger)?);
        }
        sds::write(&self.options.secrets, &documents).map_err(Failure::passing)
    }

    /// Removes the credentials of others than this gateway.
    ///
    /// # Errors
    /// The system's.
    pub fn remove_other_secrets(&self, gateway: &Gateway) -> Result<(), Failure> {
        let named = gateway.secrets.iter().map(|secret| secret.name.as_str());
        let of_ledger = [LEDGER_TOKEN, LEDGER_CERTIFICATE, LEDGER_AUTHORITIES];
        sds::keep_only(&self.options.secrets, &named.chain(of_ledger).collect::<Vec<_>>())
    }
}
