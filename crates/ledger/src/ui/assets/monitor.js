// Live updates: now and then the page is fetched again, and its #live part replaced. Without this script every page
// works, and shows how it was when it was loaded.
'use strict';

const live = document.getElementById('live');
const button = document.getElementById('live-switch');
const LONGEST_WAIT = 120;
let wait = Number(live?.dataset.every ?? 0);
let on = wait > 0;
let timer;
let asking = false;

// What the visitor opened, scrolled or focused stays so.
function places(root) {
  return [...root.querySelectorAll('a, button, summary, [tabindex]')];
}

function replace(fresh) {
  const open = [...live.querySelectorAll('details')].map((details) => details.open);
  const scrolled = [...live.querySelectorAll('.scroll')].map((part) => [part.scrollLeft, part.scrollTop]);
  const focused = places(live).indexOf(document.activeElement);
  live.replaceChildren(...fresh.childNodes);
  [...live.querySelectorAll('details')].forEach((details, index) => { details.open = open[index] ?? false; });
  [...live.querySelectorAll('.scroll')].forEach((part, index) => part.scrollTo(...(scrolled[index] ?? [0, 0])));
  if (focused >= 0) places(live)[focused]?.focus({ preventScroll: true });
}

async function update() {
  const selecting = String(document.getSelection()) !== '';
  if (document.hidden || selecting) return;
  const answer = await fetch(location.href, { headers: { accept: 'text/html' }, signal: AbortSignal.timeout(10_000) });
  // The session is over: the login leads back here.
  if (answer.redirected) return location.reload();
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('live');
  if (on && fresh) replace(fresh);
}

async function tick() {
  if (asking) return;
  asking = true;
  try {
    await update();
    wait = Number(live.dataset.every);
    button.textContent = 'Live';
  } catch {
    // The ledger is away or busy: it is asked less and less often, and the page says that it is old.
    wait = Math.min(2 * wait, LONGEST_WAIT);
    button.textContent = 'Live, no answer';
  }
  asking = false;
  clearTimeout(timer);
  if (on) timer = setTimeout(tick, 1000 * wait);
}

function turn(to) {
  on = to;
  button.setAttribute('aria-pressed', String(on));
  clearTimeout(timer);
  if (on) timer = setTimeout(tick, 1000 * wait);
}

if (live && on) {
  button.hidden = false;
  button.addEventListener('click', () => turn(!on));
  document.addEventListener('visibilitychange', () => { if (on && !document.hidden) tick(); });
  turn(true);
}
