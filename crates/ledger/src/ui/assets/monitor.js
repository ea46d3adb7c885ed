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

// What the visitor opened, scrolled or focused stays so: what it is, not where it is, for rows come and go.
function places(root) {
  return [...root.querySelectorAll('a, button, summary, details, [tabindex]')];
}

// Its part of the page, its row, and what it is there. A row is what its first link leads to.
function mark(place) {
  const row = place.closest('tr')?.querySelector('a')?.getAttribute('href');
  return [place.closest('section')?.id, row, place.localName, place.id, place.getAttribute('href')].join(' ');
}

// Each place by its mark, those with the same one in their order.
function marked(root) {
  const seen = new Map();
  const found = new Map();
  for (const place of places(root)) {
    const number = seen.get(mark(place)) ?? 0;
    seen.set(mark(place), number + 1);
    found.set(`${mark(place)} ${number}`, place);
  }
  return found;
}

function replace(fresh) {
  const kept = [...marked(live)].map(([name, { open, scrollLeft, scrollTop }]) => [name, { open, scrollLeft, scrollTop }]);
  const index = places(live).indexOf(document.activeElement);
  live.replaceChildren(...fresh.childNodes);
  const now = marked(live);
  for (const [name, { open, scrollLeft, scrollTop }] of kept) {
    const place = now.get(name);
    if (open) place?.setAttribute('open', '');
    if (scrollLeft || scrollTop) place?.scrollTo(scrollLeft, scrollTop);
  }
  // Where it is gone, what has taken its place is nearer than the top of the page.
  if (index >= 0) (now.get(kept[index][0]) ?? places(live)[index])?.focus({ preventScroll: true });
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
