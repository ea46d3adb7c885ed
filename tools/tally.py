"""Runs make targets one after the other, those with a plus between them at the same time, and adds up what they say of
their tests.

Each target's output goes to .run/test/TARGET.log and is shown when the target fails; that of a report always, and lines
that say that something was skipped. A target that fails without a failed test (it does not compile, a lint) counts as
one failure. The last line is the total.
"""

import concurrent.futures
import pathlib
import re
import subprocess
import sys
import time

# libtest, wasm-bindgen-test and tools/examples.py all write it so.
COUNTS = re.compile(r"\b(\d+) passed[;,] (\d+) failed")
# What these print is for people to read; their tests are counted elsewhere.
REPORTS = {"precision"}
LOGS = pathlib.Path(".run/test")


def run(target):
    """Runs one target; returns its passed and failed tests."""
    print(f"{target:<16} …", flush=True)
    start = time.monotonic()
    done = subprocess.run(
        ["make", "--silent", "--no-print-directory", target],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    (LOGS / f"{target}.log").write_text(done.stdout)
    counts = COUNTS.findall(done.stdout)
    passed = sum(int(count) for count, _ in counts)
    failed = sum(int(count) for _, count in counts)
    if done.returncode != 0 or target in REPORTS:
        print(done.stdout.rstrip())
    else:
        print("".join(f"{line}\n" for line in done.stdout.splitlines() if line.startswith("skipped: ")), end="")
    if done.returncode != 0:
        failed = max(failed, 1)
    verdict = "FAILED" if failed else "ok"
    seconds = time.monotonic() - start
    print(f"{target:<16} {verdict}: {passed} passed, {failed} failed ({seconds:.0f} s)", flush=True)
    return passed, failed


def main():
    """Runs the targets named on the command line."""
    LOGS.mkdir(parents=True, exist_ok=True)
    results = []
    for group in sys.argv[1:]:
        targets = group.split("+")
        with concurrent.futures.ThreadPoolExecutor(len(targets)) as together:
            results.extend(together.map(run, targets))
    passed = sum(count for count, _ in results)
    failed = sum(count for _, count in results)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
