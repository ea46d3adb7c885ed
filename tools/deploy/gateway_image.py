"""Runs what the gateway's image runs, on this machine: the start script, real Envoy, mock providers, the ledger."""

import contextlib
import os
import pathlib
import re
import subprocess
import tempfile

import compose
import verdicts
from gateway_life import Files, Ports, free_port, process, watch

START = "docker/gateway/gateway.sh"
DEMO = pathlib.Path("docker/demo/gateway.yaml")
EXAMPLES = pathlib.Path("envoy/examples")
# An Envoy that `spillway up` takes for one, and that ends as soon as it is started.
NO_ENVOY = "#!/bin/sh\n[ \"$1\" = --version ] && echo 'envoy  version: 0/1.40.0/Clean/RELEASE/BoringSSL'\n"


def checks(programs, module, envoy):
    """The checks as `(name, function)`."""
    machine = Machine(programs, module, envoy)
    return [
        ("the image's start, and its credentials", machine.credentials),
        ("the image's start, when something is missing", machine.refusals),
        ("the image's start, serving the demo", machine.serving),
    ]


class Machine:
    """Where the parts are that the image has in places of its own."""

    def __init__(self, programs, module, envoy):
        self.programs, self.module, self.envoy = (
            str(pathlib.Path(path or ".").absolute()) for path in (programs, module, envoy)
        )
        self.missing = [path for path in (programs, module, envoy) if not path or not pathlib.Path(path).exists()]

    def environment(self, run, **more):
        """What the start script is told, as the image and the compose file tell it."""
        if self.missing:
            raise verdicts.Skipped(f"missing: {self.missing}; `make module debug-programs` and `make setup` make them")
        path = f"{self.programs}:{os.environ['PATH']}"
        places = {"SPILLWAY_RUN": str(run), "SPILLWAY_WASM": self.module, "SPILLWAY_ENVOY": self.envoy}
        return {"PATH": path, "SPILLWAY_SECRETS": f"{run}/none", **places, **more}

    def credentials(self):
        """The start script writes what `spillway up` writes, for every example."""
        for gateway in [DEMO, *sorted(EXAMPLES.glob("*/gateway.yaml"))]:
            with tempfile.TemporaryDirectory() as scratch:
                ours, theirs = pathlib.Path(scratch, "image"), pathlib.Path(scratch, "up")
                ours.mkdir()
                written, expected = self.by_start(gateway, ours), self.by_up(gateway, theirs)
            if not expected or written != expected:
                yield f"{gateway}: the script wrote {sorted(written.items())}, `up` {sorted(expected.items())}"

    def by_start(self, gateway, run):
        """Secrets by name as the start script writes them; Envoy ends at once."""
        values = {
            **demo_variables(),
            "SPILLWAY_CONFIG": str(gateway),
            "SPILLWAY_LEDGER_TOKEN": "t",
            "SPILLWAY_ENVOY": no_envoy(run),
        }
        subprocess.run([START], env={**self.environment(run), **values}, capture_output=True, timeout=60, check=False)
        return secrets(run / "gateway")

    def by_up(self, gateway, data):
        """The same by `spillway up`, which writes them before it starts anything."""
        places = ["--data", data, "--wasm", self.module, "--envoy", no_envoy(data.parent)]
        ports = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--ledger", "127.0.0.1:0"]
        line = [f"{self.programs}/spillway", "up", gateway, *places, *ports]
        subprocess.run(
            line, env={"PATH": os.environ["PATH"], **demo_variables()}, capture_output=True, timeout=60, check=False
        )
        return secrets(data)

    def refusals(self):
        """What is missing is named, and nothing is started."""
        demo = {**compose.environment(), "SPILLWAY_CONFIG": str(DEMO)}
        with tempfile.TemporaryDirectory() as scratch:
            durable = pathlib.Path(scratch, "durable.yaml")
            durable.write_text(DEMO.read_text() + "spillway_settings: {durable_events: true}\n")
            for change, words in [
                ({"SPILLWAY_CONFIG": "no/such.yaml"}, "no/such.yaml cannot be read"),
                ({"AZURE_API_KEY": ""}, "AZURE_API_KEY"),
                ({"SPILLWAY_LEDGER_TOKEN": ""}, "SPILLWAY_LEDGER_TOKEN is empty or unset"),
                (
                    {"SPILLWAY_LEDGER_TOKEN": "two\nlines"},
                    "SPILLWAY_LEDGER_TOKEN is empty or unset, or has a line break",
                ),
                (
                    {"SPILLWAY_CONFIG": str(durable), "SPILLWAY_EVENT_LOG": "/no/such/folder/events.log"},
                    "durable_events, and the folder of /no/such/folder/events.log cannot be written",
                ),
                ({"SPILLWAY_RUN": "/no/such/folder"}, "/no/such/folder cannot be written"),
            ]:
                environment = {**self.environment(scratch), **demo, "SPILLWAY_ENVOY": no_envoy(scratch), **change}
                done = subprocess.run([START], env=environment, capture_output=True, text=True, check=False)
                if done.returncode != 1 or words not in done.stderr:
                    yield f"{change}: exit status {done.returncode}, and not `{words}`: {done.stderr}"

    def serving(self):
        """The demo answers, over its fallback; the ledger has the row when the gateway is stopped right after."""
        listen, admin, ledger, mocks = (free_port() for _ in range(4))
        with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
            file = pathlib.Path(scratch, "gateway.yaml")
            file.write_text(DEMO.read_text().replace("mock-providers:8090", f"127.0.0.1:{mocks}"))
            values = compose.environment()
            # One of the credentials is a file, as Docker and Kubernetes mount them.
            pathlib.Path(scratch, "secrets-given").mkdir()
            secret = pathlib.Path(scratch, "secrets-given/OPENAI_API_KEY")
            secret.write_text(values.pop("OPENAI_API_KEY") + "\n")
            addresses = {
                "SPILLWAY_LISTEN": f"127.0.0.1:{listen}",
                "SPILLWAY_ADMIN": f"127.0.0.1:{admin}",
                "SPILLWAY_LEDGER": f"127.0.0.1:{ledger}",
            }
            environment = self.environment(scratch, SPILLWAY_CONFIG=str(file), **addresses, **values)
            environment["SPILLWAY_SECRETS"] = f"{scratch}/secrets-given"
            ledger_line = [f"{self.programs}/spillway-ledger", "--data", f"{scratch}/ledger.sqlite"]
            stack.enter_context(
                process([f"{self.programs}/mock-providers", "--quiet", "--listen", f"127.0.0.1:{mocks}"], {})
            )
            stack.enter_context(process(ledger_line, {"SPILLWAY_LEDGER_LISTEN": f"127.0.0.1:{ledger}", **values}))
            gateway = stack.enter_context(process([START, "--concurrency", "1"], environment))
            yield from watch(gateway, environment, Ports(listen, ledger, mocks), Files(file, secret))


def demo_variables():
    """The variables of the demo and of the examples."""
    lines = (EXAMPLES / "demo.env").read_text().splitlines()
    return {**dict(line.split("=", 1) for line in lines if line and line[0] != "#"), **compose.environment()}


def no_envoy(folder):
    """A program that passes for Envoy and ends at once."""
    path = pathlib.Path(folder, "no-envoy")
    path.write_text(NO_ENVOY)
    path.chmod(0o755)
    return str(path)


def secrets(run):
    """Values of SDS files by name, without the ledger's token, which `up` draws at random."""
    found = {}
    for file in pathlib.Path(run, "secrets").glob("*.yaml"):
        value = re.search(r'inline_string: "?([^"\n}]*)', file.read_text())
        found[file.stem] = value and value[1]
    found.pop("ledger-token", None)
    return found
