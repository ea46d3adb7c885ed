// The program itself, with a database of its own: its lists, its stories, what comes in meanwhile, and a disk that fails.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { events, told } from './events.mjs';
import { Ledger } from './ledger.mjs';
import { columns, listed, tiles } from './read.mjs';
import { dollars, succeeded } from './sums.mjs';
import { Visitor, addresses, close, dark, desk, phone } from './visitor.mjs';

const now = () => Date.now() * 1_000;
const delivered = events(now());
// The newest first, and among those of one moment the larger id, as the list is ordered.
const order = (one, other) => other.started_us - one.started_us || (one.request_id < other.request_id ? 1 : -1);
const ids = (some) => [...some].sort(order).map(({ request_id }) => request_id);
const pages = ['/ui', '/ui/traffic', '/ui/spend', '/ui/guardrails', '/ui/requests'];

let ledger;
before(async () => {
  ledger = await Ledger.start();
  addresses.told = ledger.address;
  await ledger.tell(delivered);
});
after(async () => {
  await close();
  await ledger.remove();
});

// With a ledger of a test's own, under a name for visitors.
async function another(name, visit) {
  const other = await Ledger.start();
  addresses[name] = other.address;
  try {
    await visit(other);
  } finally {
    await other.remove();
  }
}

test('the list has every request that was delivered, once', () => Visitor.logged_in('told', phone, async (visitor) => {
  await visitor.open('/ui/requests?range=7d');
  await visitor.look('ledger-requests-phone');
  const first = await listed(visitor.page);
  await visitor.page.getByRole('link', { name: 'Older →' }).click();
  await visitor.page.waitForURL(/older=/);
  assert.deepEqual([...first, ...(await listed(visitor.page))], ids(delivered));
}));

const key = delivered.find(({ caller }) => caller.key_alias === 'lab').caller.key_hash;
const ran = ({ guardrail_information }, status) => guardrail_information.some(({ guardrail_status }) => guardrail_status === status);
for (const [filter, matches] of Object.entries({
  'status=failure': (event) => !succeeded(event),
  'team=tools&model=claude-sonnet-4': () => false,
  'team=research&model=claude-sonnet-4': ({ caller, model_group }) => caller.team_id === 'research' && model_group === 'claude-sonnet-4',
  'tag=nightly': ({ tags }) => tags.includes('nightly'),
  [`key=${key}`]: ({ caller }) => caller.key_hash === key,
  'dialect=aembedding': ({ call_type }) => call_type === 'aembedding',
  'action=blocked': (event) => ran(event, 'guardrail_intervened'),
  'guardrail=id-of-tone&action=flagged': (event) => ran(event, 'guardrail_flagged'),
})) {
  test(`a filter finds what it names: ${filter}`, () => Visitor.logged_in('told', desk, async (visitor) => {
    await visitor.open(`/ui/requests?range=7d&${filter}`);
    assert.deepEqual(await listed(visitor.page), ids(delivered.filter(matches)));
  }));
}

test('a request’s story has its tries, guardrails, tokens and cost', () => Visitor.logged_in('told', dark, async (visitor) => {
  const { page } = visitor;
  const event = delivered.find(({ fallbacks }) => fallbacks > 0);
  assert.equal(await visitor.open(`/ui/requests/${event.request_id}`), 200);
  const parts = await page.locator('.waterfall .what b').allTextContents();
  const tries = event.attempts.map(({ deployment }, index) => `Try ${index + 1}: ${deployment}`);
  assert.deepEqual(parts, ['Request', 'Guardrail pii', ...tries, 'Answer streamed']);
  for (const { cause, status } of event.attempts) await page.getByText(`${cause} (${status})`).first().waitFor();
  const found = await tiles(page);
  assert.equal(found.Duration[0], '1.5 s');
  assert.equal(found['First token'][0], '700 ms');
  assert.deepEqual(found.Tokens, ['768', '640 in · 128 out']);
  assert.equal(found.Cost[1], dollars(event.cost_nanodollars));
  for (const text of ['Masked: us ssn: 2', event.caller.key_hash, 'T-fell_back-ci-0']) await page.getByText(text).first().waitFor();
  await visitor.look('ledger-story-dark');
}));

test('a blocked request’s story says by what', () => Visitor.logged_in('told', phone, async (visitor) => {
  const event = delivered.find((one) => ran(one, 'guardrail_intervened'));
  await visitor.open(`/ui/requests/${event.request_id}`);
  await visitor.page.getByText(event.error.error_message).waitFor();
  await visitor.page.getByText('no provider was asked').waitFor();
  await visitor.page.getByText('keyword: launch code').waitFor();
  await visitor.look('ledger-story-blocked-phone');
}));

test('an empty ledger fills while somebody looks', () => another('fresh', (fresh) => Visitor.stranger('fresh', desk, async (visitor) => {
  const { page } = visitor;
  await page.clock.install();
  await visitor.login('read-only');
  for (const path of [...pages].reverse()) {
    assert.equal(await visitor.open(path), 200);
    await page.getByRole('heading', { name: 'in this time' }).waitFor();
    await visitor.look(`ledger-nothing-${path.split('/').at(-1)}`);
  }
  const requests = page.locator('.tile', { hasText: 'Requests' }).locator('.value');
  for (const [number, kind] of ['plain', 'blocked'].entries()) {
    await fresh.tell([told(`news-${number}`, kind, 'ci', [], now() - 1_000_000)]);
    await page.clock.fastForward(10_000);
    await requests.getByText(String(number + 1), { exact: true }).waitFor();
  }
  assert.deepEqual((await tiles(page)).Blocked, ['1', '0 flagged']);
  await visitor.look('ledger-news');
})));

test('the focus stays on its request while others come in', () => another('focused', (focused) => Visitor.stranger('focused', desk, async (visitor) => {
  const { page } = visitor;
  const tell = (id, ago) => focused.tell([told(id, 'plain', 'ci', [], now() - ago * 1_000_000)]);
  await tell('first', 60);
  await tell('second', 50);
  await page.clock.install();
  await visitor.login('read-only');
  await visitor.open('/ui/requests');
  const row = page.locator('tbody tr').filter({ has: page.locator('a[href$="/first"]') });
  for (const [link, news] of [['th a', 'third'], ['td a', 'fourth']]) {
    await row.locator(link).first().focus();
    await tell(news, 40);
    await page.clock.fastForward(10_000);
    await page.locator(`a[href$="/${news}"]`).waitFor();
    const within = await page.evaluate(() => document.activeElement.closest('tr')?.querySelector('a').getAttribute('href'));
    assert.equal(within, '/ui/requests/first', link);
    assert.equal(await page.evaluate((link) => document.activeElement.matches(link), link), true, link);
  }
})));

test('what gateways let rest is told, and that nothing is known where none says so', () => another('resting', (resting) => Visitor.stranger('resting', phone, async (visitor) => {
  const { page } = visitor;
  await page.clock.install();
  await visitor.login('sk-master');
  await visitor.open('/ui/traffic');
  const section = page.getByRole('region', { name: 'Cooled deployments now', exact: true });
  await section.getByText('No gateway has reported within the last minute').waitFor();
  const shown = async (reports, marker) => {
    for (const [gateway, cooled] of Object.entries(reports)) await resting.report(gateway, cooled);
    await page.clock.fastForward(10_000);
    await section.getByText(marker, { exact: true }).waitFor();
    return columns(page, 'Deployments that are cooled now', ['Cause', 'At gateways']);
  };
  const both = await shown({
    'edge-1': [['gpt-4.1/azure-eu', 'rate_limit', 600], ['gpt-4.1/openai', 'timeout', 300]],
    'edge-2': [['gpt-4.1/azure-eu', 'server_error', 60]],
    'edge-3': [],
  }, '2 of 3');
  assert.deepEqual(both, { 'gpt-4.1/azure-eu': ['rate_limit', '2 of 3'], 'gpt-4.1/openai': ['timeout', '1 of 3'] });
  await visitor.look('ledger-cooled-phone');
  assert.deepEqual(await shown({ 'edge-1': [] }, 'server_error'), { 'gpt-4.1/azure-eu': ['server_error', '1 of 3'] });
  await resting.report('edge-2', []);
  await page.clock.fastForward(10_000);
  await section.getByText('every deployment is in use').waitFor();
})));

test('a disk that fails is said on every page, until it is mended', () => another('broken', async (broken) => {
  await broken.tell(delivered);
  // Started again, so that the rows are in the file and, before the first page, in no memory.
  await broken.stop();
  await broken.run();
  addresses.broken = broken.address;
  const mend = broken.break();
  await Visitor.logged_in('broken', desk, async (visitor) => {
    for (const path of [...pages, `/ui/requests/${delivered[0].request_id}`]) {
      assert.equal(await visitor.open(path), 503, path);
      assert.equal(await visitor.headline(), 'The database does not answer');
    }
    await visitor.look('ledger-disk-fails');
    mend();
    assert.equal(await visitor.open('/ui/requests?range=7d'), 200);
    assert.deepEqual(await listed(visitor.page), ids(delivered).slice(0, 50));
  });
}));
