// What the pages must say of some events: counted from the events once more, and written as the pages write it.

export const succeeded = ({ http_status, error }) => http_status >= 200 && http_status < 400 && error === null;

const count = (events, counts) => events.filter(counts).length;
const total = (events, of) => events.reduce((sum, event) => sum + of(event), 0);

// 1234567 as `1,234,567`.
const grouped = (number) => number.toLocaleString('en-US');

// Nanodollars as dollars, to the last digit.
export function dollars(nanodollars) {
  const decimals = String(nanodollars % 1e9).padStart(9, '0').replace(/0+$/, '');
  return `$${grouped(Math.floor(nanodollars / 1e9))}${decimals && `.${decimals}`}`;
}

// A share in a hundred. Of these small numbers none is too small for a digit.
function percent(part, whole) {
  const hundredths = (100 * part) / whole;
  return part === 0 || part === whole ? `${hundredths}%` : `${hundredths.toFixed(1)}%`;
}

// What was spent on them.
export function spending(events) {
  return {
    requests: grouped(events.length),
    spend: dollars(total(events, (event) => event.cost_nanodollars)),
    input: grouped(total(events, ({ usage }) => usage.input)),
    output: grouped(total(events, ({ usage }) => usage.output)),
  };
}

// How they went: counts, and their parts of all.
export function traffic(events) {
  const told = (part) => [String(part), percent(part, events.length)];
  return {
    requests: String(events.length),
    failed: told(count(events, (event) => !succeeded(event))),
    fell_back: told(count(events, ({ fallbacks }) => fallbacks > 0)),
  };
}

// What guardrails did: runs, and those that blocked, that flagged, that let pass.
export function outcomes(events) {
  const runs = events.flatMap(({ guardrail_information }) => guardrail_information);
  const ended = (status) => count(runs, ({ guardrail_status }) => guardrail_status === status);
  const told = [runs.length, ended('guardrail_intervened'), ended('guardrail_flagged'), ended('success')];
  const [evaluated, blocked, flagged, passed] = told.map(String);
  return { evaluated, blocked, flagged, passed };
}

// The sums of each of the names that `of` gives for an event, one or a list; those without one are `none`.
export function by(events, of, sums) {
  const groups = new Map();
  for (const event of events) {
    const names = [of(event)].flat().filter(Boolean);
    for (const name of names.length > 0 ? names : ['none']) groups.set(name, [...(groups.get(name) ?? []), event]);
  }
  return Object.fromEntries([...groups].map(([name, group]) => [name, sums(group)]));
}

// By what events are grouped.
export const of = {
  model: ({ model_group }) => model_group,
  // Also one that the ledger did not make.
  key: ({ caller }) => caller.key_alias,
  team: ({ caller }) => caller.team_id,
  tag: ({ tags }) => tags,
  day: ({ started_us }) => new Date(started_us / 1_000).toISOString().slice(0, 10),
  dialect: ({ call_type }) => dialects[call_type],
};

const dialects = {
  acompletion: 'Chat completions', aresponses: 'Responses', anthropic_messages: 'Messages', aembedding: 'Embeddings',
};
