"""What `spillway render` makes for the two control planes, and where it is committed."""

import dataclasses
import os
import pathlib
import subprocess

import yaml

EXAMPLE = pathlib.Path("envoy/examples/fallback/gateway.yaml")
DEMO = pathlib.Path("docker/demo/gateway.yaml")
VARIABLES = [pathlib.Path("envoy/examples/demo.env"), pathlib.Path("docker/demo/demo.env")]
HOST = "llm.example.com"
LEDGER = "spillway-ledger.spillway.svc.cluster.local"
OPTIONS = ["--host", HOST, "--module-url", "oci://registry.example/spillway-filter:0.1.0", "--ledger", f"{LEDGER}:4001"]


@dataclasses.dataclass(frozen=True)
class Target:
    """One control plane."""

    name: str
    # The object that has the patches.
    patches: str

    @property
    def folder(self):
        """Of its README, of what it needs beside what is rendered, and of an example as it is rendered."""
        return pathlib.Path("deploy", self.name)

    @property
    def committed(self):
        """The rendered example."""
        return self.folder / "spillway.yaml"


TARGETS = [Target("istio", "EnvoyFilter"), Target("envoy-gateway", "EnvoyPatchPolicy")]


def environment():
    """The made-up values of the examples' variables."""
    lines = [line for file in VARIABLES for line in file.read_text().splitlines()]
    values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {"PATH": os.environ["PATH"], **values}


def run(programs, gateway, *options):
    """The exit status of the renderer, what it printed, what it complained of."""
    line = [f"{programs}/spillway", "render", str(gateway), *options]
    done = subprocess.run(line, capture_output=True, text=True, env=environment(), check=False)
    return done.returncode, done.stdout, done.stderr


def text(programs, target, gateway=EXAMPLE, *options):
    """What is rendered; ValueError with the complaint."""
    status, out, complaint = run(programs, gateway, "--target", target.name, *OPTIONS, *options)
    if status != 0:
        raise ValueError(complaint)
    return out


def objects(rendered):
    """The objects of a text, by kind."""
    found = [document for document in yaml.safe_load_all(rendered) if document]
    return {one["kind"]: one for one in found}
