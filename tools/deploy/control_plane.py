"""What Istio and Envoy Gateway make of the rendered patches, and an Envoy configuration of the result.

A base is what the control plane has made of a cluster's other objects (tools/deploy/mesh): lists of listeners, routes
and clusters. Patches change it as the control planes do; one that finds nothing to change is an error here, where a
control plane would pass over it.
"""

import copy
import json
import pathlib

import jsonpath
import yaml

BASES = pathlib.Path("tools/deploy/mesh")
MANAGER = "envoy.filters.network.http_connection_manager"
KINDS = {"Listener": "listeners", "RouteConfiguration": "routes", "Cluster": "clusters"}


class Unmatched(Exception):
    """A patch that changes nothing."""


def base(name, port):
    """The resources of one control plane, whose listener is at this port of the loopback."""
    return yaml.safe_load((BASES / name).read_text().replace("PORT", str(port)))


def merge(into, value):
    """As messages are merged: fields one by one, lists one behind the other."""
    for key, new in value.items():
        old = into.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            merge(old, new)
        elif isinstance(old, list) and isinstance(new, list):
            old.extend(copy.deepcopy(new))
        else:
            into[key] = copy.deepcopy(new)


def managers(resources):
    """Each connection manager: its filter."""
    for listener in resources["listeners"]:
        for chain in listener["filter_chains"]:
            yield from (one for one in chain["filters"] if one["name"] == MANAGER)


def istio(resources, envoy_filter):
    """Applies an EnvoyFilter, in istiod's order: of each kind, additions last."""
    resources["extension_configs"] = []
    patches = envoy_filter["spec"]["configPatches"]
    merges = [one for one in patches if one["patch"]["operation"] == "MERGE"]
    for one in [*merges, *(one for one in patches if one not in merges)]:
        matching, patch = one["match"], one["patch"]
        if matching["context"] != "GATEWAY":
            raise Unmatched(f"{one['applyTo']} for {matching['context']}")
        action = ISTIO.get((one["applyTo"], patch["operation"]))
        if action is None or not action(resources, matching, patch["value"]):
            raise Unmatched(f"{patch['operation']} {one['applyTo']} {json.dumps(matching)}")


def adds(kind):
    """An addition to a list, whatever is in it."""
    return lambda resources, _, value: resources[kind].append(copy.deepcopy(value)) or True


def merge_listeners(resources, _, value):
    """Into each listener."""
    for one in resources["listeners"]:
        merge(one, value)
    return resources["listeners"]


def merge_managers(resources, matching, value):
    """Into each filter of the matched name."""
    named = matching["listener"]["filterChain"]["filter"]["name"]
    found = [one for one in managers(resources) if one["name"] == named == value["name"]]
    for one in found:
        merge(one["typed_config"], value["typed_config"])
    return found


def insert_filter(resources, matching, value):
    """Before the matched filter of each connection manager."""
    within = matching["listener"]["filterChain"]["filter"]
    found = 0
    for one in managers(resources):
        chain = one["typed_config"]["http_filters"]
        places = [index for index, had in enumerate(chain) if had["name"] == within["subFilter"]["name"]]
        if one["name"] == within["name"] and places:
            chain.insert(places[0], copy.deepcopy(value))
            found += 1
    return found


def add_host(resources, matching, value):
    """To the routes of a port of the Service."""
    found = 0
    for one in resources["routes"]:
        pod = next(int(part) for part in one["name"].split(".") if part.isdigit())
        # The routes of an HTTPS server are named by the Service's port already.
        ports = resources["service_ports"].get(pod, [pod])
        if matching["routeConfiguration"]["portNumber"] in ports:
            one["virtual_hosts"].append(copy.deepcopy(value))
            found += 1
    return found


ISTIO = {
    ("EXTENSION_CONFIG", "ADD"): adds("extension_configs"),
    ("CLUSTER", "ADD"): adds("clusters"),
    ("LISTENER", "ADD"): adds("listeners"),
    ("LISTENER", "MERGE"): merge_listeners,
    ("NETWORK_FILTER", "MERGE"): merge_managers,
    ("HTTP_FILTER", "INSERT_BEFORE"): insert_filter,
    ("VIRTUAL_HOST", "ADD"): add_host,
}


def envoy_gateway(resources, policy):
    """Applies an EnvoyPatchPolicy."""
    for patch in policy["spec"]["jsonPatches"]:
        operation = patch["operation"]
        kind = resources[KINDS[patch["type"].rsplit(".", 1)[1]]]
        if operation["op"] != "add":
            raise Unmatched(f"operation {operation['op']}")
        if operation["path"] == "" and "jsonPath" not in operation:
            kind.append(copy.deepcopy(operation["value"]))
            continue
        found = [one for one in kind if one["name"] == patch["name"]]
        if not found or not add(found[0], operation):
            raise Unmatched(f"{patch['type']} {patch['name']} {operation.get('jsonPath')} {operation['path']}")


def add(resource, operation):
    """Adds a value at each place that is found; how many those are."""
    places = [resource]
    if "jsonPath" in operation:
        places = [match.obj for match in jsonpath.finditer(operation["jsonPath"], resource)]
    for place in places:
        *way, last = operation["path"].strip("/").split("/")
        for step in way:
            place = place[int(step) if isinstance(place, list) else step]
        if isinstance(place, list):
            place.insert(int(last), copy.deepcopy(operation["value"]))
        else:
            place[last] = copy.deepcopy(operation["value"])
    return len(places)


def bootstrap(resources, admin, more=None):
    """A configuration for `envoy -c` of what a control plane would send; the routes are put where they are named."""
    routes = {one["name"]: one for one in resources["routes"]}
    for one in managers(resources):
        if "rds" in one["typed_config"]:
            one["typed_config"]["route_config"] = routes[one["typed_config"].pop("rds")["route_config_name"]]
    document = {
        "node": resources["node"],
        "admin": {"address": {"socket_address": {"address": "127.0.0.1", "port_value": admin}}},
        "bootstrap_extensions": resources.get("bootstrap_extensions", []),
        "static_resources": {"listeners": resources["listeners"], "clusters": resources["clusters"]},
    }
    merge(document, more or {})
    return document


def fetch_modules(resources, module, folder):
    """What Istio's agent does: the configurations that filters ask for become files, and the module one of this disk."""
    for number, one in enumerate(resources["extension_configs"]):
        code = one["typed_config"]["config"]["vm_config"]["code"]
        if not code.pop("remote")["http_uri"]["uri"].startswith("oci://"):
            raise Unmatched(f"{one['name']} names no image")
        code["local"] = {"filename": str(module)}
        message = {"@type": "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig", **one}
        file = pathlib.Path(folder, f"extension-{number}.json")
        file.write_text(json.dumps({"resources": [message]}))
        asking = list(askers(resources, one["name"]))
        if not asking:
            raise Unmatched(f"nobody asks for {one['name']}")
        for source in asking:
            del source["ads"]
            source["path_config_source"] = {"path": str(file)}


def askers(tree, name):
    """The sources of filters of this name that ask for their configuration."""
    if isinstance(tree, dict):
        if tree.get("name") == name and "config_discovery" in tree:
            yield tree["config_discovery"]["config_source"]
        for value in tree.values():
            yield from askers(value, name)
    elif isinstance(tree, list):
        for value in tree:
            yield from askers(value, name)
