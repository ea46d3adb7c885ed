//! `spillway serve`: Envoy for a gateway whose ledger runs elsewhere. What the gateway's image runs.
//!
//! As `up`, with what differs in a container: Envoy's output is ours, and its end is ours too, for whoever started us
//! starts all of it again.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use spillway_filter::config::LedgerAddress;

use super::data::Data;
use super::log::Log;
use super::places::Places;
use super::ports::{Claim, claim};
use super::process::{Process, Recipe};
use super::{Stop, recipes, version, wait};
use crate::console;
use crate::failure::Failure;
use crate::reload::{LedgerToken, Reloader, Source, Target};
use crate::render::Options;
use crate::variables::Variables;

/// Holds the ledger's token.
const TOKEN: &str = "SPILLWAY_LEDGER_TOKEN";

/// What the command line says.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The gateway's own file.
    pub file: PathBuf,
    /// Where clients connect.
    pub listen: SocketAddr,
    /// Envoy's admin interface.
    pub admin: SocketAddr,
    /// The ledger, instead of the file's.
    pub ledger: Option<LedgerAddress>,
    /// Folder for what Envoy reads, credentials included; best in memory.
    pub data: PathBuf,
    /// File of events of a gateway with `durable_events`.
    pub event_log: PathBuf,
    /// Folder of files that are named like the variables whose values they hold.
    pub variables: PathBuf,
    /// The filter's module.
    pub wasm: Option<PathBuf>,
    /// Envoy.
    pub envoy: Option<PathBuf>,
    /// Authorities for providers' certificates.
    pub ca_bundle: PathBuf,
    /// Whether Envoy logs each request.
    pub access_log: bool,
    /// Further arguments of Envoy's.
    pub arguments: Vec<OsString>,
}

/// Runs Envoy until SIGINT, SIGTERM or SIGHUP; a second one ends it without waiting for open requests.
///
/// # Errors
/// When it cannot be started, or ends by itself.
pub async fn serve(settings: &Settings) -> Result<(), Failure> {
    let mut stop = Stop::listen()?;
    let Prepared { mut reloader, recipe, listen, admin, _data } = prepare(settings).await?;
    let (listen, admin) = (listen.release(), admin.release());
    let mut envoy = Process::start(recipe, Log::ours())?;
    let started = async {
        wait::until_well(&mut envoy, admin, "/ready").await?;
        reloader.started().await
    };
    tokio::select! {
        started = started => started?,
        () = stop.asked() => return Ok(()),
    }
    console::say(&format!("ready: http://{listen}, follows {}", settings.file.display()));
    tokio::select! {
        failure = envoy.ended() => return Err(failure),
        never = reloader.follow() => match never {},
        () = stop.asked() => {}
    }
    console::say("stopping");
    tokio::select! {
        () = drained(&mut envoy, admin) => {}
        () = stop.asked() => {}
    }
    Ok(())
}

async fn drained(envoy: &mut Process, admin: SocketAddr) {
    wait::until_drained(admin).await;
    wait::until_delivered(admin).await;
    envoy.stop().await;
}

/// All that Envoy is started with.
struct Prepared {
    reloader: Reloader,
    recipe: Recipe,
    /// Held until Envoy takes them, which would share one with another Envoy, and a request with it now and then.
    listen: Claim,
    admin: Claim,
    /// Keeps the folder ours.
    _data: Data,
}

/// Checks, claims and writes everything that can be before Envoy is started.
async fn prepare(settings: &Settings) -> Result<Prepared, Failure> {
    let variables = Variables::with_files(settings.variables.clone());
    let (source, gateway) = Source::open(&settings.file, variables)?;
    let is_durable = gateway.admission.delivery.durable;
    if is_durable {
        check_event_log(settings)?;
    }
    let places = Places::of_this_program()?;
    let envoy = places.envoy(settings.envoy.clone())?;
    let version = version::of(&envoy).await?;
    let data = Data::open(&settings.data)?;
    let (listen, admin) = (claim(settings.listen, "--listen")?, claim(settings.admin, "--admin")?);
    let options = Options {
        listen: listen.address,
        admin: admin.address,
        ledger: settings.ledger.clone(),
        wasm: places.module(settings.wasm.clone())?,
        secrets: data.secrets(),
        ca_bundle: settings.ca_bundle.clone(),
        access_log: settings.access_log,
        event_log: settings.event_log.clone(),
        envoy: version,
    };
    let target = Target {
        options,
        envoy: envoy.clone(),
        folder: data.envoy(),
        whole: data.whole(),
        token: LedgerToken::Variable(TOKEN),
        ledger_is_ours: false,
    };
    let durable = if is_durable { recipes::prompt_access_log() } else { Vec::new() };
    let recipe = recipes::envoy(envoy, target.bootstrap(), None).with(durable);
    let recipe = recipe.with(settings.arguments.clone());
    let reloader = Reloader::begin(source, gateway, target)?;
    Ok(Prepared { reloader, recipe, listen, admin, _data: data })
}

/// A gateway with `durable_events` promises that its events are on the disk soon after the answer.
fn check_event_log(settings: &Settings) -> Result<(), Failure> {
    let log = &settings.event_log;
    let folder = log.parent().unwrap_or(Path::new("."));
    let probe = folder.join(".spillway-probe");
    let written = std::fs::write(&probe, "").and_then(|()| std::fs::remove_file(&probe));
    written.map_err(|error| {
        Failure::new(format!(
            "{} has durable_events, and the folder of {} cannot be written ({error}): mount a volume there",
            settings.file.display(),
            log.display()
        ))
    })
}
