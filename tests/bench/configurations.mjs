// What a module is configured with that is trained (tools/training), as `spillway render` writes it, by gateway:
//
//     node tests/bench/configurations.mjs bench=ENVOY.yaml …          compares configurations.json with them
//     UPDATE_GOLDEN=1 node tests/bench/configurations.mjs bench=ENVOY.yaml …          writes it
//
// It is kept, so that the module can be built without the program that renders.
import { readFileSync, writeFileSync } from 'node:fs';
import { configurations } from './exchange.mjs';

const KEPT = new URL('configurations.json', import.meta.url);

const rendered = process.argv.slice(2).map((argument) => argument.split('='));
const gateways = rendered.map(([name, path]) => [name, configurations(path).map((text) => JSON.parse(text))]);
const found = `${JSON.stringify(Object.fromEntries(gateways), null, 1)}\n`;
if (process.env.UPDATE_GOLDEN) writeFileSync(KEPT, found);
const same = found === readFileSync(KEPT, 'utf8');
if (!same) console.log('tests/bench/configurations.json is not what is rendered: `make configurations` writes it');
console.log(`${same ? '1 passed; 0' : '0 passed; 1'} failed: what the module is trained with`);
process.exitCode = same ? 0 : 1;
