// Chat completions by OpenAI's Node SDK.

import assert from 'node:assert/strict';

import { APIError, RateLimitError } from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';

import { client } from './client.mjs';
import { fails, ofEach } from './harness.mjs';
import * as topic from './topic.mjs';

const messages = [{ role: 'user', content: topic.QUESTION }];
const tools = [{ type: 'function', function: { name: topic.TOOL, parameters: topic.PARAMETERS, strict: true } }];

ofEach('chat', 'chat text', async (group) => {
  const model = topic.speaking(group);
  const answer = await client().chat.completions.create({ model, messages });
  ends(answer, model, 'stop');
  assert.equal(answer.choices[0].message.content, topic.TEXT);
});

ofEach('chat', 'chat text stream', async (group) => {
  const model = topic.speaking(group);
  const chunks = await stream({ model, messages });
  assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''), topic.TEXT);
  closes(chunks, model, 'stop');
});

ofEach('chat', 'chat tool', async (group) => {
  const model = topic.calling(group);
  const first = await client().chat.completions.create({ model, messages, tools });
  ends(first, model, 'tool_calls');
  const { message } = first.choices[0];
  const [call] = message.tool_calls;
  topic.isCall(call.function.name, call.function.arguments);
  const result = { role: 'tool', tool_call_id: call.id, content: topic.RESULT };
  const last = await client().chat.completions.create({ model, messages: [...messages, message, result], tools });
  ends(last, model, 'stop');
  assert.equal(last.choices[0].message.content, topic.TEXT);
});

ofEach('chat', 'chat tool stream', async (group) => {
  const model = topic.calling(group);
  const chunks = await stream({ model, messages, tools });
  closes(chunks, model, 'tool_calls');
  const pieces = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
  assert.ok(pieces[0].id, 'a call without an id');
  topic.isCall(pieces[0].function.name, pieces.map((piece) => piece.function?.arguments ?? '').join(''));
});

// The runners call the tool and send its result back by themselves.
for (const streams of [false, true]) {
  ofEach('chat', `chat runTools${streams ? ' stream' : ''}`, async (group) => {
    const asked = [];
    const tool = {
      type: 'function',
      function: {
        name: topic.TOOL,
        description: 'The weather',
        parameters: topic.PARAMETERS,
        parse: JSON.parse,
        function: (found) => {
          asked.push(found);
          return topic.RESULT;
        },
      },
    };
    const runner = client().chat.completions.runTools(
      { model: topic.calling(group), messages, tools: [tool], stream: streams });
    assert.equal(await runner.finalContent(), topic.TEXT);
    assert.deepEqual(asked, [topic.ARGUMENTS]);
  });
}

ofEach('chat', 'chat structured', async (group) => {
  const model = topic.shaped(group);
  const answer = await client().chat.completions.parse({ model, messages, response_format: weather() });
  ends(answer, model, 'stop');
  assert.deepEqual(answer.choices[0].message.parsed, topic.FORECAST);
});

ofEach('chat', 'chat structured stream helper', async (group) => {
  const model = topic.shaped(group);
  const events = client().chat.completions.stream({ model, messages, response_format: weather() });
  let text = '';
  events.on('content', (delta) => { text += delta; });
  const answer = await events.finalChatCompletion();
  assert.deepEqual(JSON.parse(text), topic.FORECAST);
  assert.deepEqual(answer.choices[0].message.parsed, topic.FORECAST);
  assert.ok(answer.id, 'no id');
});

ofEach('chat', 'chat rate limit', async (group) => {
  const error = await fails(
    client().chat.completions.create({ model: topic.limited(group), messages }), RateLimitError);
  assert.equal(error.headers.get('retry-after'), '7');
});

ofEach('chat', 'chat stream that breaks', async (group) => {
  const error = await fails(stream({ model: topic.breaking(group), messages }), APIError);
  // Not an answer with an error's status, but an error in a stream.
  assert.equal(error.status, undefined);
});

async function stream(body) {
  const options = { stream: true, stream_options: { include_usage: true } };
  const chunks = [];
  for await (const chunk of await client().chat.completions.create({ ...body, ...options })) chunks.push(chunk);
  return chunks;
}

function weather() {
  return zodResponseFormat(topic.Weather, 'weather');
}

/** What holds for every whole answer. */
function ends(answer, model, reason) {
  assert.deepEqual(answer.choices.map((choice) => choice.finish_reason), [reason]);
  assert.equal(answer.object, 'chat.completion');
  assert.equal(answer.model, model);
  assert.ok(answer.id && answer.created > 0, 'no id, or no time');
  counts(answer.usage);
}

/** What holds for every stream. */
function closes(chunks, model, reason) {
  assert.equal(new Set(chunks.map((chunk) => `${chunk.id} ${chunk.created}`)).size, 1);
  assert.deepEqual(new Set(chunks.map((chunk) => chunk.model)), new Set([model]));
  const reasons = chunks.map((chunk) => chunk.choices[0]?.finish_reason).filter(Boolean);
  assert.deepEqual(reasons, [reason]);
  counts(chunks.at(-1).usage);
}

function counts(usage) {
  assert.deepEqual(
    [usage.prompt_tokens, usage.completion_tokens, usage.total_tokens],
    [topic.INPUT_TOKENS, topic.OUTPUT_TOKENS, topic.INPUT_TOKENS + topic.OUTPUT_TOKENS]);
}
