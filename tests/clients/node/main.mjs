// Plays the cases of OpenAI's Node SDK.
//
// The environment names the gateway (SPILLWAY_URL), a key (SPILLWAY_KEY) and the models (SPILLWAY_MODELS: see
// harness.mjs).

import './chat.mjs';
import './responses.mjs';
import './rest.mjs';
import { run } from './harness.mjs';

await run();
