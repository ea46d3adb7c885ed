"""Says how large the filter's module is, and how much longer Envoy takes to load a configuration with it."""

import pathlib
import subprocess
import sys
import tempfile
import time

import examples

# The least that Envoy starts with.
EMPTY = "node: {id: none, cluster: none}\n"
RUNS = 3


def seconds(envoy, config):
    """The best of a few runs of `envoy --mode validate`, which loads the module and configures both roles."""
    best = float("inf")
    for _ in range(RUNS):
        start = time.monotonic()
        subprocess.run([envoy, "--mode", "validate", "-c", config], capture_output=True, check=True)
        best = min(best, time.monotonic() - start)
    return best


def main():
    """`SPILLWAY MODULE ENVOY`"""
    spillway, module, envoy = sys.argv[1:]
    size = pathlib.Path(module).stat().st_size
    print(f"{module}: {size / 1024:.0f} KiB")
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        empty, full = folder / "empty.yaml", folder / "full.yaml"
        empty.write_text(EMPTY)
        gateway = examples.EXAMPLES / "fallback/gateway.yaml"
        text = examples.render(spillway, gateway, "--wasm", module, "--secrets", folder)
        full.write_text(text)
        examples.write_secrets(folder, set(examples.SECRET.findall(text)))
        without, with_module = seconds(envoy, empty), seconds(envoy, full)
    print(f"Envoy loads in {without:.2f} s without a gateway, {with_module:.2f} s with the module in it")


if __name__ == "__main__":
    main()
