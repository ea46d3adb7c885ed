// The program itself, with a database of its own: what was delivered to it is what its pages say, to the nanodollar.
//
// No figure is written down here: each is counted from the delivered events in another way, see sums.mjs.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { events, keys } from './events.mjs';
import { Ledger } from './ledger.mjs';
import { columns, tiles } from './read.mjs';
import { by, of, outcomes, spending, traffic } from './sums.mjs';
import { Visitor, addresses, close, desk } from './visitor.mjs';

const HOUR = 3_600_000_000;
const now = Date.now() * 1_000;
const delivered = events(now);
const ranges = { '24h': delivered.filter(({ started_us }) => started_us > now - 12 * HOUR), '7d': delivered };

let ledger;
before(async () => {
  ledger = await Ledger.start();
  addresses.told = ledger.address;
  for (const [alias, key] of Object.entries(keys)) await ledger.make(key, alias);
  assert.deepEqual(await ledger.tell(delivered), { stored: 60, duplicates: 0 });
  // A gateway that heard no answer delivers again, and nothing is counted twice.
  assert.deepEqual(await ledger.tell(delivered.slice(7, 19)), { stored: 0, duplicates: 12 });
});
after(async () => {
  await close();
  await ledger.remove();
});

// A test for each range: of the page at `path`, and the events that it is about.
function figures(title, path, check) {
  for (const [range, some] of Object.entries(ranges)) {
    test(`${title}, ${range}`, () => Visitor.logged_in('told', desk, async (visitor) => {
      assert.equal(await visitor.open(`${path}?range=${range}`), 200);
      await check(visitor.page, some);
      await visitor.look(`ledger-${path.split('/').at(-1)}-${range}`);
    }));
  }
}

figures('the first page has the sums of all', '/ui', async (page, some) => {
  const [found, went, ran] = [await tiles(page), traffic(some), outcomes(some)];
  assert.deepEqual(found.Requests, [went.requests, `${went.fell_back[0]} fell back`]);
  assert.deepEqual(found.Failed, went.failed);
  assert.deepEqual(found.Blocked, [ran.blocked, `${ran.flagged} flagged`]);
  const sums = (group) => [spending(group).spend, spending(group).requests];
  assert.deepEqual(await columns(page, 'Spend by model', ['Spend', 'Requests']), by(some, of.model, sums));
});

figures('money is told by model, key, team, tag and day', '/ui/spend', async (page, some) => {
  const [found, all] = [await tiles(page), spending(some)];
  assert.equal(found.Spend[1], all.spend);
  assert.equal(found.Requests[0], all.requests);
  assert.equal(found['Input tokens'][1], all.input);
  assert.equal(found['Output tokens'][1], all.output);
  const sums = (group) => {
    const { spend, requests, input, output } = spending(group);
    return [spend, requests, `${input} in, ${output} out`];
  };
  for (const what of ['model', 'key', 'team', 'tag', 'day']) {
    const table = await columns(page, `Spend by ${what}`, ['Spend', 'Requests', 'Tokens']);
    assert.deepEqual(table, by(some, of[what], sums), what);
  }
});

figures('traffic is told by model and dialect', '/ui/traffic', async (page, some) => {
  const [found, went] = [await tiles(page), traffic(some)];
  assert.equal(found.Requests[0], went.requests);
  assert.deepEqual(found.Failed, went.failed);
  assert.deepEqual(found['Fell back'], went.fell_back);
  const sums = (group) => {
    const { requests, failed: [, failed], fell_back: [, fell_back] } = traffic(group);
    return [requests, failed, fell_back];
  };
  for (const what of ['model', 'dialect']) {
    const table = await columns(page, `Traffic by ${what}`, ['Requests', 'Failed', 'Fell back']);
    assert.deepEqual(table, by(some, of[what], sums), what);
  }
});

figures('guardrails are told by guardrail, team and dialect', '/ui/guardrails', async (page, some) => {
  const [found, ran] = [await tiles(page), outcomes(some)];
  assert.equal(found.Evaluated[0], ran.evaluated);
  assert.equal(found.Blocked[0], ran.blocked);
  assert.equal(found.Flagged[0], ran.flagged);
  assert.equal(found.Passed[0], ran.passed);
  const titles = ['Evaluated', 'Blocked', 'Flagged'];
  const sums = (group) => {
    const { evaluated, blocked, flagged } = outcomes(group);
    return [evaluated, blocked, flagged];
  };
  const guarded = some.filter(({ guardrail_information }) => guardrail_information.length > 0);
  for (const what of ['team', 'dialect']) {
    assert.deepEqual(await columns(page, `What guardrails did, by ${what}`, titles), by(guarded, of[what], sums), what);
  }
  const alone = guarded.flatMap(({ guardrail_information }) => guardrail_information.map((run) => ({ guardrail_information: [run] })));
  const each = by(alone, ({ guardrail_information: [run] }) => run.guardrail_name, sums);
  assert.deepEqual(await columns(page, 'What each guardrail did', titles), each);
  const blocks = page.getByRole('region', { name: 'Latest blocks' }).getByRole('listitem');
  assert.equal(String(await blocks.count()), ran.blocked);
});
