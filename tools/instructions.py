"""Counts the instructions of requests in the filter's core by callgrind, and compares them with a golden file.

    instructions.py VALGRIND ENVOY.yaml             compares; with UPDATE_GOLDEN=1, accepts
    instructions.py VALGRIND ENVOY.yaml SCENARIO    shows where those of one scenario go

The program that is counted is tests/bench/instructions. Fewer instructions than before fail as more do: while the
golden file has the old figure, as many could be lost again, and nobody would hear of it.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

PROGRAM = "target/instructions/spillway-instructions"
# The function whose instructions are counted, with all that it calls.
COUNTED = "*spillway_instructions::counted*"
GOLDEN = pathlib.Path("tests/bench/instructions.golden")
HEAD = """\
# Instructions of one request in both roles of the filter's core: "Instructions of a request" in docs/BENCHMARK.md.
# `make test-instructions` fails where they differ by more than {tolerance} %; UPDATE_GOLDEN=1 accepts.

"""
# Percent. Two runs of one build differ by less than 0.001; code that changed elsewhere moved a count by up to 0.25.
TOLERANCE = 1.0
HELP = "make profile-instructions ARGS=SCENARIO shows where they go; UPDATE_GOLDEN=1 make test-instructions accepts"
# Requests that are counted of each scenario; their events are delivered as one batch.
REQUESTS = 40
# What a scenario has more of than another one.
MORE = {
    "chat-1kb-stream": ("event", "chat-1kb"),
    "anthropic-1kb-stream": ("event", "anthropic-1kb"),
    "chat-16kb": ("byte", "chat-1kb"),
    "chat-128kb": ("byte", "chat-16kb"),
}
# Functions that a profile shows of each kind.
SHOWN = 40
TOTAL = re.compile(r"Collected : (\d+)")
# A function, after its source file and before its object file.
LINE = re.compile(r"^ *(?P<cost>[\d,]+) \( *[\d.]+%\)  [^:]*:(?P<name>.*?)(?: \[[^\[\]]*\])?$")
# How callgrind marks a function that is called within itself.
AGAIN = re.compile(r"'\d+$")


def scenarios():
    """What the program plays: for each name, how much it has of what."""
    told = subprocess.run([PROGRAM], capture_output=True, text=True, check=True).stdout
    words = [line.split() for line in told.splitlines()]
    return {name: {"byte": int(size), "event": int(pieces)} for name, size, pieces in words}


def play(valgrind, config, name, out):
    """Plays a scenario under callgrind, which writes to `out`; returns the instructions of a request."""
    command = [valgrind, "--tool=callgrind", "--vgdb=no", f"--callgrind-out-file={out}", f"--toggle-collect={COUNTED}"]
    with open(config, encoding="utf-8") as rendered:
        done = subprocess.run(
            [*command, PROGRAM, name, str(REQUESTS)], stdin=rendered, capture_output=True, text=True, check=False
        )
    total = TOTAL.search(done.stderr)
    if done.returncode != 0 or not total or int(total[1]) == 0:
        raise RuntimeError(f"{name} could not be counted:\n{done.stderr}")
    return round(int(total[1]) / REQUESTS)


def count(valgrind, config, names):
    """The instructions of a request by scenario; of one that could not be counted, why."""

    def one(name):
        try:
            return play(valgrind, config, name, "/dev/null")
        except RuntimeError as error:
            return error

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as together:
        return dict(zip(names, together.map(one, names)))


def written(counts, known):
    """The golden file of these counts."""
    lines = []
    for name, instructions in counts.items():
        line = f"{name:<22}{instructions:>12,}"
        if name in MORE:
            unit, base = MORE[name]
            each = (instructions - counts[base]) / (known[name][unit] - known[base][unit])
            line += f"    {each:,.1f} for each further {unit}"
        lines.append(line)
    return HEAD.format(tolerance=f"{TOLERANCE:g}") + "\n".join(lines) + "\n"


def golden():
    """What the golden file says."""
    lines = [line.split() for line in GOLDEN.read_text().splitlines() if line and not line.startswith("#")]
    return {words[0]: int(words[1].replace(",", "")) for words in lines}


def verdict(name, old, new):
    """What is wrong with a count; nothing where all is well."""
    if isinstance(new, RuntimeError):
        return str(new)
    if old is None or new is None:
        return f"{name} stands in {'the program' if old is None else GOLDEN} only"
    percent = (new / old - 1) * 100
    if abs(percent) <= TOLERANCE:
        return None
    told = f"{name}: {old:,} instructions of a request before, {new:,} now: {abs(percent):.1f} %"
    return f"{told} more" if percent > 0 else f"{told} fewer; accept them, or they can be lost again unseen"


def compare(counts):
    """Says what differs from the golden file; whether nothing does."""
    expected = golden()
    names = [*counts, *(name for name in expected if name not in counts)]
    wrong = [said for name in names if (said := verdict(name, expected.get(name), counts.get(name)))]
    for said in wrong:
        print(said)
    if wrong:
        print(HELP)
    print(f"{len(names) - len(wrong)} passed; {len(wrong)} failed: instructions of a request")
    return not wrong


def functions(annotate, data, total, inclusive):
    """Prints functions by their instructions of a request."""
    command = [annotate, "--auto=no", "--threshold=100", f"--inclusive={inclusive}", data]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = [line for line in map(LINE.match, told.splitlines()) if line]
    found = [(int(line["cost"].replace(",", "")), line["name"]) for line in lines]
    if inclusive == "yes":
        # What calls the function that is counted has all. What a function calls as itself is in its first call, too.
        found = [(cost, name) for cost, name in found if cost < 0.999 * total and not AGAIN.search(name)]
    for cost, name in found[:SHOWN]:
        print(f"{cost / REQUESTS:>12,.0f} {cost / total:>7.1%}  {name}")


def profile(valgrind, config, name):
    """Shows where the instructions of a scenario go."""
    annotate = str(pathlib.Path(valgrind).with_name("callgrind_annotate"))
    with tempfile.TemporaryDirectory() as folder:
        data = f"{folder}/callgrind.out"
        instructions = play(valgrind, config, name, data)
        print(f"{name}: {instructions:,} instructions of a request\n\nin functions themselves:")
        functions(annotate, data, instructions * REQUESTS, "no")
        print("\nwith what they call:")
        functions(annotate, data, instructions * REQUESTS, "yes")


def main():
    """`VALGRIND ENVOY.yaml [SCENARIO]`"""
    valgrind, config, *only = sys.argv[1:]
    known = scenarios()
    if only:
        if only[0] not in known:
            raise SystemExit(f"there is no scenario {only[0]}: {', '.join(known)}")
        profile(valgrind, config, only[0])
        return 0
    counts = count(valgrind, config, known)
    if os.environ.get("UPDATE_GOLDEN") and all(isinstance(each, int) for each in counts.values()):
        GOLDEN.write_text(written(counts, known))
    return 0 if compare(counts) else 1


if __name__ == "__main__":
    sys.exit(main())
