// With the keyboard alone, in the dark, and while the page goes on by itself.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { Visitor, close, desk } from './visitor.mjs';

after(close);

const focused = (page) => page.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.id);

test('the keyboard alone is enough', () => Visitor.stranger('full', desk, async (visitor) => {
  const { page } = visitor;
  const key = (name) => page.keyboard.press(name);
  await visitor.open('/ui/login');
  assert.equal(await focused(page), 'credential');
  await page.keyboard.type('sk-master');
  await key('Enter');
  await page.waitForURL('**/ui');
  await key('Tab');
  assert.equal(await focused(page), 'Skip to the content');
  await visitor.look('skip-link');
  await key('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
  await key('Tab');
  assert.equal(await focused(page), '24h');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, 'solid', 'the focus is seen');
  await visitor.open('/ui/traffic');
  await page.getByText('Filter', { exact: true }).focus();
  await key('Enter');
  await key('Tab');
  await page.keyboard.type('gpt-4.1-mini');
  await key('Enter');
  if (!visitor.path.includes('model=')) {
    // A list that is not open takes Enter for its form only after the choice.
    await page.getByRole('button', { name: 'Apply' }).focus();
    await key('Enter');
  }
  await page.waitForURL('**/ui/traffic?model=gpt-4.1-mini');
}));

test('every control is reached by Tab, in the order of the page', () => Visitor.logged_in('full', desk, async (visitor) => {
  const { page } = visitor;
  await visitor.open('/ui/requests?model=gpt-4.1');
  const wanted = await page.evaluate(() => {
    const all = [...document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')];
    return all.filter((part) => part.checkVisibility()).length;
  });
  const reached = new Set();
  let last = -1;
  for (let presses = 0; presses < 3 * wanted; presses += 1) {
    await page.keyboard.press('Tab');
    const place = await page.evaluate(() => [...document.querySelectorAll('*')].indexOf(document.activeElement));
    if (place < last) break;
    last = place;
    const counts = await page.evaluate(() => document.activeElement.matches('a, button, input, select, summary'));
    if (counts) reached.add(place);
  }
  assert.equal(reached.size, wanted);
}));

test('dark and light can be chosen, and stay', () => Visitor.logged_in('full', desk, async (visitor) => {
  const ground = () => visitor.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await visitor.open('/ui/spend?range=7d');
  const light = await ground();
  await visitor.press('Theme: system');
  assert.equal(visitor.path, '/ui/spend?range=7d');
  const dark = await ground();
  assert.notEqual(dark, light);
  await visitor.open('/ui/traffic');
  assert.equal(await ground(), dark);
  await visitor.look('traffic-chosen-dark');
  await visitor.press('Theme: dark');
  assert.equal(await ground(), light);
  await visitor.press('Theme: light');
  await visitor.page.getByRole('button', { name: 'Theme: system' }).waitFor();
}));

test('a page goes on by itself, and keeps what was opened', () => Visitor.stranger('hostile', desk, async (visitor) => {
  const { page } = visitor;
  await page.clock.install();
  await visitor.login('sk-master');
  await visitor.open('/ui/traffic');
  const time = page.locator('.made time');
  const before = await time.textContent();
  await page.locator('section').first().getByText('Show the numbers').click();
  await page.locator('th a').first().focus();
  await visitor.advance(10);
  await page.clock.fastForward(10_000);
  await page.waitForFunction((before) => document.querySelector('.made time').textContent !== before, before);
  assert.equal(await page.locator('section').first().locator('details').getAttribute('open'), '');
  assert.equal(await page.evaluate(() => document.activeElement.matches('th a')), true, 'the focus stays');
}));

test('going on can be stopped', () => Visitor.stranger('hostile', desk, async (visitor) => {
  const { page } = visitor;
  await page.clock.install();
  await visitor.login('sk-master');
  let asked = 0;
  await page.route('**/ui', (route) => { asked += 1; return route.continue(); });
  const button = page.getByRole('button', { name: 'Live' });
  await button.click();
  assert.equal(await button.getAttribute('aria-pressed'), 'false');
  await page.clock.fastForward(60_000);
  assert.equal(asked, 0);
  const answered = page.waitForResponse('**/ui');
  await button.click();
  await page.clock.fastForward(10_000);
  await answered;
}));

test('a ledger that is away is said to be, and asked again', () => Visitor.stranger('hostile', desk, async (visitor) => {
  const { page } = visitor;
  await page.clock.install();
  await visitor.login('sk-master');
  await page.route('**/ui', (route) => route.fulfill({ status: 503, body: '' }));
  await page.clock.fastForward(10_000);
  await page.getByRole('button', { name: 'Live, no answer' }).waitFor();
  assert.equal(await visitor.headline(), 'Overview', 'what was there stays');
  await page.unroute('**/ui');
  await page.clock.fastForward(20_000);
  await page.getByRole('button', { name: 'Live', exact: true }).waitFor();
}));

test('a page whose session is over leads to the login', () => Visitor.stranger('hostile', desk, async (visitor) => {
  const { page } = visitor;
  await page.clock.install();
  await visitor.login('sk-master');
  await visitor.open('/ui/traffic');
  await visitor.advance(12 * 3600);
  await page.clock.fastForward(10_000);
  await page.waitForURL('**/ui/login?next=%2Fui%2Ftraffic');
}));

test('what is over does not go on', () => Visitor.logged_in('full', desk, async (visitor) => {
  for (const path of ['/ui/requests/request-006', '/ui/spend?from=2026-11-01&to=2026-11-02']) {
    await visitor.open(path);
    assert.equal(await visitor.page.getByRole('button', { name: 'Live' }).isVisible(), false, path);
  }
}));
