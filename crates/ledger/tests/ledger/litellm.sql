-- The tables of a LiteLLM that the importer reads, with the columns and types that its schema gives them, and rows
-- of every kind that it has to deal with.

CREATE TABLE "LiteLLM_BudgetTable" (
  budget_id TEXT PRIMARY KEY, max_budget DOUBLE PRECISION, soft_budget DOUBLE PRECISION,
  max_parallel_requests INTEGER, tpm_limit BIGINT, rpm_limit BIGINT, tpd_limit BIGINT, model_max_budget JSONB,
  budget_duration TEXT, budget_reset_at TIMESTAMP(3), allowed_models TEXT[]
);

CREATE TABLE "LiteLLM_UserTable" (
  user_id TEXT PRIMARY KEY, user_alias TEXT, team_id TEXT, sso_user_id TEXT, organization_id TEXT, password TEXT,
  teams TEXT[] DEFAULT '{}', user_role TEXT, max_budget DOUBLE PRECISION, spend DOUBLE PRECISION NOT NULL DEFAULT 0,
  user_email TEXT, models TEXT[] DEFAULT '{}', metadata JSONB NOT NULL DEFAULT '{}', max_parallel_requests INTEGER,
  tpm_limit BIGINT, rpm_limit BIGINT, budget_duration TEXT, budget_reset_at TIMESTAMP(3),
  allowed_cache_controls TEXT[] DEFAULT '{}', model_spend JSONB NOT NULL DEFAULT '{}',
  model_max_budget JSONB NOT NULL DEFAULT '{}', created_at TIMESTAMP(3), updated_at TIMESTAMP(3)
);

CREATE TABLE "LiteLLM_TeamTable" (
  team_id TEXT PRIMARY KEY, team_alias TEXT, organization_id TEXT, admins TEXT[] DEFAULT '{}',
  members TEXT[] DEFAULT '{}', members_with_roles JSONB NOT NULL DEFAULT '{}', metadata JSONB NOT NULL DEFAULT '{}',
  max_budget DOUBLE PRECISION, spend DOUBLE PRECISION NOT NULL DEFAULT 0, models TEXT[] DEFAULT '{}',
  max_parallel_requests INTEGER, tpm_limit BIGINT, rpm_limit BIGINT, budget_duration TEXT,
  budget_reset_at TIMESTAMP(3), blocked BOOLEAN NOT NULL DEFAULT false, created_at TIMESTAMP(3) NOT NULL DEFAULT now(),
  updated_at TIMESTAMP(3) NOT NULL DEFAULT now(), model_spend JSONB NOT NULL DEFAULT '{}',
  model_max_budget JSONB NOT NULL DEFAULT '{}', model_id INTEGER UNIQUE
);

CREATE TABLE "LiteLLM_VerificationToken" (
  token TEXT PRIMARY KEY, key_name TEXT, key_alias TEXT, soft_budget_cooldown BOOLEAN NOT NULL DEFAULT false,
  spend DOUBLE PRECISION NOT NULL DEFAULT 0, total_spend NUMERIC, expires TIMESTAMP(3), models TEXT[] DEFAULT '{}',
  aliases JSONB NOT NULL DEFAULT '{}', config JSONB NOT NULL DEFAULT '{}', user_id TEXT, team_id TEXT,
  permissions JSONB NOT NULL DEFAULT '{}', max_parallel_requests INTEGER, metadata JSONB NOT NULL DEFAULT '{}',
  blocked BOOLEAN, tpm_limit BIGINT, rpm_limit BIGINT, max_budget DOUBLE PRECISION, budget_duration TEXT,
  budget_reset_at TIMESTAMP(3), allowed_cache_controls TEXT[] DEFAULT '{}', allowed_routes TEXT[] DEFAULT '{}',
  model_spend JSONB NOT NULL DEFAULT '{}', model_max_budget JSONB NOT NULL DEFAULT '{}', budget_id TEXT,
  organization_id TEXT, created_at TIMESTAMP(3) DEFAULT now(), created_by TEXT, updated_at TIMESTAMP(3),
  updated_by TEXT, of_tomorrow INT4RANGE
);

CREATE TABLE "LiteLLM_SpendLogs" (
  request_id TEXT PRIMARY KEY, call_type TEXT NOT NULL, api_key TEXT NOT NULL DEFAULT '',
  spend DOUBLE PRECISION NOT NULL DEFAULT 0, total_tokens INTEGER NOT NULL DEFAULT 0,
  prompt_tokens INTEGER NOT NULL DEFAULT 0, completion_tokens INTEGER NOT NULL DEFAULT 0,
  "startTime" TIMESTAMP(3) NOT NULL, "endTime" TIMESTAMP(3) NOT NULL, "completionStartTime" TIMESTAMP(3),
  model TEXT NOT NULL DEFAULT '', model_id TEXT DEFAULT '', model_group TEXT DEFAULT '',
  custom_llm_provider TEXT DEFAULT '', api_base TEXT DEFAULT '', "user" TEXT DEFAULT '', metadata JSONB DEFAULT '{}',
  cache_hit TEXT DEFAULT '', cache_key TEXT DEFAULT '', request_tags JSONB DEFAULT '[]', team_id TEXT, end_user TEXT,
  requester_ip_address TEXT, messages JSONB DEFAULT '{}', response JSONB DEFAULT '{}'
);

CREATE TABLE "LiteLLM_DailyUserSpend" (
  id TEXT PRIMARY KEY, user_id TEXT, date TEXT NOT NULL, api_key TEXT NOT NULL, model TEXT, model_group TEXT,
  custom_llm_provider TEXT, mcp_namespaced_tool_name TEXT, prompt_tokens BIGINT NOT NULL DEFAULT 0,
  completion_tokens BIGINT NOT NULL DEFAULT 0, cache_read_input_tokens BIGINT NOT NULL DEFAULT 0,
  spend DOUBLE PRECISION NOT NULL DEFAULT 0, api_requests INTEGER NOT NULL DEFAULT 0,
  successful_requests BIGINT NOT NULL DEFAULT 0, failed_requests BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE "LiteLLM_DailyTeamSpend" (
  id TEXT PRIMARY KEY, team_id TEXT, date TEXT NOT NULL, api_key TEXT NOT NULL, model TEXT, model_group TEXT,
  custom_llm_provider TEXT, prompt_tokens BIGINT NOT NULL DEFAULT 0, spend DOUBLE PRECISION NOT NULL DEFAULT 0,
  api_requests BIGINT NOT NULL DEFAULT 0
);

INSERT INTO "LiteLLM_BudgetTable" (budget_id, max_budget, soft_budget, rpm_limit, budget_duration, model_max_budget)
VALUES ('b-1', 25.5, 20, 60, '30d', '{"gpt-4.1": {"budget_limit": 5, "time_period": "1d"}}');

INSERT INTO "LiteLLM_UserTable" (user_id, user_email, teams, models, spend, max_budget, metadata) VALUES
  ('ada', 'ada@example.com', '{tools,research}', '{no-default-models}', 3.25, 100, '{"note": "it''s \"quoted\""}'),
  ('bob', NULL, '{}', '{}', 0, 'NaN', '{}');

INSERT INTO "LiteLLM_TeamTable" (team_id, team_alias, members_with_roles, metadata, models, spend, rpm_limit, blocked)
VALUES ('tools', 'Tools', '[{"user_id": "ada", "role": "admin"}]', '{"guardrails": ["pii"], "model_rpm_limit": {"gpt-4.1": 7}}',
  '{gpt-4.1,claude}', 1.5, 600, false);
INSERT INTO "LiteLLM_TeamTable" (team_id, budget_duration, blocked) VALUES ('bad', '1y', true);

INSERT INTO "LiteLLM_VerificationToken" (token, key_name, key_alias, spend, total_spend, models, user_id, team_id, budget_id,
  max_budget, tpm_limit, budget_duration, budget_reset_at, expires, blocked, aliases, allowed_routes, created_at, metadata)
VALUES
  (repeat('a', 64), 'sk-...aaaa', 'build', 1.25, 7.75, '{all-team-models}', 'ada', 'tools', 'b-1', NULL, 900, NULL,
    now() + interval '9 days', '2031-02-03 04:05:06.789', NULL, '{"fast": "gpt-4.1"}', '{}', '2025-01-02 03:04:05', '{"tags": ["ci"]}'),
  (repeat('b', 64), 'sk-...bbbb', 'build', 0.1, NULL, '{}', NULL, NULL, NULL, 2, NULL, '1d', now() - interval '1 hour',
    NULL, false, '{}', '{llm_api_routes}', '2025-01-02 03:04:05', '{}'),
  (repeat('c', 64), 'sk-...cccc', NULL, 0, NULL, '{no-default-models}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{}', NULL, '{}'),
  (repeat('d', 64), 'sk-...dddd', NULL, 0, NULL, '{}', NULL, NULL, NULL, 5, NULL, '1y', NULL, NULL, NULL, '{}', '{}', NULL, '{}'),
  (repeat('e', 64), 'sk-...eeee', NULL, 0, NULL, '{}', 'ada', 'litellm-dashboard', NULL, 0.25, NULL, '24h', NULL, NULL, NULL, '{}', '{}', NULL, '{}'),
  ('sk-plain', 'sk-...', NULL, 0, NULL, '{}', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', '{}', NULL, '{}');

-- Of a team and of a user that have a bound which is not understood.
INSERT INTO "LiteLLM_VerificationToken" (token, user_id, team_id) VALUES
  (repeat('1', 64), 'ada', 'bad'),
  (repeat('2', 64), 'bob', 'tools');

-- More than a page of them.
INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens,
  "startTime", "endTime", model, model_group, "user", team_id, request_tags, metadata, messages)
SELECT 'chatcmpl-' || n, 'acompletion', repeat('a', 64), n / 1000.0, 3 * n, 2 * n, n,
  timestamp '2025-06-01 00:00:00.123' + n * interval '1 minute', timestamp '2025-06-01 00:00:01.5' + n * interval '1 minute',
  'gpt-4.1-2025-04-14', 'gpt-4.1', 'ada', 'tools', '["nightly"]', '{"user_api_key_alias": "build"}', '[{"content": "private"}]'
FROM generate_series(1, 1200) AS n;

INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, spend, "startTime", "endTime", request_tags, metadata) VALUES
  ('odd', 'aembedding', 0, '2025-07-01 00:00:00', '2025-07-01 00:00:00', '{}', NULL),
  ('refund', 'acompletion', -1, '2025-07-01 00:00:00', '2025-07-01 00:00:00', NULL, '{}');

-- Of the days before the log, two that are taken for one where null and empty are the same, and a day of the log.
INSERT INTO "LiteLLM_DailyUserSpend" (id, user_id, date, api_key, model, model_group, spend, api_requests, failed_requests) VALUES
  ('d-1', 'ada', '2025-05-30', repeat('a', 64), 'gpt-4.1-2025-04-14', 'gpt-4.1', 2.5, 10, 1),
  ('d-2', NULL, '2025-05-30', repeat('b', 64), 'claude', 'smart', 0.5, 3, 0),
  ('d-3', '', '2025-05-30', repeat('b', 64), 'claude', 'smart', 0.25, 1, 0),
  ('d-4', 'ada', '2025-06-01', repeat('a', 64), 'gpt-4.1-2025-04-14', 'gpt-4.1', 720.6, 1200, 0);

INSERT INTO "LiteLLM_DailyTeamSpend" (id, team_id, date, api_key, model_group, spend, api_requests) VALUES
  ('t-1', 'tools', '2025-05-30', repeat('a', 64), 'gpt-4.1', 2.5, 10);
