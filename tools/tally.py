"""Runs make targets one after the other, those with a plus between them at the same time, and adds up what they say of
their tests.

Each target's output goes to .run/test/TARGET.log and is shown when the target fails; that of a report always, and lines
that say that something was skipped. A target that fails without a failed test (it does not compile, a lint) counts as
one failure. The last line is the total: `N passed, N failed`, and where tests were ignored, how many and which.
"""

import concurrent.futures
import dataclasses
import pathlib
import re
import subprocess
import sys
import time

# libtest, wasm-bindgen-test and tools/examples.py all write it so; who ignores nothing need not say it.
COUNTS = re.compile(r"\b(\d+) passed[;,] (\d+) failed(?:[;,] (\d+) ignored)?")
# As libtest and libtest-mimic write it, which has the test's kind before its name. A reason may follow.
IGNORED = re.compile(r"^test (?:\[[^]]*\] )?(\S.*?) +\.\.\. ignored", re.MULTILINE)
# What these print is for people to read; their tests are counted elsewhere.
REPORTS = {"precision"}
LOGS = pathlib.Path(".run/test")


@dataclasses.dataclass
class Tally:
    """What became of tests."""

    passed: int = 0
    failed: int = 0
    ignored: int = 0
    # Of the ignored ones, as far as they were told.
    names: list[str] = dataclasses.field(default_factory=list)

    @classmethod
    def of(cls, output):
        """What a target has written."""
        counts = [[int(count or 0) for count in counts] for counts in COUNTS.findall(output)]
        passed, failed, ignored = (sum(count) for count in zip(*counts, strict=True)) if counts else (0, 0, 0)
        return cls(passed, failed, ignored, IGNORED.findall(output))

    def __add__(self, other):
        return Tally(
            self.passed + other.passed,
            self.failed + other.failed,
            self.ignored + other.ignored,
            self.names + other.names,
        )

    def __str__(self):
        ignored = f", {self.ignored} ignored" if self.ignored else ""
        return f"{self.passed} passed, {self.failed} failed{ignored}"

    def with_names(self):
        """The same, and which tests were ignored."""
        return f"{self}: {', '.join(self.names)}" if self.names else str(self)


def run(target):
    """Runs one target; returns what became of its tests."""
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
    tally = Tally.of(done.stdout)
    if done.returncode != 0 or target in REPORTS:
        print(done.stdout.rstrip())
    else:
        print("".join(f"{line}\n" for line in done.stdout.splitlines() if line.startswith("skipped: ")), end="")
    if done.returncode != 0:
        tally.failed = max(tally.failed, 1)
    verdict = "FAILED" if tally.failed else "ok"
    print(f"{target:<16} {verdict}: {tally} ({time.monotonic() - start:.0f} s)", flush=True)
    return tally


def main():
    """Runs the targets named on the command line."""
    LOGS.mkdir(parents=True, exist_ok=True)
    results = []
    for group in sys.argv[1:]:
        targets = group.split("+")
        with concurrent.futures.ThreadPoolExecutor(len(targets)) as together:
            results.extend(together.map(run, targets))
    total = sum(results, start=Tally())
    print(total.with_names())
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())
