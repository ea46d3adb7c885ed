//! Everything that can be made sure of before a process is started.

use std::net::SocketAddr;
use std::path::PathBuf;

use spillway_filter::config::LedgerAddress;

use super::data::Data;
use super::places::Places;
use super::ports::{Claim, claim};
use super::process::{Process, Recipe};
use super::running::{Addresses, Running};
use super::{Settings, recipes, version, wait};
use crate::failure::{Doing, Failure};
use crate::reload::{LedgerToken, Reloader, Source, Target};
use crate::render::{EnvoyVersion, Options};
use crate::variables::Variables;

/// A gateway that is ready to start: its files are written and its addresses are free.
pub struct Plan {
    data: Data,
    reloader: Reloader,
    claims: Claims,
    ledger: Recipe,
    envoy: Recipe,
    model: Option<String>,
    makes_keys: bool,
    monitor: &'static str,
}

/// The three addresses, held so that nobody takes them while we get ready.
struct Claims {
    listen: Claim,
    admin: Claim,
    ledger: Claim,
}

impl Plan {
    /// Checks the file, finds the programs, claims the addresses and writes the files.
    ///
    /// # Errors
    /// With the first thing that stands in the way.
    pub async fn make(settings: &Settings) -> Result<Self, Failure> {
        let (source, gateway) = Source::open(&settings.file, Variables::of_this_process())?;
        let places = Places::of_this_program()?;
        let envoy = places.envoy(settings.envoy.clone())?;
        let version = version::of(&envoy).await?;
        let ledger = places.ledger()?;
        let data = Data::open(&settings.data)?;
        let claims = Claims::take(settings)?;
        let token = token()?;
        let target = Target {
            options: options(settings, &claims, &data, places.module(settings.wasm.clone())?, version),
            envoy: envoy.clone(),
            folder: data.envoy(),
            whole: data.whole(),
            token: LedgerToken::Own(token.clone()),
            ledger_is_ours: true,
        };
        let master_key = gateway.master_key.as_deref();
        let mut ledger = recipes::ledger(ledger, claims.ledger.address, &data, &token, master_key);
        let mut envoy = recipes::envoy(envoy, target.bootstrap(), settings.workers);
        if gateway.admission.delivery.durable {
            ledger = ledger.with(recipes::reconciling(&data));
            envoy = envoy.with(recipes::prompt_access_log());
        }
        let monitor = recipes::who_sees_the_monitor(&ledger);
        let makes_keys = gateway.serves_administration && master_key.is_some();
        let model = gateway.admission.router.models().next().map(str::to_owned);
        let reloader = Reloader::begin(source, gateway, target)?;
        Ok(Self { data, reloader, claims, ledger, envoy, model, makes_keys, monitor })
    }

    /// Starts the ledger, then Envoy, and waits until both are well.
    ///
    /// # Errors
    /// When one ends or stays unwell, with the end of its log.
    pub async fn start(self) -> Result<Running, Failure> {
        let addresses = self.claims.release();
        let mut ledger = Process::start(self.ledger, self.data.log("ledger")?)?;
        wait::until_well(&mut ledger, addresses.ledger, "/health").await?;
        let mut envoy = Process::start(self.envoy, self.data.log("envoy")?)?;
        wait::until_well(&mut envoy, addresses.admin, "/ready").await?;
        self.reloader.started().await?;
        let Self { reloader, model, makes_keys, monitor, data, .. } = self;
        Ok(Running { ledger, envoy, reloader, addresses, model, makes_keys, monitor, _data: data })
    }
}

impl Claims {
    fn take(settings: &Settings) -> Result<Self, Failure> {
        Ok(Self {
            listen: claim(settings.listen, "--listen")?,
            admin: claim(settings.admin, "--admin")?,
            ledger: claim(settings.ledger, "--ledger")?,
        })
    }

    fn release(self) -> Addresses {
        Addresses {
            listen: self.listen.release(),
            admin: self.admin.release(),
            ledger: self.ledger.release(),
        }
    }
}

fn options(settings: &Settings, claims: &Claims, data: &Data, wasm: PathBuf, envoy: EnvoyVersion) -> Options {
    Options {
        listen: claims.listen.address,
        admin: claims.admin.address,
        ledger: Some(ledger_address(claims.ledger.address)),
        wasm,
        secrets: data.secrets(),
        ca_bundle: settings.ca_bundle.clone(),
        access_log: settings.access_log,
        event_log: data.event_log(),
        envoy,
    }
}

fn ledger_address(at: SocketAddr) -> LedgerAddress {
    LedgerAddress { host: at.ip().to_string(), port: at.port(), tls: false }
}

/// What the filter shows to the ledger: 256 random bits, new for each run.
fn token() -> Result<String, Failure> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).doing(|| "drawing the ledger's token".to_owned())?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
