//! What a scenario plays on: a mock provider, Envoy with a rendered gateway, a ledger of the test's own, and the load.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use mock_providers::MockProviders;
use serde_json::json;
use spillway::config_file::ConfigFile;
use spillway::render::{self, LEDGER_TOKEN, Options, journal_of};
use spillway::sds;
use spillway_e2e::Failure;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::gateway::{binary, free_addresses, root};
use spillway_filter::config::{LedgerAddress, Secret};
use tempfile::TempDir;

use crate::books::{Books, Kind};
use crate::disk::Disk;
use crate::load::Load;
use crate::program::{Program, Recipe};
use crate::proxy::Proxy;
use crate::records::Records;
use crate::scenario::Setting;
use crate::until;

/// What gateways present to the ledger.
const TOKEN: &str = "chaos-ingest-token";
/// The administrator's key.
pub const MASTER_KEY: &str = "sk-chaos-master";
/// The tag of every request.
const TAG: &str = "chaos";
/// Envoy's worker threads.
const WORKERS: &str = "2";
/// The filter's module.
const MODULE: &str = "target/wasm32-wasip1/release/spillway_filter.wasm";

/// Everything that runs; dropping it ends it.
pub struct Stage {
    /// Where clients connect.
    pub to: SocketAddr,
    /// Where it is read what has become of requests.
    pub records: Records,
    /// Envoy.
    pub envoy: Program,
    /// The ledger.
    pub ledger: Program,
    /// What stands between Envoy and the ledger, where the scenario has it.
    pub proxy: Option<Proxy>,
    /// The disk below the ledger, where the scenario has one of its own.
    pub disk: Option<Disk>,
    /// The key that all requests show.
    pub key: String,
    /// The load, once it is begun.
    pub load: Option<Load>,
    _mocks: mock_providers::Handle,
    _folder: TempDir,
}

impl Stage {
    /// Starts all of it, and waits until a request is answered.
    ///
    /// # Errors
    /// Something does not start.
    pub async fn set(setting: &Setting, kind: Kind, name: &str) -> Result<Self, Failure> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mocks = MockProviders::start(("127.0.0.1", 0)).await.map_err(|error| error.to_string())?;
        let [to, admin, ledger_address] = free_addresses()?;
        let books = Books::new(kind, &folder.path().join("books"), name).await?;
        let disk = setting.disk.then(|| Disk::new(folder.path())).transpose()?;
        let events = folder.path().join("events.log");
        let recipe =
            ledger(folder.path(), ledger_address, &books, disk.as_ref(), setting.durable.then_some(&events));
        let ledger = Program::start(recipe)?;
        let proxy = if setting.proxy { Some(Proxy::start(ledger_address).await?) } else { None };
        let config = folder.path().join("gateway.yaml");
        write(&config, &gateway(&mocks.addr().to_string(), setting.durable))?;
        let delivery = proxy.as_ref().map_or(ledger_address, Proxy::address);
        let wasm = root().join(setting.module.unwrap_or(MODULE));
        let bootstrap = rendered(&config, [to, admin, delivery], wasm, events)?;
        let envoy = Program::start(envoy(folder.path(), bootstrap)?)?;
        let _mocks = mocks;
        let records = Records { admin, ledger: ledger_address, books };
        let (key, load, _folder) = (String::new(), None, folder);
        let mut stage = Self { to, records, envoy, ledger, proxy, disk, key, load, _mocks, _folder };
        stage.serves().await?;
        stage.key = new_key(to).await?;
        Ok(stage)
    }

    /// Waits until Envoy and the ledger serve.
    ///
    /// # Errors
    /// One ended, or does not in time.
    pub async fn serves(&mut self) -> Result<(), Failure> {
        let health = Ask { method: "GET".to_owned(), path: "/health".to_owned(), ..Ask::default() };
        for address in [self.records.ledger, self.to] {
            let well = async || {
                let answer = client::send(address, &health).await;
                Ok(answer.is_ok_and(|answer| answer.status == 200).then_some(()))
            };
            let waited = until("a program that serves", well).await;
            self.ledger.check_alive()?;
            self.envoy.check_alive()?;
            waited?;
        }
        Ok(())
    }

    /// The load.
    ///
    /// # Errors
    /// It has not begun.
    pub fn load(&self) -> Result<&Load, Failure> {
        self.load.as_ref().ok_or_else(|| "the load has not begun".to_owned())
    }
}

/// A key with a budget that is never spent.
///
/// # Errors
/// The gateway makes none.
pub async fn new_key(to: SocketAddr) -> Result<String, Failure> {
    let fields = json!({"max_budget": 1_000_000});
    let answer = client::send(to, &Ask::post("/key/generate", MASTER_KEY, &fields)).await?;
    let key = answer.json()["key"].as_str().map(str::to_owned);
    key.ok_or_else(|| format!("no key is made: HTTP {}: {}", answer.status, answer.text()))
}

/// One request of the load.
pub fn chat(key: &str) -> Ask {
    let body = json!({
        "model": "plain",
        "messages": [{"role": "user", "content": "Hello"}],
        "metadata": {"tags": [TAG]},
    });
    Ask::post("/v1/chat/completions", key, &body)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// One model, at a price of [`crate::audit::PRICE`] a request; an outbox that holds two minutes of the load.
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

/// Writes what Envoy reads; the bootstrap's file.
fn rendered(
    config: &Path,
    [listen, admin, ledger]: [SocketAddr; 3],
    wasm: PathBuf,
    event_log: PathBuf,
) -> Result<PathBuf, Failure> {
    let file = ConfigFile::read(config).map_err(|failure| failure.to_string())?;
    let gateway = file.check().gateway.ok_or("the gateway's file is refused")?;
    let secrets = config.with_file_name("secrets");
    let token = Secret { name: LEDGER_TOKEN.to_owned(), value: format!("Bearer {TOKEN}") };
    let all: Vec<Secret> = gateway.secrets.iter().cloned().chain([token]).collect();
    sds::write(&secrets, &all).map_err(|failure| failure.to_string())?;
    let ledger = Some(LedgerAddress { host: ledger.ip().to_string(), port: ledger.port(), tls: false });
    let (ca_bundle, access_log) = (PathBuf::from("/etc/ssl/certs/ca-certificates.crt"), false);
    let options = Options { listen, admin, ledger, wasm, secrets, ca_bundle, access_log, event_log };
    let text = render::yaml(&gateway, &options).map_err(|error| error.to_string())?;
    let bootstrap = config.with_file_name("envoy.yaml");
    write(&bootstrap, &text)?;
    Ok(bootstrap)
}

fn envoy(folder: &Path, bootstrap: PathBuf) -> Result<Recipe, Failure> {
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
    events: Option<&PathBuf>,
) -> Recipe {
    let mut arguments = vec!["--listen".into(), listen.to_string().into()];
    let mut environment =
        vec![("SPILLWAY_LEDGER_TOKEN", TOKEN.into()), ("SPILLWAY_MASTER_KEY", MASTER_KEY.into())];
    match books {
        Books::File(file) => arguments.extend(["--data".into(), file.into()]),
        Books::Server(address) => environment.push(("DATABASE_URL", address.into())),
    }
    for log in events.into_iter().flat_map(|log| [log.clone(), journal_of(log)]) {
        arguments.extend(["--access-log".into(), log.into_os_string()]);
    }
    environment.extend(disk.into_iter().flat_map(Disk::environment));
    Recipe { program: binary("spillway-ledger"), arguments, environment, log: folder.join("ledger.log") }
}
