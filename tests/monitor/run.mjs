// Starts the monitor over made-up numbers, runs every test here in Chromium, and adds up.
//
// Wants SPILLWAY_MONITOR_FIXTURE (the example program of the ledger), SPILLWAY_BIN_DIR (the folder of the ledger itself)
// and SPILLWAY_CHROMIUM. Screenshots go to target/monitor.

import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const shots = fileURLToPath(new URL('../../target/monitor/', import.meta.url));

for (const name of ['SPILLWAY_MONITOR_FIXTURE', 'SPILLWAY_BIN_DIR', 'SPILLWAY_CHROMIUM']) {
  if (!process.env[name]) throw new Error(`${name} is not set; run this by \`make test-monitor\``);
}
rmSync(shots, { recursive: true, force: true });
mkdirSync(shots, { recursive: true });

// Its log would hide the tests'; a panic is seen as a test that fails.
const monitor = spawn(process.env.SPILLWAY_MONITOR_FIXTURE, { stdio: ['ignore', 'pipe', 'ignore'] });
for await (const line of createInterface({ input: monitor.stdout })) {
  process.env.MONITOR_ADDRESSES = line;
  break;
}

// The only argument is a part of the files' names.
const wanted = (name) => name.endsWith('.test.mjs') && name.includes(process.argv[2] ?? '');
const files = readdirSync(here).filter(wanted).map((name) => here + name);
const counts = { passed: 0, failed: 0 };

// A file is reported too, as a test around its tests.
const isFile = ({ name }) => name.endsWith('.test.mjs');

await new Promise((done) => {
  run({ files, concurrency: 1, timeout: 900_000 })
    .on('test:pass', (test) => {
      if (isFile(test) || test.details.type === 'suite') return;
      counts.passed += 1;
      console.log(`ok      ${test.name} (${(test.details.duration_ms / 1000).toFixed(1)} s)`);
    })
    .on('test:fail', (test) => {
      const why = test.details.error;
      if (why.failureType === 'subtestsFailed') return;
      counts.failed += 1;
      console.log(`FAILED  ${test.name}\n${why.cause?.stack ?? why.stack ?? why}`);
    })
    .on('end', done)
    .resume();
});
monitor.kill();
console.log(`monitor: ${counts.passed} passed; ${counts.failed} failed; screenshots in target/monitor`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
