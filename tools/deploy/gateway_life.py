"""A life of the gateway as its image starts it: it becomes well, answers, follows its files, is stopped while it answers."""

import concurrent.futures
import contextlib
import dataclasses
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

HEALTHY = "docker/gateway/healthy.sh"
README = pathlib.Path("docker/README.md")
# For a process to become well, or to end.
PATIENCE_SECONDS = 60


def free_port():
    """A port of the loopback that nobody has at the moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def ask(port, path, body=None, method=None):
    """The status and the text of an answer; status 0 without one."""
    headers = {
        "authorization": f"Bearer {compose.environment()['SPILLWAY_MASTER_KEY']}",
        "content-type": "application/json",
    }
    data = body and json.dumps(body).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, headers, method=method)
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


@dataclasses.dataclass
class Ports:
    """Where what runs listens."""

    listen: int
    ledger: int
    mocks: int


@dataclasses.dataclass
class Files:
    """What the gateway is mounted: its file, and one with a provider's key."""

    gateway: pathlib.Path
    secret: pathlib.Path


def watch(gateway, environment, ports, files):
    """A life of the gateway: not yet well, well, asked, told of changes, and stopped while it answers."""
    well = lambda: subprocess.run([HEALTHY], env=environment, check=False).returncode == 0
    if well() and ask(ports.listen, "/health")[0] != 200:
        yield "healthy.sh says well before the gateway answers"
    if not until(lambda: well() or gateway.poll() is not None) or gateway.poll() is not None:
        yield f"the gateway does not become well: {gateway.log()}"
        return
    status, text = ask(ports.listen, "/v1/chat/completions", question())
    if status != 200 or "azure" not in text:
        yield f"the fallback's answer was {status} {text}"
    found = variables_of_envoy(gateway.pid)
    if "PATH" not in found or found & compose.environment().keys():
        yield f"Envoy's environment has {sorted(found)}; credentials must not be in it"
    yield from follows(gateway, ports, files)
    yield from stopped_while_it_answers(gateway, ports)


def follows(gateway, ports, files):
    """A changed file takes effect, one with an error does not, and a changed key is the one that is sent."""
    text = files.gateway.read_text()
    replace(files.gateway, text.replace("model_name: gpt-4.1\n", "model_name: gpt-4.1-renamed\n"))
    if not until(lambda: "gpt-4.1-renamed" in ask(ports.listen, "/v1/models")[1]):
        yield f"a changed file does not take effect: {gateway.log()}"
    replace(files.gateway, "model_list: [")
    if not until(lambda: "the old configuration stays" in gateway.log()):
        yield f"a file with an error is not told: {gateway.log()}"
    if "gpt-4.1-renamed" not in ask(ports.listen, "/v1/models")[1]:
        yield "a file with an error took something away"
    replace(files.gateway, text)
    replace(files.secret, "sk-demo-rotated-not-a-key\n")
    if not until(lambda: '"gpt-4.1"' in ask(ports.listen, "/v1/models")[1]):
        yield f"the first file does not take effect again: {gateway.log()}"
    rotated = lambda: "sk-demo-rotated-not-a-key" in secrets_of(gateway, files)
    if not until(rotated):
        yield f"a changed key is not handed to Envoy: {gateway.log()}"


def secrets_of(gateway, files):
    """The files from which Envoy reads credentials that its clusters name."""
    run = files.gateway.parent / "gateway"
    named = re.findall(r'"path": ?"([^"]+/secrets/[^"]+)"', (run / "envoy/clusters.json").read_text())
    return "".join(pathlib.Path(path).read_text() for path in named)


def replace(file, text):
    """As Kubernetes and careful editors do."""
    draft = file.with_name(f".{file.name}.new")
    draft.write_text(text)
    os.replace(draft, file)


def stopped_while_it_answers(gateway, ports):
    """SIGTERM cuts no open request, and leaves no event behind."""
    ask(ports.mocks, "/_mock/script/gpt-4.1", {"scripts": ["delay=1500"]}, "PUT")
    before = received(ports.mocks)
    with concurrent.futures.ThreadPoolExecutor(1) as together:
        slow = together.submit(ask, ports.listen, "/v1/chat/completions", {**question(), "model": "gpt-4.1"})
        if not until(lambda: received(ports.mocks) > before):
            yield "the slow request does not arrive at its provider"
        gateway.terminate()
        status, text = slow.result()
    if status != 200:
        yield f"the request that was open at SIGTERM was answered {status} {text}"
    if not until(lambda: gateway.poll() is not None) or gateway.returncode != 0:
        yield f"after SIGTERM the exit status was {gateway.returncode}: {gateway.log()}"
    status, text = ask(ports.ledger, "/spend/logs?summarize=false")
    if status != 200 or len(json.loads(text)) != 2:
        yield f"the ledger does not have both requests after the gateway's end: {status} {text}"


def received(mocks):
    """How many requests the mock providers got."""
    return len(json.loads(ask(mocks, "/_mock/received")[1])["received"])


def question():
    """What the README has people ask, as it stands there."""
    text = README.read_text()
    if f"Bearer {compose.environment()['SPILLWAY_MASTER_KEY']}'" not in text:
        raise ValueError(f"{README} asks with another key than {compose.ENVIRONMENT} has")
    return json.loads(
        re.search(r"^curl http://localhost:10000/v1/chat/completions .* -d '(\{.*\})'$", text, re.MULTILINE)[1]
    )


def variables_of_envoy(start):
    """Names in the environment of the start script's child."""
    children = pathlib.Path(f"/proc/{start}/task/{start}/children").read_text().split()
    texts = (pathlib.Path(f"/proc/{child}/environ").read_text() for child in children)
    return {pair.split("=")[0] for text in texts for pair in text.split("\0") if pair}
