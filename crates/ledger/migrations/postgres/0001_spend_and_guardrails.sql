-- LiteLLM's tables, column names and types, so that its users' queries run unchanged. Times are UTC, with
-- microseconds where LiteLLM has milliseconds. Texts sort by their bytes, as they do in SQLite. Columns that
-- LiteLLM does not have are marked "ours".

CREATE TABLE "LiteLLM_SpendLogs" (
  "request_id"               TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  "call_type"                TEXT COLLATE "C" NOT NULL,
  "status"                   TEXT COLLATE "C",
  "api_key"                  TEXT COLLATE "C" NOT NULL DEFAULT '',
  "spend"                    DOUBLE PRECISION NOT NULL DEFAULT 0,
  "spend_nanodollars"        BIGINT           NOT NULL DEFAULT 0, -- ours: the exact price; "spend" is its rounding
  "total_tokens"             BIGINT           NOT NULL DEFAULT 0,
  "prompt_tokens"            BIGINT           NOT NULL DEFAULT 0,
  "completion_tokens"        BIGINT           NOT NULL DEFAULT 0,
  "startTime"                TIMESTAMP(6)     NOT NULL,
  "endTime"                  TIMESTAMP(6)     NOT NULL,
  "request_duration_ms"      BIGINT,
  "completionStartTime"      TIMESTAMP(6),
  "model"                    TEXT COLLATE "C" NOT NULL DEFAULT '',
  "model_id"                 TEXT COLLATE "C" DEFAULT '',
  "model_group"              TEXT COLLATE "C" DEFAULT '',
  "custom_llm_provider"      TEXT COLLATE "C" DEFAULT '',
  "api_base"                 TEXT COLLATE "C" DEFAULT '',
  "user"                     TEXT COLLATE "C" DEFAULT '',
  "cache_hit"                TEXT COLLATE "C" DEFAULT '',
  "cache_key"                TEXT COLLATE "C" DEFAULT '',
  "team_id"                  TEXT COLLATE "C",
  "organization_id"          TEXT COLLATE "C",
  "end_user"                 TEXT COLLATE "C",
  "requester_ip_address"     TEXT COLLATE "C",
  "session_id"               TEXT COLLATE "C",
  "mcp_namespaced_tool_name" TEXT COLLATE "C",
  "billing_agent_id"         TEXT COLLATE "C",
  "agent_id"                 TEXT COLLATE "C",
  "litellm_call_id"          TEXT COLLATE "C",
  "created_at"               TIMESTAMP(6)     NOT NULL,
  "updated_at"               TIMESTAMP(6)     NOT NULL,
  "request_tags"             JSONB            DEFAULT '[]',
  "metadata"                 JSONB            DEFAULT '{}',
  "messages"                 JSONB            DEFAULT '{}',
  "response"                 JSONB            DEFAULT '{}',
  "proxy_server_request"     JSONB            DEFAULT '{}'
);

-- LiteLLM's index on startTime alone is a prefix of the first one.
CREATE INDEX "LiteLLM_SpendLogs_startTime_request_id_idx" ON "LiteLLM_SpendLogs" ("startTime", "request_id");
-- Hashes, for a caller chooses these texts, and an ordered index refuses long ones.
CREATE INDEX "LiteLLM_SpendLogs_end_user_idx"             ON "LiteLLM_SpendLogs" USING hash ("end_user");
CREATE INDEX "LiteLLM_SpendLogs_session_id_idx"           ON "LiteLLM_SpendLogs" USING hash ("session_id");
CREATE INDEX "LiteLLM_SpendLogs_litellm_call_id_idx"      ON "LiteLLM_SpendLogs" USING hash ("litellm_call_id");
CREATE INDEX "LiteLLM_SpendLogs_api_key_startTime_idx"    ON "LiteLLM_SpendLogs" ("api_key", "startTime");

CREATE TABLE "LiteLLM_SpendLogGuardrailIndex" (
  "request_id"   TEXT COLLATE "C" NOT NULL,
  "guardrail_id" TEXT COLLATE "C" NOT NULL,
  "policy_id"    TEXT COLLATE "C",
  "start_time"   TIMESTAMP(6)     NOT NULL,
  "action"       TEXT COLLATE "C" NOT NULL, -- ours: passed, flagged or blocked; the gravest where it ran more than once
  "score"        DOUBLE PRECISION, -- ours: risk score of that run
  "latency_ms"   DOUBLE PRECISION, -- ours: duration of that run
  "reason"       TEXT COLLATE "C", -- ours: which rules it reported, cut short
  PRIMARY KEY ("request_id", "guardrail_id")
);

CREATE INDEX "LiteLLM_SpendLogGuardrailIndex_guardrail_id_start_time_idx"
  ON "LiteLLM_SpendLogGuardrailIndex" ("guardrail_id", "start_time");
CREATE INDEX "LiteLLM_SpendLogGuardrailIndex_policy_id_start_time_idx"
  ON "LiteLLM_SpendLogGuardrailIndex" ("policy_id", "start_time");

CREATE TABLE "LiteLLM_DailyGuardrailMetrics" (
  "guardrail_id"       TEXT COLLATE "C" NOT NULL,
  "date"               TEXT COLLATE "C" NOT NULL, -- YYYY-MM-DD, UTC
  "requests_evaluated" BIGINT           NOT NULL DEFAULT 0,
  "passed_count"       BIGINT           NOT NULL DEFAULT 0,
  "blocked_count"      BIGINT           NOT NULL DEFAULT 0,
  "flagged_count"      BIGINT           NOT NULL DEFAULT 0,
  "avg_score"          DOUBLE PRECISION,
  "scored_count"       BIGINT           NOT NULL DEFAULT 0, -- ours: how many runs "avg_score" is the mean of
  "avg_latency_ms"     DOUBLE PRECISION,
  "created_at"         TIMESTAMP(6)     NOT NULL,
  "updated_at"         TIMESTAMP(6)     NOT NULL,
  PRIMARY KEY ("guardrail_id", "date")
);

CREATE INDEX "LiteLLM_DailyGuardrailMetrics_date_idx" ON "LiteLLM_DailyGuardrailMetrics" ("date");

-- What the events last said of a guardrail, for the monitor's names; LiteLLM reads them from its configuration.
CREATE TABLE "spillway_guardrails" (
  "guardrail_id"       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  "guardrail_name"     TEXT COLLATE "C" NOT NULL,
  "guardrail_provider" TEXT COLLATE "C" NOT NULL
);

-- One row that the health check writes, because only a write proves that the database takes writes.
CREATE TABLE "spillway_probe" (
  "id"         BIGINT       NOT NULL PRIMARY KEY CHECK ("id" = 1),
  "checked_at" TIMESTAMP(6) NOT NULL
);
