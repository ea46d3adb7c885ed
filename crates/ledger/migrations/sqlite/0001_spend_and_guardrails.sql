-- LiteLLM's tables and column names, so that its users' queries run unchanged. What SQLite has no type for:
-- times are ISO-8601 UTC text with microseconds, which sorts as time does; JSON columns are text.
-- Columns that LiteLLM does not have are marked "ours". Small columns come before JSON ones: a scan that
-- sums tokens then never reads the overflow pages of a long row.

CREATE TABLE "LiteLLM_SpendLogs" (
  "request_id"               TEXT    NOT NULL PRIMARY KEY,
  "call_type"                TEXT    NOT NULL,
  "status"                   TEXT,
  "api_key"                  TEXT    NOT NULL DEFAULT '',
  "spend"                    REAL    NOT NULL DEFAULT 0,
  "spend_nanodollars"        INTEGER NOT NULL DEFAULT 0, -- ours: the exact price; "spend" is its rounding
  "total_tokens"             INTEGER NOT NULL DEFAULT 0,
  "prompt_tokens"            INTEGER NOT NULL DEFAULT 0,
  "completion_tokens"        INTEGER NOT NULL DEFAULT 0,
  "startTime"                TEXT    NOT NULL,
  "endTime"                  TEXT    NOT NULL,
  "request_duration_ms"      INTEGER,
  "completionStartTime"      TEXT,
  "model"                    TEXT    NOT NULL DEFAULT '',
  "model_id"                 TEXT    DEFAULT '',
  "model_group"              TEXT    DEFAULT '',
  "custom_llm_provider"      TEXT    DEFAULT '',
  "api_base"                 TEXT    DEFAULT '',
  "user"                     TEXT    DEFAULT '',
  "cache_hit"                TEXT    DEFAULT '',
  "cache_key"                TEXT    DEFAULT '',
  "team_id"                  TEXT,
  "organization_id"          TEXT,
  "end_user"                 TEXT,
  "requester_ip_address"     TEXT,
  "session_id"               TEXT,
  "mcp_namespaced_tool_name" TEXT,
  "billing_agent_id"         TEXT,
  "agent_id"                 TEXT,
  "litellm_call_id"          TEXT,
  "created_at"               TEXT    NOT NULL,
  "updated_at"               TEXT    NOT NULL,
  "request_tags"             TEXT    DEFAULT '[]',
  "metadata"                 TEXT    DEFAULT '{}',
  "messages"                 TEXT    DEFAULT '{}',
  "response"                 TEXT    DEFAULT '{}',
  "proxy_server_request"     TEXT    DEFAULT '{}'
) STRICT;

-- LiteLLM's index on startTime alone is a prefix of the first one.
CREATE INDEX "LiteLLM_SpendLogs_startTime_request_id_idx" ON "LiteLLM_SpendLogs" ("startTime", "request_id");
CREATE INDEX "LiteLLM_SpendLogs_end_user_idx"             ON "LiteLLM_SpendLogs" ("end_user");
CREATE INDEX "LiteLLM_SpendLogs_session_id_idx"           ON "LiteLLM_SpendLogs" ("session_id");
CREATE INDEX "LiteLLM_SpendLogs_litellm_call_id_idx"      ON "LiteLLM_SpendLogs" ("litellm_call_id");
CREATE INDEX "LiteLLM_SpendLogs_api_key_startTime_idx"    ON "LiteLLM_SpendLogs" ("api_key", "startTime");

CREATE TABLE "LiteLLM_SpendLogGuardrailIndex" (
  "request_id"   TEXT NOT NULL,
  "guardrail_id" TEXT NOT NULL,
  "policy_id"    TEXT,
  "start_time"   TEXT NOT NULL,
  "action"       TEXT NOT NULL, -- ours: passed, flagged or blocked; the gravest where it ran more than once
  "score"        REAL,          -- ours: risk score of that run
  "latency_ms"   REAL,          -- ours: duration of that run
  "reason"       TEXT,          -- ours: which rules it reported, cut short
  PRIMARY KEY ("request_id", "guardrail_id")
) STRICT, WITHOUT ROWID;

CREATE INDEX "LiteLLM_SpendLogGuardrailIndex_guardrail_id_start_time_idx"
  ON "LiteLLM_SpendLogGuardrailIndex" ("guardrail_id", "start_time");
CREATE INDEX "LiteLLM_SpendLogGuardrailIndex_policy_id_start_time_idx"
  ON "LiteLLM_SpendLogGuardrailIndex" ("policy_id", "start_time");

CREATE TABLE "LiteLLM_DailyGuardrailMetrics" (
  "guardrail_id"       TEXT    NOT NULL,
  "date"               TEXT    NOT NULL, -- YYYY-MM-DD, UTC
  "requests_evaluated" INTEGER NOT NULL DEFAULT 0,
  "passed_count"       INTEGER NOT NULL DEFAULT 0,
  "blocked_count"      INTEGER NOT NULL DEFAULT 0,
  "flagged_count"      INTEGER NOT NULL DEFAULT 0,
  "avg_score"          REAL,
  "scored_count"       INTEGER NOT NULL DEFAULT 0, -- ours: how many runs "avg_score" is the mean of
  "avg_latency_ms"     REAL,
  "created_at"         TEXT    NOT NULL,
  "updated_at"         TEXT    NOT NULL,
  PRIMARY KEY ("guardrail_id", "date")
) STRICT, WITHOUT ROWID;

CREATE INDEX "LiteLLM_DailyGuardrailMetrics_date_idx" ON "LiteLLM_DailyGuardrailMetrics" ("date");

-- What the events last said of a guardrail, for the monitor's names; LiteLLM reads them from its configuration.
CREATE TABLE "spillway_guardrails" (
  "guardrail_id"       TEXT NOT NULL PRIMARY KEY,
  "guardrail_name"     TEXT NOT NULL,
  "guardrail_provider" TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row that the health check writes, because only a write proves that the database takes writes.
CREATE TABLE "spillway_probe" (
  "id"         INTEGER NOT NULL PRIMARY KEY CHECK ("id" = 1),
  "checked_at" TEXT    NOT NULL
) STRICT;
