"""Checks the Dockerfile and the compose files without Docker: `tools/deploy/checks.sh check_docker.py PROGRAMS MODULE
ENVOY`.

PROGRAMS is the folder of the native programs. What only a build can tell (that base images exist, that the programs
find their libraries) is not checked here.
"""

import itertools
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import compose
import dockerfile
import gateway_image
import verdicts

PROJECTS = [("compose.yaml",), ("compose.yaml", "compose.sqlite.yaml")]
# Stages of images that run, and the port of each.
IMAGES = {"gateway": 10000, "ledger": 4001, "mock-providers": 8090}
# What base images have that is copied out of them.
OF_BASES = {"/bin/wget", "/usr/local/bin/node"}


def sources():
    """Every COPY finds what it copies."""
    stages = dockerfile.load()
    made = set(dockerfile.made(stages["build"])) | OF_BASES
    patterns = [line for line in pathlib.Path(".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    for stage in stages.values():
        for origin, paths, _ in stage.copies():
            for path in paths:
                if origin and (origin not in stages or path not in made):
                    yield f"stage {stage.name} copies {path} from {origin}, which does not leave it"
                if not origin and (not pathlib.Path(path).exists() or dockerfile.ignored(path.rstrip("/"), patterns)):
                    yield f"stage {stage.name} copies {path}, which does not exist or is ignored"
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.splitlines()
    for path in tracked:
        needed = re.search(
            r"^(src|crates|tests|tools|docker/gateway)/|^(Cargo|Makefile|build\.rs|rust-toolchain|\.cargo)", path
        )
        if needed and not path.endswith(".env") and dockerfile.ignored(path, patterns):
            yield f".dockerignore keeps {path} out, which the build needs"


def make_targets():
    """The targets that stages call are the Makefile's."""
    text = pathlib.Path("Makefile").read_text()
    called = list(dockerfile.called_targets(dockerfile.load()["build"]))
    if not called:
        yield "the build stage calls no target"
    for target in called:
        if not re.search(rf"^{target}:", text, re.MULTILINE):
            yield f"the Makefile has no target {target}"


def versions():
    """Images are of the versions that tests run with."""
    stages = dockerfile.load()
    setup = pathlib.Path("tools/setup.sh").read_text()
    envoy = re.search(r"ENVOY_VERSION=(\S+)", setup)[1]
    rust = re.search(r'channel = "(.*)"', pathlib.Path("rust-toolchain.toml").read_text())[1]
    for stage, image in [("gateway", f"envoyproxy/envoy:v{envoy}"), ("build", f"rust:{rust}-bookworm")]:
        if stages[stage].base != image:
            yield f"stage {stage} is on {stages[stage].base}, the tests on {image}"
    for stage in stages.values():
        if stage.base not in [*stages, "scratch"] and not re.search(r":(?!latest$)[\w.-]+$", stage.base):
            yield f"stage {stage.name} is on {stage.base}, which is no tag of a version"


def module_image():
    """The module's image is one layer, with the name that its readers look for."""
    stage = dockerfile.load()["wasm"]
    copies = list(stage.copies())
    if stage.base != "scratch" or [target for _, _, target in copies] != ["/plugin.wasm"]:
        yield f"the image must be /plugin.wasm on scratch in one COPY, not {copies} on {stage.base}"
    if extra := {verb for verb, _ in stage.steps} - {"COPY", "LABEL"}:
        yield f"{', '.join(sorted(extra))} would add a layer or a setting that has no meaning there"


def users_and_health():
    """Images run as a user by number that is not root, say how well they are, and expose their port."""
    stages = dockerfile.load()
    for name, port in IMAGES.items():
        stage = stages[name]
        if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", stage.last("USER") or ""):
            yield f"{name}: USER is {stage.last('USER')}, not numbers that are not root's"
        if not stage.health():
            yield f"{name}: no HEALTHCHECK"
        if stage.last("EXPOSE") != str(port):
            yield f"{name}: EXPOSE is {stage.last('EXPOSE')}, not {port}"
        if not any("org.opencontainers.image.title" in text for text in stage.texts("LABEL")):
            yield f"{name}: no label with a title"
    for name, stage in stages.items():
        for verb, text in stage.steps:
            if re.search(r"(KEY|TOKEN|PASSWORD|SECRET)\w*=", text) and verb in ("ARG", "ENV", "RUN"):
                yield f"{name}: {verb} {text} looks like a credential in a layer"


def options(programs):
    """The programs take the arguments of the images and of the compose files."""
    stages = dockerfile.load()
    lines = {("spillway", ("--version",))}
    for name in ("ledger", "mock-providers"):
        program = pathlib.PurePath(stages[name].command("ENTRYPOINT")[0]).name
        lines.add((program, tuple(stages[name].command("CMD"))))
        lines.update((program, tuple(compose.load(*files)["services"][name].get("command", []))) for files in PROJECTS)
    for program, arguments in sorted(lines):
        # Arguments are read from the left: a wrong one is an error before `--help` is reached.
        line = [f"{programs}/{program}", *arguments, "--help"]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            yield f"{program} does not take {list(arguments)}: {done.stderr.strip()}"


def schema():
    """Each file, and what they make together, is what the specification of Compose says."""
    import check_jsonschema

    published = pathlib.Path(check_jsonschema.__file__).parent / "builtin_schemas/vendor/compose-spec.json"
    for files in PROJECTS:
        yield from against(published, compose.load(*files), " + ".join(files))


def against(published, document, name):
    """What a JSON schema says against a document."""
    with tempfile.TemporaryDirectory() as scratch:
        file = pathlib.Path(scratch, "document.json")
        file.write_text(json.dumps(document))
        line = [sys.executable, "-m", "check_jsonschema", "--schemafile", published, file]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        yield f"{name}: {done.stdout.strip()} {done.stderr.strip()}"


def variables():
    """Variables are those of the demo's file, and none there is unused."""
    named = compose.variables(itertools.chain(*PROJECTS)) - compose.OPTIONAL
    if missing := named - compose.environment().keys():
        yield f"{compose.ENVIRONMENT} does not set {', '.join(sorted(missing))}"
    if unused := compose.environment().keys() - named:
        yield f"nothing uses {', '.join(sorted(unused))} of {compose.ENVIRONMENT}"
    demo = pathlib.Path("docker/demo/gateway.yaml").read_text()
    passed = compose.load("compose.yaml")["services"]["gateway"]["environment"]
    for name in re.findall(r"os\.environ/(\w+)", demo):
        if not passed.get(name):
            yield f"the demo's gateway reads {name}, which compose.yaml does not give it"


def services():
    """Services are confined, wait for what they need, and reach each other at the ports of their images."""
    stages = dockerfile.load()
    for files in PROJECTS:
        found = compose.load(*files)["services"]
        for name, service in found.items():
            yield from (f"{files[-1]}: {name}: {what}" for what in service_problems(name, service, found, stages))


def service_problems(name, service, found, stages):
    """What is wrong with one service."""
    confined = {"read_only": True, "cap_drop": ["ALL"], "security_opt": ["no-new-privileges:true"]}
    yield from (f"{key} is not {value}" for key, value in confined.items() if service.get(key) != value)
    for other, wait in service.get("depends_on", {}).items():
        healthy = other in found and ("healthcheck" in found[other] or stages[other].health())
        if wait != {"condition": "service_healthy"} or not healthy:
            yield f"it does not wait for {other} to be healthy, or cannot"
    for port, outside in compose.ports(service):
        if port != IMAGES.get(name) or not outside.startswith("127.0.0.1:"):
            yield f"publishes {outside}:{port}, not port {IMAGES.get(name)} on the loopback"
    if stage := stages.get(service.get("build", {}).get("target")):
        user, group = stage.last("USER").split(":")
        for path, mount in compose.tmpfs(service):
            if (mount.get("uid"), mount.get("gid")) != (user, group):
                yield f"{path} belongs to {mount}, the image runs as {user}:{group}"
    elif not re.fullmatch(r"[\w/]+:[\d.]+-\w+", service["image"]):
        yield f"image {service['image']} is no tag of a version"


def documents():
    """Files and targets that the commands of the documents name are there."""
    stages = dockerfile.load()
    for path in ("docker/README.md", "deploy/helm/README.md", "envoy/compose.yaml", "envoy/compose.sqlite.yaml"):
        text = pathlib.Path(path).read_text()
        for file in re.findall(r"--(?:env-)?file[ =]([\w./-]+)", text):
            if not pathlib.Path(file).exists():
                yield f"{path} names {file}, which does not exist"
        for target in re.findall(r"--target (\w[\w-]*)", text):
            if target not in stages:
                yield f"{path} names the target {target}, which the Dockerfile does not have"


def main():
    """`PROGRAMS MODULE ENVOY`"""
    programs, module, envoy = sys.argv[1:]
    static = [sources, make_targets, versions, module_image, users_and_health, schema, variables, services, documents]
    named = [(check.__name__.replace("_", " "), check) for check in static]
    named.append(("options", lambda: options(programs)))
    named.extend(gateway_image.checks(programs, module, envoy))
    return verdicts.run(named)


if __name__ == "__main__":
    sys.exit(main())
