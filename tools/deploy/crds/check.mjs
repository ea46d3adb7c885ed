// What the schemas of custom resources say against objects: `node check.mjs FOLDER < OBJECTS`. The folder is that of the
// packages, the objects are a JSON array; one complaint a line.
//
// The packages have their schemas as compiled functions, which let a field pass that no schema has. A cluster would drop
// it, or refuse it. So objects are handed over in a way that shows which fields are asked for: where any is, the others
// are unknown. Below a field of any form, such as a patch's value, nothing is asked for.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const MODELS = {
  "gateway.envoyproxy.io/v1alpha1": "@kubernetes-models/envoy-gateway",
  "gateway.networking.k8s.io/v1": "@kubernetes-models/gateway-api",
  "networking.istio.io/v1": "@kubernetes-models/istio",
  "networking.istio.io/v1alpha3": "@kubernetes-models/istio",
};

/** The value, with `seen` noting the paths of objects and the keys that were asked for in each. */
function watched(value, path, seen) {
  if (value === null || typeof value !== "object") return value;
  const asked = new Set();
  seen.push({ path, value, asked });
  return new Proxy(value, {
    get(target, key) {
      if (typeof key === "string") asked.add(key);
      return watched(target[key], `${path}/${String(key)}`, seen);
    },
  });
}

function unknown({ path, value, asked }) {
  if (Array.isArray(value) || asked.size === 0) return [];
  return Object.keys(value).filter((key) => !asked.has(key)).map((key) => `${path}/${key}: no such field`);
}

async function complaints(object) {
  const name = `${object.apiVersion} ${object.kind}`;
  const found = MODELS[object.apiVersion];
  if (!found) return [`${name}: there is no schema for it`];
  const file = resolve(process.argv[2], "node_modules", found, object.apiVersion, `${object.kind}.js`);
  const models = await import(pathToFileURL(file));
  const seen = [];
  const model = new models[object.kind](object);
  // It has made a copy, and so asked for everything.
  model.spec = watched(object.spec, "/spec", seen);
  const said = [];
  try {
    model.validate();
  } catch (error) {
    said.push(...(error.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`));
    if (said.length === 0) said.push(String(error));
  }
  // The same object is asked for more than once, each time anew.
  const paths = new Map();
  for (const one of seen) {
    const before = paths.get(one.path);
    if (before) one.asked.forEach((key) => before.asked.add(key));
    else paths.set(one.path, one);
  }
  return [...said, ...[...paths.values()].flatMap(unknown)].map((text) => `${name}: ${text}`);
}

for (const object of JSON.parse(readFileSync(0, "utf8"))) {
  for (const complaint of await complaints(object)) console.log(complaint);
}
