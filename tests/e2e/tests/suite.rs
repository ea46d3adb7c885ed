//! The end-to-end suite: a few gateways, and every test against one of them in turn.
//!
//! A file in `tests/e2e/scenarios/` is a test. What a file cannot say (load, kills, raw bytes) stands in
//! `cases/`. After each test, everything that an upstream received is searched for canaries.

// Indexing JSON gives null where nothing is; and what does not start is told on the terminal.
#![allow(clippy::indexing_slicing, clippy::print_stderr)]

mod cases;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use spillway_e2e::Failure;
use spillway_e2e::fixture::{Fixture, SUITE};
use spillway_e2e::gateway::root;
use spillway_e2e::scenario::Scenario;
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

/// The gateways' configurations, in `tests/e2e/`.
const GATEWAYS: [&str; 9] =
    [SUITE, "routing", "policies", "cooldowns", "timeouts", "providers", "keys", "guardrails", "numbers"];

/// Everything that tests share. A gateway starts with the first test that wants it.
pub struct Suite {
    runtime: Runtime,
    fixtures: BTreeMap<&'static str, OnceCell<Result<Fixture, Failure>>>,
}

impl Suite {
    /// Runs a test against a gateway, then looks for leaks.
    fn run(
        &self,
        gateway: &str,
        test: impl AsyncFnOnce(&Fixture) -> Result<(), Failure>,
    ) -> Result<(), Failed> {
        let cell = self.fixtures.get(gateway);
        let cell = cell.ok_or_else(|| format!("no gateway is called {gateway}: {GATEWAYS:?}"))?;
        let checked = self.runtime.block_on(async {
            let fixture = cell.get_or_init(|| Fixture::of(gateway, None)).await;
            let fixture = fixture.as_ref().map_err(Clone::clone)?;
            fixture.gateway.mocks.clear();
            fixture.gateway.mocks.unset_script(None);
            test(fixture).await?;
            fixture.check_leaks()
        });
        checked.map_err(Failed::from)
    }
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // The tests share gateways and look at what its upstreams received: one at a time.
    arguments.test_threads = Some(1);
    let suite = match Runtime::new() {
        Ok(runtime) => {
            let gateways = GATEWAYS.into_iter().chain([cases::clients::GATEWAY, cases::codex::GATEWAY]);
            let fixtures = gateways.map(|name| (name, OnceCell::new())).collect();
            Arc::new(Suite { runtime, fixtures })
        }
        Err(error) => {
            eprintln!("no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut trials = match scenarios(&suite) {
        Ok(trials) => trials,
        Err(failure) => {
            eprintln!("{failure}");
            return ExitCode::FAILURE;
        }
    };
    trials.extend(cases::trials(&suite));
    trials.extend(cases::clients::trials(&suite));
    trials.extend(cases::codex::trials(&suite));
    trials.extend(cases::rate_service::trials());
    trials.extend(cases::delivery::trials());
    trials.extend(cases::reload::trials());
    let conclusion = libtest_mimic::run(&arguments, trials);
    let failed = conclusion.has_failed();
    // Stops the gateways: a process that ends does not run the destructors of what a `static` holds.
    drop(suite);
    if failed { ExitCode::from(101) } else { ExitCode::SUCCESS }
}

/// A trial per file; a file that cannot be read as a scenario is a trial that fails.
fn scenarios(suite: &Arc<Suite>) -> Result<Vec<Trial>, Failure> {
    let folder = root().join("tests/e2e/scenarios");
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let trials = files.into_iter().map(|file| {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let suite = Arc::clone(suite);
        Trial::test(name, move || {
            let text = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
            let scenario = Scenario::read(&text)?;
            suite.run(&scenario.gateway, async |fixture| scenario.play(&fixture.stage()).await)
        })
    });
    Ok(trials.collect())
}
