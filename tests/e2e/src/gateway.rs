//! A gateway as users run it: `spillway up` on free ports, with strict providers behind it.

use std::collections::VecDeque;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mock_providers::MockProviders;
use mock_providers::guardrail::GuardrailService;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::Failure;
use crate::client::{self, Ask};

/// The gateway must answer within this, or the fixture fails with what it printed.
const START: Duration = Duration::from_secs(60);

/// Lines of a log that a failure tells.
const LOG_LINES: usize = 40;

/// What `spillway up` says last of a changed file.
const OUTCOMES: [&str; 3] = ["reloaded in", "the old configuration stays", "nothing for the gateway to do"];

/// Stands for the address of the guardrail service in a configuration.
const GUARDRAILS: &str = "${GUARDRAILS}";

/// What a fixture may choose.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The gateway's configuration; `${MOCKS}` stands for the providers' address, `${GUARDRAILS}` for that of the guardrail
    /// service, which runs where it is named.
    pub config: String,
    /// Environment of `spillway up`.
    pub environment: Vec<(String, String)>,
    /// Another build of the module.
    pub wasm: Option<PathBuf>,
    /// Envoy's worker threads; 2 where 0.
    pub workers: u32,
    /// Further arguments of `spillway up`.
    pub arguments: Vec<String>,
}

/// A running gateway. Dropping it stops everything it started.
pub struct Gateway {
    /// Where clients connect.
    pub address: SocketAddr,
    /// Envoy's administration interface.
    pub admin: SocketAddr,
    /// The ledger.
    pub ledger: SocketAddr,
    /// The providers.
    pub mocks: mock_providers::Handle,
    /// The service that guardrails ask, where the configuration names it.
    pub guardrails: Option<GuardrailService>,
    /// Where the gateway keeps its files; removed at the end.
    pub data: PathBuf,
    up: Child,
    printed: Printed,
}

impl Gateway {
    /// Starts providers and gateway, and waits until it answers.
    ///
    /// # Errors
    /// Something did not start; the text holds what `spillway up` printed.
    pub async fn start(options: &Options) -> Result<Self, Failure> {
        let mocks = MockProviders::start(("127.0.0.1", 0)).await.map_err(|error| error.to_string())?;
        let data = scratch()?;
        let config = data.join("gateway.yaml");
        let guardrails = guardrails(&options.config).await?;
        let text = filled(&options.config, &mocks, guardrails.as_ref());
        std::fs::write(&config, text).map_err(|error| error.to_string())?;
        let [address, admin, ledger] = free_addresses()?;
        let mut up = command(options, &config, &data, [address, admin, ledger]).spawn().map_err(|error| {
            format!("cannot start {}: {error}; run `make build`", binary("spillway").display())
        })?;
        let printed = listen(&mut up);
        let mut gateway = Self { address, admin, ledger, mocks, guardrails, data, up, printed };
        gateway.wait_until_ready().await?;
        Ok(gateway)
    }

    /// Asks `spillway up` to stop, as Ctrl-C does, and waits for it.
    ///
    /// # Errors
    /// It did not stop in time, or with another code than 0.
    pub async fn stop(mut self) -> Result<(), Failure> {
        self.end().await
    }

    /// The same, and its files stay until this value is dropped.
    ///
    /// # Errors
    /// See [`Self::stop`].
    pub async fn end(&mut self) -> Result<(), Failure> {
        self.signal(libc::SIGTERM);
        let status =
            tokio::time::timeout(START, self.up.wait()).await.map_err(|_| "did not stop".to_owned())?;
        let status = status.map_err(|error| error.to_string())?;
        if status.success() { Ok(()) } else { Err(format!("`spillway up` ended with {status}")) }
    }

    /// Process id of `spillway up`.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.up.id()
    }

    /// The last lines that Envoy and the ledger wrote into their logs, for a failure that only these explain.
    #[must_use]
    pub fn logs(&self) -> String {
        let last = |name: &str| {
            let text = std::fs::read_to_string(self.data.join(name)).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            let from = lines.len().saturating_sub(LOG_LINES);
            format!("{name}:\n{}", lines.get(from..).unwrap_or_default().join("\n"))
        };
        ["envoy.log", "ledger.log"].map(last).join("\n")
    }

    /// Changes the gateway's file, by a rename or in place, and waits for what `spillway up` says of it. What it said.
    ///
    /// # Errors
    /// The file cannot be written, or nothing is said.
    pub async fn reconfigure(&self, config: &str, by_rename: bool) -> Result<String, Failure> {
        let text = filled(config, &self.mocks, self.guardrails.as_ref());
        let file = self.data.join("gateway.yaml");
        let draft = self.data.join("gateway.yaml.new");
        let before = self.printed.count();
        let written = match by_rename {
            true => std::fs::write(&draft, text).and_then(|()| std::fs::rename(&draft, &file)),
            false => std::fs::write(&file, text),
        };
        written.map_err(|error| format!("{}: {error}", file.display()))?;
        let told = async {
            loop {
                let told = self.printed.since(before);
                if OUTCOMES.iter().any(|outcome| told.contains(outcome)) {
                    return told;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let told = tokio::time::timeout(client::PATIENCE, told).await;
        told.map_err(|_| format!("a changed file is not told of:\n{}", self.printed.text()))
    }

    async fn wait_until_ready(&mut self) -> Result<(), Failure> {
        let printed = self.printed.clone();
        let began = Instant::now();
        loop {
            if let Ok(Some(status)) = self.up.try_wait() {
                return Err(format!("`spillway up` ended with {status}:\n{}", printed.text()));
            }
            let health = Ask { method: "GET".to_owned(), path: "/health".to_owned(), ..Ask::default() };
            let gateway = client::send(self.address, &health).await;
            let ledger = client::send(self.ledger, &health).await;
            if [gateway, ledger].iter().all(|one| one.as_ref().is_ok_and(|answer| answer.status == 200)) {
                return Ok(());
            }
            if began.elapsed() > START {
                return Err(format!("the gateway is not up after {START:?}:\n{}", printed.text()));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    #[allow(unsafe_code, reason = "a call of C")]
    fn signal(&self, signal: i32) {
        let Some(pid) = self.up.id().and_then(|pid| i32::try_from(pid).ok()) else { return };
        // SAFETY: `kill` has no memory effects, and the pid is that of our own child, not yet reaped.
        unsafe { libc::kill(pid, signal) };
    }
}

impl Drop for Gateway {
    /// `spillway up` takes its children with it when it is killed.
    fn drop(&mut self) {
        let _ = self.up.start_kill();
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

/// A configuration with the addresses in their places.
fn filled(config: &str, mocks: &mock_providers::Handle, guardrails: Option<&GuardrailService>) -> String {
    let judge = guardrails.map(|service| service.addr().to_string()).unwrap_or_default();
    config.replace("${MOCKS}", &mocks.addr().to_string()).replace(GUARDRAILS, &judge)
}

async fn guardrails(config: &str) -> Result<Option<GuardrailService>, Failure> {
    if !config.contains(GUARDRAILS) {
        return Ok(None);
    }
    GuardrailService::start().await.map(Some).map_err(|error| error.to_string())
}

fn command(options: &Options, config: &Path, data: &Path, ports: [SocketAddr; 3]) -> Command {
    let mut command = Command::new(binary("spillway"));
    command.arg("up").arg(config).arg("--data").arg(data);
    for (flag, address) in ["--listen", "--admin", "--ledger"].iter().zip(ports) {
        command.arg(flag).arg(address.to_string());
    }
    command.arg("--workers").arg(if options.workers == 0 { 2 } else { options.workers }.to_string());
    command.args(&options.arguments);
    if let Some(wasm) = &options.wasm {
        command.arg("--wasm").arg(wasm);
    }
    command.envs(options.environment.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// The last lines that a child printed.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<Lines>>);

#[derive(Default)]
struct Lines {
    kept: VecDeque<String>,
    /// How many there were before those.
    gone: usize,
}

impl Printed {
    fn text(&self) -> String {
        self.since(0)
    }

    /// How many lines there were.
    fn count(&self) -> usize {
        self.0.lock().map(|lines| lines.gone + lines.kept.len()).unwrap_or_default()
    }

    /// Those after so many.
    fn since(&self, count: usize) -> String {
        let Ok(lines) = self.0.lock() else { return String::new() };
        let after: Vec<&str> =
            lines.kept.iter().skip(count.saturating_sub(lines.gone)).map(String::as_str).collect();
        after.join("\n")
    }

    fn keep(&self, line: String) {
        if let Ok(mut lines) = self.0.lock() {
            lines.kept.push_back(line);
            if lines.kept.len() > 200 {
                lines.kept.pop_front();
                lines.gone += 1;
            }
        }
    }
}

fn listen(child: &mut Child) -> Printed {
    let printed = Printed::default();
    if let Some(out) = child.stdout.take() {
        tokio::spawn(keep_lines(out, printed.clone()));
    }
    if let Some(err) = child.stderr.take() {
        tokio::spawn(keep_lines(err, printed.clone()));
    }
    printed
}

async fn keep_lines(from: impl tokio::io::AsyncRead + Unpin, printed: Printed) {
    let mut lines = BufReader::new(from).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        printed.keep(line);
    }
}

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A binary of this workspace: in `SPILLWAY_BIN_DIR`, else where `make build` puts it.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    let folder = std::env::var_os("SPILLWAY_BIN_DIR").map(PathBuf::from);
    folder.unwrap_or_else(|| root().join("target/release")).join(name)
}

/// A new folder for what a program leaves.
///
/// # Errors
/// It cannot be made.
pub fn scratch() -> Result<PathBuf, Failure> {
    let unique = format!("spillway-e2e-{}-{:?}", std::process::id(), Instant::now());
    let digits: String = unique.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let folder = std::env::temp_dir().join(digits);
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// Addresses that were free a moment ago. All are held until all are known, so they differ.
///
/// # Errors
/// None is free.
pub fn free_addresses<const N: usize>() -> Result<[SocketAddr; N], Failure> {
    let mut held = Vec::new();
    let mut free = [SocketAddr::from(([127, 0, 0, 1], 0)); N];
    for address in &mut free {
        let listener = TcpListener::bind(*address).map_err(|error| error.to_string())?;
        *address = listener.local_addr().map_err(|error| error.to_string())?;
        held.push(listener);
    }
    Ok(free)
}
