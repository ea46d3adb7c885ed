// OpenAI's Node SDK, pointed at the gateway.

import OpenAI from 'openai';

import { KEY, URL, recordingFetch } from './harness.mjs';

export const client = (key = KEY) =>
  new OpenAI({ baseURL: `${URL}/v1`, apiKey: key, maxRetries: 0, fetch: recordingFetch });
