// Has a module that counts its branches (tools/branch-hints) play requests, and writes what it counted:
//
//     node branches.mjs COUNTING.wasm COUNTERS BRANCHES COUNTS
import { writeFileSync } from 'node:fs';
import { trained } from './play.mjs';

const [counting, counters, branches, counts] = process.argv.slice(2);

const counted = await trained(counting, ({ memory }) =>
  Array.from(new Uint32Array(memory.buffer, Number(counters), 2 * Number(branches)), BigInt));
const lines = Array.from({ length: Number(branches) }, (_, branch) => `${counted[2 * branch]} ${counted[2 * branch + 1]}\n`);
writeFileSync(counts, lines.join(''));
