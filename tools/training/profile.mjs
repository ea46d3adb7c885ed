// Has a module that LLVM made count what runs (-Cprofile-generate) play requests, and writes what it counted as text that
// `llvm-profdata merge` reads:
//
//     node profile.mjs COUNTING.wasm PROFILE.proftext
//
// LLVM's runtime, which would write it, needs files and a C compiler; here the counters are read from the module's memory.
// What lies there: https://llvm.org/docs/InstrProfileFormat.html, and `INSTR_PROF_DATA` in InstrProfData.inc for pointers
// of 32 bits.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { trained } from './play.mjs';

/** Of a function: the hash of its name and of its shape, where its counters are from here, four pointers, their number. */
const RECORD = { size: 48, name: 0, shape: 8, counters: 16, number: 32 };
const COUNTER = 8;
const SEPARATOR = '\x01';

const [counting, profile] = process.argv.slice(2);

/** Where a section is in the module's memory. */
function section(exports, name) {
  const [start, end] = ['start', 'stop'].map((side) => exports[`__${side}___llvm_prf_${name}`].value);
  return { start, end };
}

let functions;
const counted = await trained(counting, (exports) => {
  const memory = new DataView(exports.memory.buffer);
  functions = records(memory, section(exports, 'data'), names(memory, section(exports, 'names')));
  return functions.flatMap(({ counters, number }) =>
    Array.from({ length: number }, (_, index) => memory.getBigUint64(counters + COUNTER * index, true)));
});

/** Functions by the hash of their name. Names are written in blocks, each with its lengths, as it is and compressed. */
function names(memory, { start, end }) {
  const found = new Map();
  let at = start;
  while (at < end) {
    let length, compressed;
    [length, at] = unsigned(memory, at);
    [compressed, at] = unsigned(memory, at);
    const bytes = Buffer.from(memory.buffer, at, compressed || length);
    const block = compressed ? inflateSync(bytes) : bytes;
    for (const name of block.toString('latin1').split(SEPARATOR)) found.set(hash(name), name);
    at += compressed || length;
    // Between blocks of different objects there may be padding.
    while (at < end && memory.getUint8(at) === 0) at++;
  }
  return found;
}

function hash(name) {
  return createHash('md5').update(name, 'latin1').digest().readBigUInt64LE(0);
}

/** A number in LEB128, and where it ends. */
function unsigned(memory, at) {
  let [value, shift, byte] = [0, 0, 0];
  do {
    byte = memory.getUint8(at++);
    value += (byte & 127) * 2 ** shift;
    shift += 7;
  } while (byte > 127);
  return [value, at];
}

function records(memory, { start, end }, named) {
  return Array.from({ length: (end - start) / RECORD.size }, (_, index) => {
    const at = start + RECORD.size * index;
    const name = named.get(memory.getBigUint64(at + RECORD.name, true));
    if (!name) throw new Error(`function ${index} has no name: LLVM writes its records in another way than ${RECORD.size} bytes`);
    return {
      name, shape: memory.getBigUint64(at + RECORD.shape, true), number: memory.getUint32(at + RECORD.number, true),
      counters: at + memory.getInt32(at + RECORD.counters, true),
    };
  });
}

let at = 0;
const blocks = functions.map(({ name, shape, number }) => {
  const counters = counted.slice(at, at += number);
  return `${[name, shape, number, ...counters].join('\n')}\n\n`;
});
// Of the intermediate representation, and not of the sources as coverage is.
writeFileSync(profile, `:ir\n${blocks.join('')}`, 'latin1');
