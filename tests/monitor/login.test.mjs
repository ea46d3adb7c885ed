// Who is let in, for how long, and what other sites cannot do.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { Visitor, close, desk, phone } from './visitor.mjs';

after(close);

test('both credentials let in, and logging out ends it', () => Visitor.stranger('full', desk, async (visitor) => {
  for (const credential of ['sk-master', 'read-only']) {
    await visitor.login(credential);
    assert.equal(visitor.path, '/ui');
    const session = (await visitor.context.cookies()).find(({ name }) => name === 'spillway_session');
    await visitor.press('Log out');
    await visitor.page.getByText('You are logged out.').waitFor();
    assert.equal(await visitor.open('/ui'), 200);
    assert.equal(visitor.path, '/ui/login');
    // The ledger forgot the session, not only the browser.
    await visitor.context.addCookies([session]);
    await visitor.open('/ui/spend');
    assert.equal(visitor.path, '/ui/login?next=%2Fui%2Fspend');
    await visitor.context.clearCookies();
  }
}));

test('a wrong key is said to be one', () => Visitor.stranger('full', phone, async (visitor) => {
  await visitor.open('/ui/login');
  await visitor.look('login-phone');
  await visitor.submit('sk-wrong');
  await visitor.page.getByRole('alert').getByText('neither the ledger’s master key').waitFor();
  await visitor.look('login-wrong-phone');
  await visitor.submit('sk-master');
  assert.equal(visitor.path, '/ui');
}));

test('too many wrong keys wait', () => Visitor.stranger('empty', desk, async (visitor) => {
  await visitor.open('/ui/login');
  for (let number = 0; number < 10; number += 1) await visitor.submit(`sk-${number}`);
  await visitor.submit('sk-master');
  await visitor.page.getByText('Too many wrong keys came from your address. Try again in 60 s.').waitFor();
  await visitor.advance(60);
  await visitor.submit('sk-master');
  assert.equal(visitor.path, '/ui');
}));

test('a session ends after its time', () => Visitor.logged_in('huge', desk, async (visitor) => {
  await visitor.advance(12 * 3600 - 1);
  await visitor.open('/ui/traffic');
  assert.equal(visitor.path, '/ui/traffic');
  await visitor.advance(1);
  await visitor.open('/ui/traffic');
  assert.equal(visitor.path, '/ui/login?next=%2Fui%2Ftraffic');
}));

test('the session is a cookie that no script and no other site can use', () => Visitor.logged_in('full', desk, async (visitor) => {
  const cookies = await visitor.context.cookies();
  const session = cookies.find(({ name }) => name === 'spillway_session');
  assert.deepEqual(
    [session.httpOnly, session.sameSite, session.path, session.secure],
    [true, 'Strict', '/ui', false],
  );
  assert.equal(await visitor.page.evaluate(() => document.cookie), '');
  const { headers } = await tls(visitor);
  assert.match(headers, /spillway_login=[0-9a-f]{64}; Path=\/ui; Max-Age=3600; HttpOnly; SameSite=Strict; Secure/);
}));

// What the ledger answers behind a proxy that ends TLS.
async function tls(visitor) {
  const answer = await fetch(`${visitor.base}/ui/login`, { headers: { 'x-forwarded-proto': 'https' } });
  return { headers: answer.headers.get('set-cookie') };
}

test('every answer has the headers of a page that loads nothing foreign', async () => Visitor.logged_in('full', desk, async (visitor) => {
  for (const path of ['/ui', '/ui/login', '/ui/nothing', '/ui/assets/monitor.css']) {
    const headers = (await visitor.page.goto(path)).headers();
    assert.match(headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/, path);
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
    assert.equal(headers['referrer-policy'], 'same-origin', path);
    assert.match(headers['cache-control'], path.includes('assets') ? /immutable/ : /no-store/, path);
  }
}));

test('nothing but the login is seen without a session', async () => Visitor.stranger('full', desk, async (visitor) => {
  for (const path of ['/ui', '/ui/', '/ui/spend', '/ui/traffic', '/ui/guardrails', '/ui/requests', '/ui/requests/request-001', '/ui/nothing']) {
    const answer = await fetch(visitor.base + path, { redirect: 'manual', headers: { cookie: 'spillway_session=guess' } });
    const text = await answer.text();
    assert.ok([303, 308].includes(answer.status) && !text.includes('<h1>'), `${path}: ${answer.status} ${text}`);
  }
}));

test('another site’s form does nothing', () => Visitor.logged_in('full', desk, async (visitor) => {
  const session = (await visitor.context.cookies()).find(({ name }) => name === 'spillway_session').value;
  const token = await visitor.page.locator('form[action="/ui/logout"] [name=form_token]').getAttribute('value');
  const logout = (headers, form_token) => fetch(`${visitor.base}/ui/logout`, {
    method: 'POST', redirect: 'manual', body: new URLSearchParams({ form_token }),
    headers: { cookie: `spillway_session=${session}`, ...headers },
  });
  const ours = { 'sec-fetch-site': 'same-origin' };
  for (const [headers, form_token] of [
    [{ 'sec-fetch-site': 'cross-site' }, token],
    [{ origin: 'https://evil.example' }, token],
    [{}, token],
    [ours, ''],
    [ours, 'f'.repeat(64)],
  ]) {
    assert.equal((await logout(headers, form_token)).status, 403, JSON.stringify(headers));
  }
  assert.equal(await visitor.open('/ui'), 200);
  assert.equal(visitor.path, '/ui');
  assert.equal((await logout(ours, token)).status, 303);
}));

test('a login does not lead to another host', () => Visitor.stranger('full', desk, async (visitor) => {
  for (const next of ['https://evil.example/', '//evil.example', '/\\evil.example', '/ui//evil.example', '/ui/../key/list']) {
    await visitor.context.clearCookies();
    await visitor.open(`/ui/login?next=${encodeURIComponent(next)}`);
    await visitor.submit('sk-master');
    assert.equal(visitor.path, '/ui', next);
  }
}));

test('a ledger without a credential lets nobody in and says why', () => Visitor.stranger('closed', desk, async (visitor) => {
  assert.equal(await visitor.open('/ui'), 503);
  await visitor.page.getByText('SPILLWAY_MONITOR_TOKEN').waitFor();
  assert.equal(await visitor.page.getByRole('button').count(), 0);
  await visitor.look('not-configured');
}));
