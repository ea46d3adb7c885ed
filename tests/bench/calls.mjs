// What a request asks of the host, and how long it takes in the module, in the engine that Envoy has too:
//
//     node tests/bench/calls.mjs ENVOY.yaml MODULE.wasm          calls by name, compared with calls.golden
//     node tests/bench/calls.mjs ENVOY.yaml OLD.wasm NEW.wasm    CPU time of each, in turn
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Host } from './host.mjs';
import { configurations, configure, deliver, play } from './exchange.mjs';
import { REQUESTS } from './requests.mjs';

const GOLDEN = new URL('calls.golden', import.meta.url);
const WARM_UP = 5;
const ROUNDS = 41;
const BATCH = 64;
/** Bytes of a body below which a request is too quick to be timed in dozens. */
const SMALL = 10_000;

const [rendered, ...modules] = process.argv.slice(2);
const settings = configurations(rendered);

async function ready(path) {
  const host = await Host.of(path);
  configure(host, settings);
  return host;
}

/** Calls by name of a request that is not the first of its kind: the first fills what is kept. */
function count(host, number, request) {
  for (const each of [number, number + 1]) {
    host.calls.clear();
    play(host, each, request);
  }
  return [...host.calls].sort();
}

function told(name, calls) {
  const sum = calls.reduce((all, [, each]) => all + each, 0);
  const lines = calls.map(([call, each]) => `  ${String(each).padStart(4)} ${call}\n`);
  return `${name}: ${sum} calls\n${lines.join('')}`;
}

/** Compares with the golden file, or writes it. Returns whether they agree. */
async function counted(path) {
  const host = await ready(path);
  const parts = Object.entries(REQUESTS).map(([name, request], index) => told(name, count(host, 2 * index, request)));
  host.calls.clear();
  deliver(host);
  parts.push(told(`delivery of ${2 * parts.length} events`, [...host.calls].sort()));
  const found = parts.join('\n');
  if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, found);
  const expected = readFileSync(GOLDEN, 'utf8');
  const same = found === expected;
  if (!same) console.log(`expected, in tests/bench/calls.golden:\n\n${expected}\nfound:\n\n${found}`);
  console.log(`${same ? '1 passed; 0' : '0 passed; 1'} failed: host calls of a request`);
  return same;
}

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Plays rounds for the process that asks for them; in one process, the second of two modules would be the slower. */
async function serve(path) {
  const host = await ready(path);
  let number = 0;
  process.on('message', (name) => {
    const request = REQUESTS[name];
    const requests = request.request.body.length < SMALL ? 2 * BATCH : BATCH / 4;
    const before = process.cpuUsage();
    for (let each = 1; each <= requests; each++) {
      play(host, number++, request);
      if (each % BATCH === 0 || each === requests) deliver(host);
    }
    const used = process.cpuUsage(before);
    process.send((used.user + used.system) / requests);
  });
}

/** CPU microseconds a request, of each module in turn. */
async function timed() {
  const players = modules.map((path) => fork(fileURLToPath(import.meta.url), [rendered, path], { env: { ...process.env, SERVE: '1' } }));
  for (const name of Object.keys(REQUESTS)) {
    const taken = players.map(() => []);
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      for (const [index, player] of players.entries()) {
        player.send(name);
        const [microseconds] = await once(player, 'message');
        if (round >= 0) taken[index].push(microseconds);
      }
    }
    taken.forEach((each, index) => {
      const ratio = median(each.map((value, round) => value / taken[0][round]));
      const figures = `${median(each).toFixed(1)} µs (least ${Math.min(...each).toFixed(1)}), ×${ratio.toFixed(3)}`;
      console.log(`${name}: ${modules[index]}: ${figures}`);
    });
  }
  players.forEach((player) => player.disconnect());
}

if (process.env.SERVE) {
  await serve(modules[0]);
} else if (modules.length === 1) {
  process.exitCode = (await counted(modules[0])) ? 0 : 1;
} else {
  await timed();
}
