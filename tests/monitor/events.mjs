// Sixty requests as a gateway tells them: always the same, but for their times, which count back from now.
//
// They are of the last two hours, or of two to five days ago: no clock moves one of them out of the last seven days, or
// into the last 24 hours, while a test runs.

import { createHash } from 'node:crypto';

const MINUTE = 60_000_000;
const DAY = 24 * 60 * MINUTE;

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

// The callers' keys. The ledger is to have those that it made; `site` is a key of the gateway's own file, whose alias
// only the requests tell.
export const keys = { ci: 'sk-ci-of-the-monitors-tests', lab: 'sk-lab-of-the-monitors-tests' };

const callers = {
  ci: { key_hash: sha256(keys.ci), key_alias: 'ci', user_id: 'ada', team_id: 'tools', ip: '10.0.0.9', user_agent: 'codex/1' },
  lab: { key_hash: sha256(keys.lab), key_alias: 'lab', user_id: 'grace', team_id: 'research', ip: '10.0.0.10', user_agent: 'openai-python/1' },
  site: { key_hash: sha256('sk-site-of-the-monitors-tests'), key_alias: 'site', user_id: 'web', team_id: null, ip: '10.0.0.11', user_agent: 'node' },
  nobody: { key_hash: '', key_alias: null, user_id: null, team_id: null, ip: '10.9.9.9', user_agent: 'curl/8' },
};

// What stands behind each deployment.
const deployments = {
  'gpt-4.1/azure-eu': { provider: 'azure', model: 'gpt-4.1-2025-04-14', api_base: 'https://eu.example.com' },
  'gpt-4.1/openai': { provider: 'openai', model: 'gpt-4.1-2025-04-14', api_base: 'https://openai.example.com' },
  'claude-sonnet-4/anthropic': { provider: 'anthropic', model: 'claude-sonnet-4-20250514', api_base: 'https://anthropic.example.com' },
  'text-embedding-3/openai': { provider: 'openai', model: 'text-embedding-3-small', api_base: 'https://openai.example.com' },
};

const run = (name, status, found = {}) => ({
  guardrail_name: name, guardrail_id: `id-of-${name}`, guardrail_provider: 'litellm_content_filter',
  guardrail_mode: 'pre_call', guardrail_status: status, duration: 0.002, patterns_checked: 3, ...found,
});
const blocking = run('block-word', 'guardrail_intervened', {
  guardrail_response: [{ type: 'blocked_word', keyword: 'launch code' }], risk_score: 10, detection_method: 'keyword',
});
const masking = run('pii', 'success', {
  guardrail_response: [{ type: 'pattern', pattern_name: 'us_ssn', action: 'MASK' }], masked_entity_count: { us_ssn: 2 },
});

const failed = (error_class, error_code, error_message) => ({ error_class, error_code, error_message });

// What happens: how it is called, who answers after which tries, what it costs, and what is found.
const kinds = {
  plain: { by: ['gpt-4.1/azure-eu'], tokens: [1_200, 340], nanodollars: 5_120_000, guardrails: [run('pii', 'success')] },
  stream: { by: ['gpt-4.1/openai'], stream: true, tokens: [800, 512], cached: 256, nanodollars: 5_439_111 },
  message: {
    call_type: 'anthropic_messages', model: 'claude-sonnet-4', by: ['claude-sonnet-4/anthropic'], stream: true,
    tokens: [2_048, 700], reasoning: 300, nanodollars: 16_644_007,
  },
  response: { call_type: 'aresponses', by: ['gpt-4.1/azure-eu'], tokens: [90, 31], nanodollars: 428_000 },
  embedding: {
    call_type: 'aembedding', model: 'text-embedding-3', by: ['text-embedding-3/openai'], tokens: [8_191, 0], nanodollars: 163_820,
  },
  masked: { by: ['gpt-4.1/openai'], tokens: [412, 77], nanodollars: 1_440_001, guardrails: [masking, run('block-word', 'success')] },
  flagged: {
    by: ['gpt-4.1/azure-eu'], tokens: [300, 20], nanodollars: 760_000,
    guardrails: [run('tone', 'guardrail_flagged', { guardrail_response: [{ type: 'category', category: 'harmful' }], risk_score: 4 })],
  },
  blocked: {
    status: 400, guardrails: [run('pii', 'success'), blocking],
    error: failed('invalid_request_error', '400', 'Content blocked: block-word found a blocked word'),
  },
  fell_back: {
    by: ['gpt-4.1/openai:429:rate_limit', 'gpt-4.1/azure-eu:500:server_error', 'claude-sonnet-4/anthropic'], stream: true,
    retries: 1, fallbacks: 1, tokens: [640, 128], nanodollars: 3_840_000, guardrails: [masking],
  },
  broken: {
    status: 502, by: ['gpt-4.1/openai:503:overloaded', 'gpt-4.1/azure-eu:0:timeout'], retries: 1,
    error: failed('api_error', '502', 'gpt-4.1/azure-eu did not answer in time'),
  },
  left: { by: ['gpt-4.1/openai'], stream: true, disconnected: true, tokens: [500, 41], nanodollars: 1_328_000 },
  refused: { status: 401, model: '', error: failed('auth_error', '401', 'this key is not known') },
};

// [kind, who, tags, how many in the last hours, how many two to five days ago]
const happened = [
  ['plain', 'ci', ['nightly'], 6, 5],
  ['plain', 'site', [], 3, 2],
  ['stream', 'ci', ['nightly', 'release'], 4, 3],
  ['message', 'lab', ['paper'], 3, 4],
  ['response', 'lab', [], 2, 3],
  ['embedding', 'site', ['index'], 2, 2],
  ['masked', 'lab', ['paper'], 2, 2],
  ['flagged', 'site', [], 2, 1],
  ['blocked', 'ci', ['release'], 2, 2],
  ['fell_back', 'ci', ['nightly'], 2, 1],
  ['broken', 'lab', [], 1, 2],
  ['left', 'site', ['index'], 1, 1],
  ['refused', 'nobody', [], 1, 1],
];

// The tries of a kind: `deployment`, or `deployment:status:cause` of one that failed. They are 200 ms apart.
function tries(by, began) {
  return by.map((text, index) => {
    const [deployment, status = '200', cause = 'success'] = text.split(':');
    return {
      deployment, provider: deployments[deployment].provider, status: Number(status), cause,
      started_us: began + 10_000 + index * 200_000, duration_us: 150_000,
    };
  });
}

// One request of a kind.
export function told(id, kind, who, tags, began) {
  const { by = [], tokens: [input, output] = [0, 0], ...what } = kinds[kind];
  const attempts = tries(by, began);
  const last = attempts.at(-1)?.deployment ?? '';
  const streamed = what.stream ?? false;
  return {
    request_id: id, call_type: what.call_type ?? 'acompletion', started_us: began, ended_us: began + 1_500_000,
    first_token_us: streamed ? began + 700_000 : null, http_status: what.status ?? 200, stream: streamed,
    client_disconnected: what.disconnected ?? false, caller: callers[who], model_group: what.model ?? 'gpt-4.1',
    deployment: last, ...(deployments[last] ?? {}),
    usage: { input, output, cache_read: what.cached ?? 0, reasoning: what.reasoning ?? 0 },
    cost_nanodollars: what.nanodollars ?? 0, attempts, retries: what.retries ?? 0, fallbacks: what.fallbacks ?? 0,
    guardrail_information: (what.guardrails ?? []).map((found) => ({ ...found, start_time: began / 1e6, end_time: began / 1e6 + 0.002 })),
    error: what.error ?? null, tags, metadata: { ticket: `T-${id}` }, gateway: 'a-gateway',
  };
}

// All of them, in no order of time. `now` is in microseconds.
export function events(now) {
  const made = [];
  for (const [kind, who, tags, lately, before] of happened) {
    for (let number = 0; number < lately + before; number += 1) {
      const count = made.length;
      const ago = number < lately ? (count % 30) * 4 * MINUTE + MINUTE : (2 + (count % 4)) * DAY + count * MINUTE;
      made.push(told(`${kind}-${who}-${number}`, kind, who, tags, now - ago));
    }
  }
  return made;
}
