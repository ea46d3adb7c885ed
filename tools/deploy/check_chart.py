"""Checks the chart without a cluster: `tools/deploy/checks.sh check_chart.py PROGRAMS`, the native programs' folder.

What the chart renders for each file of values in its `ci` folder is committed in deploy/helm/rendered, so that a review
sees what a change does; UPDATE_GOLDEN=1 rewrites it. What only a cluster can tell is not checked.
"""

import difflib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import chart
import dockerfile
import verdicts

RENDERED = pathlib.Path("deploy/helm/rendered")
NEWEST = "1.37.0"
DIFF_LINES = 40
# What must not be rendered, and words of the reason: (values, settings, words).
REFUSED = [
    ("sqlite", ["secrets.existingSecret="], "secrets.existingSecret: name a Secret"),
    ("sqlite", ["ledger.replicas=2"], "more ledgers need PostgreSQL"),
    ("gateway-only", ["gateway.ledgerAddress="], "gateway.ledgerAddress: name the ledger"),
    ("sqlite", ["gateway.replcas=2"], "replcas is not allowed"),
    ("sqlite", ["gateway.service.port=0"], "gateway.service.port"),
    ("sqlite", ["gateway.digest=latest"], "gateway.digest"),
]


def lint():
    """Helm finds nothing to say against the chart."""
    for values in chart.VALUES:
        status, out, err = chart.run("lint", chart.CHART, "--strict", "--values", values)
        if status != 0 or "[WARNING]" in out or "[ERROR]" in out:
            yield f"{values.name}: {out} {err}"


def rendered():
    """The rendered chart is what is committed."""
    for values in chart.VALUES:
        committed = RENDERED / values.name
        status, text, complaint = chart.template(values)
        if status != 0:
            yield f"{values.name}: {complaint}"
        elif os.environ.get("UPDATE_GOLDEN"):
            committed.parent.mkdir(exist_ok=True)
            committed.write_text(text)
        elif text != (old := committed.read_text() if committed.exists() else ""):
            lines = difflib.unified_diff(old.splitlines(), text.splitlines(), str(committed), "rendered", lineterm="")
            yield "\n".join(
                [f"{committed} is stale; UPDATE_GOLDEN=1 make check-helm rewrites it:", *list(lines)[:DIFF_LINES]]
            )


def schemas():
    """Kubernetes knows every field, from the oldest version that the chart admits to the newest."""
    import kubernetes_validate

    for values in chart.VALUES:
        for (kind, name), resource in chart.resources(values).items():
            for version in (chart.OLDEST, NEWEST):
                try:
                    kubernetes_validate.validate(resource, version, strict=True)
                except kubernetes_validate.ValidationError as error:
                    yield f"{values.name}: {kind} {name}, Kubernetes {version}: {error.message}"


def refusals():
    """Values that cannot work are refused, with words that say why."""
    for name, settings, words in REFUSED:
        status, _, complaint = chart.template(chart.CHART / f"ci/{name}.yaml", *settings)
        if status == 0 or words not in complaint:
            yield f"{name} with {settings}: status {status}, and not `{words}`: {complaint}"


def values_described():
    """Every value has a rule in values.schema.json, and each rule a value."""
    import yaml

    schema = json.loads((chart.CHART / "values.schema.json").read_text())
    yield from undescribed(yaml.safe_load((chart.CHART / "values.yaml").read_text()), schema, "")


def undescribed(values, schema, path):
    """Differences of one level and those below it."""
    ruled = schema.get("properties", {}).keys() - {"global"}
    if schema.get("additionalProperties") is not False:
        return
    for key in sorted(values.keys() ^ ruled):
        yield f"{path}{key} is in only one of values.yaml and values.schema.json"
    for key in values.keys() & ruled:
        if isinstance(values[key], dict):
            yield from undescribed(values[key], schema["properties"][key], f"{path}{key}.")


def images():
    """Pods run as their image's user, confined, on its port; services and budgets select them."""
    stages = dockerfile.load()
    for values in chart.VALUES:
        found = chart.resources(values)
        for part, pod in chart.pods(found).items():
            yield from (f"{values.name}: {part}: {what}" for what in pod_problems(pod["spec"], stages[part]))
        yield from (f"{values.name}: {what}" for what in selector_problems(found))


def pod_problems(spec, stage):
    """What is wrong with one pod."""
    user = f"{spec['securityContext']['runAsUser']}:{spec['securityContext']['runAsGroup']}"
    if user != stage.last("USER") or not spec["securityContext"]["runAsNonRoot"]:
        yield f"it runs as {user}, its image as {stage.last('USER')}"
    (container,) = spec["containers"]
    confined = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    if container["securityContext"] != confined:
        yield f"it is not confined: {container['securityContext']}"
    if [str(port["containerPort"]) for port in container["ports"]] != stage.texts("EXPOSE"):
        yield f"its ports {container['ports']} are not its image's, {stage.texts('EXPOSE')}"
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    claimed = mounted - {volume["name"] for volume in spec["volumes"]}
    if claimed - {"data"}:
        yield f"no volume for {claimed}"
    if spec["automountServiceAccountToken"] or spec["enableServiceLinks"]:
        yield "it gets a token of Kubernetes, or variables that nobody asked for"


def selector_problems(found):
    """Selectors that select no pod of the chart."""
    labels = [pod["metadata"]["labels"] for pod in chart.pods(found).values()]
    for (kind, name), resource in found.items():
        spec = resource.get("spec", {})
        selector = spec.get("selector") or spec.get("podSelector")
        selector = selector and selector.get("matchLabels", selector)
        if selector and not any(selector.items() <= one.items() for one in labels):
            yield f"{kind} {name} selects no pod: {selector}"


def arguments(programs):
    """The programs take the pods' arguments, and the gateway's file is one."""
    for values in chart.VALUES:
        found = chart.resources(values)
        pods = chart.pods(found)
        if "ledger" in pods:
            line = [f"{programs}/spillway-ledger", *pods["ledger"]["spec"]["containers"][0]["args"], "--help"]
            done = subprocess.run(line, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                yield f"{values.name}: {done.stderr}"
        (config,) = (one["data"] for one in found.values() if one["kind"] == "ConfigMap")
        yield from (f"{values.name}: {what}" for what in file_problems(programs, config))


def file_problems(programs, files):
    """What `spillway check` says against the gateway's file, with each variable set to something."""
    named = re.findall(r"os\.environ/(\w+)", files["gateway.yaml"])
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            pathlib.Path(folder, name).write_text(text)
        line = [f"{programs}/spillway", "check", f"{folder}/gateway.yaml"]
        environment = {name: f"sk-example-{name.lower()}" for name in named}
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0 or "no problems" not in done.stdout:
        yield f"{done.stdout} {done.stderr}"


def main():
    """`PROGRAMS`"""
    (programs,) = sys.argv[1:]
    named = [
        (f"chart: {check.__name__.replace('_', ' ')}", check)
        for check in (lint, rendered, schemas, refusals, values_described, images)
    ]
    return verdicts.run([*named, ("chart: arguments", lambda: arguments(programs))])


if __name__ == "__main__":
    sys.exit(main())
