// Requests to every API that is served, and what a provider answers to each: the golden cases of the translation
// (tests/golden/translate), behind the gateway of tests/bench/providers.yaml.
import { readFileSync, readdirSync } from 'node:fs';
import { request } from '../../tests/bench/requests.mjs';

const GOLDEN = new URL('../../tests/golden/translate/', import.meta.url);
const PIECE = 700;
/** Of so many answers one is an error. */
const ERRORS = 8;

/** The gateway's models, in their order there, each with the API that its provider serves. */
const MODELS = {
  chat: 'chat_completions', responses: 'responses', azure: 'chat_completions', claude: 'messages', gemini: 'generate_content',
  server: 'chat_completions', embedding: 'embeddings', 'gemini-embedding': 'batch_embed_contents', instruct: 'completions',
  moderation: 'moderations',
};
const TALKING = ['chat', 'responses', 'azure', 'claude', 'gemini', 'server'];

/** Of each kind of request, by the name of its golden cases: where it is sent, and the models that it asks. */
const KINDS = {
  chat: ['/v1/chat/completions', TALKING],
  compact: ['/v1/responses/compact', ['responses']],
  completions: ['/v1/completions', [...TALKING, 'instruct']],
  count_tokens: ['/v1/messages/count_tokens', ['claude', 'gemini']],
  embeddings: ['/v1/embeddings', ['embedding', 'gemini-embedding']],
  messages: ['/v1/messages', TALKING],
  moderations: ['/v1/moderations', ['moderation']],
  responses: ['/v1/responses', TALKING],
};
const COUNTED = { claude: { input_tokens: 14 }, gemini: { totalTokens: 14 } };

/** What guardrails find, and words that they do not. */
const TOLD = [
  'Write to jane.doe@northwind.example, or call (555) 010-4477 after six.',
  'EMP-004711 paid with 4111 1111 1111 1111 at 192.0.2.17; what is the total of 1,204.50 and 33 %?',
  'Where is project bluebird?',
];

/** The inputs of golden cases in a folder: name and contents. */
function inputs(folder) {
  const files = readdirSync(new URL(`${folder}/`, GOLDEN)).filter((name) => name.includes('.input.')).sort();
  return files.map((name) => ({ name, contents: readFileSync(new URL(`${folder}/${name}`, GOLDEN)) }));
}

const folders = (area) => readdirSync(new URL(`${area}/`, GOLDEN)).sort();

/** All that an area has, by API, to be taken one after the other, again and again. */
function circles(area) {
  const turns = new Map(folders(area).map((api) => [api, { cases: inputs(`${area}/${api}`), next: 0 }]));
  return (api) => {
    const turn = turns.get(api);
    return turn?.cases[turn.next++ % turn.cases.length];
  };
}

function headed(status, type, contents) {
  const pieces = [];
  for (let at = 0; at < contents.length; at += PIECE) pieces.push(contents.subarray(at, at + PIECE));
  return { headers: [[':status', `${status}`], ['content-type', type]], pieces: pieces.length ? pieces : [contents] };
}

/** The bodies of one kind of requests. Those that are no JSON, or no object, are sent as they are. */
function bodies(folder) {
  return inputs(`request/${folder}`).map(({ contents }) => {
    try {
      return JSON.parse(contents);
    } catch {
      return contents;
    }
  });
}

const withModel = (body, model) => (body?.constructor === Object ? { ...body, model } : body);

/** Every request to each model that may be asked it, with an answer. */
export function* corpus() {
  const [answers, streams, errors] = ['response', 'stream', 'error'].map(circles);
  const models = Object.keys(MODELS);
  let number = 0;
  const answered = (body, kind, model) => {
    const api = kind === 'compact' ? kind : MODELS[model];
    const error = ++number % ERRORS ? undefined : errors(api);
    if (error) return headed(Number.parseInt(error.name, 10), 'application/json', error.contents);
    if (kind === 'count_tokens') return headed(200, 'application/json', Buffer.from(JSON.stringify(COUNTED[model])));
    const stream = body.stream === true ? streams(api) : undefined;
    if (stream) return headed(200, 'text/event-stream', stream.contents);
    return headed(200, 'application/json', answers(api).contents);
  };
  const told = TOLD.map((content) => ({ max_tokens: 100, messages: [{ role: 'user', content }] }));
  for (const folder of folders('request')) {
    const kind = folder.split('-')[0];
    const [path, asked] = KINDS[kind];
    for (const body of [...bodies(folder), ...(folder === 'chat' || folder === 'messages' ? told : [])]) {
      for (const model of asked) {
        const sent = request(withModel(body, model), path);
        yield { deployment: models.indexOf(model), request: sent, response: answered(body, kind, model) };
      }
    }
  }
}
