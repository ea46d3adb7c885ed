//! Real clients: each SDK's programs in `tests/clients`, run against every provider that the gateway there serves.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;
use serde_json::{Map, Value, json};
use spillway_e2e::fixture::Fixture;
use spillway_e2e::gateway::root;
use spillway_e2e::{Failure, program};
use tokio::process::Command;

use super::ensure;
use crate::Suite;

/// The gateway's file, from `tests/e2e`.
pub const GATEWAY: &str = "../clients/gateway";

/// An SDK's cases take a few seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// A program that plays an SDK's cases.
struct Program {
    /// Of the test.
    name: &'static str,
    /// What runs it, in `.tools/clients`; or by name, where the machine has to have it.
    runtime: &'static str,
    /// What `make setup` installs for it, in `.tools/clients`.
    packages: &'static str,
    /// The program, in `tests/clients`, with what stands before and after it.
    options: &'static [&'static str],
    file: &'static str,
    arguments: &'static [&'static str],
}

const PROGRAMS: [Program; 3] = [
    Program {
        name: "clients_openai_python",
        runtime: "python/bin/python",
        packages: "python/installed.txt",
        options: &["-W", "error"],
        file: "python/main.py",
        arguments: &["openai"],
    },
    Program {
        name: "clients_anthropic_python",
        runtime: "python/bin/python",
        packages: "python/installed.txt",
        options: &["-W", "error"],
        file: "python/main.py",
        arguments: &["anthropic"],
    },
    Program {
        name: "clients_openai_node",
        runtime: "node",
        packages: "node/installed.json",
        options: &[],
        file: "node/main.mjs",
        arguments: &[],
    },
];

/// A test for each SDK. One whose packages are not installed is shown as ignored, and fails in CI.
pub fn trials(suite: &Arc<Suite>) -> Vec<Trial> {
    let trial = |program: &'static Program| {
        let ignored = !program.is_installed() && std::env::var_os("CI").is_none();
        if ignored {
            eprintln!("skipped: {}: its packages are not installed; run `make setup`", program.name);
        }
        let trial = suite.trial(GATEWAY, program.name, async |fixture| program.play(fixture).await);
        trial.with_ignored_flag(ignored)
    };
    PROGRAMS.iter().map(trial).collect()
}

impl Program {
    fn is_installed(&self) -> bool {
        installed(self.packages).exists()
    }

    async fn play(&self, fixture: &Fixture) -> Result<(), Failure> {
        ensure(self.is_installed(), || format!("{} is missing; run `make setup`", self.packages))?;
        let runtime = if self.runtime.contains('/') { installed(self.runtime) } else { self.runtime.into() };
        let mut command = Command::new(&runtime);
        command.args(self.options).arg(root().join("tests/clients").join(self.file)).args(self.arguments);
        command.env("SPILLWAY_URL", format!("http://{}", fixture.gateway.address));
        command.env("SPILLWAY_KEY", fixture.key("alice"));
        command.env("SPILLWAY_MODELS", models()?.to_string());
        // Nothing of the machine's: no proxy, no other gateway, no compiled files among the sources.
        for name in [
            "OPENAI_BASE_URL",
            "OPENAI_ORG_ID",
            "OPENAI_PROJECT_ID",
            "ANTHROPIC_BASE_URL",
            "HTTP_PROXY",
            "http_proxy",
        ] {
            command.env_remove(name);
        }
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("NO_PROXY", "127.0.0.1");
        program::run(&mut command, PATIENCE).await?;
        nothing_of_the_client_s_own(fixture)
    }
}

/// The groups of the gateway's file by what they are for: `{"chat": ["openai", …]}`. Their names end in `/*`.
fn models() -> Result<Value, Failure> {
    let path = root().join("tests/e2e").join(GATEWAY).with_extension("yaml");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let file: Value = serde_yaml_ng::from_str(&text).map_err(|error| error.to_string())?;
    let mut modes = Map::new();
    for entry in file["model_list"].as_array().into_iter().flatten() {
        let name = entry["model_name"].as_str().and_then(|name| name.strip_suffix("/*"));
        let mode = entry["model_info"]["mode"].as_str().unwrap_or("chat");
        let groups = modes.entry(mode).or_insert_with(|| json!([]));
        groups.as_array_mut().into_iter().for_each(|groups| groups.push(json!(name)));
    }
    Ok(Value::Object(modes))
}

/// No header of a client's goes upstream.
fn nothing_of_the_client_s_own(fixture: &Fixture) -> Result<(), Failure> {
    for request in fixture.gateway.mocks.received() {
        let found = request.headers.iter().find(|(name, value)| {
            name.starts_with("x-stainless") || name == "user-agent" && !value.starts_with(b"spillway/")
        });
        ensure(found.is_none(), || format!("the client's {found:?} reached {}", request.target))?;
    }
    Ok(())
}

fn installed(name: &str) -> PathBuf {
    root().join(".tools/clients").join(name)
}
