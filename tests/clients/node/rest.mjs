// What is left of OpenAI's Node SDK: embeddings, the list of models, what is refused.

import assert from 'node:assert/strict';

import { APIError, AuthenticationError } from 'openai';

import { client } from './client.mjs';
import { MODELS, fails, ofEach, once } from './harness.mjs';
import * as topic from './topic.mjs';

const DIMENSIONS = 8;

ofEach('embedding', 'embeddings', async (group) => {
  // The SDK asks for base64 unless told otherwise, and reads it.
  for (const options of [{}, { encoding_format: 'float' }]) {
    const answer = await client().embeddings.create({ model: `${group}/m~tokens=5/0`, input: ['one', 'two'], ...options });
    assert.deepEqual(answer.data.map((one) => [one.index, one.embedding.length]), [[0, DIMENSIONS], [1, DIMENSIONS]]);
    assert.deepEqual(answer.usage, { prompt_tokens: 5, total_tokens: 5 });
  }
});

// All groups of this gateway are patterns, which are listed for whoever asks for them.
const PATTERNS = { return_wildcard_routes: 'true' };

once('models are listed', async () => {
  const names = [];
  for await (const model of client().models.list({ query: PATTERNS })) names.push(model.id);
  for (const group of MODELS.chat) {
    assert.ok(names.some((name) => name.startsWith(group)), `${group} is not among ${names}`);
  }
});

once('a wrong key', async () => {
  const wrong = client('sk-wrong');
  const model = topic.speaking(MODELS.chat[0]);
  await fails(wrong.chat.completions.create({ model, messages: [] }), AuthenticationError);
  await fails(wrong.responses.create({ model, input: 'x' }), AuthenticationError);
  await fails(wrong.models.list(), AuthenticationError);
});

once('an unknown model', async () => {
  const model = 'nobody';
  for (const ask of [
    () => client().chat.completions.create({ model, messages: [{ role: 'user', content: 'x' }] }),
    () => client().responses.create({ model, input: 'x' }),
  ]) {
    const error = await fails(ask(), APIError);
    assert.ok([400, 404].includes(error.status) && error.message.includes(model), error.stack);
  }
});
