// Runs cases at the same time, a line of output for each; the exit status tells whether all passed.
//
// A case is an async function of a model. It fails by an assertion, by an error of the SDK, and by a warning; a
// warning that comes later fails the run.

import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';

export const URL = process.env.SPILLWAY_URL;
export const KEY = process.env.SPILLWAY_KEY;
// {"chat": ["openai", …], "embedding": […]}: the groups of the gateway's file, each to be named as `openai/<name>`.
export const MODELS = JSON.parse(process.env.SPILLWAY_MODELS);
// Only cases whose name has this in it.
const ONLY = process.env.SPILLWAY_CLIENTS_ONLY ?? '';

const SDK = 'openai-node';
const AT_ONCE = 8;
const MILLISECONDS = 30_000;
const LONGEST_BODY = 1500;

const cases = [];
const complaints = [];
// What the case under way sends and gets.
const exchanges = new AsyncLocalStorage();

process.on('warning', (warning) => complaints.push(`warning: ${warning.stack}`));
for (const level of ['warn', 'error']) {
  console[level] = (...words) => complaints.push(`console.${level}: ${words.join(' ')}`);
}

/** A case for each model of a mode; the function takes the group's name. */
export function ofEach(mode, name, play) {
  for (const group of MODELS[mode] ?? []) once(`${group} ${name}`, () => play(group));
}

/** A case that has no model, or one of its own. */
export function once(name, play) {
  if (name.includes(ONLY)) cases.push({ name, play });
}

/** Fails unless the promise fails with this class of errors; gives the error back. */
export async function fails(promise, kind) {
  const error = await promise.then(() => assert.fail('no error'), (error) => error);
  assert.ok(error instanceof kind, `expected a ${kind.name}, found ${error.stack}`);
  assert.ok(error.message, 'an empty error');
  return error;
}

/** `fetch` that keeps what passes, for a failure's text. */
export async function recordingFetch(url, options) {
  const answer = await fetch(url, options);
  const pieces = [];
  exchanges.getStore()?.push({ url, request: options.body, status: answer.status, pieces });
  const copying = new TransformStream({
    transform(piece, controller) {
      pieces.push(piece);
      controller.enqueue(piece);
    },
  });
  return new Response(answer.body?.pipeThrough(copying), answer);
}

/** Runs all, prints all, and sets the exit status. */
export async function run() {
  const results = [];
  const waiting = [...cases];
  const worker = async () => {
    for (let one = waiting.shift(); one; one = waiting.shift()) results.push(await passes(one));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  // A warning is emitted after the code that caused it.
  await new Promise((resolve) => setImmediate(resolve));
  const failed = results.filter((passed) => !passed).length;
  complaints.forEach((complaint) => print(`FAILED ${SDK}: ${complaint}`));
  print(`${SDK}: ${cases.length - failed} passed, ${failed} failed, ${complaints.length} warnings`);
  process.exitCode = failed || complaints.length || !cases.length ? 1 : 0;
}

async function passes({ name, play }) {
  const kept = [];
  const late = new AbortController();
  try {
    await Promise.race([exchanges.run(kept, play), timeout(late.signal)]);
    print(`ok     ${SDK}: ${name}`);
    return true;
  } catch (error) {
    const detail = [error.stack, ...kept.map(told)].join('\n');
    print(`FAILED ${SDK}: ${name}\n${detail.replace(/^/gm, '    ')}`);
    return false;
  } finally {
    late.abort();
  }
}

function timeout(signal) {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`not done after ${MILLISECONDS} ms`)), MILLISECONDS);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}

function told({ url, request, status, pieces }) {
  return `${url} ${cut(request ?? '')}\n=> HTTP ${status} ${cut(Buffer.concat(pieces).toString())}`;
}

function cut(text) {
  return text.length > LONGEST_BODY ? `${text.slice(0, LONGEST_BODY)} …` : text;
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
