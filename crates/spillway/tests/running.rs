//! What a gateway that runs does about its surroundings: who reads what it prints, who has its addresses, who stops it.
//! Envoy is a script that says its version and then does nothing.
#![allow(clippy::unwrap_used, reason = "a test that meets what it did not expect must fail")]

use std::fs;
use std::io::{PipeWriter, pipe};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A file that can be used, and is warned about.
const FILE: &str = "\
model_list:
  - model_name: m
    litellm_params: {model: openai/m, api_key: sk-test, tags: [eu]}
spillway_settings: {allow_anonymous: true, ledger: {url: 'http://127.0.0.1:1'}}
";

/// What must come has come by then.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder of a test's own, with a gateway's file in it.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("running-{name}"));
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("gateway.yaml"), FILE).unwrap();
    folder
}

fn spillway(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_spillway"));
    command.current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.stdin(Stdio::null());
    command
}

/// `serve` with an Envoy that touches `started`, and ends when it is told to.
fn serve(folder: &Path, addresses: [&str; 2]) -> Command {
    let envoy = folder.join("envoy");
    let script = "#!/bin/sh\n\
        [ \"$1\" = --version ] && exec echo 'envoy  version: 0/1.40.0/Clean/RELEASE/BoringSSL'\n\
        trap 'exit 0' TERM; touch started; while :; do sleep 0.05; done\n";
    fs::write(&envoy, script).unwrap();
    fs::set_permissions(&envoy, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.join("module.wasm"), "").unwrap();
    let mut command = spillway(folder);
    command.args(["serve", "gateway.yaml", "--data", "data", "--envoy", "./envoy", "--wasm", "module.wasm"]);
    command.args(["--listen", addresses[0], "--admin", addresses[1]]).env("SPILLWAY_LEDGER_TOKEN", "token");
    command
}

/// A pipe whose reader has gone.
fn nobody() -> PipeWriter {
    pipe().unwrap().1
}

#[test]
fn what_nobody_reads_changes_nothing() {
    let folder = folder("nobody");
    let mut render = spillway(&folder);
    render.args(["render", "gateway.yaml", "--out", "envoy.yaml"]);
    let heard = render.output().unwrap();
    assert!(String::from_utf8_lossy(&heard.stderr).contains("warning"), "{heard:?}");
    fs::remove_file(folder.join("envoy.yaml")).unwrap();
    assert_eq!(render.stdout(nobody()).stderr(nobody()).status().unwrap().code(), Some(0));
    assert!(folder.join("envoy.yaml").exists());
    for (command, code) in [("check", 2), ("render", 1)] {
        let missing = spillway(&folder).args([command, "missing.yaml"]).stderr(nobody()).status().unwrap();
        assert_eq!(missing.code(), Some(code), "{command}");
    }
}

#[test]
fn an_address_that_somebody_has_is_not_shared() {
    let folder = folder("taken");
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = held.local_addr().unwrap().to_string();
    for (option, addresses) in
        [("--listen", [taken.as_str(), "127.0.0.1:0"]), ("--admin", ["127.0.0.1:0", taken.as_str()])]
    {
        let refused = serve(&folder, addresses).output().unwrap();
        let words = format!(
            "{taken} is taken: stop what listens there, or pass {option} with another port (0 for any)\n"
        );
        let told = String::from_utf8(refused.stderr).unwrap();
        assert!(told.ends_with(&words), "{told}");
        assert_eq!(refused.status.code(), Some(1));
        assert!(!folder.join("started").exists(), "{option}: Envoy was started");
    }
}

/// The command, run by another one in this folder.
fn behind(program: &str, arguments: &[&str], command: &Command, folder: &Path) -> Command {
    let mut behind = Command::new(program);
    behind.args(arguments).arg(command.get_program()).args(command.get_args());
    behind.current_dir(folder).stdin(Stdio::null());
    behind.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    behind
}

/// Waits until the script that stands for Envoy runs.
fn started(folder: &Path, mut command: Command) -> Child {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until("Envoy is started", || {
        assert_eq!(child.try_wait().unwrap(), None, "it has ended");
        folder.join("started").exists().then_some(())
    });
    child
}

/// Waits until something is there.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "not so after {PATIENCE:?}: {what}");
        sleep(Duration::from_millis(10));
    }
}

fn signalled(signal: &str, child: &mut Child) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

fn ended(signal: &str, mut child: Child) -> ExitStatus {
    signalled(signal, &mut child);
    until("it ends", || child.try_wait().unwrap())
}

/// Whether a process passes SIGHUP by, as Linux tells it: the first of the signals is the lowest bit.
fn passes_hangups_by(child: &Child) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    u64::from_str_radix(ignored.trim(), 16).unwrap() & 1 == 1
}

#[test]
fn a_terminal_that_is_closed_stops_it_as_ctrl_c_does() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let folder = folder(&format!("signal{signal}"));
        let serve = serve(&folder, ["127.0.0.1:0", "127.0.0.1:0"]);
        // Whoever runs the tests may ignore the signal, and that is inherited.
        let child = started(&folder, behind("env", &["--default-signal=HUP"], &serve, &folder));
        assert!(!passes_hangups_by(&child), "{signal}");
        assert_eq!(ended(signal, child).code(), Some(0), "{signal}");
    }
}

#[test]
fn under_nohup_it_outlives_its_terminal() {
    let folder = folder("nohup");
    let serve = serve(&folder, ["127.0.0.1:0", "127.0.0.1:0"]);
    let mut child = started(&folder, behind("nohup", &[], &serve, &folder));
    assert!(passes_hangups_by(&child));
    signalled("-HUP", &mut child);
    assert_eq!(child.try_wait().unwrap(), None, "it has ended");
    assert_eq!(ended("-TERM", child).code(), Some(0));
}

#[test]
fn an_envoy_that_is_not_there_is_told_with_who_names_it() {
    let folder = folder("no-envoy");
    let refused = |command: &mut Command| {
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap().lines().last().unwrap().to_owned()
    };
    let up = |arguments: &[&str], variable: &str| {
        let mut up = spillway(&folder);
        up.args(["up", "gateway.yaml"]).args(arguments).env("SPILLWAY_ENVOY", variable);
        refused(&mut up)
    };
    assert_eq!(
        up(&["--envoy", "/no/a"], "/no/b"),
        "/no/a is not a program that exists, and --envoy names it"
    );
    assert_eq!(up(&[], "/no/b"), "/no/b is not a program that exists, and SPILLWAY_ENVOY names it");
    // One that is empty names none: this goes on, until the address is found taken.
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let unset = up(&["--listen", &held.local_addr().unwrap().to_string()], "");
    assert!(!unset.contains("is not a program"), "{unset}");
}
