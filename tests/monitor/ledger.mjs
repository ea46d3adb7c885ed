// The program itself, on a database file of its own: started, told events as gateways tell them, broken and stopped.
//
// Wants SPILLWAY_BIN_DIR, the folder of the program.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, copyFileSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const TOKEN = 'ingest-token';
const MASTER_KEY = 'sk-master';

export class Ledger {
  // Returns when it listens.
  static async start() {
    const ledger = new Ledger();
    ledger.folder = mkdtempSync(join(tmpdir(), 'spillway-monitor-'));
    ledger.file = join(ledger.folder, 'ledger.sqlite');
    await ledger.run();
    return ledger;
  }

  async run() {
    // Nothing of the environment: it may name another database.
    const env = { SPILLWAY_LEDGER_TOKEN: TOKEN, SPILLWAY_MASTER_KEY: MASTER_KEY, SPILLWAY_MONITOR_TOKEN: 'read-only' };
    const program = join(process.env.SPILLWAY_BIN_DIR, 'spillway-ledger');
    this.child = spawn(program, ['--listen', '127.0.0.1:0', '--data', this.file], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const lines = createInterface({ input: this.child.stderr });
    // It is read on, so that the program never waits for a full pipe.
    lines.on('line', () => {});
    const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close').then(() => ['it said nothing'])]);
    assert.match(line, /"event":"started"/, `${program}: ${line}`);
    this.address = JSON.parse(line).listen;
  }

  // Delivers a batch as a gateway; it is stored when this returns.
  tell(events) {
    return this.post('/v1/events', TOKEN, { events });
  }

  // Tells which deployments a gateway lets rest: [deployment, cause, for how many seconds].
  report(gateway, cooled) {
    const rests = ([deployment, cause, seconds]) => ({ deployment, cause, until_ms: Date.now() + 1_000 * seconds });
    return this.post('/v1/cooldowns', TOKEN, { gateway, at_ms: Date.now(), cooled: cooled.map(rests) });
  }

  // Makes a key as an administrator.
  make(key, key_alias) {
    return this.post('/key/generate', MASTER_KEY, { key, key_alias });
  }

  async post(path, credential, body) {
    const headers = { authorization: `Bearer ${credential}`, 'content-type': 'application/json' };
    const answer = await fetch(`http://${this.address}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.equal(answer.status, 200, await answer.clone().text());
    return answer.json();
  }

  // Ends as an operator ends it: what is in its write-ahead log is folded into the file.
  async stop() {
    if (this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  // Overwrites the database under a ledger that runs, as a disk that fails does, and returns what puts it back.
  break() {
    const whole = `${this.file}.whole`;
    copyFileSync(this.file, whole);
    const file = openSync(this.file, 'r+');
    writeSync(file, Buffer.alloc(statSync(this.file).size, 0xa5), 0);
    closeSync(file);
    return () => copyFileSync(whole, this.file);
  }

  async remove() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
