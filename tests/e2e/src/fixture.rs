//! The suite's gateway: its configuration, its keys, and what must never leave it.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use crate::Failure;
use crate::gateway::{Gateway, Options, root};
use crate::leak::Canaries;
use crate::scenario::Stage;

/// The administrator's key.
pub const MASTER_KEY: &str = "sk-e2e-master-canary";

/// The address that clients connect from: any of 127.0.0.0/8 is loopback.
pub const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 9));

/// The gateway of most tests.
pub const SUITE: &str = "gateway";

/// Virtual keys by name, with the variable that the configuration reads each from.
const KEYS: &[(&str, &str, &str)] = &[
    ("master", "E2E_MASTER_KEY", MASTER_KEY),
    ("alice", "E2E_ALICE_KEY", "sk-e2e-alice-canary"),
    ("limited", "E2E_LIMITED_KEY", "sk-e2e-limited-canary"),
    ("three", "E2E_THREE_KEY", "sk-e2e-three-canary"),
    ("tokens", "E2E_TOKENS_KEY", "sk-e2e-tokens-canary"),
    ("race", "E2E_RACE_KEY", "sk-e2e-race-canary"),
    ("survivor", "E2E_SURVIVOR_KEY", "sk-e2e-survivor-canary"),
    ("narrow", "E2E_NARROW_KEY", "sk-e2e-narrow-canary"),
    ("report", "E2E_REPORT_KEY", "sk-e2e-report-canary"),
];

/// The providers' credentials, and the path by which each provider is known.
const CREDENTIALS: &[(&str, &str, &str)] = &[
    ("E2E_OPENAI_KEY", "sk-e2e-openai", "/mock-openai/"),
    ("E2E_BAD_KEY", "sk-bad-e2e", "/mock-openai/"),
    ("E2E_AZURE_KEY", "azure-e2e-key", "/mock-azure/"),
    ("E2E_ANTHROPIC_KEY", "sk-ant-e2e-key", "/mock-anthropic/"),
    ("E2E_BAD_AZURE_KEY", "azure-bad-e2e", "/mock-azure/"),
    ("E2E_GEMINI_KEY", "AIzaE2eKey", "/mock-gemini/"),
    ("E2E_BAD_GEMINI_KEY", "AIza-bad-e2e", "/mock-gemini/"),
    ("E2E_GROQ_KEY", "gsk_e2e_groq", "/mock-groq/"),
    ("E2E_GUARDRAIL_KEY", "e2e-guardrail-key", "/mock-guardrail/"),
];

/// A gateway and all that a test must know of it.
pub struct Fixture {
    /// The gateway.
    pub gateway: Gateway,
    keys: BTreeMap<String, String>,
    canaries: Canaries,
}

impl Fixture {
    /// Starts the suite's gateway.
    ///
    /// # Errors
    /// It did not start.
    pub async fn start(wasm: Option<PathBuf>) -> Result<Self, Failure> {
        Self::of(SUITE, wasm).await
    }

    /// Starts the gateway of `tests/e2e/NAME.yaml`.
    ///
    /// # Errors
    /// There is no such file, or it did not start.
    pub async fn of(name: &str, wasm: Option<PathBuf>) -> Result<Self, Failure> {
        Self::with(configuration(name)?, 2, wasm).await
    }

    /// The suite's gateway with one worker thread, so that all its requests share one VM.
    ///
    /// # Errors
    /// It did not start.
    pub async fn one_worker(wasm: PathBuf) -> Result<Self, Failure> {
        Self::with(configuration(SUITE)?, 1, Some(wasm)).await
    }

    /// Starts a gateway of this configuration. It may use the variables of every key and credential.
    ///
    /// # Errors
    /// It did not start.
    pub async fn with(config: String, workers: u32, wasm: Option<PathBuf>) -> Result<Self, Failure> {
        Self::with_options(config, Options { workers, wasm, ..Options::default() }).await
    }

    /// The same, with other options than the configuration and the environment.
    ///
    /// # Errors
    /// It did not start.
    pub async fn with_options(config: String, options: Options) -> Result<Self, Failure> {
        let keys = KEYS.iter().map(|(_, variable, value)| (*variable, *value));
        let credentials = CREDENTIALS.iter().map(|(variable, value, _)| (*variable, *value));
        let own = variables(&config);
        let environment = keys.chain(credentials).chain(own.iter().map(|(name, value)| (&**name, &**value)));
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let gateway = Gateway::start(&Options { config, environment, ..options }).await?;
        let keys = KEYS.iter().map(|(name, _, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Ok(Self { gateway, keys, canaries: canaries() })
    }

    /// What scenarios run against.
    #[must_use]
    pub fn stage(&self) -> Stage<'_> {
        Stage {
            gateway: &self.gateway,
            from: CLIENT,
            keys: &self.keys,
            master_key: MASTER_KEY,
            canaries: &self.canaries,
        }
    }

    /// A key by its name; empty where there is none, which the gateway refuses.
    #[must_use]
    pub fn key(&self, name: &str) -> &str {
        self.keys.get(name).map_or("", String::as_str)
    }

    /// Looks through everything that the upstreams have received since they were cleared.
    ///
    /// # Errors
    /// Something internal was there, or some of it is no longer kept and so cannot be looked at.
    pub fn check_leaks(&self) -> Result<(), Failure> {
        if self.gateway.mocks.evicted() > 0 {
            return Err(format!("{} upstream requests were not looked at", self.gateway.mocks.evicted()));
        }
        self.check_received(&self.gateway.mocks.received())
    }

    /// Looks through some of what upstreams received.
    ///
    /// # Errors
    /// Something internal was there.
    pub fn check_received(&self, received: &[mock_providers::Received]) -> Result<(), Failure> {
        self.canaries.check(received)
    }
}

/// The text of `tests/e2e/NAME.yaml`.
///
/// # Errors
/// There is no such file.
pub fn configuration(name: &str) -> Result<String, Failure> {
    let path = root().join("tests/e2e").join(name).with_extension("yaml");
    std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
}

/// The variables that a configuration asks for in lines `# env: NAME=value`.
fn variables(config: &str) -> Vec<(String, String)> {
    let lines = config.lines().filter_map(|line| line.strip_prefix("# env: ")?.split_once('='));
    lines.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn canaries() -> Canaries {
    let mut values: Vec<String> =
        ["canary", "987654", "8765"].iter().map(|value| (*value).to_owned()).collect();
    values.push(CLIENT.to_string());
    for (_, _, key) in KEYS {
        values.push((*key).to_owned());
        values.push(Sha256::digest(key.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect());
    }
    let credentials = CREDENTIALS
        .iter()
        .map(|(_, value, provider)| ((*value).to_owned(), (*provider).to_owned()))
        .collect();
    Canaries { values, credentials }
}
