//! The end-to-end suite: a few gateways, and every test against one of them. A gateway has one test at a time; several
//! gateways are tested side by side, for most of what a test does is wait.
//!
//! A file in `tests/e2e/scenarios/` is a test. What a file cannot say (load, kills, raw bytes) stands in
//! `cases/`. After each test, everything that an upstream received is searched for canaries.

#![allow(clippy::indexing_slicing, reason = "indexing JSON gives null where nothing is")]
#![allow(clippy::print_stderr, reason = "what does not start is told on the terminal")]

mod cases;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use spillway_e2e::Failure;
use spillway_e2e::fixture::{Fixture, SUITE};
use spillway_e2e::gateway::root;
use spillway_e2e::scenario::Scenario;
use tokio::runtime::Runtime;
use tokio::sync::Mutex;

/// The gateways' configurations, in `tests/e2e/`.
const GATEWAYS: [&str; 9] =
    [SUITE, "routing", "policies", "cooldowns", "timeouts", "providers", "keys", "guardrails", "numbers"];

/// Gateways that have a test at the same time.
const TESTS_AT_ONCE: usize = 2;

/// A gateway starts with the first test that wants it; one that does not start fails all of its tests.
type Shared = Mutex<Option<Result<Fixture, Failure>>>;

/// Everything that tests share.
pub struct Suite {
    runtime: Runtime,
    fixtures: BTreeMap<&'static str, Shared>,
}

impl Suite {
    /// A test against a gateway.
    pub fn trial(
        self: &Arc<Self>,
        gateway: &str,
        name: &str,
        test: impl AsyncFnOnce(&Fixture) -> Result<(), Failure> + Send + 'static,
    ) -> Trial {
        let (suite, named) = (Arc::clone(self), gateway.to_owned());
        Trial::test(name, move || suite.run(&named, test)).with_kind(gateway)
    }

    /// A test against a gateway that no other test uses: it ends with it.
    fn alone(
        self: &Arc<Self>,
        gateway: String,
        name: &str,
        test: impl AsyncFnOnce(&Fixture) -> Result<(), Failure> + Send + 'static,
    ) -> Trial {
        let suite = Arc::clone(self);
        Trial::test(name, move || {
            let played = suite.runtime.block_on(async {
                let fixture = Fixture::of(&gateway, None).await?;
                test(&fixture).await?;
                fixture.check_leaks()
            });
            Ok(played?)
        })
    }

    /// Runs a test against a gateway, then looks for leaks.
    fn run(
        &self,
        gateway: &str,
        test: impl AsyncFnOnce(&Fixture) -> Result<(), Failure>,
    ) -> Result<(), Failed> {
        let shared = self.fixtures.get(gateway);
        let shared = shared.ok_or_else(|| format!("no gateway is called {gateway}: {GATEWAYS:?}"))?;
        let checked = self.runtime.block_on(async {
            let mut turn = shared.lock().await;
            if turn.is_none() {
                *turn = Some(Fixture::of(gateway, None).await);
            }
            let Some(fixture) = turn.as_ref() else { return Ok(()) };
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
    arguments.test_threads.get_or_insert(TESTS_AT_ONCE);
    let suite = match Runtime::new() {
        Ok(runtime) => {
            let gateways = GATEWAYS.into_iter().chain([cases::clients::GATEWAY, cases::codex::GATEWAY]);
            let fixtures = gateways.map(|name| (name, Shared::default())).collect();
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
    trials.extend(cases::link::trials());
    trials.extend(cases::reload::trials());
    let conclusion = libtest_mimic::run(&arguments, spread(trials));
    let failed = conclusion.has_failed();
    // Stops the gateways: a process that ends does not run the destructors of what a `static` holds.
    drop(suite);
    if failed { ExitCode::from(101) } else { ExitCode::SUCCESS }
}

/// Tests of one gateway wait for each other, so they are spread over the run.
fn spread(trials: Vec<Trial>) -> Vec<Trial> {
    let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
    trials.iter().for_each(|trial| *sizes.entry(trial.kind().to_owned()).or_default() += 1);
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    let mut placed: Vec<(usize, Trial)> = Vec::new();
    for trial in trials {
        let number = numbers.entry(trial.kind().to_owned()).or_default();
        let size = sizes.get(trial.kind()).copied().unwrap_or(1);
        placed.push(((2 * *number + 1) * 1_000 / size, trial));
        *number += 1;
    }
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, trial)| trial).collect()
}

/// A trial per file; a file that cannot be read as a scenario is a trial that fails.
fn scenarios(suite: &Arc<Suite>) -> Result<Vec<Trial>, Failure> {
    let folder = root().join("tests/e2e/scenarios");
    let entries = std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    Ok(files.iter().map(|file| scenario(suite, file)).collect())
}

fn scenario(suite: &Arc<Suite>, file: &Path) -> Trial {
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string());
    match text.and_then(|text| Scenario::read(&text)) {
        Ok(scenario) => {
            let gateway = scenario.gateway.clone();
            let play = async move |fixture: &Fixture| scenario.play(&fixture.stage()).await;
            if GATEWAYS.contains(&gateway.as_str()) {
                suite.trial(&gateway, &name, play)
            } else {
                suite.alone(gateway, &name, play)
            }
        }
        Err(failure) => Trial::test(name, move || Err(Failed::from(failure))),
    }
}
