// Somebody in front of a browser: opens pages, logs in, looks for faults on whatever is seen.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

// Where a monitor is, by the state of its numbers: those of the fixture, and what a test adds.
export const addresses = JSON.parse(process.env.MONITOR_ADDRESSES);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const shots = fileURLToPath(new URL('../../target/monitor/', import.meta.url));

// One browser for a file's tests. It is shut when they are over, so that the process ends.
let browser;
export async function close() {
  await browser?.close();
}

export const desk = { viewport: { width: 1280, height: 900 }, colorScheme: 'light' };
export const dark = { ...desk, colorScheme: 'dark' };
export const phone = { viewport: { width: 360, height: 740 }, colorScheme: 'light', hasTouch: true };

export class Visitor {
  // `state` is one of `addresses`.
  static async at(state, options = desk) {
    browser ??= await chromium.launch({ executablePath: process.env.SPILLWAY_CHROMIUM });
    const visitor = new Visitor();
    visitor.scripts = options.javaScriptEnabled ?? true;
    visitor.base = `http://${addresses[state]}`;
    visitor.context = await browser.newContext({ ...options, baseURL: visitor.base });
    visitor.page = await visitor.context.newPage();
    visitor.faults = [];
    visitor.page.setDefaultTimeout(20_000);
    visitor.page.on('pageerror', (error) => visitor.faults.push(error.message));
    visitor.page.on('dialog', (dialog) => visitor.faults.push(`dialog: ${dialog.message()}`));
    visitor.page.on('console', (message) => {
      // The browser's own word for a page whose status is an error, as some are meant to be.
      const expected = message.text().startsWith('Failed to load resource: the server responded with a status of');
      if (['error', 'warning'].includes(message.type()) && !expected) visitor.faults.push(message.text());
    });
    return visitor;
  }

  // Runs `visit` with a visitor who is logged in; afterwards no fault may have been seen.
  static async logged_in(state, options, visit) {
    await Visitor.stranger(state, options, async (visitor) => {
      await visitor.login('sk-master');
      await visit(visitor);
    });
  }

  // The same with a visitor who is not.
  static async stranger(state, options, visit) {
    const visitor = await Visitor.at(state, options);
    try {
      await visit(visitor);
      assert.deepEqual(visitor.faults, [], 'faults in the console');
    } finally {
      await visitor.context.close();
    }
  }

  async login(credential) {
    await this.page.goto('/ui/login');
    await this.submit(credential);
  }

  // A navigation is waited for: of the answer's page, whichever it is.
  async submit(credential) {
    await this.page.getByLabel('Master key or read-only token').fill(credential);
    await this.press('Log in');
  }

  async press(button) {
    const loaded = this.page.waitForEvent('load');
    await this.page.getByRole('button', { name: button }).click();
    await loaded;
  }

  // Opens a page; its status.
  async open(path) {
    return (await this.page.goto(path)).status();
  }

  get path() {
    return this.page.url().slice(this.base.length);
  }

  headline() {
    return this.page.getByRole('heading', { level: 1 }).textContent();
  }

  // Moves the ledger's clock.
  async advance(seconds) {
    const answer = await this.context.request.post(`/fixture/advance?seconds=${seconds}`);
    assert.equal(answer.status(), 200);
  }

  // Keeps a picture, and looks for what would trouble somebody: sideways scrolling, and what axe finds serious.
  async look(name) {
    await this.page.screenshot({ path: `${shots}${name}.png`, fullPage: true });
    const beyond = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(beyond <= 0, `${name} is ${beyond} pixels wider than the screen`);
    // Where no script may run, axe cannot either.
    if (!this.scripts) return;
    assert.deepEqual(await this.serious(), [], `axe on ${name}`);
  }

  // Evaluated by the debugger, which the page's policy for scripts does not bind.
  async serious() {
    await this.page.evaluate(axe);
    const { violations } = await this.page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
    const serious = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
    return serious.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html).join(' | ')}`);
  }
}
