"""Checks what is rendered for Istio and for Envoy Gateway, without a cluster: `tools/deploy/checks.sh check_mesh.py
PROGRAMS MODULE ENVOY OLDEST`, the last being the oldest Envoy, as Istio has it.

What `spillway render` makes of an example is committed in deploy; UPDATE_GOLDEN=1 rewrites it. The objects are checked by
their schemas, and the patches are applied to what a control plane has for an ingress gateway (control_plane.py), by
which a real Envoy then answers requests. What only a cluster can tell is not checked.
"""

import concurrent.futures
import difflib
import functools
import json
import os
import pathlib
import re
import subprocess
import sys

import chart
import control_plane
import mesh_life
import mesh_render
import verdicts
import yaml

DIFF_LINES = 40
PACKAGES = pathlib.Path(".tools/deploy/crds")
KNOWN_TYPES = control_plane.BASES / "known_types.txt"
# What must not be rendered, and words of the reason: (options of a command line, more of the gateway's file, words).
REFUSED = [
    (mesh_render.OPTIONS[2:], "", "--host: name the host"),
    ([*mesh_render.OPTIONS[:2], *mesh_render.OPTIONS[4:]], "", "--module-url: name the module's image"),
    (mesh_render.OPTIONS[:4], "", "127.0.0.1:4001 is the proxy's own pod"),
    ([*mesh_render.OPTIONS, "--host", "*.example.com"], "", "`*.example.com` is no name"),
    ([*mesh_render.OPTIONS[:2], "--module-url", "https://example.com/plugin.wasm"], "", "is no image"),
    (mesh_render.OPTIONS, "spillway_settings: {durable_events: true}", "spillway_settings.durable_events"),
]


def rendered(programs, target):
    """The rendered example is what is committed, and holds no credential."""
    text = mesh_render.text(programs, target)
    if os.environ.get("UPDATE_GOLDEN"):
        target.committed.write_text(text)
    elif text != (old := target.committed.read_text() if target.committed.exists() else ""):
        lines = difflib.unified_diff(old.splitlines(), text.splitlines(), str(target.committed), "rendered", lineterm="")
        yield "\n".join(
            [f"{target.committed} is stale; UPDATE_GOLDEN=1 make check-mesh rewrites it:", *list(lines)[:DIFF_LINES]]
        )
    values = (value for name, value in mesh_render.environment().items() if name.endswith(("_KEY", "_TOKEN")))
    yield from (f"`{value}` is in it" for value in values if value in text)


def schemas(target):
    """Every committed object is one that its schema knows, with no field that it does not know; a wrong one is found."""
    documents = [document for file in target.folder.glob("*.yaml") for document in yaml.safe_load_all(file.read_text())]
    objects = [one for one in documents if one and "kind" in one]
    yield from complaints(objects)
    text = json.dumps(objects)
    for there, elsewhere in MISSPELT[target.name]:
        if there not in text or not complaints(json.loads(text.replace(there, elsewhere))):
            yield f"{elsewhere} instead of {there} was taken"


def complaints(objects):
    """What the schemas say against objects."""
    line = ["node", "tools/deploy/crds/check.mjs", str(PACKAGES)]
    done = subprocess.run(line, input=json.dumps(objects), capture_output=True, text=True, check=False)
    return done.stdout.splitlines() + ([done.stderr] if done.returncode != 0 or not objects else [])


MISSPELT = {
    "istio": [('"applyTo"', '"appliesTo"'), ('"HTTP_FILTER"', '"HTTP_FILTERS"'), ('"exportTo"', '"exportsTo"')],
    "envoy-gateway": [('"jsonPath"', '"jsonpath"'), ('"volumeMounts"', '"mounts"'), ('"Inline"', '"inline"')],
}


def messages(programs, target):
    """The control plane knows each message of the patches."""
    known = {line for line in KNOWN_TYPES.read_text().splitlines() if not line.startswith("#")}
    patches = json.dumps(mesh_render.objects(mesh_render.text(programs, target))[target.patches])
    found = set(re.findall(r'"@type": "type\.googleapis\.com/([^"]+)"', patches))
    yield from (f"{name} is not in {KNOWN_TYPES}" for name in sorted(found - known))


def unmatched(programs, target):
    """A patch that names something that is not there is found out."""
    patches = mesh_render.objects(mesh_render.text(programs, target))[target.patches]
    text = json.dumps(patches)
    for there, elsewhere in WRONG[target.name]:
        if there not in text:
            yield f"{there} is not in the patches"
            continue
        try:
            mesh_life.APPLY[target.name](control_plane.base(f"{target.name}.yaml", 1), json.loads(text.replace(there, elsewhere)))
        except control_plane.Unmatched:
            continue
        yield f"{elsewhere} instead of {there} was taken"


WRONG = {
    "istio": [
        ('"portNumber": 443', '"portNumber": 444'),
        ('"name": "envoy.filters.http.router"}', '"name": "envoy.filters.http.routr"}'),
        ('"applyTo": "VIRTUAL_HOST"', '"applyTo": "HTTP_ROUTE"'),
        ('"context": "GATEWAY"', '"context": "SIDECAR_INBOUND"'),
    ],
    "envoy-gateway": [
        ("https/llm_example_com", "https/llm_example_org"),
        ('"name": "spillway/spillway/https", "operation"', '"name": "spillway/spillway/http", "operation"'),
        ("@.name=='envoy.filters.network", "@.name=='envoy.filter.network"),
    ],
}


def ledger(target):
    """The chart makes the ledger that the rendered example calls, and no gateway."""
    values = target.folder / "ledger-values.yaml"
    place = ["--namespace", "spillway", "--kube-version", chart.OLDEST, "--values", values]
    status, text, complaint = chart.run("template", "spillway", chart.CHART, *place)
    if status != 0:
        yield complaint
        return
    found = {(one["kind"], one["metadata"]["name"]): one for one in yaml.safe_load_all(text) if one}
    name = mesh_render.LEDGER.split(".")[0]
    if ("Service", name) not in found:
        yield f"there is no Service {name}: {sorted(found)}"
    running = [name for (kind, name), one in found.items() if kind == "Deployment" and one["spec"]["replicas"] != 0]
    yield from (f"{name} runs" for name in running)


def refusals(programs, target):
    """What cannot work is refused, with words that say why."""
    for options, more, words in REFUSED:
        file = mesh_render.EXAMPLE
        if more:
            file = pathlib.Path(f".run-mesh-{os.getpid()}.yaml")
            file.write_text(f"{mesh_render.EXAMPLE.read_text()}\n{more}\n")
        try:
            status, _, complaint = mesh_render.run(programs, file, "--target", target.name, *options)
        finally:
            if more:
                file.unlink()
        if status == 0 or words not in complaint:
            yield f"{options} {more}: status {status}, and not `{words}`: {complaint}"


def checks(programs, lives):
    """The checks as `(name, function)`."""
    for target in mesh_render.TARGETS:
        of_target = [
            ("rendered", functools.partial(rendered, programs, target)),
            ("schemas", functools.partial(schemas, target)),
            ("messages", functools.partial(messages, programs, target)),
            ("unmatched patches", functools.partial(unmatched, programs, target)),
            ("ledger", functools.partial(ledger, target)),
            ("refusals", functools.partial(refusals, programs, target)),
        ]
        yield from ((f"{target.name}: {name}", check) for name, check in of_target)
    for name, life in lives.items():
        yield f"{name}: requests", life.result


def main():
    """`PROGRAMS MODULE ENVOY OLDEST`"""
    programs, module, envoy, oldest = sys.argv[1:]
    envoys = {"istio": oldest, "envoy-gateway": envoy}
    # An Envoy takes seconds to compile the module: both do so while the rest is checked.
    with concurrent.futures.ThreadPoolExecutor(len(mesh_render.TARGETS)) as beside:
        life = lambda target: list(mesh_life.answers(programs, module, envoys[target.name], target))
        lives = {target.name: beside.submit(life, target) for target in mesh_render.TARGETS}
        return verdicts.run(list(checks(programs, lives)))


if __name__ == "__main__":
    sys.exit(main())
