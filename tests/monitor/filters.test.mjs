// What a page shows is chosen in its address; forms and links only write it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { Visitor, close, desk } from './visitor.mjs';

after(close);

const without_script = { ...desk, javaScriptEnabled: false };

for (const [how, options] of Object.entries({ 'with a script': desk, 'without': without_script })) {
  test(`a form filters, and a link takes it away, ${how}`, () => Visitor.logged_in('full', options, async (visitor) => {
    const { page } = visitor;
    await visitor.open('/ui/requests?range=7d');
    await page.getByText('Filter', { exact: true }).click();
    await page.getByLabel('Model').selectOption('gpt-4.1');
    await page.getByLabel('Status').selectOption('Failed');
    await visitor.press('Apply');
    // Fields that were left empty are not in the address that people share.
    assert.equal(visitor.path, '/ui/requests?range=7d&status=failure&model=gpt-4.1');
    const models = await page.locator('tbody td:nth-child(3)').allTextContents();
    assert.ok(models.length > 0 && models.every((model) => model.startsWith('gpt-4.1')), String(models));
    await visitor.look(`filtered ${how}`.replaceAll(' ', '-'));
    await page.getByRole('list', { name: 'Filters in use' }).getByText('Status').click();
    await page.waitForURL('**/ui/requests?range=7d&model=gpt-4.1');
  }));
}

test('the form says what the page shows, also after going back', () => Visitor.logged_in('full', desk, async (visitor) => {
  const { page } = visitor;
  await visitor.open('/ui/requests?range=7d');
  await page.getByText('Filter', { exact: true }).click();
  await page.getByLabel('Status').selectOption('Failed');
  await visitor.press('Apply');
  await page.goBack();
  assert.equal(visitor.path, '/ui/requests?range=7d');
  assert.equal(await page.getByLabel('Status').inputValue(), '');
}));

test('a shared link shows the same', () => Visitor.logged_in('full', desk, async (visitor) => {
  await visitor.open('/ui/requests?status=failure&action=blocked');
  const rows = await visitor.page.locator('tbody tr').count();
  await Visitor.stranger('full', desk, async (other) => {
    await other.open(visitor.path);
    assert.equal(other.path, '/ui/login?next=%2Fui%2Frequests%3Fstatus%3Dfailure%26action%3Dblocked');
    await other.submit('read-only');
    assert.equal(other.path, visitor.path);
    assert.equal(await other.page.locator('tbody tr').count(), rows);
  });
}));

test('a name leads to its requests', () => Visitor.logged_in('full', desk, async (visitor) => {
  await visitor.open('/ui/spend?range=7d');
  await visitor.page.getByRole('region', { name: 'By key' }).getByRole('link', { name: 'research' }).click();
  await visitor.page.waitForURL(/\/ui\/requests\?range=7d&key=[0-9a-f]{64}$/);
  // The key is never shown or linked; its alias and its hash are.
  await visitor.page.getByRole('list', { name: 'Filters in use' }).getByText('research').waitFor();
}));

test('a table is sorted by its headers', () => Visitor.logged_in('full', desk, async (visitor) => {
  const { page } = visitor;
  await visitor.open('/ui/traffic');
  const table = page.getByRole('region', { name: 'Traffic by model' });
  const header = table.getByRole('columnheader', { name: 'Requests' });
  const numbers = async () => (await table.locator('tbody td:nth-child(2)').allTextContents()).map(Number);
  for (const [direction, sign] of [['descending', -1], ['ascending', 1]]) {
    await header.getByRole('link').click();
    await page.waitForURL(new RegExp(`sort=models.requests.${direction === 'ascending' ? 'asc' : 'desc'}`));
    assert.equal(await header.getAttribute('aria-sort'), direction);
    const found = await numbers();
    assert.deepEqual(found, [...found].sort((one, other) => sign * (one - other)));
  }
}));

test('pages of requests go on and back', () => Visitor.logged_in('full', desk, async (visitor) => {
  const { page } = visitor;
  await visitor.open('/ui/requests?range=7d');
  const ids = async () => page.locator('tbody th a').evaluateAll((links) => links.map((link) => link.pathname));
  const first = await ids();
  await page.getByRole('link', { name: 'Older →' }).click();
  await page.waitForURL(/older=/);
  const second = await ids();
  await page.getByRole('link', { name: 'Older →' }).click();
  await page.waitForURL((url) => !url.search.includes(encodeURIComponent(first.at(-1).split('/').at(-1))));
  const third = await ids();
  assert.equal(new Set([...first, ...second, ...third]).size, 130, 'every request once');
  assert.equal(await page.getByRole('link', { name: 'Older →' }).count(), 0);
  await page.getByRole('link', { name: '← Newer' }).click();
  await page.waitForURL(/newer=/);
  assert.deepEqual(await ids(), second);
  await page.getByRole('link', { name: 'Newest' }).click();
  await page.waitForURL('**/ui/requests?range=7d');
  assert.deepEqual(await ids(), first);
}));

test('the menu keeps the time', () => Visitor.logged_in('full', desk, async (visitor) => {
  await visitor.open('/ui/spend?from=2026-11-01&to=2026-11-10&model=gpt-4.1');
  await visitor.page.getByText('2026-11-01 to 2026-11-10').waitFor();
  await visitor.page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Traffic' }).click();
  await visitor.page.waitForURL('**/ui/traffic?from=2026-11-01&to=2026-11-10');
}));
