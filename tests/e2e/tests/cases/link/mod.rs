//! The way between a gateway and its ledger: TLS by which each knows the other, and HTTP/2.

mod certificates;
mod side;

use std::path::Path;

use libtest_mimic::Trial;
use serde_json::{Value, json};
use spillway_e2e::Failure;
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::gateway::free_addresses;

use super::{ensure, until};
use certificates::{Authority, Mounted};
use side::{Ledger, Served, stat};

/// The ledger's name, which leads to this machine.
const HOST: &str = "localhost";
const OWN: &str = "cluster.spillway-ledger";
const ADMINISTRATION: &str = "cluster.spillway-ledger-admin";
const DELIVERED: &str = "wasmcustom.spillway.events_delivered";
const RETRIED: &str = "wasmcustom.spillway.event_batches_retried";

/// Every test; each has a gateway of its own.
pub fn trials() -> Vec<Trial> {
    vec![
        trial("link_is_mutual_tls_and_http2_for_events_lookups_and_administration", everything),
        trial("link_delivers_nothing_until_a_wrong_certificate_is_replaced", wrong_certificate),
        trial("link_gives_nothing_to_a_ledger_that_is_somebody_else", another_ledger),
        trial("link_is_http2_without_tls_where_the_file_says_so", prior_knowledge),
    ]
}

fn trial<F: Future<Output = Result<(), Failure>> + 'static>(name: &str, test: fn() -> F) -> Trial {
    Trial::test(name, move || {
        let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
        Ok(runtime.block_on(test())?)
    })
}

/// Both sides' authorities, and where the ledger is.
struct Stage {
    folder: tempfile::TempDir,
    ledgers: Authority,
    gateways: Authority,
    address: std::net::SocketAddr,
}

impl Stage {
    fn new() -> Result<Self, Failure> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let [address] = free_addresses()?;
        Ok(Self { folder, ledgers: Authority::new()?, gateways: Authority::new()?, address })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What a ledger of this name, signed by this authority, has mounted.
    fn ledgers_files(&self, folder: &str, host: &str, signer: &Authority) -> Result<Mounted, Failure> {
        Mounted::new(self.path().join(folder), &signer.issue(host)?, &self.gateways)
    }

    /// What a gateway has mounted whose certificate this authority signed.
    fn gateways_files(&self, signer: &Authority) -> Result<Mounted, Failure> {
        Mounted::new(self.path().join("gateway"), &signer.issue("gateway")?, &self.ledgers)
    }

    fn settings(&self, files: &Mounted) -> Value {
        json!({
            "url": format!("https://{HOST}:{}", self.address.port()),
            "ssl_ca_certs": files.file("ca.crt"),
            "ssl_certfile": files.file("tls.crt"),
            "ssl_keyfile": files.file("tls.key"),
        })
    }
}

/// Right certificates: a key is made, found, and its request recorded, all of it over HTTP/2.
async fn everything() -> Result<(), Failure> {
    let stage = Stage::new()?;
    let shown = stage.ledgers_files("ledger", HOST, &stage.ledgers)?;
    let ledger = Ledger::start(stage.path(), stage.address, &shown)?;
    let files = stage.gateways_files(&stage.gateways)?;
    let gateway = Served::start(stage.path(), &stage.settings(&files)).await?;
    // The ledger may still be starting.
    until("a key can be made", async || Ok(gateway.generate().await?.status == 200)).await?;
    let made = gateway.generate().await?.json();
    let answer = gateway.ask(made["key"].as_str().unwrap_or_default()).await?;
    arrives(&gateway, &ledger, &answer).await?;
    for cluster in [OWN, ADMINISTRATION] {
        expect_http2(&gateway, cluster).await?;
        ensure(gateway.stat(&format!("{cluster}.ssl.handshake")).await? > 0, || {
            format!("{cluster}: no TLS")
        })?;
    }
    Ok(())
}

async fn expect_http2(gateway: &Served, cluster: &str) -> Result<(), Failure> {
    let [one, two] = ["http1", "http2"].map(|version| format!("{cluster}.upstream_cx_{version}_total"));
    let (one, two) = (gateway.stat(&one).await?, gateway.stat(&two).await?);
    ensure(one == 0 && two > 0, || format!("{cluster}: {one} connections of HTTP/1.1, {two} of HTTP/2"))
}

/// A gateway whose certificate another authority signed serves, and its events wait. When Kubernetes replaces the files,
/// they are delivered, and nothing was restarted.
async fn wrong_certificate() -> Result<(), Failure> {
    let stage = Stage::new()?;
    let shown = stage.ledgers_files("ledger", HOST, &stage.ledgers)?;
    let ledger = Ledger::start(stage.path(), stage.address, &shown)?;
    let mut files = stage.gateways_files(&Authority::new()?)?;
    let gateway = Served::start(stage.path(), &stage.settings(&files)).await?;
    let answer = gateway.ask(MASTER_KEY).await?;
    until("the ledger refuses", async || Ok(gateway.stat(RETRIED).await? > 1)).await?;
    let unknown = gateway.ask("sk-nobodys").await?;
    ensure(unknown.status == 503, || format!("a lookup: HTTP {}: {}", unknown.status, unknown.text()))?;
    let made = gateway.generate().await?;
    ensure(made.status == 503, || format!("administration: HTTP {}: {}", made.status, made.text()))?;
    expect_undelivered(&gateway, &ledger, &answer).await?;
    for cluster in [OWN, ADMINISTRATION] {
        let failed = gateway.stat(&format!("{cluster}.ssl.connection_error")).await?;
        ensure(failed > 0, || format!("{cluster}: no failed connection is counted"))?;
    }
    files.replace(&stage.gateways.issue("gateway")?, &stage.ledgers)?;
    arrives(&gateway, &ledger, &answer).await
}

/// A ledger of another name, then one of another authority: neither gets anything. When the authority is one that the
/// gateway is told to trust, it does.
async fn another_ledger() -> Result<(), Failure> {
    let stage = Stage::new()?;
    let shown = stage.ledgers_files("elsewhere", "elsewhere.example", &stage.ledgers)?;
    let mut ledger = Ledger::start(stage.path(), stage.address, &shown)?;
    let mut files = stage.gateways_files(&stage.gateways)?;
    let gateway = Served::start(stage.path(), &stage.settings(&files)).await?;
    let answer = gateway.ask(MASTER_KEY).await?;
    until("its name is refused", async || Ok(gateway.stat(&format!("{OWN}.ssl.fail_verify_san")).await? > 0))
        .await?;
    expect_undelivered(&gateway, &ledger, &answer).await?;

    let other = Authority::new()?;
    ledger.restart(&stage.ledgers_files("other", HOST, &other)?)?;
    until("its authority is refused", async || {
        Ok(gateway.stat(&format!("{OWN}.ssl.fail_verify_error")).await? > 0)
    })
    .await?;
    expect_undelivered(&gateway, &ledger, &answer).await?;
    files.replace(&stage.gateways.issue("gateway")?, &other)?;
    arrives(&gateway, &ledger, &answer).await
}

/// Plain HTTP/2, to the ledger that `spillway up` starts.
async fn prior_knowledge() -> Result<(), Failure> {
    let config = "\
model_list:
  - model_name: plain
    litellm_params:
      model: openai/plain
      api_base: http://${MOCKS}/mock-openai/v1
      api_key: os.environ/E2E_OPENAI_KEY
general_settings: {master_key: os.environ/E2E_MASTER_KEY}
spillway_settings:
  ledger: {url: \"http://127.0.0.1:4001\", http2: true}
";
    let fixture = Fixture::with(config.to_owned(), 2, None).await?;
    let gateway = &fixture.gateway;
    let made = client::send(gateway.address, &Ask::post("/key/generate", MASTER_KEY, &json!({}))).await?;
    ensure(made.status == 200, || made.text())?;
    let body = json!({"model": "plain", "messages": [{"role": "user", "content": "Hello"}]});
    let key = made.json();
    let ask = Ask::post("/v1/chat/completions", key["key"].as_str().unwrap_or_default(), &body);
    let answer = client::send(gateway.address, &ask).await?;
    ensure(answer.status == 200, || answer.text())?;
    spillway_e2e::ledger::row(gateway.ledger, MASTER_KEY, request_id(&answer)?).await?;
    for cluster in [OWN, ADMINISTRATION] {
        let count = stat(gateway.admin, &format!("{cluster}.upstream_cx_http2_total")).await?;
        ensure(count > 0, || format!("{cluster}: no connection of HTTP/2"))?;
    }
    fixture.gateway.stop().await
}

/// The answer's event is delivered, and stored once.
async fn arrives(gateway: &Served, ledger: &Ledger, answer: &Answer) -> Result<(), Failure> {
    ensure(answer.status == 200, || format!("HTTP {}: {}", answer.status, answer.text()))?;
    let id = request_id(answer)?;
    until("the event is delivered", async || Ok(gateway.stat(DELIVERED).await? > 0)).await?;
    ensure(ledger.rows(id)? == 1, || format!("{} rows", ledger.rows(id).unwrap_or_default()))
}

/// The answer came, and the ledger knows nothing of it.
async fn expect_undelivered(gateway: &Served, ledger: &Ledger, answer: &Answer) -> Result<(), Failure> {
    ensure(answer.status == 200 && gateway.received() == 1, || {
        format!("HTTP {}: {}", answer.status, answer.text())
    })?;
    let (delivered, rows) = (gateway.stat(DELIVERED).await?, ledger.rows(request_id(answer)?)?);
    ensure(delivered == 0 && rows == 0, || format!("{delivered} events are delivered, {rows} are stored"))
}

fn request_id(answer: &Answer) -> Result<&str, Failure> {
    answer.header("x-litellm-call-id").ok_or_else(|| "an answer has no id".to_owned())
}
