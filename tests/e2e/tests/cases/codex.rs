//! Codex CLI does a task through the gateway: `make test-clients`.
//!
//! The model is a mock, told to call Codex's shell with a command that writes a file, and to say something once it
//! has the command's output. What is tested is that Codex's requests, with all that it adds for itself, reach the
//! upstream as what the upstream's API defines, and that its tool's output comes back there.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;
use mock_providers::{After, Received};
use serde_json::json;
use spillway_e2e::fixture::Fixture;
use spillway_e2e::gateway::root;
use spillway_e2e::{Failure, program};
use tokio::process::Command;

use super::ensure;
use crate::Suite;

/// The gateway's file, from `tests/e2e`.
pub const GATEWAY: &str = "../clients/codex/gateway";

/// Where Codex is; without it the tests are not run.
const CODEX: &str = "SPILLWAY_CODEX";

/// The task takes two requests and a shell.
const PATIENCE: Duration = Duration::from_secs(120);

const FILE: &str = "greeting.txt";
const GREETING: &str = "Hello from a tool";
/// Its output is not in its text.
const COMMAND: &str = "printf 'Hello from a tool' > greeting.txt && echo written-$((40 + 2))";
const OUTPUT: &str = "written-42";
const LAST_MESSAGE: &str = "The greeting is written.";

/// A test for each API that an upstream may have.
pub fn trials(suite: &Arc<Suite>) -> Vec<Trial> {
    let trial = |name: &str, model: &'static str, path: &'static str| {
        let trial = suite.trial(GATEWAY, name, async move |fixture| task(fixture, model, path).await);
        trial.with_ignored_flag(std::env::var_os(CODEX).is_none())
    };
    vec![
        trial("codex_does_a_task_on_a_responses_upstream", "codex-on-responses", "/mock-openai/v1/responses"),
        trial("codex_does_a_task_on_a_chat_upstream", "codex-on-chat", "/mock-openai/v1/chat/completions"),
    ]
}

async fn task(fixture: &Fixture, model: &str, path: &str) -> Result<(), Failure> {
    let mocks = &fixture.gateway.mocks;
    let call = format!("reasoning,call=exec_command:{}", encoded(&json!({ "cmd": COMMAND }).to_string()));
    let said = format!("text={}", encoded(LAST_MESSAGE));
    mocks.set_script(model, &[&call, &said], After::Last).map_err(|error| error.to_string())?;
    let desk = Desk::new(model)?;
    let printed = desk.codex(fixture, model).await?;
    let told = |what: &str| format!("{what}; Codex printed:\n{printed}");
    ensure(desk.read(&format!("work/{FILE}")) == GREETING, || told("the file was not written"))?;
    ensure(desk.read("last") == LAST_MESSAGE, || told("the last message did not come"))?;
    let received = mocks.received();
    let [first, second] = received.as_slice() else {
        return Err(told(&format!("{} requests reached the upstream, expected 2", received.len())));
    };
    for request in [first, second] {
        ensure(request.target == path, || told(&format!("{} was asked", request.target)))?;
        has_nothing_of_codex(request)?;
    }
    ensure(!mentions(first, OUTPUT) && mentions(second, OUTPUT), || {
        told("the tool's output did not reach the upstream, or too early")
    })
}

/// What Codex adds for its own bookkeeping goes nowhere.
fn has_nothing_of_codex(request: &Received) -> Result<(), Failure> {
    const OWN: [&str; 4] = ["x-codex", "session-id", "thread-id", "originator"];
    let header = request.headers.iter().find(|(name, value)| {
        OWN.iter().any(|start| name.starts_with(start))
            || String::from_utf8_lossy(value).contains("codex_exec")
    });
    ensure(header.is_none(), || format!("the header {header:?} reached the upstream"))?;
    let places = request.places_of("client_metadata");
    ensure(places.is_empty(), || format!("`client_metadata` reached the upstream at {places:?}"))
}

fn mentions(request: &Received, text: &str) -> bool {
    String::from_utf8_lossy(&request.body).contains(text)
}

/// Every byte as `%XX`: a script's own marks are among them.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The folders of one run: Codex's home, and where it works. Dropping it removes them.
struct Desk(PathBuf);

impl Desk {
    fn new(model: &str) -> Result<Self, Failure> {
        // Codex wants no home below the system's folder for temporary files.
        let name = format!("{model}-{}", std::process::id());
        let desk = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
        for folder in ["home", "work"] {
            std::fs::create_dir_all(desk.0.join(folder)).map_err(|error| error.to_string())?;
        }
        Ok(desk)
    }

    /// Runs Codex on the task; all that it printed.
    async fn codex(&self, fixture: &Fixture, model: &str) -> Result<String, Failure> {
        self.configure(fixture, model)?;
        let mut command = Command::new(std::env::var_os(CODEX).unwrap_or_else(|| "codex".into()));
        command.args(["exec", "--strict-config", "--skip-git-repo-check", "--output-last-message"]);
        command.arg(self.0.join("last")).arg("Write the greeting.").current_dir(self.0.join("work"));
        // Nothing of the user's: no other configuration, no credentials.
        command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.env("HOME", self.0.join("home")).env("CODEX_HOME", self.0.join("home"));
        command.env("SPILLWAY_KEY", fixture.key("alice"));
        program::run(&mut command, PATIENCE).await
    }

    fn configure(&self, fixture: &Fixture, model: &str) -> Result<(), Failure> {
        let template = root().join("tests/clients/codex/config.toml");
        let template = std::fs::read_to_string(template).map_err(|error| error.to_string())?;
        let url = format!("http://{}", fixture.gateway.address);
        let config = template.replace("${MODEL}", model).replace("${URL}", &url);
        std::fs::write(self.0.join("home/config.toml"), config).map_err(|error| error.to_string())
    }

    /// A file; empty where there is none.
    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap_or_default()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
