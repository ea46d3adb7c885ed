"""A real Envoy as a control plane would set it up, with mock providers and the ledger."""

import contextlib
import dataclasses
import json
import os
import pathlib
import re
import tempfile
import urllib.error
import urllib.request

import control_plane
import mesh_render
import yaml
from gateway_life import free_port, process, until

APPLY = {"istio": control_plane.istio, "envoy-gateway": control_plane.envoy_gateway}
SECRET_FILE = re.compile(r"/([^/]+)\.yaml$")
# More than the control planes' own limit of a connection.
LARGE = 200 << 10
# More than the administration of keys takes, which Envoy says by itself.
TOO_LARGE = 300 << 10
OTHER_HOST = "other.example.com"
PATIENCES = 4


def answers(programs, module, envoy, target):
    """Requests over a fallback, large ones, the administration of keys; another host of the listener is let alone.

    An Envoy that starts has validated its configuration, and the filter its own.
    """
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        run = Run(pathlib.Path(scratch), programs, pathlib.Path(module).absolute(), target)
        line = [envoy, "-c", str(run.configuration()), "--log-level", "warning", "--concurrency", "1"]
        for program in run.programs_beside():
            stack.enter_context(program)
        proxy = stack.enter_context(process([*line, "--use-dynamic-base-id"], {}))
        begun = lambda: run.ask("/health")[0] == 200 or proxy.poll() is not None
        # It compiles the module first, on a machine that may have much else to do.
        if not any(until(begun) for _ in range(PATIENCES)) or proxy.poll() is not None:
            yield f"the gateway does not answer: {run.ask('/health')} {proxy.log()}"
            return
        yield from run.complaints()


@dataclasses.dataclass
class Run:
    """One Envoy, and what is beside it."""

    scratch: pathlib.Path
    programs: str
    module: pathlib.Path
    target: mesh_render.Target

    def __post_init__(self):
        self.listen, self.admin, self.ledger, self.mocks = (free_port() for _ in range(4))
        self.values = mesh_render.environment()

    def configuration(self):
        """The file for Envoy; the credentials and, for Istio, the module's configurations are beside it."""
        gateway = self.scratch / "gateway.yaml"
        gateway.write_text(mesh_render.DEMO.read_text().replace("mock-providers:8090", f"127.0.0.1:{self.mocks}"))
        secrets = self.scratch / "secrets"
        text = mesh_render.text(self.programs, self.target, gateway, "--secrets", str(secrets))
        # The Service's name is known in a cluster only.
        text = text.replace(f"address: {mesh_render.LEDGER}", "address: 127.0.0.1")
        text = text.replace("port_value: 4001", f"port_value: {self.ledger}")
        text = text.replace("/etc/spillway/module/plugin.wasm", str(self.module))
        objects = mesh_render.objects(text)
        resources = control_plane.base(f"{self.target.name}.yaml", self.listen)
        APPLY[self.target.name](resources, objects[self.target.patches])
        more = None
        if "EnvoyProxy" in objects:
            more = yaml.safe_load(objects["EnvoyProxy"]["spec"]["bootstrap"]["value"])
        else:
            control_plane.fetch_modules(resources, self.module, self.scratch)
        self.names = sorted(set(re.findall(rf"path: {re.escape(str(secrets))}/(\S+)\.yaml", text)))
        self.mount({name: self.credential(name) for name in self.names})
        file = self.scratch / "envoy.json"
        file.write_text(json.dumps(control_plane.bootstrap(resources, self.admin, more)))
        return file

    def credential(self, name):
        """A header's value, by the name of the secret."""
        if name == "ledger-token":
            return f"Bearer {self.values['SPILLWAY_LEDGER_TOKEN']}"
        value = self.values[name.upper().replace("-", "_")]
        return f"Bearer {value}" if name.startswith("openai") else value

    def mount(self, credentials):
        """The credentials as Kubernetes mounts a Secret: a link to a folder, replaced in one step when it changes."""
        folder = self.scratch / "secrets"
        folder.mkdir(exist_ok=True)
        data = pathlib.Path(tempfile.mkdtemp(prefix="..", dir=folder))
        for name, value in credentials.items():
            message = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"
            secret = {"@type": message, "name": name, "generic_secret": {"secret": {"inline_string": value}}}
            (data / f"{name}.yaml").write_text(json.dumps({"resources": [secret]}))
        (folder / "..data_tmp").symlink_to(data.name)
        os.replace(folder / "..data_tmp", folder / "..data")
        for name in credentials:
            if not (folder / f"{name}.yaml").is_symlink():
                (folder / f"{name}.yaml").symlink_to(f"..data/{name}.yaml")

    def programs_beside(self):
        """Mock providers and the ledger."""
        yield process([f"{self.programs}/mock-providers", "--quiet", "--listen", f"127.0.0.1:{self.mocks}"], {})
        line = [f"{self.programs}/spillway-ledger", "--data", f"{self.scratch}/ledger.sqlite"]
        yield process(line, {**self.values, "SPILLWAY_LEDGER_LISTEN": f"127.0.0.1:{self.ledger}"})

    def ask(self, path, body=None, host=mesh_render.HOST, port=None):
        """The status and the text of an answer; status 0 without one."""
        headers = {
            "authorization": f"Bearer {self.values['SPILLWAY_MASTER_KEY']}",
            "content-type": "application/json",
            "host": host,
        }
        data = body and json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{port or self.listen}{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def chat(self, model, characters=5):
        """Asks a model."""
        content = "x" * characters
        return self.ask("/v1/chat/completions", {"model": model, "messages": [{"role": "user", "content": content}]})

    def complaints(self):
        """What is not answered as it should be."""
        status, text = self.chat("gpt-4.1-failing")
        if status != 200 or "azure" not in text:
            yield f"over the fallback came {status} {text}"
        status, text = self.chat("gpt-4.1", LARGE)
        if status != 200:
            yield f"a body of {LARGE} bytes was answered {status} {text}"
        status, text = self.ask("/key/generate", {"models": ["gpt-4.1"]})
        if status != 200 or not json.loads(text)["key"].startswith("sk-"):
            yield f"/key/generate was answered {status} {text}"
        status, text = self.ask("/key/generate", {"key_alias": "x" * TOO_LARGE})
        if status != 413 or "larger than the administration of keys takes" not in text:
            yield f"an alias of {TOO_LARGE} bytes was answered {status} {text}"
        status, text = self.ask("/v1/chat/completions", {"model": "gpt-4.1"}, host=OTHER_HOST)
        if (status, text) != (299, "other"):
            yield f"the other host's request was answered {status} {text}"
        rows = lambda: self.ask("/spend/logs?summarize=false", port=self.ledger)
        if not until(lambda: rows()[0] == 200 and len(json.loads(rows()[1])) == 2):
            yield f"the ledger has not two requests of models: {rows()}"
        yield from self.rotation()

    def rotation(self):
        """A Secret that changes is read at once."""
        self.mount({name: "Bearer sk-rotated" for name in self.names})

        def rotated():
            status, text = self.chat("gpt-4.1")
            received = self.ask("/_mock/received", port=self.mocks)[1]
            return status == 200 and "sk-rotated" in received

        if not until(rotated):
            yield "the provider does not get the new credential"
