-- Roll-ups: sums per hour and per day, written with the rows that they sum. Hours are `YYYY-MM-DDTHH`, dates
-- `YYYY-MM-DD`, both UTC, of the request's start. Where LiteLLM has null, there is an empty text: nulls would be
-- distinct from each other in a unique key. Money is kept as whole nanodollars, from which "spend" is computed.

-- LiteLLM's daily tables. Their unique keys have "model_group" too, which LiteLLM's do not. An empty user, team or tag is
-- requests that have none. "id" is drawn and unique in practice; the key is what identifies a row.
CREATE TABLE "LiteLLM_DailyUserSpend" (
  "id"                                    TEXT    NOT NULL DEFAULT (lower(hex(randomblob(16)))),
  "user_id"                               TEXT    NOT NULL DEFAULT '',
  "date"                                  TEXT    NOT NULL,
  "api_key"                               TEXT    NOT NULL DEFAULT '',
  "model"                                 TEXT    NOT NULL DEFAULT '',
  "model_group"                           TEXT    NOT NULL DEFAULT '',
  "custom_llm_provider"                   TEXT    NOT NULL DEFAULT '',
  "mcp_namespaced_tool_name"              TEXT    NOT NULL DEFAULT '',
  "endpoint"                              TEXT    NOT NULL DEFAULT '',
  "prompt_tokens"                         INTEGER NOT NULL DEFAULT 0,
  "completion_tokens"                     INTEGER NOT NULL DEFAULT 0,
  "cache_read_input_tokens"               INTEGER NOT NULL DEFAULT 0,
  "cache_creation_input_tokens"           INTEGER NOT NULL DEFAULT 0,
  "compression_saved_tokens"              INTEGER NOT NULL DEFAULT 0,
  "compression_savings_spend"             REAL    NOT NULL DEFAULT 0,
  "prompt_caching_savings_spend"          REAL    NOT NULL DEFAULT 0,
  "gateway_injected_caching_savings_spend" REAL   NOT NULL DEFAULT 0,
  "autorouter_savings_spend"              REAL    NOT NULL DEFAULT 0,
  "spend_nanodollars"                     INTEGER NOT NULL DEFAULT 0, -- ours
  "spend"                                 REAL    GENERATED ALWAYS AS ("spend_nanodollars" / 1e9) VIRTUAL,
  "api_requests"                          INTEGER NOT NULL DEFAULT 0,
  "successful_requests"                   INTEGER NOT NULL DEFAULT 0,
  "failed_requests"                       INTEGER NOT NULL DEFAULT 0,
  "total_response_time_ms"                INTEGER NOT NULL DEFAULT 0,
  "timed_requests"                        INTEGER NOT NULL DEFAULT 0,
  "created_at"                            TEXT    NOT NULL,
  "updated_at"                            TEXT    NOT NULL,
  PRIMARY KEY ("user_id", "date", "api_key", "model", "model_group", "custom_llm_provider",
    "mcp_namespaced_tool_name", "endpoint")
) STRICT, WITHOUT ROWID;

CREATE INDEX "LiteLLM_DailyUserSpend_date_idx" ON "LiteLLM_DailyUserSpend" ("date");

CREATE TABLE "LiteLLM_DailyTeamSpend" (
  "id"                                    TEXT    NOT NULL DEFAULT (lower(hex(randomblob(16)))),
  "team_id"                               TEXT    NOT NULL DEFAULT '',
  "date"                                  TEXT    NOT NULL,
  "api_key"                               TEXT    NOT NULL DEFAULT '',
  "model"                                 TEXT    NOT NULL DEFAULT '',
  "model_group"                           TEXT    NOT NULL DEFAULT '',
  "custom_llm_provider"                   TEXT    NOT NULL DEFAULT '',
  "mcp_namespaced_tool_name"              TEXT    NOT NULL DEFAULT '',
  "endpoint"                              TEXT    NOT NULL DEFAULT '',
  "prompt_tokens"                         INTEGER NOT NULL DEFAULT 0,
  "completion_tokens"                     INTEGER NOT NULL DEFAULT 0,
  "cache_read_input_tokens"               INTEGER NOT NULL DEFAULT 0,
  "cache_creation_input_tokens"           INTEGER NOT NULL DEFAULT 0,
  "compression_saved_tokens"              INTEGER NOT NULL DEFAULT 0,
  "compression_savings_spend"             REAL    NOT NULL DEFAULT 0,
  "prompt_caching_savings_spend"          REAL    NOT NULL DEFAULT 0,
  "gateway_injected_caching_savings_spend" REAL   NOT NULL DEFAULT 0,
  "autorouter_savings_spend"              REAL    NOT NULL DEFAULT 0,
  "ptu_flat_cost"                         REAL    NOT NULL DEFAULT 0,
  "spend_nanodollars"                     INTEGER NOT NULL DEFAULT 0, -- ours
  "spend"                                 REAL    GENERATED ALWAYS AS ("spend_nanodollars" / 1e9) VIRTUAL,
  "api_requests"                          INTEGER NOT NULL DEFAULT 0,
  "successful_requests"                   INTEGER NOT NULL DEFAULT 0,
  "failed_requests"                       INTEGER NOT NULL DEFAULT 0,
  "total_response_time_ms"                INTEGER NOT NULL DEFAULT 0,
  "timed_requests"                        INTEGER NOT NULL DEFAULT 0,
  "created_at"                            TEXT    NOT NULL,
  "updated_at"                            TEXT    NOT NULL,
  PRIMARY KEY ("team_id", "date", "api_key", "model", "model_group", "custom_llm_provider",
    "mcp_namespaced_tool_name", "endpoint")
) STRICT, WITHOUT ROWID;

CREATE INDEX "LiteLLM_DailyTeamSpend_date_idx"             ON "LiteLLM_DailyTeamSpend" ("date");
CREATE INDEX "LiteLLM_DailyTeamSpend_api_key_date_idx"     ON "LiteLLM_DailyTeamSpend" ("api_key", "date");
CREATE INDEX "LiteLLM_DailyTeamSpend_model_group_date_idx" ON "LiteLLM_DailyTeamSpend" ("model_group", "date");

-- A request with two tags is in two rows.
CREATE TABLE "LiteLLM_DailyTagSpend" (
  "id"                                    TEXT    NOT NULL DEFAULT (lower(hex(randomblob(16)))),
  "tag"                                   TEXT    NOT NULL DEFAULT '',
  "date"                                  TEXT    NOT NULL,
  "api_key"                               TEXT    NOT NULL DEFAULT '',
  "model"                                 TEXT    NOT NULL DEFAULT '',
  "model_group"                           TEXT    NOT NULL DEFAULT '',
  "custom_llm_provider"                   TEXT    NOT NULL DEFAULT '',
  "mcp_namespaced_tool_name"              TEXT    NOT NULL DEFAULT '',
  "endpoint"                              TEXT    NOT NULL DEFAULT '',
  "prompt_tokens"                         INTEGER NOT NULL DEFAULT 0,
  "completion_tokens"                     INTEGER NOT NULL DEFAULT 0,
  "cache_read_input_tokens"               INTEGER NOT NULL DEFAULT 0,
  "cache_creation_input_tokens"           INTEGER NOT NULL DEFAULT 0,
  "compression_saved_tokens"              INTEGER NOT NULL DEFAULT 0,
  "compression_savings_spend"             REAL    NOT NULL DEFAULT 0,
  "prompt_caching_savings_spend"          REAL    NOT NULL DEFAULT 0,
  "gateway_injected_caching_savings_spend" REAL   NOT NULL DEFAULT 0,
  "autorouter_savings_spend"              REAL    NOT NULL DEFAULT 0,
  "spend_nanodollars"                     INTEGER NOT NULL DEFAULT 0, -- ours
  "spend"                                 REAL    GENERATED ALWAYS AS ("spend_nanodollars" / 1e9) VIRTUAL,
  "api_requests"                          INTEGER NOT NULL DEFAULT 0,
  "successful_requests"                   INTEGER NOT NULL DEFAULT 0,
  "failed_requests"                       INTEGER NOT NULL DEFAULT 0,
  "total_response_time_ms"                INTEGER NOT NULL DEFAULT 0,
  "timed_requests"                        INTEGER NOT NULL DEFAULT 0,
  "created_at"                            TEXT    NOT NULL,
  "updated_at"                            TEXT    NOT NULL,
  PRIMARY KEY ("tag", "date", "api_key", "model", "model_group", "custom_llm_provider",
    "mcp_namespaced_tool_name", "endpoint")
) STRICT, WITHOUT ROWID;

CREATE INDEX "LiteLLM_DailyTagSpend_date_idx"             ON "LiteLLM_DailyTagSpend" ("date");
CREATE INDEX "LiteLLM_DailyTagSpend_api_key_date_idx"     ON "LiteLLM_DailyTagSpend" ("api_key", "date");
CREATE INDEX "LiteLLM_DailyTagSpend_model_group_date_idx" ON "LiteLLM_DailyTagSpend" ("model_group", "date");

-- One row per request that failed with an error that the gateway knows.
CREATE TABLE "LiteLLM_ErrorLogs" (
  "request_id"         TEXT NOT NULL PRIMARY KEY,
  "startTime"          TEXT NOT NULL,
  "endTime"            TEXT NOT NULL,
  "api_base"           TEXT NOT NULL DEFAULT '',
  "model_group"        TEXT NOT NULL DEFAULT '',
  "litellm_model_name" TEXT NOT NULL DEFAULT '',
  "model_id"           TEXT NOT NULL DEFAULT '',
  "request_kwargs"     TEXT NOT NULL DEFAULT '{}',
  "exception_type"     TEXT NOT NULL DEFAULT '',
  "exception_string"   TEXT NOT NULL DEFAULT '',
  "status_code"        TEXT NOT NULL DEFAULT ''
) STRICT;

-- For readers of LiteLLM's and for what is imported. Ours are columns of a key, a team or a user.
CREATE TABLE "LiteLLM_BudgetTable" (
  "budget_id"               TEXT    NOT NULL PRIMARY KEY,
  "max_budget_nanodollars"  INTEGER, -- ours
  "max_budget"              REAL    GENERATED ALWAYS AS ("max_budget_nanodollars" / 1e9) VIRTUAL,
  "soft_budget_nanodollars" INTEGER, -- ours
  "soft_budget"             REAL    GENERATED ALWAYS AS ("soft_budget_nanodollars" / 1e9) VIRTUAL,
  "max_parallel_requests"   INTEGER,
  "tpm_limit"               INTEGER,
  "rpm_limit"               INTEGER,
  "tpd_limit"               INTEGER,
  "model_max_budget"        TEXT,
  "budget_duration"         TEXT,
  "budget_reset_at"         TEXT,
  "allowed_models"          TEXT    NOT NULL DEFAULT '[]',
  "temp_budget_increase"    REAL,
  "temp_budget_expiry"      TEXT,
  "created_at"              TEXT    NOT NULL,
  "created_by"              TEXT    NOT NULL DEFAULT '',
  "updated_at"              TEXT    NOT NULL,
  "updated_by"              TEXT    NOT NULL DEFAULT ''
) STRICT;

-- Ours, for the monitor: what was spent by one thing at a time, in the columns of LiteLLM's daily tables. "dimension"
-- says what "id" is: `model` (group), `key`, `team` or `tag`.
CREATE TABLE "spillway_hourly_totals" (
  "dimension"         TEXT    NOT NULL,
  "hour"              TEXT    NOT NULL,
  "id"                TEXT    NOT NULL,
  "api_requests"      INTEGER NOT NULL,
  "failed_requests"   INTEGER NOT NULL,
  "prompt_tokens"     INTEGER NOT NULL,
  "completion_tokens" INTEGER NOT NULL,
  "spend_nanodollars" INTEGER NOT NULL,
  PRIMARY KEY ("dimension", "hour", "id")
) STRICT, WITHOUT ROWID;

CREATE INDEX "spillway_hourly_totals_id_idx" ON "spillway_hourly_totals" ("dimension", "id", "hour");

CREATE TABLE "spillway_daily_totals" (
  "dimension"         TEXT    NOT NULL,
  "date"              TEXT    NOT NULL,
  "id"                TEXT    NOT NULL,
  "api_requests"      INTEGER NOT NULL,
  "failed_requests"   INTEGER NOT NULL,
  "prompt_tokens"     INTEGER NOT NULL,
  "completion_tokens" INTEGER NOT NULL,
  "spend_nanodollars" INTEGER NOT NULL,
  PRIMARY KEY ("dimension", "date", "id")
) STRICT, WITHOUT ROWID;

CREATE INDEX "spillway_daily_totals_id_idx" ON "spillway_daily_totals" ("dimension", "id", "date");

-- The same by several things at once: by hour what LiteLLM's team and tag tables are by day.
CREATE TABLE "spillway_hourly_team_spend" (
  "hour"              TEXT    NOT NULL,
  "team_id"           TEXT    NOT NULL,
  "api_key"           TEXT    NOT NULL,
  "model_group"       TEXT    NOT NULL,
  "api_requests"      INTEGER NOT NULL,
  "failed_requests"   INTEGER NOT NULL,
  "prompt_tokens"     INTEGER NOT NULL,
  "completion_tokens" INTEGER NOT NULL,
  "spend_nanodollars" INTEGER NOT NULL,
  PRIMARY KEY ("hour", "team_id", "api_key", "model_group")
) STRICT, WITHOUT ROWID;

CREATE INDEX "spillway_hourly_team_spend_team_idx"  ON "spillway_hourly_team_spend" ("team_id", "hour");
CREATE INDEX "spillway_hourly_team_spend_key_idx"   ON "spillway_hourly_team_spend" ("api_key", "hour");
CREATE INDEX "spillway_hourly_team_spend_model_idx" ON "spillway_hourly_team_spend" ("model_group", "hour");

CREATE TABLE "spillway_hourly_tag_spend" (
  "hour"              TEXT    NOT NULL,
  "tag"               TEXT    NOT NULL,
  "api_key"           TEXT    NOT NULL,
  "model_group"       TEXT    NOT NULL,
  "api_requests"      INTEGER NOT NULL,
  "failed_requests"   INTEGER NOT NULL,
  "prompt_tokens"     INTEGER NOT NULL,
  "completion_tokens" INTEGER NOT NULL,
  "spend_nanodollars" INTEGER NOT NULL,
  PRIMARY KEY ("hour", "tag", "api_key", "model_group")
) STRICT, WITHOUT ROWID;

CREATE INDEX "spillway_hourly_tag_spend_tag_idx"   ON "spillway_hourly_tag_spend" ("tag", "hour");
CREATE INDEX "spillway_hourly_tag_spend_key_idx"   ON "spillway_hourly_tag_spend" ("api_key", "hour");
CREATE INDEX "spillway_hourly_tag_spend_model_idx" ON "spillway_hourly_tag_spend" ("model_group", "hour");

-- How requests went. "durations" is of those that succeeded, "first_tokens" of streams that had a first token:
-- histograms as `bucket:count` pairs, see docs/LEDGER.md.
CREATE TABLE "spillway_hourly_traffic" (
  "hour"         TEXT    NOT NULL,
  "model_group"  TEXT    NOT NULL,
  "call_type"    TEXT    NOT NULL,
  "requests"     INTEGER NOT NULL,
  "errors"       INTEGER NOT NULL,
  "fallbacks"    INTEGER NOT NULL, -- requests that entered a fallback group
  "retries"      INTEGER NOT NULL, -- tries
  "durations"    TEXT    NOT NULL,
  "first_tokens" TEXT    NOT NULL,
  PRIMARY KEY ("hour", "model_group", "call_type")
) STRICT, WITHOUT ROWID;

CREATE TABLE "spillway_daily_traffic" (
  "date"         TEXT    NOT NULL,
  "model_group"  TEXT    NOT NULL,
  "call_type"    TEXT    NOT NULL,
  "requests"     INTEGER NOT NULL,
  "errors"       INTEGER NOT NULL,
  "fallbacks"    INTEGER NOT NULL,
  "retries"      INTEGER NOT NULL,
  "durations"    TEXT    NOT NULL,
  "first_tokens" TEXT    NOT NULL,
  PRIMARY KEY ("date", "model_group", "call_type")
) STRICT, WITHOUT ROWID;

-- Runs of guardrails; those that are neither blocked nor flagged passed.
CREATE TABLE "spillway_hourly_guardrails" (
  "hour"         TEXT    NOT NULL,
  "guardrail_id" TEXT    NOT NULL,
  "team_id"      TEXT    NOT NULL,
  "call_type"    TEXT    NOT NULL,
  "evaluated"    INTEGER NOT NULL,
  "blocked"      INTEGER NOT NULL,
  "flagged"      INTEGER NOT NULL,
  "latency_us"   INTEGER NOT NULL, -- of all runs together
  "scored"       INTEGER NOT NULL, -- runs that had a risk score
  "score_milli"  INTEGER NOT NULL, -- their scores together, in thousandths
  PRIMARY KEY ("hour", "guardrail_id", "team_id", "call_type")
) STRICT, WITHOUT ROWID;

CREATE TABLE "spillway_daily_guardrails" (
  "date"         TEXT    NOT NULL,
  "guardrail_id" TEXT    NOT NULL,
  "team_id"      TEXT    NOT NULL,
  "call_type"    TEXT    NOT NULL,
  "evaluated"    INTEGER NOT NULL,
  "blocked"      INTEGER NOT NULL,
  "flagged"      INTEGER NOT NULL,
  "latency_us"   INTEGER NOT NULL,
  "scored"       INTEGER NOT NULL,
  "score_milli"  INTEGER NOT NULL,
  PRIMARY KEY ("date", "guardrail_id", "team_id", "call_type")
) STRICT, WITHOUT ROWID;

-- Requests by tag, as the spend log cannot be searched by what is within its JSON.
CREATE TABLE "spillway_request_tags" (
  "tag"        TEXT NOT NULL,
  "start_time" TEXT NOT NULL,
  "request_id" TEXT NOT NULL,
  PRIMARY KEY ("tag", "start_time", "request_id")
) STRICT, WITHOUT ROWID;

-- What was deleted for its age: rows that began before this time. "what" is `logs` or `hours`.
CREATE TABLE "spillway_retention" (
  "what"   TEXT NOT NULL PRIMARY KEY,
  "before" TEXT NOT NULL
) STRICT, WITHOUT ROWID;

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
CREATE INDEX "LiteLLM_SpendLogs_end_user_idx"   ON "LiteLLM_SpendLogs" ("end_user") WHERE "end_user" IS NOT NULL;
CREATE INDEX "LiteLLM_SpendLogs_session_id_idx" ON "LiteLLM_SpendLogs" ("session_id") WHERE "session_id" IS NOT NULL;
