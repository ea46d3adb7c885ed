// Has a module that counts its branches play requests, and writes what it counted:
//
//     node play.mjs COUNTING.wasm COUNTERS BRANCHES COUNTS
//
// The requests are those of `make bench`, of all kinds, with all policies. Whatever they do not come by has no hint.
import { readFileSync, writeFileSync } from 'node:fs';
import { Host } from '../../tests/bench/host.mjs';
import { configure, deliver, play } from '../../tests/bench/exchange.mjs';
import { REQUESTS, request } from '../../tests/bench/requests.mjs';

const CONFIGURATIONS = new URL('../../tests/bench/configurations.json', import.meta.url);
const TURN = new URL('../../tests/e2e/bench-turn.txt', import.meta.url);
const ROUNDS = 4;
const SMALL = 25;
const CONVERSATIONS = 5;

const [counting, counters, branches, counts] = process.argv.slice(2);

const host = await Host.of(counting);
try {
  configure(host, JSON.parse(readFileSync(CONFIGURATIONS, 'utf8')).map((settings) => JSON.stringify(settings)));
} catch (error) {
  console.error('tests/bench/configurations.json may be older than the module: `make configurations` renders it anew');
  throw error;
}

let number = 0;

/** Plays so many requests, and the delivery of their events. */
function several(times, one) {
  for (let each = 0; each < times; each++) play(host, number++, one);
  deliver(host);
}

/** The chat with a conversation before it, of which nothing came before, and which comes again after that. */
function conversation(from) {
  const words = readFileSync(TURN, 'utf8').repeat(12);
  const messages = Array.from({ length: 8 }, (_, index) => ({
    role: index % 2 ? 'assistant' : 'user', content: `${from + index}. ${words}`,
  }));
  const [chat] = Object.values(REQUESTS);
  return { ...chat, request: request({ ...JSON.parse(chat.request.body), messages }) };
}

for (let round = 0; round < ROUNDS; round++) {
  for (const one of Object.values(REQUESTS)) several(one.request.body.length < 10_000 ? SMALL : 2, one);
  for (let each = 0; each < CONVERSATIONS; each++) several(1, conversation(8 * (CONVERSATIONS * round + each)));
}

const memory = new DataView(host.module.memory.buffer, Number(counters), 8 * Number(branches));
const lines = Array.from({ length: Number(branches) }, (_, branch) =>
  `${memory.getUint32(8 * branch, true)} ${memory.getUint32(8 * branch + 4, true)}\n`);
writeFileSync(counts, lines.join(''));
