"""The chart as Kubernetes gets it: rendered by Helm for each file of values in its `ci` folder."""

import pathlib
import shutil
import subprocess

import yaml

CHART = pathlib.Path("deploy/helm/spillway")
VALUES = sorted((CHART / "ci").glob("*.yaml"))
# The oldest Kubernetes that Chart.yaml admits.
OLDEST = "1.25.0"


def helm():
    """Helm of the PATH, else the one that setup.sh fetched."""
    return shutil.which("helm") or ".tools/deploy/helm/node_modules/.bin/helm"


def run(verb, *arguments):
    """Runs Helm on the chart: its exit status, what it printed, what it complained of."""
    line = [helm(), verb, *arguments]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def template(values, *settings):
    """As `run`, the rendered text; `settings` are of the form `key=value`."""
    sets = [word for setting in settings for word in ("--set", setting)]
    place = ["--namespace", "gateways", "--kube-version", OLDEST, "--values", values]
    return run("template", "demo", CHART, *place, *sets)


def resources(values):
    """The rendered resources by kind and name."""
    _, text, _ = template(values)
    found = (document for document in yaml.safe_load_all(text) if document)
    return {(one["kind"], one["metadata"]["name"]): one for one in found}


def pods(found):
    """Pod templates by their part."""
    templates = (one["spec"]["template"] for one in found.values() if one["kind"] in ("Deployment", "StatefulSet"))
    return {one["metadata"]["labels"]["app.kubernetes.io/component"]: one for one in templates}
