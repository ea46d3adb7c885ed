"""Compose files as Compose reads them: merged, with variables filled in."""

import pathlib
import re

import yaml

FOLDER = pathlib.Path("envoy")
ENVIRONMENT = pathlib.Path("docker/demo/demo.env")
# `$$`, `${NAME}`, `${NAME-default}`, `${NAME:-default}` and `${NAME:?message}`.
VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?:(:?[-?])([^}]*))?\}")
# These have a default that is meant to be used.
OPTIONAL = {"SPILLWAY_IMAGES", "SPILLWAY_TAG"}


class Override:
    """A value that takes the place of another instead of being merged into it."""

    def __init__(self, value):
        self.value = value


class Loader(yaml.SafeLoader):
    """YAML with Compose's own tags: `!override VALUE`, and `!reset`, which takes away."""


RESET = object()
Loader.add_constructor("!reset", lambda loader, node: RESET)
Loader.add_constructor("!override", lambda loader, node: Override(loader.construct_sequence(node, deep=True)))


def merge(below, above):
    """What two files say together: the second wins, mappings are merged."""
    if isinstance(above, Override):
        return above.value
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    merged = dict(below)
    for key, value in above.items():
        if value is RESET:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


def environment():
    """The demo's variables."""
    lines = ENVIRONMENT.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def variables(names):
    """Every variable that these files name."""
    texts = ((FOLDER / name).read_text() for name in names)
    return {found[1] for text in texts for found in VARIABLE.finditer(text) if found[1]}


def fill(value, known):
    """The value with variables replaced; KeyError for one that must be set and is not."""
    if isinstance(value, dict):
        return {key: fill(item, known) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item, known) for item in value]
    return VARIABLE.sub(lambda found: filled(found, known), value) if isinstance(value, str) else value


def filled(found, known):
    """One variable's text."""
    name, sign, default = found.groups()
    if name is None:
        return "$"
    if name in known:
        return known[name]
    if sign in ("-", ":-"):
        return default
    raise KeyError(name)


def load(*names):
    """The project that these files of envoy/ make together with the demo's variables."""
    merged = {}
    for name in names:
        merged = merge(merged, yaml.load((FOLDER / name).read_text(), Loader))
    return fill(merged, environment())


def ports(service):
    """The ports inside a container that are published, and their addresses outside."""
    for text in service.get("ports", []):
        outside, _, inside = text.rpartition(":")
        yield int(inside), outside


def tmpfs(service):
    """Mount points with their options."""
    for text in service.get("tmpfs", []):
        path, _, options = text.partition(":")
        yield path, dict(option.split("=") for option in options.split(",") if option)
