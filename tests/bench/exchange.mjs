// One chat request through both roles of the filter, in the order of Envoy's callbacks.
import { readFileSync } from 'node:fs';

// Roots: that of admission, and the first deployment's, which the others' follow. Contexts of requests have higher numbers.
const ADMISSION = 1;
const ATTEMPT = 2;
const FIRST = 100;

/** The plugin configurations in an Envoy configuration that `spillway render` wrote: admission, then each deployment. */
export function configurations(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  const blocks = lines.flatMap((line, index) => (line.trim() === 'value: |-' ? [block(lines, index)] : []));
  return blocks.filter((text) => text.startsWith('{'));
}

function block(lines, index) {
  const depth = lines[index].search(/\S/);
  const end = lines.findIndex((line, at) => at > index && line.trim() && line.search(/\S/) <= depth);
  return lines.slice(index + 1, end).map((line) => line.slice(depth + 2)).join('\n').trim();
}

/** Both roles, ready for requests: admission, and each deployment. */
export function configure(host, [admission, ...attempts]) {
  host.configure(ADMISSION, admission);
  attempts.forEach((attempt, index) => host.configure(ATTEMPT + index, attempt));
}

/** Plays request number `number`, which is tried at a deployment, the first if none is named; returns what the client got. */
export function play(host, number, one) {
  const played = pass(host, number, one);
  if (played.reply) throw new Error(`the request is refused: ${JSON.stringify(played.reply)}`);
  return played;
}

/** The same for a request that may be refused, by either role, or whose answer may be: `reply` is what it is told then. */
export function pass(host, number, { request, response, deployment = 0 }) {
  const [admission, attempt] = [FIRST + 2 * number, FIRST + 1 + 2 * number];
  const module = host.module;
  const exchange = {
    request: request.headers.map((pair) => [...pair]),
    requestBody: request.body,
    response: response.headers.map((pair) => [...pair]),
    responseBody: new Uint8Array(),
    properties: { 'source.address': '127.0.0.1:40000', 'xds.cluster_name': 'a' },
  };
  host.exchange = exchange;
  ask(host, admission, ADMISSION);
  const contexts = [admission];
  if (!exchange.reply) {
    contexts.unshift(attempt);
    ask(host, attempt, ATTEMPT + deployment);
  }
  const asked = exchange.requestBody;
  if (!exchange.reply) answer(host, [attempt, admission], response.pieces);
  for (const context of contexts) {
    module.proxy_on_log(context);
    module.proxy_on_done(context);
    module.proxy_on_delete(context);
  }
  return { asked, headers: exchange.response, body: exchange.sent, reply: exchange.reply };
}

/** The request, in one role. */
function ask({ module, exchange }, context, root) {
  module.proxy_on_context_create(context, root);
  module.proxy_on_request_headers(context, exchange.request.length, 0);
  if (!exchange.reply) module.proxy_on_request_body(context, exchange.requestBody.length, 1);
}

/** The provider's answer, piece by piece, until somebody puts another in its place. */
function answer({ module, exchange }, [attempt, admission], pieces) {
  module.proxy_on_response_headers(attempt, exchange.response.length, 0);
  for (const [index, piece] of pieces.entries()) {
    const end = index === pieces.length - 1 ? 1 : 0;
    exchange.responseBody = Buffer.concat([exchange.responseBody, piece]);
    const held = module.proxy_on_response_body(attempt, exchange.responseBody.length, end) !== 0;
    if (exchange.reply) return;
    if (held && !end) continue;
    if (!exchange.answered) module.proxy_on_response_headers(admission, exchange.response.length, 0);
    exchange.answered = true;
    module.proxy_on_response_body(admission, exchange.responseBody.length, end);
    exchange.sent = Buffer.concat([exchange.sent ?? new Uint8Array(), exchange.responseBody]);
    exchange.responseBody = new Uint8Array();
  }
}

/** Has what waits delivered, as ticks do, to services that take everything. */
export function deliver(host) {
  host.exchange = { properties: {} };
  host.now += 1_000_000_000n;
  const before = host.posted.length;
  host.module.proxy_on_tick(ADMISSION);
  for (let call = before + 1; call <= host.posted.length; call++) {
    host.exchange = { called: [[':status', '200']], calledBody: new Uint8Array(), properties: {} };
    host.module.proxy_on_http_call_response(ADMISSION, call, 1, 0, 0);
  }
  const events = host.posted.slice(before).find((body) => body.startsWith('{"events"'));
  if (!events) throw new Error(`no event was posted\n${host.log.join('\n')}`);
  return events;
}
