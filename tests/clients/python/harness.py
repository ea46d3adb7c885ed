"""Runs cases at the same time, a line of output for each; the exit status tells whether all passed.

A case is an async function of a model. It fails by an assertion, by an error of the SDK, by a warning, and by an
answer that is not what the SDK's own types say (see wire.py), even where the SDK takes it without a word.
"""

import asyncio
import json
import logging
import os
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import wire

URL = os.environ["SPILLWAY_URL"]
KEY = os.environ["SPILLWAY_KEY"]
# {"chat": ["openai", …], "embedding": […]}: the groups of the gateway's file, each to be named as `openai/<name>`.
MODELS = json.loads(os.environ["SPILLWAY_MODELS"])
# Only cases whose name has this in it.
ONLY = os.environ.get("SPILLWAY_CLIENTS_ONLY", "")

AT_ONCE = 8
SECONDS = 30
LONGEST_DETAIL = 4000


@dataclass
class Case:
    """One line of the matrix."""

    name: str
    play: Callable[[], Awaitable[None]]


@dataclass
class Cases:
    """The cases of one SDK, in the order in which they are written."""

    sdk: str
    types: wire.Types
    cases: list[Case] = field(default_factory=list)

    def of_each(self, mode: str, only: str = "") -> Callable:
        """A case for each model of a mode, or for one of them only; the function takes the group's name."""

        def register(play: Callable[[str], Awaitable[None]]) -> None:
            for group in MODELS.get(mode, []):
                if only in ("", group):
                    self.cases.append(Case(f"{group} {words(play)}", lambda group=group: play(group)))

        return register

    def once(self, play: Callable[[], Awaitable[None]]) -> None:
        """A case that has no model, or one of its own."""
        self.cases.append(Case(words(play), play))

    def run(self) -> None:
        """Runs all, prints all, and exits."""
        chosen = [case for case in self.cases if ONLY in case.name]
        logging.getLogger().addHandler(Complaints())
        failed = sum(asyncio.run(self._run(chosen)))
        print(f"{self.sdk}: {len(chosen) - failed} passed, {failed} failed")
        sys.exit(1 if failed or not chosen else 0)

    async def _run(self, cases: list[Case]) -> list[bool]:
        free = asyncio.Semaphore(AT_ONCE)

        async def one(case: Case) -> bool:
            async with free:
                exchanges = wire.record()
                detail = await self._failure(case, exchanges)
            print(f"{'FAILED' if detail else 'ok    '} {self.sdk}: {case.name}")
            if detail:
                print(indented(detail + wire.told(exchanges)), flush=True)
            return bool(detail)

        # A task each: what a case records is kept in its own context.
        return await asyncio.gather(*(asyncio.create_task(one(case)) for case in cases))

    async def _failure(self, case: Case, exchanges: list[wire.Exchange]) -> str:
        try:
            async with asyncio.timeout(SECONDS):
                await case.play()
            wire.check(exchanges, self.types)
        except Exception as error:  # noqa: BLE001  whatever it is, it is told, and the others go on
            return "".join(traceback.format_exception(error, chain=False))
        return ""


class Complaints(logging.Handler):
    """What an SDK logs as a warning is one."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        raise RuntimeWarning(f"{record.name} logged: {record.getMessage()}")


def words(play: Callable) -> str:
    return play.__name__.replace("_", " ")


def indented(text: str) -> str:
    cut = text if len(text) <= LONGEST_DETAIL else text[:LONGEST_DETAIL] + " …"
    return "\n".join("    " + line for line in cut.rstrip().splitlines())


def equal(found: object, expected: object) -> None:
    """An assertion that tells both."""
    assert found == expected, f"found {found!r}, expected {expected!r}"
