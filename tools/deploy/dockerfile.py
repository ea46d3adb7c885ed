"""A Dockerfile as data, and what can be known of it without building: its sources, its calls, its versions."""

import dataclasses
import json
import pathlib
import re
import shlex

PATH = pathlib.Path("docker/Dockerfile")
ARG = re.compile(r"\$\{(\w+)\}")
# Instructions with options before their arguments.
OPTION = re.compile(r"^--[\w-]+(=\S+)?\s+")


@dataclasses.dataclass
class Stage:
    """One FROM and what follows it."""

    name: str
    base: str
    steps: list  # of (instruction, arguments as text)

    def texts(self, instruction):
        """The arguments of every such instruction."""
        return [text for verb, text in self.steps if verb == instruction]

    def last(self, instruction):
        """The arguments of the last such instruction, which is the one that counts; None without one."""
        return (self.texts(instruction) or [None])[-1]

    def command(self, instruction):
        """The words of the last ENTRYPOINT or CMD in JSON form; none without one."""
        return json.loads(self.last(instruction) or "[]")

    def health(self):
        """The words of the health check, or None."""
        text = self.last("HEALTHCHECK")
        return text and json.loads(text.split("CMD", 1)[1])

    def copies(self):
        """Every COPY as (stage or None, sources, target)."""
        for text in self.texts("COPY"):
            words = [word for word in shlex.split(text) if not word.startswith("--")]
            found = re.search(r"--from=(\S+)", text)
            yield found and found[1], words[:-1], words[-1]


def logical_lines(text):
    """Lines without comments, with continuations joined."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines()


def parse(text):
    """The stages in order, with the defaults of global ARGs filled in."""
    arguments, stages = {}, []
    for line in filter(str.strip, logical_lines(text)):
        verb, rest = line.split(maxsplit=1)
        if verb == "ARG" and not stages:
            name, _, value = rest.partition("=")
            arguments[name] = value
        elif verb == "FROM":
            base, _, name = rest.partition(" AS ")
            stages.append(Stage(name, ARG.sub(lambda found: arguments[found[1]], base), []))
        else:
            stages[-1].steps.append((verb, rest))
    return {stage.name: stage for stage in stages}


def load():
    """The project's own."""
    return parse(PATH.read_text())


def made(stage):
    """Paths that a build stage's `install` commands leave: what other stages may copy."""
    for text in stage.texts("RUN"):
        for command in re.sub(r"--mount=\S+", "", text).split("&&"):
            words = [word for word in shlex.split(command) if word != "-D"]
            if not words or words[0] != "install":
                continue
            folder = next((word.split("=")[1] for word in words if word.startswith("--target-directory=")), None)
            paths = [word for word in words[1:] if not word.startswith("-")]
            yield from [f"{folder}/{pathlib.PurePath(path).name}" for path in paths] if folder else paths[-1:]


def called_targets(stage):
    """Targets that a stage's `make` commands name."""
    for text in stage.texts("RUN"):
        for found in re.finditer(r"\bmake ((?:[\w-]+ ?)+)", text):
            yield from found[1].split()


def ignored(path, patterns):
    """Whether `.dockerignore` keeps a path out of the build; the last pattern that matches decides."""
    out = False
    for pattern in patterns:
        keep, pattern = pattern.startswith("!"), pattern.removeprefix("!").strip("/")
        folders = [path, *map(str, pathlib.PurePath(path).parents)]
        if any(matches(folder, pattern) for folder in folders):
            out = not keep
    return out


def matches(path, pattern):
    """Docker's patterns, as far as ours use them: `**/name`, and `*` within a name."""
    anywhere = pattern.removeprefix("**/")
    text = re.escape(anywhere).replace(r"\*", "[^/]*")
    return bool(re.fullmatch(("(?:.*/)?" if anywhere != pattern else "") + text, path))
