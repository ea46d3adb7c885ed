//! What a scenario plays on: a mock provider, Envoy with a rendered gateway, a ledger of the test's own, and the load.

use std::net::SocketAddr;

use mock_providers::MockProviders;
use serde_json::json;
use spillway_e2e::Failure;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::gateway::{free_addresses, root};
use tempfile::TempDir;

use crate::books::{Books, Kind};
use crate::disk::Disk;
use crate::load::Load;
use crate::program::Program;
use crate::proxy::Proxy;
use crate::recipes::{self, MASTER_KEY};
use crate::records::Records;
use crate::scenario::Setting;
use crate::until;

/// The tag of every request.
const TAG: &str = "chaos";
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
    /// Requests that were sent besides the load, which may have rows, too.
    pub besides: u64,
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
        let at = folder.path();
        let mocks = MockProviders::start(("127.0.0.1", 0)).await.map_err(|error| error.to_string())?;
        let [to, admin, listen] = free_addresses()?;
        let books = Books::new(kind, &at.join("books"), name).await?;
        let disk = setting.disk.then(|| Disk::new(at)).transpose()?;
        let events = at.join("events.log");
        let followed = setting.durable.then_some(events.as_path());
        let ledger = Program::start(recipes::ledger(at, listen, &books, disk.as_ref(), followed))?;
        let proxy = if setting.proxy { Some(Proxy::start(listen).await?) } else { None };
        let config = at.join("gateway.yaml");
        recipes::write(&config, &recipes::gateway(&mocks.addr().to_string(), setting.durable))?;
        let delivery = proxy.as_ref().map_or(listen, Proxy::address);
        let wasm = root().join(setting.module.unwrap_or(MODULE));
        let bootstrap = recipes::rendered(&config, [to, admin, delivery], wasm, events)?;
        let envoy = Program::start(recipes::envoy(at, bootstrap)?)?;
        let records = Records { admin, ledger: listen, books };
        let mut stage = Self {
            to,
            records,
            envoy,
            ledger,
            proxy,
            disk,
            key: String::new(),
            load: None,
            besides: 0,
            _mocks: mocks,
            _folder: folder,
        };
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
