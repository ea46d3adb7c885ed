"""Checks as functions that return complaints, and how their results are told and counted."""

import os
import sys


class Skipped(Exception):
    """A check cannot be made on this machine; the reason. In CI that is a failure."""


def run(checks):
    """Runs each `(name, function)`; prints a verdict for each and the total. Returns the exit status."""
    verdicts = [verdict(name, check) for name, check in checks]
    passed, failed = verdicts.count("ok"), verdicts.count("FAILED")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not verdicts else 0


def verdict(name, check):
    """Runs one check and tells how it went: `ok`, `FAILED`, or `skipped` with the reason."""
    try:
        complaints = list(check())
    except Skipped as reason:
        if not os.environ.get("CI"):
            print(f"skipped: {name}: {reason}")
            return "skipped"
        complaints = [f"in CI nothing is skipped: {reason}"]
    except Exception as error:  # pylint: disable=broad-exception-caught
        # One check that cannot go on must not hide what the others say.
        complaints = [f"it broke off: {error!r}"]
    for complaint in complaints:
        print(f"{name}: {complaint}", file=sys.stderr)
    told = "FAILED" if complaints else "ok"
    print(f"{name}: {told}", flush=True)
    return told
