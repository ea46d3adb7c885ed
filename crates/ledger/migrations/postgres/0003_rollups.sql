-- Roll-ups: sums per hour and per day, written with the rows that they sum. Hours are `YYYY-MM-DDTHH`, dates
-- `YYYY-MM-DD`, both UTC, of the request's start. Where LiteLLM has null, there is an empty text: nulls would be
-- distinct from each other in a unique key. Money is kept as whole nanodollars, from which "spend" is computed.

-- LiteLLM's daily tables. Their unique keys have "model_group" too, which LiteLLM's do not. An empty user, team or tag is
-- requests that have none. "id" is drawn and unique in practice; the key is what identifies a row.
CREATE TABLE "LiteLLM_DailyUserSpend" (
  "id"                                    TEXT COLLATE "C" NOT NULL DEFAULT gen_random_uuid()::text,
  "user_id"                               TEXT COLLATE "C" NOT NULL DEFAULT '',
  "date"                                  TEXT COLLATE "C" NOT NULL,
  "api_key"                               TEXT COLLATE "C" NOT NULL DEFAULT '',
  "model"                                 TEXT COLLATE "C" NOT NULL DEFAULT '',
  "model_group"                           TEXT COLLATE "C" NOT NULL DEFAULT '',
  "custom_llm_provider"                   TEXT COLLATE "C" NOT NULL DEFAULT '',
  "mcp_namespaced_tool_name"              TEXT COLLATE "C" NOT NULL DEFAULT '',
  "endpoint"                              TEXT COLLATE "C" NOT NULL DEFAULT '',
  "prompt_tokens"                         BIGINT           NOT NULL DEFAULT 0,
  "completion_tokens"                     BIGINT           NOT NULL DEFAULT 0,
  "cache_read_input_tokens"               BIGINT           NOT NULL DEFAULT 0,
  "cache_creation_input_tokens"           BIGINT           NOT NULL DEFAULT 0,
  "compression_saved_tokens"              BIGINT           NOT NULL DEFAULT 0,
  "compression_savings_spend"             DOUBLE PRECISION NOT NULL DEFAULT 0,
  "prompt_caching_savings_spend"          DOUBLE PRECISION NOT NULL DEFAULT 0,
  "gateway_injected_caching_savings_spend" DOUBLE PRECISION NOT NULL DEFAULT 0,
  "autorouter_savings_spend"              DOUBLE PRECISION NOT NULL DEFAULT 0,
  "spend_nanodollars"                     BIGINT           NOT NULL DEFAULT 0, -- ours
  "spend"                                 DOUBLE PRECISION GENERATED ALWAYS AS ("spend_nanodollars" / 1e9::double precision) STORED,
  "api_requests"                          BIGINT           NOT NULL DEFAULT 0,
  "successful_requests"                   BIGINT           NOT NULL DEFAULT 0,
  "failed_requests"                       BIGINT           NOT NULL DEFAULT 0,
  "total_response_time_ms"                BIGINT           NOT NULL DEFAULT 0,
  "timed_requests"                        BIGINT           NOT NULL DEFAULT 0,
  "created_at"                            TIMESTAMP(6)     NOT NULL,
  "updated_at"                            TIMESTAMP(6)     NOT NULL,
  PRIMARY KEY ("user_id", "date", "api_key", "model", "model_group", "custom_llm_provider",
    "mcp_namespaced_tool_name", "endpoint")
);

CREATE INDEX "LiteLLM_DailyUserSpend_date_idx" ON "LiteLLM_DailyUserSpend" ("date");

CREATE TABLE "LiteLLM_DailyTeamSpend" (
  "id"                                    TEXT COLLATE "C" NOT NULL DEFAULT gen_random_uuid()::text,
  "team_id"                               TEXT COLLATE "C" NOT NULL DEFAULT '',
  "date"                                  TEXT COLLATE "C" NOT NULL,
  "api_key"                               TEXT COLLATE "C" NOT NULL DEFAULT '',
  "model"                                 TEXT COLLATE "C" NOT NULL DEFAULT '',
  "model_group"                           TEXT COLLATE "C" NOT NULL DEFAULT '',
  "custom_llm_provider"                   TEXT COLLATE "C" NOT NULL DEFAULT '',
  "mcp_namespaced_tool_name"              TEXT COLLATE "C" NOT NULL DEFAULT '',
  "endpoint"                              TEXT COLLATE "C" NOT NULL DEFAULT '',
  "prompt_tokens"                         BIGINT           NOT NULL DEFAULT 0,
  "completion_tokens"                     BIGINT           NOT NULL DEFAULT 0,
  "cache_read_input_tokens"               BIGINT           NOT NULL DEFAULT 0,
  "cache_creation_input_tokens"           BIGINT           NOT NULL DEFAULT 0,
  "compression_saved_tokens"              BIGINT           NOT NULL DEFAULT 0,
  "compression_savings_spend"             DOUBLE PRECISION NOT NULL DEFAULT 0,
  "prompt_caching_savings_spend"          DOUBLE PRECISION NOT NULL DEFAULT 0,
  "gateway_injected_caching_savings_spend" DOUBLE PRECISION NOT NULL DEFAULT 0,
  "autorouter_savings_spend"              DOUBLE PRECISION NOT NULL DEFAULT 0,
  "ptu_flat_cost"                         DOUBLE PRECISION NOT NULL DEFAULT 0,
  "spend_nanodollars"                     BIGINT           NOT NULL DEFAULT 0, -- ours
  "spend"                                 DOUBLE PRECISION GENERATED ALWAYS AS ("spend_nanodollars" / 1e9::double precision) STORED,
  "api_requests"                          BIGINT           NOT NULL DEFAULT 0,
  "successful_requests"                   BIGINT           NOT NULL DEFAULT 0,
  "failed_requests"                       BIGINT           NOT NULL DEFAULT 0,
  "total_response_time_ms"                BIGINT           NOT NULL DEFAULT 0,
  "timed_requests"                        BIGINT           NOT NULL DEFAULT 0,
  "created_at"                            TIMESTAMP(6)     NOT NULL,
  "updated_at"                            TIMESTAMP(6)     NOT NULL,
  PRIMARY KEY ("team_id", "date", "api_key", "model", "model_group", "custom_llm_provider",
    "mcp_namespaced_tool_name", "endpoint")
);

CREATE INDEX "LiteLLM_DailyTeamSpend_date_idx"             ON "LiteLLM_DailyTeamSpend" ("date");
CREATE INDEX "LiteLLM_DailyTeamSpend_api_key_date_idx"     ON "LiteLLM_DailyTeamSpend" ("api_key", "date");
CREATE INDEX "LiteLLM_DailyTeamSpend_model_group_date_idx" ON "LiteLLM_DailyTeamSpend" ("model_group", "date");

-- A request with two tags is in two rows.
CREATE TABLE "LiteLLM_DailyTagSpend" (
  "id"                                    TEXT COLLATE "C" NOT NULL DEFAULT gen_random_uuid()::text,
  "tag"                                   TEXT COLLATE "C" NOT NULL DEFAULT '',
  "date"                                  TEXT COLLATE "C" NOT NULL,
  "api_key"                               TEXT COLLATE "C" NOT NULL DEFAULT '',
  "model"                                 TEXT COLLATE "C" NOT NULL DEFAULT '',
  "model_group"                           TEXT COLLATE "C" NOT NULL DEFAULT '',
  "custom_llm_provider"                   TEXT COLLATE "C" NOT NULL DEFAULT '',
  "mcp_namespaced_tool_name"              TEXT COLLATE "C" NOT NULL DEFAULT '',
  "endpoint"                              TEXT COLLATE "C" NOT NULL DEFAULT '',
  "prompt_tokens"                         BIGINT           NOT NULL DEFAULT 0,
  "completion_tokens"                     BIGINT           NOT NULL DEFAULT 0,
  "cache_read_input_tokens"               BIGINT           NOT NULL DEFAULT 0,
  "cache_creation_input_tokens"           BIGINT           NOT NULL DEFAULT 0,
  "compression_saved_tokens"              BIGINT           NOT NULL DEFAULT 0,
  "compression_savings_spend"             DOUBLE PRECISION NOT NULL DEFAULT 0,
  "prompt_caching_savings_spend"          DOUBLE PRECISION NOT NULL DEFAULT 0,
  "gateway_injected_caching_savings_spend" DOUBLE PRECISION NOT NULL DEFAULT 0,
  "autorouter_savings_spend"              DOUBLE PRECISION NOT NULL DEFAULT 0,
  "spend_nanodollars"                     BIGINT           NOT NULL DEFAULT 0, -- ours
  "spend"                                 DOUBLE PRECISION GENERATED ALWAYS AS ("spend_nanodollars" / 1e9::double precision) STORED,
  "api_requests"                          BIGINT           NOT NULL DEFAULT 0,
  "successful_requests"                   BIGINT           NOT NULL DEFAULT 0,
  "failed_requests"                       BIGINT           NOT NULL DEFAULT 0,
  "total_response_time_ms"                BIGINT           NOT NULL DEFAULT 0,
  "timed_requests"                        BIGINT           NOT NULL DEFAULT 0,
  "created_at"                            TIMESTAMP(6)     NOT NULL,
  "updated_at"                            TIMESTAMP(6)     NOT NULL,
  PRIMARY KEY ("tag", "date", "api_key", "model", "model_group", "custom_llm_provider",
    "mcp_namespaced_tool_name", "endpoint")
);

CREATE INDEX "LiteLLM_DailyTagSpend_date_idx"             ON "LiteLLM_DailyTagSpend" ("date");
CREATE INDEX "LiteLLM_DailyTagSpend_api_key_date_idx"     ON "LiteLLM_DailyTagSpend" ("api_key", "date");
CREATE INDEX "LiteLLM_DailyTagSpend_model_group_date_idx" ON "LiteLLM_DailyTagSpend" ("model_group", "date");

-- One row per request that failed with an error that the gateway knows.
CREATE TABLE "LiteLLM_ErrorLogs" (
  "request_id"         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  "startTime"          TIMESTAMP(6)     NOT NULL,
  "endTime"            TIMESTAMP(6)     NOT NULL,
  "api_base"           TEXT COLLATE "C" NOT NULL DEFAULT '',
  "model_group"        TEXT COLLATE "C" NOT NULL DEFAULT '',
  "litellm_model_name" TEXT COLLATE "C" NOT NULL DEFAULT '',
  "model_id"           TEXT COLLATE "C" NOT NULL DEFAULT '',
  "request_kwargs"     JSONB            NOT NULL DEFAULT '{}',
  "exception_type"     TEXT COLLATE "C" NOT NULL DEFAULT '',
  "exception_string"   TEXT COLLATE "C" NOT NULL DEFAULT '',
  "status_code"        TEXT COLLATE "C" NOT NULL DEFAULT ''
);

-- For readers of LiteLLM's and for what is imported. Ours are columns of a key, a team or a user.
CREATE TABLE "LiteLLM_BudgetTable" (
  "budget_id"               TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  "max_budget_nanodollars"  BIGINT           , -- ours
  "max_budget"              DOUBLE PRECISION GENERATED ALWAYS AS ("max_budget_nanodollars" / 1e9::double precision) STORED,
  "soft_budget_nanodollars" BIGINT           , -- ours
  "soft_budget"             DOUBLE PRECISION GENERATED ALWAYS AS ("soft_budget_nanodollars" / 1e9::double precision) STORED,
  "max_parallel_requests"   BIGINT,
  "tpm_limit"               BIGINT,
  "rpm_limit"               BIGINT,
  "tpd_limit"               BIGINT,
  "model_max_budget"        JSONB,
  "budget_duration"         TEXT COLLATE "C",
  "budget_reset_at"         TIMESTAMP(6),
  "allowed_models"          TEXT[]           NOT NULL DEFAULT '{}',
  "temp_budget_increase"    DOUBLE PRECISION,
  "temp_budget_expiry"      TIMESTAMP(6),
  "created_at"              TIMESTAMP(6)     NOT NULL,
  "created_by"              TEXT COLLATE "C" NOT NULL DEFAULT '',
  "updated_at"              TIMESTAMP(6)     NOT NULL,
  "updated_by"              TEXT COLLATE "C" NOT NULL DEFAULT ''
);

-- Ours, for the monitor: what was spent by one thing at a time, in the columns of LiteLLM's daily tables. "dimension"
-- says what "id" is: `model` (group), `key`, `team` or `tag`.
CREATE TABLE "spillway_hourly_totals" (
  "dimension"         TEXT COLLATE "C" NOT NULL,
  "hour"              TEXT COLLATE "C" NOT NULL,
  "id"                TEXT COLLATE "C" NOT NULL,
  "api_requests"      BIGINT           NOT NULL,
  "failed_requests"   BIGINT           NOT NULL,
  "prompt_tokens"     BIGINT           NOT NULL,
  "completion_tokens" BIGINT           NOT NULL,
  "spend_nanodollars" BIGINT           NOT NULL,
  PRIMARY KEY ("dimension", "hour", "id")
);

CREATE INDEX "spillway_hourly_totals_id_idx" ON "spillway_hourly_totals" ("dimension", "id", "hour");

CREATE TABLE "spillway_daily_totals" (
  "dimension"         TEXT COLLATE "C" NOT NULL,
  "date"              TEXT COLLATE "C" NOT NULL,
  "id"                TEXT COLLATE "C" NOT NULL,
  "api_requests"      BIGINT           NOT NULL,
  "failed_requests"   BIGINT           NOT NULL,
  "prompt_tokens"     BIGINT           NOT NULL,
  "completion_tokens" BIGINT           NOT NULL,
  "spend_nanodollars" BIGINT           NOT NULL,
  PRIMARY KEY ("dimension", "date", "id")
);

CREATE INDEX "spillway_daily_totals_id_idx" ON "spillway_daily_totals" ("dimension", "id", "date");

-- The same by several things at once: by hour what LiteLLM's team and tag tables are by day.
CREATE TABLE "spillway_hourly_team_spend" (
  "hour"              TEXT COLLATE "C" NOT NULL,
  "team_id"           TEXT COLLATE "C" NOT NULL,
  "api_key"           TEXT COLLATE "C" NOT NULL,
  "model_group"       TEXT COLLATE "C" NOT NULL,
  "api_requests"      BIGINT           NOT NULL,
  "failed_requests"   BIGINT           NOT NULL,
  "prompt_tokens"     BIGINT           NOT NULL,
  "completion_tokens" BIGINT           NOT NULL,
  "spend_nanodollars" BIGINT           NOT NULL,
  PRIMARY KEY ("hour", "team_id", "api_key", "model_group")
);

CREATE INDEX "spillway_hourly_team_spend_team_idx"  ON "spillway_hourly_team_spend" ("team_id", "hour");
CREATE INDEX "spillway_hourly_team_spend_key_idx"   ON "spillway_hourly_team_spend" ("api_key", "hour");
CREATE INDEX "spillway_hourly_team_spend_model_idx" ON "spillway_hourly_team_spend" ("model_group", "hour");

CREATE TABLE "spillway_hourly_tag_spend" (
  "hour"              TEXT COLLATE "C" NOT NULL,
  "tag"               TEXT COLLATE "C" NOT NULL,
  "api_key"           TEXT COLLATE "C" NOT NULL,
  "model_group"       TEXT COLLATE "C" NOT NULL,
  "api_requests"      BIGINT           NOT NULL,
  "failed_requests"   BIGINT           NOT NULL,
  "prompt_tokens"     BIGINT           NOT NULL,
  "completion_tokens" BIGINT           NOT NULL,
  "spend_nanodollars" BIGINT           NOT NULL,
  PRIMARY KEY ("hour", "tag", "api_key", "model_group")
);

CREATE INDEX "spillway_hourly_tag_spend_tag_idx"   ON "spillway_hourly_tag_spend" ("tag", "hour");
CREATE INDEX "spillway_hourly_tag_spend_key_idx"   ON "spillway_hourly_tag_spend" ("api_key", "hour");
CREATE INDEX "spillway_hourly_tag_spend_model_idx" ON "spillway_hourly_tag_spend" ("model_group", "hour");

-- How requests went. "durations" is of those that succeeded, "first_tokens" of streams that had a first token:
-- histograms as `bucket:count` pairs, see docs/LEDGER.md.
CREATE TABLE "spillway_hourly_traffic" (
  "hour"         TEXT COLLATE "C" NOT NULL,
  "model_group"  TEXT COLLATE "C" NOT NULL,
  "call_type"    TEXT COLLATE "C" NOT NULL,
  "requests"     BIGINT           NOT NULL,
  "errors"       BIGINT           NOT NULL,
  "fallbacks"    BIGINT           NOT NULL, -- requests that entered a fallback group
  "retries"      BIGINT           NOT NULL, -- tries
  "durations"    TEXT COLLATE "C" NOT NULL,
  "first_tokens" TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY ("hour", "model_group", "call_type")
);

CREATE TABLE "spillway_daily_traffic" (
  "date"         TEXT COLLATE "C" NOT NULL,
  "model_group"  TEXT COLLATE "C" NOT NULL,
  "call_type"    TEXT COLLATE "C" NOT NULL,
  "requests"     BIGINT           NOT NULL,
  "errors"       BIGINT           NOT NULL,
  "fallbacks"    BIGINT           NOT NULL,
  "retries"      BIGINT           NOT NULL,
  "durations"    TEXT COLLATE "C" NOT NULL,
  "first_tokens" TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY ("date", "model_group", "call_type")
);

-- Runs of guardrails; those that are neither blocked nor flagged passed.
CREATE TABLE "spillway_hourly_guardrails" (
  "hour"         TEXT COLLATE "C" NOT NULL,
  "guardrail_id" TEXT COLLATE "C" NOT NULL,
  "team_id"      TEXT COLLATE "C" NOT NULL,
  "call_type"    TEXT COLLATE "C" NOT NULL,
  "evaluated"    BIGINT           NOT NULL,
  "blocked"      BIGINT           NOT NULL,
  "flagged"      BIGINT           NOT NULL,
  "latency_us"   BIGINT           NOT NULL, -- of all runs together
  "scored"       BIGINT           NOT NULL, -- runs that had a risk score
  "score_milli"  BIGINT           NOT NULL, -- their scores together, in thousandths
  PRIMARY KEY ("hour", "guardrail_id", "team_id", "call_type")
);

CREATE TABLE "spillway_daily_guardrails" (
  "date"         TEXT COLLATE "C" NOT NULL,
  "guardrail_id" TEXT COLLATE "C" NOT NULL,
  "team_id"      TEXT COLLATE "C" NOT NULL,
  "call_type"    TEXT COLLATE "C" NOT NULL,
  "evaluated"    BIGINT           NOT NULL,
  "blocked"      BIGINT           NOT NULL,
  "flagged"      BIGINT           NOT NULL,
  "latency_us"   BIGINT           NOT NULL,
  "scored"       BIGINT           NOT NULL,
  "score_milli"  BIGINT           NOT NULL,
  PRIMARY KEY ("date", "guardrail_id", "team_id", "call_type")
);

-- Requests by tag, as the spend log cannot be searched by what is within its JSON.
CREATE TABLE "spillway_request_tags" (
  "tag"        TEXT COLLATE "C" NOT NULL,
  "start_time" TIMESTAMP(6)     NOT NULL,
  "request_id" TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY ("tag", "start_time", "request_id")
);

-- What was deleted for its age: rows that began before this time. "what" is `logs` or `hours`.
CREATE TABLE "spillway_retention" (
  "what"   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  "before" TIMESTAMP(6)     NOT NULL
);

-- For the list of requests. What most rows have in common is found by time, so it is left out.
CREATE INDEX "LiteLLM_SpendLogs_model_startTime_idx"
  ON "LiteLLM_SpendLogs" (substr("model_group", 1, 128), "startTime");
CREATE INDEX "LiteLLM_SpendLogs_team_startTime_idx"
  ON "LiteLLM_SpendLogs" (substr("team_id", 1, 128), "startTime") WHERE "team_id" IS NOT NULL;
CREATE INDEX "LiteLLM_SpendLogs_call_type_startTime_idx"
  ON "LiteLLM_SpendLogs" (substr("call_type", 1, 128), "startTime") WHERE "call_type" <> 'acompletion';
CREATE INDEX "LiteLLM_SpendLogs_failure_startTime_idx"
  ON "LiteLLM_SpendLogs" ("startTime", "request_id") WHERE "status" = 'failure';
CREATE INDEX "LiteLLM_SpendLogGuardrailIndex_action_start_time_idx"
  ON "LiteLLM_SpendLogGuardrailIndex" ("action", "start_time", "request_id") WHERE "action" <> 'passed';

-- Most rows have neither, and need no entry.
DROP INDEX "LiteLLM_SpendLogs_end_user_idx";
DROP INDEX "LiteLLM_SpendLogs_session_id_idx";
CREATE INDEX "LiteLLM_SpendLogs_end_user_idx"   ON "LiteLLM_SpendLogs" USING hash ("end_user") WHERE "end_user" IS NOT NULL;
CREATE INDEX "LiteLLM_SpendLogs_session_id_idx" ON "LiteLLM_SpendLogs" USING hash ("session_id") WHERE "session_id" IS NOT NULL;
