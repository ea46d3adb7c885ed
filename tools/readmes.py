"""Runs what the examples' READMEs tell to type, and compares what comes with what they say; and looks whether files are there
that documents and comments name.

A block ```console is a session in bash: lines that begin with `$ ` are typed, the others are what is printed, in order;
a line `…` stands for any lines. A README is one session, in a folder of its own in which `envoy/` and `deploy/` are the
repository's. A command whose exit status is not 0 fails.

A path `a/b.rs` in a document, or in a comment of Rust's, must be the end of a file's path in the repository.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

EXAMPLES = pathlib.Path("envoy/examples")
# Folders beside the examples whose READMEs are sessions.
OTHERS = [pathlib.Path("deploy/istio"), pathlib.Path("deploy/envoy-gateway")]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# A file with a folder before it: not absolute, and without capitals, which stand for something else, but those of READMEs.
PATH = re.compile(
    r"`((?:[a-z0-9_.-]+/)+(?:[a-z0-9_.-]+\.(?:golden|json|lua|md|mjs|py|rs|sh|sql|yaml)|[A-Z_]+\.md))`"
)
COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)
# Ends what a command prints; the status follows.
END = "\x1e"
SECONDS = 60


def commands(text):
    """Each command of a README, with the lines that it should print."""
    found = []
    for block in BLOCK.findall(text):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif found:
                found[-1][1].append(line)
            else:
                raise SystemExit(f"a block begins with no command: {line!r}")
    return found


def is_as_said(said, printed):
    """Whether the printed lines are those that were said; `…` is any number of them."""
    if not said:
        return not printed
    if said[0] == "…":
        return any(is_as_said(said[1:], printed[skipped:]) for skipped in range(len(printed) + 1))
    return bool(printed) and printed[0].rstrip() == said[0].rstrip() and is_as_said(said[1:], printed[1:])


def play(session, programs):
    """What each command printed, and its exit status."""
    script = "".join(f"{{ {command}\n}} 2>&1 </dev/null; printf '{END}%d\\n' $?\n" for command, _ in session)
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("envoy", "deploy"):
            (pathlib.Path(scratch) / name).symlink_to(pathlib.Path(name).resolve())
        environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": scratch, "TMPDIR": scratch}
        done = subprocess.run(
            ["bash", "-u"],
            input=script,
            capture_output=True,
            text=True,
            cwd=scratch,
            env=environment,
            timeout=SECONDS,
            check=False,
        )
    parts = re.findall(rf"(.*?){END}(\d+)\n", done.stdout, re.DOTALL)
    return [(printed.splitlines(), int(status)) for printed, status in parts]


def problems(readme, programs):
    """What does not come as this README says."""
    session = commands(readme.read_text())
    if not session:
        return ["it has no command"]
    results = play(session, programs)
    found = [f"{len(session)} commands, {len(results)} ended"] if len(results) != len(session) else []
    for (command, said), (printed, status) in zip(session, results, strict=False):
        if status != 0 or not is_as_said(said, printed):
            found.append("\n".join([f"$ {command}", *printed, f"(exit status {status}; the README says:)", *said]))
    return found


def missing_files():
    """Which document or source names which file that is not there."""
    listed = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split()
    there = {path[at:] for path in listed for at in range(len(path)) if at == 0 or path[at - 1] == "/"}
    found = []
    for path in listed:
        if path.endswith((".md", ".rs")):
            text = pathlib.Path(path).read_text()
            told = "\n".join(COMMENT.findall(text)) if path.endswith(".rs") else text
            found.extend(f"{path}: there is no `{name}`" for name in PATH.findall(told) if name not in there)
    return found


def main():
    """`readmes.py FOLDER_OF_PROGRAMS`"""
    programs = pathlib.Path(sys.argv[1]).resolve()
    missing = missing_files()
    print("".join(f"{problem}\n" for problem in missing), end="")
    print(f"files that are named: {'FAILED' if missing else 'ok'}")
    failures = int(bool(missing))
    folders = [*sorted(gateway.parent for gateway in EXAMPLES.glob("*/gateway.yaml")), *OTHERS]
    for folder in folders:
        readme = folder / "README.md"
        found = problems(readme, programs) if readme.exists() else ["there is no README.md"]
        for problem in found:
            print(f"{readme}:\n{problem}")
        failures += bool(found)
        print(f"{readme}: {'FAILED' if found else 'ok'}")
    print(f"{len(folders) + 1 - failures} passed, {failures} failed")
    return 1 if failures or not folders else 0


if __name__ == "__main__":
    sys.exit(main())
