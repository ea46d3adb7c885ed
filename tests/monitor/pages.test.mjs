// Every page with every kind of numbers, on a desk, in the dark and on a phone.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { Visitor, close, dark, desk, phone } from './visitor.mjs';

after(close);

const pages = {
  overview: ['/ui', 'Overview'],
  traffic: ['/ui/traffic', 'Traffic'],
  spend: ['/ui/spend', 'Spend'],
  guardrails: ['/ui/guardrails', 'Guardrails'],
  requests: ['/ui/requests', 'Requests'],
};
const screens = { desk, dark, phone };

for (const [state, on] of [
  ['full', ['desk', 'dark', 'phone']],
  ['empty', ['desk', 'dark', 'phone']],
  ['huge', ['desk', 'phone']],
  ['hostile', ['desk', 'phone']],
]) {
  for (const screen of on) {
    test(`every page, ${state}, ${screen}`, () => Visitor.logged_in(state, screens[screen], async (visitor) => {
      for (const [name, [path, headline]] of Object.entries(pages)) {
        assert.equal(await visitor.open(path), 200);
        assert.equal(await visitor.headline(), headline);
        await visitor.look(`${name}-${state}-${screen}`);
        assert.equal(await visitor.page.title(), `${headline} · Spillway`);
        assert.equal(await visitor.page.locator('img[src="x"]').count(), 0, 'a name became an image');
      }
    }));
  }
}

test('longer times have their charts', () => Visitor.logged_in('full', desk, async (visitor) => {
  for (const range of ['7d', '30d', '90d']) {
    assert.equal(await visitor.open(`/ui/traffic?range=${range}`), 200);
    await visitor.look(`traffic-${range}`);
  }
}));

test('a chart says its numbers, in words and as a table', () => Visitor.logged_in('full', desk, async (visitor) => {
  await visitor.open('/ui');
  const chart = visitor.page.getByRole('img', { name: 'Requests over time' });
  assert.match(await chart.locator('.slot title').last().textContent(), /^Nov 20, 17:00–18:00: Succeeded \d+, Failed \d+$/);
  const section = visitor.page.getByRole('region', { name: 'Requests', exact: true });
  await section.getByText('Show the numbers').click();
  assert.equal(await section.locator('.numbers tbody tr').count(), 24);
  await visitor.look('overview-numbers');
}));

for (const [screen, options] of Object.entries(screens)) {
  test(`a request's story, ${screen}`, () => Visitor.logged_in('full', options, async (visitor) => {
    await visitor.open('/ui/requests');
    const link = visitor.page.locator('tr', { hasText: 'fell back' }).first().getByRole('link').first();
    await link.click();
    assert.match(await visitor.headline(), /^Request request-006$/);
    const parts = await visitor.page.locator('.waterfall .what b').allTextContents();
    assert.deepEqual(parts, [
      'Request', 'Guardrail pii', 'Guardrail block-word', 'Try 1: gpt-4.1/openai', 'Try 2: gpt-4.1/azure-us',
      'Try 3: claude-sonnet-4/anthropic', 'Answer streamed',
    ]);
    await visitor.look(`story-${screen}`);
    await visitor.open('/ui/requests/request-004');
    await visitor.page.getByText('The client got an error').waitFor();
    await visitor.look(`story-blocked-${screen}`);
  }));
}

for (const state of ['huge', 'hostile']) {
  test(`a story, ${state}`, () => Visitor.logged_in(state, phone, async (visitor) => {
    await visitor.open('/ui/requests');
    await visitor.page.locator('tbody tr').nth(4).getByRole('link').first().click();
    await visitor.page.getByText('What happened').waitFor();
    await visitor.look(`story-${state}-phone`);
  }));
}

test('a database that fails is a page that says so', () => Visitor.logged_in('failing', desk, async (visitor) => {
  for (const [name, [path]] of Object.entries({ ...pages, story: ['/ui/requests/x'] })) {
    assert.equal(await visitor.open(path), 503);
    assert.equal(await visitor.headline(), 'The database does not answer');
    await visitor.page.getByText('database or disk is full').waitFor();
    await visitor.look(`${name}-failing`);
  }
}));

test('what is not there is said, and how to go on', () => Visitor.logged_in('full', phone, async (visitor) => {
  for (const [path, status, text] of [
    ['/ui/nothing', 404, 'There is no such page'],
    ['/ui/requests/unknown', 404, 'There is no such request'],
    ['/ui/traffic?team=a', 400, 'This page has no “team”'],
    ['/ui/spend?team=a&tag=b', 400, 'take one of the filters away'],
    ['/ui/requests?status=maybe', 400, 'success, failure'],
    ['/ui?range=1y', 400, 'There is no range “1y”'],
  ]) {
    assert.equal(await visitor.open(path), status, path);
    await visitor.page.getByText(text).first().waitFor();
  }
  await visitor.look('wrong-filter-phone');
}));
