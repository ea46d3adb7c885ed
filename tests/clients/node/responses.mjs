// Responses by OpenAI's Node SDK.

import assert from 'node:assert/strict';

import { RateLimitError } from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';

import { client } from './client.mjs';
import { fails, ofEach } from './harness.mjs';
import * as topic from './topic.mjs';

const question = { role: 'user', content: topic.QUESTION };
const tools = [{ type: 'function', name: topic.TOOL, parameters: topic.PARAMETERS, strict: true }];

ofEach('chat', 'responses text', async (group) => {
  const model = topic.speaking(group);
  const answer = await client().responses.create({ model, input: topic.QUESTION });
  completes(answer, model);
  assert.equal(answer.output_text, topic.TEXT);
});

ofEach('chat', 'responses text stream', async (group) => {
  const model = topic.speaking(group);
  const events = await stream({ model, input: topic.QUESTION });
  const deltas = events.filter((event) => event.type === 'response.output_text.delta');
  assert.equal(deltas.map((event) => event.delta).join(''), topic.TEXT);
  completes(closes(events), model);
});

ofEach('chat', 'responses tool', async (group) => {
  const model = topic.calling(group);
  const first = await client().responses.create({ model, input: [question], tools });
  completes(first, model);
  const input = [question, ...first.output, resultOf(first)];
  const last = await client().responses.create({ model, input, tools });
  completes(last, model);
  assert.equal(last.output_text, topic.TEXT);
});

ofEach('chat', 'responses tool stream helper', async (group) => {
  const model = topic.calling(group);
  const first = await client().responses.stream({ model, input: [question], tools }).finalResponse();
  completes(first, model);
  const input = [question, ...sent(first.output), resultOf(first)];
  const last = await client().responses.stream({ model, input, tools }).finalResponse();
  completes(last, model);
  assert.equal(last.output_text, topic.TEXT);
});

ofEach('chat', 'responses structured', async (group) => {
  const model = topic.shaped(group);
  const answer = await client().responses.parse({ model, input: topic.QUESTION, text: weather() });
  completes(answer, model);
  assert.deepEqual(answer.output_parsed, topic.FORECAST);
});

ofEach('chat', 'responses structured stream helper', async (group) => {
  const model = topic.shaped(group);
  const events = client().responses.stream({ model, input: topic.QUESTION, text: weather() });
  let text = '';
  events.on('response.output_text.delta', ({ delta }) => { text += delta; });
  const answer = await events.finalResponse();
  assert.deepEqual(JSON.parse(text), topic.FORECAST);
  assert.deepEqual(answer.output_parsed, topic.FORECAST);
});

ofEach('chat', 'responses rate limit', async (group) => {
  const error = await fails(
    client().responses.create({ model: topic.limited(group), input: topic.QUESTION }), RateLimitError);
  assert.equal(error.headers.get('retry-after'), '7');
});

ofEach('chat', 'responses stream that breaks', async (group) => {
  // This API tells of an error by events, which the SDK hands on.
  const events = await stream({ model: topic.breaking(group), input: topic.QUESTION });
  const last = events.at(-1);
  const message = last.type === 'error' ? last.message : last.response.error?.message;
  assert.ok(message, `the last event is ${JSON.stringify(last)}`);
});

async function stream(body) {
  const events = [];
  for await (const event of await client().responses.create({ ...body, stream: true })) events.push(event);
  return events;
}

function weather() {
  return { format: zodTextFormat(topic.Weather, 'weather') };
}

/** Items as they go back: the SDK adds what it parsed, which is no field of the API. */
function sent(items) {
  return items.map(({ parsed_arguments: _, ...item }) => item);
}

/** The result of the one call that an answer has. */
function resultOf(answer) {
  const [call] = answer.output.filter((item) => item.type === 'function_call');
  topic.isCall(call.name, call.arguments);
  return { type: 'function_call_output', call_id: call.call_id, output: topic.RESULT };
}

/** What holds for every whole answer. */
function completes(answer, model) {
  assert.deepEqual([answer.object, answer.status, answer.error, answer.model], ['response', 'completed', null, model]);
  assert.ok(answer.id && answer.created_at > 0, 'no id, or no time');
  assert.deepEqual(
    [answer.usage.input_tokens, answer.usage.output_tokens, answer.usage.total_tokens],
    [topic.INPUT_TOKENS, topic.OUTPUT_TOKENS, topic.INPUT_TOKENS + topic.OUTPUT_TOKENS]);
}

/** The response with which a stream ends, and what holds for every stream. */
function closes(events) {
  assert.deepEqual(events.map((event) => event.sequence_number), events.map((_, index) => index));
  assert.deepEqual([events[0].type, events.at(-1).type], ['response.created', 'response.completed']);
  return events.at(-1).response;
}
