// What every case talks about, and what the mocks are told to say.

import assert from 'node:assert/strict';

import { z } from 'zod';

export const QUESTION = 'How is the weather in Paris?';
export const TEXT = 'Sunny';
export const RESULT = '{"degrees": 21}';
export const TOOL = 'get_weather';
export const PARAMETERS = {
  type: 'object',
  properties: { city: { type: 'string', description: 'Where' } },
  required: ['city'],
  additionalProperties: false,
};
export const ARGUMENTS = { city: 'Paris' };
export const INPUT_TOKENS = 21;
export const OUTPUT_TOKENS = 13;
const COUNTED = `events=3,tokens=${INPUT_TOKENS}/${OUTPUT_TOKENS}`;

/** The shape of a structured answer. */
export const Weather = z.object({ city: z.string(), sunny: z.boolean(), hours: z.array(z.number()) });
export const FORECAST = { city: 'Paris', sunny: true, hours: [1] };

/** A model that says a text. */
export const speaking = (group) => `${group}/m~text=${TEXT},${COUNTED}`;
/** A model that calls a tool and, given its result, says a text. */
export const calling = (group) => `${group}/m~tool-loop,text=${TEXT},${COUNTED}`;
/** A model that answers as the schema of the request says. */
export const shaped = (group) => `${group}/m~${COUNTED}`;
/** A model whose provider has had enough of us. */
export const limited = (group) => `${group}/m~status=429,retry-after=7`;
/** A model whose stream fails after some of its text. The pause lets the text through before that. */
export const breaking = (group) => `${group}/m~events=9,text=SunnySunnySunny,sse-error-after=8,pause=50`;

/** Fails unless this is the call that the mocks make. */
export function isCall(name, text) {
  assert.deepEqual([name, JSON.parse(text)], [TOOL, ARGUMENTS]);
}
