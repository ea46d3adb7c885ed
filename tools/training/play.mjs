// Has a module play requests for something to be counted in it: what `make module` is trained with.
import { readFileSync } from 'node:fs';
import { Host } from '../../tests/bench/host.mjs';
import { configure, deliver, pass, play } from '../../tests/bench/exchange.mjs';
import { REQUESTS, request } from '../../tests/bench/requests.mjs';
import { corpus } from './corpus.mjs';

const CONFIGURATIONS = new URL('../../tests/bench/configurations.json', import.meta.url);
const TURN = new URL('../../tests/e2e/bench-turn.txt', import.meta.url);
const ROUNDS = 4;
const SMALL = 25;
const CONVERSATIONS = 5;
/** Events that wait to be delivered meanwhile. */
const WAITING = 50;
/**
 * A gateway that is used sees few refusals, errors and rare fields, of which the golden cases mostly consist: a count of
 * the benchmark's is worth so many of theirs.
 */
const WEIGHT = 128n;

/**
 * Plays what `make bench` sends, and then, in a second instance, every golden case. `read` gets an instance's exports, and
 * returns what was counted as a list of BigInts; their weighted sum is returned.
 */
export async function trained(path, read) {
  const settings = JSON.parse(readFileSync(CONFIGURATIONS, 'utf8'));
  const counts = [];
  for (const [gateway, requests] of [['bench', benchmark], ['providers', golden]]) {
    const host = await Host.of(path);
    try {
      configure(host, settings[gateway].map((each) => JSON.stringify(each)));
    } catch (error) {
      console.error('tests/bench/configurations.json may be older than the module: `make configurations` renders it anew');
      throw error;
    }
    requests(host);
    counts.push(read(host.module));
  }
  const [usual, other] = counts;
  return usual.map((count, index) => WEIGHT * count + other[index]);
}

function benchmark(host) {
  let number = 0;
  const several = (times, one) => {
    for (let each = 0; each < times; each++) play(host, number++, one);
    deliver(host);
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of Object.values(REQUESTS)) several(one.request.body.length < 10_000 ? SMALL : 2, one);
    for (let each = 0; each < CONVERSATIONS; each++) several(1, conversation(8 * (CONVERSATIONS * round + each)));
  }
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

function golden(host) {
  const cases = [...corpus()];
  for (const [number, one] of cases.entries()) {
    pass(host, number, one);
    if ((number + 1) % WAITING === 0 || number + 1 === cases.length) deliver(host);
  }
}
