"""Plays what the README tells somebody to type who comes with a LiteLLM configuration, up to the first answer.

`check PROGRAMS` plays it with programs that are built already. `time [--record]` plays all of it in a fresh clone of this
repository, and says (or writes into the README) how long each command took. The configuration is one of the corpus of
LiteLLM's, as it stands; the variables by which LiteLLM finds its providers lead to mocks.
"""

import argparse
import contextlib
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

README = pathlib.Path("README.md")
CONFIG = pathlib.Path("tests/corpus/quickstart.yaml")
SECTION = re.compile(r"<!-- newcomer -->\n(.*?)<!-- /newcomer -->", re.DOTALL)
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
# Where the README's gateway listens, and what its other two parts would take.
LISTEN = "127.0.0.1:10000"
SECONDS = 60


def commands(readme):
    """The commands of the section, without their comments; a backslash joins lines."""
    block = BLOCK.search(SECTION.search(readme).group(1)).group(1).replace("\\\n", " ")
    return [re.sub(r"\s+#.*$", "", line) for line in block.splitlines()]


def free_addresses(count):
    """Addresses that were free a moment ago; all are held until all are known, so they differ."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return ["{}:{}".format(*one.getsockname()) for one in sockets]


def wait_for(url, process):
    """Returns when it answers 200."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
            if answer.status == 200:
                return
        if process.poll() is not None:
            raise SystemExit(f"it ended with {process.returncode}, and does not answer at {url}")
        time.sleep(0.02)
    raise SystemExit(f"no answer at {url} within {SECONDS} s")


@contextlib.contextmanager
def running(command, log, **options):
    """A process that is ended behind the block; what it printed is shown if the block fails."""
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, **options)
    try:
        yield process
    except BaseException:
        print(log.read_text())
        raise
    finally:
        process.terminate()
        process.wait(SECONDS)


def first_answer(up, ask, programs, folder):
    """Seconds until the gateway answers, and of its first answer; the commands are those of the README."""
    mocks, listen, admin, ledger = free_addresses(4)
    environment = {
        **os.environ,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "LITELLM_MASTER_KEY": "sk-of-the-newcomer",
        "OPENAI_API_KEY": "sk-mock",
        "OPENAI_BASE_URL": f"http://{mocks}/mock-openai/v1",
        "ANTHROPIC_API_KEY": "sk-ant-mock",
    }
    places = f"--listen {listen} --admin {admin} --ledger {ledger} --data {folder}/run"
    up = up.replace("target/release/", "").replace("config.yaml", f"{CONFIG.resolve()} {places}")
    ask = ask.replace(LISTEN, listen)
    options = {"env": environment, "cwd": folder}
    with running([programs / "mock-providers", "--listen", mocks, "--quiet"], folder / "mocks.log", **options):
        began = time.monotonic()
        with running(["bash", "-c", f"exec {up}"], folder / "up.log", **options) as gateway:
            wait_for(f"http://{listen}/health", gateway)
            ready = time.monotonic()
            answer = subprocess.run(
                ["bash", "-c", ask], capture_output=True, text=True, timeout=SECONDS, check=True, **options
            ).stdout
            answered = time.monotonic()
            if "Hello from openai/gpt-4.1." not in answer:
                raise SystemExit(f"the answer is {answer}")
    return ready - began, answered - ready


def check(programs):
    """Plays all but the build."""
    _, up, ask = commands(README.read_text())
    with tempfile.TemporaryDirectory() as folder:
        first_answer(up, ask, programs.resolve(), pathlib.Path(folder))
    print("README.md: a LiteLLM configuration is answered from\n1 passed, 0 failed")


def measure():
    """Plays all of it in a fresh clone; seconds of each command."""
    with tempfile.TemporaryDirectory() as folder:
        clone = pathlib.Path(folder) / "spillway"
        subprocess.run(["git", "clone", "--quiet", ".", clone], check=True)
        build, up, ask = commands((clone / README).read_text())
        began = time.monotonic()
        subprocess.run(["bash", "-c", build], cwd=clone, check=True)
        built = time.monotonic() - began
        return built, *first_answer(up, ask, clone / "target/release", pathlib.Path(folder))


def in_words(seconds):
    """`4 min 10 s`, `2.3 s`, `40 ms`."""
    if seconds >= 60:
        return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def record(times):
    """Writes how long each command took behind it, in its comment."""
    words = iter(in_words(seconds) for seconds in times)
    readme = README.read_text()
    section = SECTION.search(readme)
    told = re.sub(r"# [^:\n]*:", lambda _: f"# {next(words)}:", section.group(1))
    README.write_text(readme[: section.start(1)] + told + readme[section.end(1) :])


def main():
    """See above."""
    arguments = argparse.ArgumentParser(description=__doc__)
    modes = arguments.add_subparsers(dest="mode", required=True)
    modes.add_parser("check").add_argument("programs", type=pathlib.Path)
    modes.add_parser("time").add_argument("--record", action="store_true")
    asked = arguments.parse_args()
    if asked.mode == "check":
        check(asked.programs)
        return
    times = measure()
    print("built in {}, up in {}, answered in {}".format(*map(in_words, times)))
    if asked.record:
        record(times)


if __name__ == "__main__":
    sys.exit(main())
