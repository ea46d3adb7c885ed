//! How a gateway and a ledger are set up and started, as an operator would: a file, rendered; secrets; command lines.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use spillway::config_file::ConfigFile;
use spillway::render::{self, EnvoyVersion, Options, journal_of};
use spillway::sds;
use spillway_e2e::Failure;
use spillway_e2e::gateway::binary;
use spillway_filter::config::{LEDGER_TOKEN, LedgerAddress, Secret};

use crate::books::Books;
use crate::disk::Disk;
use crate::program::Recipe;

/// What gateways present to the ledger.
const TOKEN: &str = "chaos-ingest-token";
/// The administrator's key.
pub const MASTER_KEY: &str = "sk-chaos-master";
/// Envoy's worker threads.
const WORKERS: &str = "2";

/// Writes a file.
///
/// # Errors
/// It cannot be written.
pub fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// One model, at a price of [`crate::audit::PRICE`] a request; an outbox that holds minutes of the load.
pub fn gateway(mocks: &str, durable: bool) -> String {
    format!(
        "\
model_list:
  - model_name: plain
    litellm_params:
      model: openai/plain~tokens=100/50
      api_base: http://{mocks}/mock-openai/v1
      api_key: sk-chaos-openai
      input_cost_per_token: 0.00000125
      output_cost_per_token: 0.00001
general_settings: {{master_key: {MASTER_KEY}}}
spillway_settings:
  outbox_bytes: {}
  durable_events: {durable}
",
        crate::audit::OUTBOX_BYTES
    )
}

/// Writes what Envoy reads, from a gateway's file that names no variables; where its bootstrap is.
///
/// # Errors
/// The file is refused, or what comes out of it cannot be written.
pub fn rendered(
    config: &Path,
    [listen, admin, ledger]: [SocketAddr; 3],
    wasm: PathBuf,
    event_log: PathBuf,
) -> Result<PathBuf, Failure> {
    let file = ConfigFile::read(config).map_err(|failure| failure.to_string())?;
    let gateway = file.check().gateway.ok_or("the gateway's file is refused")?;
    let secrets = config.with_file_name("secrets");
    let token = Secret { name: LEDGER_TOKEN.to_owned(), value: format!("Bearer {TOKEN}") };
    let all: Vec<sds::Document> =
        gateway.secrets.iter().chain([&token]).map(sds::Document::credential).collect();
    sds::write(&secrets, &all).map_err(|failure| failure.to_string())?;
    let ledger = Some(LedgerAddress { host: ledger.ip().to_string(), port: ledger.port(), tls: false });
    let (ca_bundle, access_log) = (PathBuf::from("/etc/ssl/certs/ca-certificates.crt"), false);
    let envoy = EnvoyVersion::NEWEST;
    let options = Options { listen, admin, ledger, wasm, secrets, ca_bundle, access_log, event_log, envoy };
    let text = render::yaml(&gateway, &options).map_err(|error| error.to_string())?;
    let bootstrap = config.with_file_name("envoy.yaml");
    write(&bootstrap, &text)?;
    Ok(bootstrap)
}

/// Envoy, by its bootstrap.
///
/// # Errors
/// It is not said where Envoy is.
pub fn envoy(folder: &Path, bootstrap: PathBuf) -> Result<Recipe, Failure> {
    let program = std::env::var_os("SPILLWAY_ENVOY").ok_or("SPILLWAY_ENVOY does not say where Envoy is")?;
    let mut arguments = vec!["--config-path".into(), bootstrap.into_os_string()];
    // The last two are for durable events; see docs/DELIVERY.md.
    arguments.extend(["--disable-hot-restart", "--concurrency", WORKERS].map(Into::into));
    arguments.extend(["--file-flush-min-size-kb", "0"].map(Into::into));
    Ok(Recipe { program: program.into(), arguments, environment: Vec::new(), log: folder.join("envoy.log") })
}

/// The ledger, on these books; with the files of events that Envoy writes, if it does.
pub fn ledger(
    folder: &Path,
    listen: SocketAddr,
    books: &Books,
    disk: Option<&Disk>,
    events: Option<&Path>,
) -> Recipe {
    let mut arguments = vec!["--listen".into(), listen.to_string().into()];
    let mut environment =
        vec![("SPILLWAY_LEDGER_TOKEN", TOKEN.into()), ("SPILLWAY_MASTER_KEY", MASTER_KEY.into())];
    match books {
        Books::File(file) => arguments.extend(["--data".into(), file.into()]),
        Books::Server(address) => environment.push(("DATABASE_URL", address.into())),
    }
    for log in events.into_iter().flat_map(|log| [log.to_owned(), journal_of(log)]) {
        arguments.extend(["--access-log".into(), log.into_os_string()]);
    }
    environment.extend(disk.into_iter().flat_map(Disk::environment));
    Recipe { program: binary("spillway-ledger"), arguments, environment, log: folder.join("ledger.log") }
}
