"""The committed examples: `render` rewrites them, `check` finds stale ones and asks Envoy for its opinion.

Every folder of envoy/examples holds a gateway.yaml, and the envoy.yaml that `spillway render` makes of it
with its default paths. The credentials that they name are those of demo.env, which open nothing.
"""

import difflib
import itertools
import os
import pathlib
import re
import subprocess
import sys
import tempfile

EXAMPLES = pathlib.Path("envoy/examples")
SECRET = re.compile(r"^\s*path: .*/([^/\s]+)\.yaml$", re.MULTILINE)
DIFF_LINES = 40


def demo_environment():
    """This process's environment with the demo credentials in it."""
    lines = (EXAMPLES / "demo.env").read_text().splitlines()
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {**os.environ, **dict(pairs)}


def render(spillway, gateway, *options):
    """The Envoy configuration of a gateway's file, or SystemExit with what is wrong with it."""
    done = subprocess.run(
        [spillway, "render", gateway, *options],
        capture_output=True,
        text=True,
        env=demo_environment(),
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"{gateway}: {done.stderr}")
    return done.stdout


def difference(committed, rendered):
    """The first lines of what changed; empty when nothing did."""
    old, new = committed.splitlines(), rendered.splitlines()
    lines = difflib.unified_diff(old, new, "committed", "rendered", lineterm="")
    return "\n".join(itertools.islice(lines, DIFF_LINES))


def write_secrets(folder, names):
    """SDS files for Envoy to find: a file that is missing keeps it from starting."""
    for name in names:
        (folder / f"{name}.yaml").write_text(
            "resources:\n"
            '- "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret\n'
            f"  name: {name}\n"
            "  generic_secret: {secret: {inline_string: not-a-secret}}\n"
        )


def validate(spillway, gateway, module, envoy):
    """What Envoy says against the gateway with the real module; empty when it takes it."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        text = render(spillway, gateway, "--wasm", module, "--secrets", folder)
        write_secrets(folder, set(SECRET.findall(text)))
        config = folder / "envoy.yaml"
        config.write_text(text)
        done = subprocess.run(
            [envoy, "--mode", "validate", "-c", config, "--log-level", "warning"],
            capture_output=True,
            text=True,
            check=False,
        )
        complaints = [line for line in done.stderr.splitlines() if "][warning]" in line or done.returncode]
        return "\n".join(complaints)


def check(spillway, module, envoy):
    """Checks every example; prints a verdict for each and the total."""
    failures = 0
    gateways = sorted(EXAMPLES.glob("*/gateway.yaml"))
    for gateway in gateways:
        rendered = render(spillway, gateway)
        committed = gateway.with_name("envoy.yaml")
        stale = difference(committed.read_text() if committed.exists() else "", rendered)
        refused = validate(spillway, gateway, module, envoy)
        if stale:
            print(f"{committed} is stale; `make render` rewrites it:\n{stale}")
        if refused:
            print(f"Envoy does not take {gateway} as rendered:\n{refused}")
        failures += bool(stale or refused)
        print(f"{gateway.parent.name}: {'FAILED' if stale or refused else 'ok'}")
    print(f"{len(gateways) - failures} passed, {failures} failed")
    return 1 if failures or not gateways else 0


def main():
    """`render SPILLWAY` or `check SPILLWAY MODULE ENVOY`."""
    verb, spillway, *rest = sys.argv[1:]
    if verb == "check":
        return check(spillway, *rest)
    for gateway in sorted(EXAMPLES.glob("*/gateway.yaml")):
        gateway.with_name("envoy.yaml").write_text(render(spillway, gateway))
        print(gateway.with_name("envoy.yaml"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
