"""Runs what the gateway's image runs, on this machine: the start script, real Envoy, mock providers, the ledger."""

import contextlib
import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import compose
import verdicts

START = "docker/gateway/gateway.sh"
HEALTHY = "docker/gateway/healthy.sh"
DEMO = pathlib.Path("docker/demo/gateway.yaml")
EXAMPLES = pathlib.Path("envoy/examples")
# For a process to become well, or to end.
PATIENCE_SECONDS = 60
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


def free_port():
    """A port of the loopback that nobody has at the moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def ask(port, path, body=None):
    """The status and the text of an answer; status 0 without one."""
    headers = {"authorization": f"Bearer {compose.environment()['SPILLWAY_MASTER_KEY']}", "content-type": "application/json"}
    data = body and json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def until(condition):
    """Whether a condition becomes true in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


@contextlib.contextmanager
def process(line, environment):
    """A child with this environment and nothing else of ours; it is gone afterwards."""
    with tempfile.TemporaryFile("w+") as log:
        child = subprocess.Popen(line, env=environment, stdout=log, stderr=subprocess.STDOUT)
        child.log = lambda: (log.seek(0), log.read())[1]
        try:
            yield child
        finally:
            if child.poll() is None:
                child.terminate()
                try:
                    child.wait(PATIENCE_SECONDS)
                except subprocess.TimeoutExpired:
                    child.kill()


class Machine:
    """Where the parts are that the image has in places of its own."""

    def __init__(self, programs, module, envoy):
        self.programs, self.module, self.envoy = (str(pathlib.Path(path or ".").absolute()) for path in (programs, module, envoy))
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
        values = {**demo_variables(), "SPILLWAY_CONFIG": str(gateway), "SPILLWAY_LEDGER_TOKEN": "t", "SPILLWAY_ENVOY": no_envoy(run)}
        subprocess.run([START], env={**self.environment(run), **values}, capture_output=True, check=False)
        return secrets(run)

    def by_up(self, gateway, data):
        """The same by `spillway up`, which writes them before it starts anything."""
        places = ["--data", data, "--wasm", self.module, "--envoy", no_envoy(data.parent)]
        ports = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--ledger", "127.0.0.1:0"]
        line = [f"{self.programs}/spillway", "up", gateway, *places, *ports]
        subprocess.run(line, env={"PATH": os.environ["PATH"], **demo_variables()}, capture_output=True, timeout=60, check=False)
        return secrets(data)

    def refusals(self):
        """What is missing is named, and nothing is started."""
        demo = {**compose.environment(), "SPILLWAY_CONFIG": str(DEMO)}
        literal = DEMO.read_text().replace("os.environ/AZURE_API_KEY", "written-down")
        with tempfile.TemporaryDirectory() as scratch:
            file = pathlib.Path(scratch, "literal.yaml")
            file.write_text(literal)
            for change, words in [
                ({"SPILLWAY_CONFIG": "no/such.yaml"}, "no/such.yaml cannot be read"),
                ({"AZURE_API_KEY": ""}, "AZURE_API_KEY"),
                ({"SPILLWAY_LEDGER_TOKEN": ""}, "SPILLWAY_LEDGER_TOKEN is empty or unset"),
                ({"SPILLWAY_LEDGER_TOKEN": "two\nlines"}, "SPILLWAY_LEDGER_TOKEN is empty or unset, or has a line break"),
                ({"SPILLWAY_CONFIG": str(file)}, "belongs to no variable: write the key as os.environ/NAME"),
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
            pathlib.Path(scratch, "secrets-given/OPENAI_API_KEY").write_text(values.pop("OPENAI_API_KEY") + "\n")
            addresses = {"SPILLWAY_LISTEN": f"127.0.0.1:{listen}", "SPILLWAY_ADMIN": f"127.0.0.1:{admin}", "SPILLWAY_LEDGER": f"127.0.0.1:{ledger}"}
            environment = self.environment(scratch, SPILLWAY_CONFIG=str(file), **addresses, **values)
            environment["SPILLWAY_SECRETS"] = f"{scratch}/secrets-given"
            ledger_line = [f"{self.programs}/spillway-ledger", "--data", f"{scratch}/ledger.sqlite"]
            stack.enter_context(process([f"{self.programs}/mock-providers", "--quiet", "--listen", f"127.0.0.1:{mocks}"], {}))
            stack.enter_context(process(ledger_line, {"SPILLWAY_LEDGER_LISTEN": f"127.0.0.1:{ledger}", **values}))
            gateway = stack.enter_context(process([START, "--concurrency", "1"], environment))
            yield from self.watch(gateway, environment, listen, ledger)

    def watch(self, gateway, environment, listen, ledger):
        """A life of the gateway: not yet well, well, asked, stopped."""
        well = lambda: subprocess.run([HEALTHY], env=environment, check=False).returncode == 0
        if well() and ask(listen, "/health")[0] != 200:
            yield "healthy.sh says well before the gateway answers"
        if not until(lambda: well() or gateway.poll() is not None) or gateway.poll() is not None:
            yield f"the gateway does not become well: {gateway.log()}"
            return
        question = {"model": "gpt-4.1-failing", "messages": [{"role": "user", "content": "hello"}]}
        status, text = ask(listen, "/v1/chat/completions", question)
        if status != 200 or "azure" not in text:
            yield f"the fallback's answer was {status} {text}"
        found = variables_of_envoy(gateway.pid)
        if "PATH" not in found or found & compose.environment().keys():
            yield f"Envoy's environment has {sorted(found)}; credentials must not be in it"
        gateway.terminate()
        if not until(lambda: gateway.poll() is not None) or gateway.returncode != 0:
            yield f"after SIGTERM the exit status was {gateway.returncode}: {gateway.log()}"
        status, text = ask(ledger, "/spend/logs?summarize=false")
        if status != 200 or "gpt-4.1-failing" not in text:
            yield f"the ledger does not have the request after the gateway's end: {status} {text}"


def variables_of_envoy(start):
    """Names in the environment of the start script's child."""
    children = pathlib.Path(f"/proc/{start}/task/{start}/children").read_text().split()
    texts = (pathlib.Path(f"/proc/{child}/environ").read_text() for child in children)
    return {pair.split("=")[0] for text in texts for pair in text.split("\0") if pair}


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
