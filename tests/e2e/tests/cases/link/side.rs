//! A gateway by `spillway serve`, and a ledger elsewhere.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use mock_providers::MockProviders;
use rusqlite::OpenFlags;
use serde_json::{Value, json};
use spillway_e2e::Failure;
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::MASTER_KEY;
use spillway_e2e::gateway::{binary, free_addresses};
use tokio::process::{Child, Command};

use super::super::until;
use super::certificates::Mounted;

const TOKEN: &str = "e2e-ledger-token";
/// An answer takes 150 tokens. `MOCKS` and `LEDGER` are filled in.
const CONFIG: &str = r#"
model_list:
  - model_name: plain
    litellm_params:
      model: openai/plain~tokens=100/50
      api_base: http://MOCKS/mock-openai/v1
      api_key: os.environ/E2E_OPENAI_KEY
general_settings: {master_key: os.environ/E2E_MASTER_KEY}
spillway_settings:
  ledger: LEDGER
"#;

/// A ledger's process; its rows outlive it.
pub struct Ledger {
    pub address: SocketAddr,
    data: PathBuf,
    child: Option<Child>,
}

impl Ledger {
    /// One that shows what is mounted, and asks for certificates of the authorities there.
    pub fn start(folder: &Path, address: SocketAddr, shown: &Mounted) -> Result<Self, Failure> {
        let mut ledger = Self { address, data: folder.join("ledger.sqlite"), child: None };
        ledger.restart(shown)?;
        Ok(ledger)
    }

    /// Ends it, so that its connections are gone, and starts it again.
    pub fn restart(&mut self, shown: &Mounted) -> Result<(), Failure> {
        // A dropped child is killed.
        self.child = None;
        let mut command = Command::new(binary("spillway-ledger"));
        command.arg("--listen").arg(self.address.to_string()).arg("--data").arg(&self.data);
        command.arg("--tls-cert").arg(shown.file("tls.crt")).arg("--tls-key").arg(shown.file("tls.key"));
        command.arg("--client-ca").arg(shown.file("ca.crt"));
        command.env("SPILLWAY_LEDGER_TOKEN", TOKEN).env("SPILLWAY_MASTER_KEY", MASTER_KEY);
        command.env_remove("DATABASE_URL").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.kill_on_drop(true).spawn().map_err(|error| error.to_string())?);
        Ok(())
    }

    /// How many rows a request has.
    pub fn rows(&self, request_id: &str) -> Result<u64, Failure> {
        let file = rusqlite::Connection::open_with_flags(&self.data, OpenFlags::SQLITE_OPEN_READ_ONLY);
        let select = r#"SELECT count(*) FROM "LiteLLM_SpendLogs" WHERE request_id = ?"#;
        let count = file.and_then(|file| file.query_row(select, [request_id], |row| row.get(0)));
        count.map_err(|error| error.to_string())
    }
}

/// A gateway's process, and the providers behind it.
pub struct Served {
    pub address: SocketAddr,
    admin: SocketAddr,
    mocks: mock_providers::Handle,
    _child: Child,
}

impl Served {
    /// Starts one with these settings of its ledger, and waits until it answers.
    pub async fn start(folder: &Path, ledger: &Value) -> Result<Self, Failure> {
        let mocks = MockProviders::start(("127.0.0.1", 0)).await.map_err(|error| error.to_string())?;
        let config = CONFIG.replace("MOCKS", &mocks.addr().to_string());
        let file = folder.join("gateway.yaml");
        std::fs::write(&file, config.replace("LEDGER", &ledger.to_string()))
            .map_err(|error| error.to_string())?;
        let [address, admin] = free_addresses()?;
        let mut command = Command::new(binary("spillway"));
        command.arg("serve").arg(&file).arg("--data").arg(folder.join("run"));
        command.arg("--listen").arg(address.to_string()).arg("--admin").arg(admin.to_string());
        command.args(["--", "--concurrency", "2"]);
        command.env("SPILLWAY_LEDGER_TOKEN", TOKEN).env("E2E_MASTER_KEY", MASTER_KEY);
        command.env("E2E_OPENAI_KEY", "sk-e2e-openai");
        let log = std::fs::File::create(folder.join("serve.log")).map_err(|error| error.to_string())?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true);
        let child = command.spawn().map_err(|error| error.to_string())?;
        let served = Self { address, admin, mocks, _child: child };
        let health = Ask { method: "GET".to_owned(), path: "/health".to_owned(), ..Ask::default() };
        until("the gateway answers", async || {
            Ok(client::send(address, &health).await.is_ok_and(|answer| answer.status == 200))
        })
        .await?;
        Ok(served)
    }

    /// Asks for an answer of the model.
    pub async fn ask(&self, key: &str) -> Result<Answer, Failure> {
        let body = json!({"model": "plain", "messages": [{"role": "user", "content": "Hello"}]});
        client::send(self.address, &Ask::post("/v1/chat/completions", key, &body)).await
    }

    /// Asks for a new key.
    pub async fn generate(&self) -> Result<Answer, Failure> {
        client::send(self.address, &Ask::post("/key/generate", MASTER_KEY, &json!({}))).await
    }

    /// One of Envoy's counters; 0 where it is not there.
    pub async fn stat(&self, name: &str) -> Result<u64, Failure> {
        stat(self.admin, name).await
    }

    /// How many requests providers got.
    pub fn received(&self) -> usize {
        self.mocks.received().len()
    }
}

/// One of an Envoy's counters; 0 where it is not there.
pub async fn stat(admin: SocketAddr, name: &str) -> Result<u64, Failure> {
    let ask = Ask::get(&format!("/stats?format=json&filter=^{}$", name.replace('.', "\\.")), "");
    let stats = client::send(admin, &ask).await?.json();
    Ok(stats["stats"][0]["value"].as_u64().unwrap_or_default())
}
