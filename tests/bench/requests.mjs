// The requests that calls are counted of, and what a provider answers to each.
import { readFileSync } from 'node:fs';

const KEY = 'sk-bench-key';
const PIECES = 20;
const body = JSON.parse(readFileSync(new URL('../e2e/bench-body.json', import.meta.url)));

/** A request with this body, which may be bytes, to a path of the API. */
export const request = (sent, path = '/v1/chat/completions') => {
  const bytes = Buffer.isBuffer(sent) ? sent : Buffer.from(JSON.stringify(sent));
  return {
    headers: [
      [':authority', '127.0.0.1:10000'], [':path', path], [':method', 'POST'], [':scheme', 'http'],
      ['content-type', 'application/json'], ['authorization', `Bearer ${KEY}`], ['content-length', `${bytes.length}`],
      ['x-forwarded-for', '127.0.0.1'], ['x-forwarded-proto', 'http'],
      ['x-request-id', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
    ],
    body: bytes,
  };
};

const usage = { prompt_tokens: 12, completion_tokens: 8, total_tokens: 20 };
const base = { id: 'chatcmpl-1', created: 1767225600, model: 'gpt-4.1' };

const whole = {
  ...base, object: 'chat.completion', usage,
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, logprobs: null, finish_reason: 'stop' }],
};

const chunk = (delta, more) => ({
  ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: null }], ...more,
});

const event = (data) => Buffer.from(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);

const events = [
  chunk({ role: 'assistant', content: '' }),
  ...Array.from({ length: PIECES - 4 }, (_, index) => chunk({ content: `word ${index} ` })),
  { ...chunk({}), choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  chunk({}, { choices: [], usage }),
  '[DONE]',
];

const answer = (type, pieces) => ({ headers: [[':status', '200'], ['content-type', type]], pieces });

// More of them than the benchmark's gateway knows again.
const long = Array.from({ length: 10 }, (_, index) => ({ role: 'user', content: `${index}. ${'Lorem ipsum. '.repeat(770)}` }));

// As they stand in bench-models.yaml.
const CLAUDE = { deployment: 2 };

const message = {
  id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5-20250929',
  content: [{ type: 'text', text: 'Hello.' }], stop_reason: 'end_turn', stop_sequence: null,
  usage: { input_tokens: 12, output_tokens: 8 },
};

const named = (data) => Buffer.from(`event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`);

const delta = (text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });

const messageEvents = [
  { type: 'message_start', message: { ...message, content: [], stop_reason: null, usage: { input_tokens: 12, output_tokens: 1 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  ...Array.from({ length: PIECES - 5 }, (_, index) => delta(`word ${index} `)),
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 20 } },
  { type: 'message_stop' },
];

/** By name. */
export const REQUESTS = {
  'chat, 1 KB': {
    request: request(body),
    response: answer('application/json', [Buffer.from(JSON.stringify(whole))]),
  },
  [`chat, 1 KB, streamed in ${PIECES} events`]: {
    request: request({ ...body, stream: true, stream_options: { include_usage: true } }),
    response: answer('text/event-stream', events.map(event)),
  },
  'chat, 100 KB': {
    request: request({ ...body, messages: [...body.messages, ...long] }),
    response: answer('application/json', [Buffer.from(JSON.stringify(whole))]),
  },
  'chat to Anthropic, 1 KB': {
    ...CLAUDE,
    request: request({ ...body, model: 'claude' }),
    response: answer('application/json', [Buffer.from(JSON.stringify(message))]),
  },
  [`chat to Anthropic, 1 KB, streamed in ${PIECES} events`]: {
    ...CLAUDE,
    request: request({ ...body, model: 'claude', stream: true }),
    response: answer('text/event-stream', messageEvents.map(named)),
  },
};
