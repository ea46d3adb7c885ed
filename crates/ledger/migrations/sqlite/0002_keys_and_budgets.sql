-- Virtual keys, their teams and their users, under LiteLLM's table and column names; lists and objects are JSON
-- text, times are text as in the other tables, truth values are 0 and 1. Columns that LiteLLM does not have are
-- marked "ours". Money is kept as whole nanodollars; LiteLLM's columns in dollars are computed from them, so
-- that the two never differ.
--
-- LiteLLM keeps a key's soft budget in a "LiteLLM_BudgetTable" of its own, one row per key that has one, so that
-- several keys can share a budget; here keys share one through their team. It is a column of the key: a lookup
-- reads no further table, and a key and its budget cannot come apart.
--
-- "spend" is of all time: what was spent in a budget's period is in "spillway_budget_spend". When a period ends
-- follows from "budget_duration" alone, so "budget_reset_at" stays empty.

CREATE TABLE "LiteLLM_VerificationToken" (
  "token"                   TEXT    NOT NULL PRIMARY KEY, -- SHA-256 of the key, lower-case hex
  "key_name"                TEXT,                         -- the key, masked
  "key_alias"               TEXT,
  "spend_nanodollars"       INTEGER NOT NULL DEFAULT 0,   -- ours
  "spend"                   REAL    GENERATED ALWAYS AS ("spend_nanodollars" / 1e9) VIRTUAL,
  "max_budget_nanodollars"  INTEGER,                      -- ours
  "max_budget"              REAL    GENERATED ALWAYS AS ("max_budget_nanodollars" / 1e9) VIRTUAL,
  "soft_budget_nanodollars" INTEGER,                      -- ours
  "soft_budget"             REAL    GENERATED ALWAYS AS ("soft_budget_nanodollars" / 1e9) VIRTUAL, -- ours
  "soft_budget_cooldown"    INTEGER NOT NULL DEFAULT 0,
  "budget_duration"         TEXT,
  "budget_reset_at"         TEXT,
  "budget_limits"           TEXT,
  "budget_id"               TEXT,
  "max_parallel_requests"   INTEGER,
  "tpm_limit"               INTEGER,
  "rpm_limit"               INTEGER,
  "blocked"                 INTEGER,
  "expires"                 TEXT,
  "user_id"                 TEXT,
  "team_id"                 TEXT,
  "agent_id"                TEXT,
  "project_id"              TEXT,
  "organization_id"         TEXT,
  "object_permission_id"    TEXT,
  "created_at"              TEXT    NOT NULL,
  "created_by"              TEXT,
  "updated_at"              TEXT    NOT NULL,
  "updated_by"              TEXT,
  "last_active"             TEXT,
  "rotation_count"          INTEGER DEFAULT 0,
  "auto_rotate"             INTEGER DEFAULT 0,
  "rotation_interval"       TEXT,
  "last_rotation_at"        TEXT,
  "key_rotation_at"         TEXT,
  "models"                  TEXT    NOT NULL DEFAULT '[]',
  "aliases"                 TEXT    NOT NULL DEFAULT '{}',
  "config"                  TEXT    NOT NULL DEFAULT '{}',
  "router_settings"         TEXT    NOT NULL DEFAULT '{}',
  "permissions"             TEXT    NOT NULL DEFAULT '{}',
  "metadata"                TEXT    NOT NULL DEFAULT '{}', -- with model_rpm_limit, model_tpm_limit and guardrails
  "model_spend"             TEXT    NOT NULL DEFAULT '{}',
  "model_max_budget"        TEXT    NOT NULL DEFAULT '{}',
  "allowed_cache_controls"  TEXT    NOT NULL DEFAULT '[]',
  "allowed_routes"          TEXT    NOT NULL DEFAULT '[]',
  "policies"                TEXT    NOT NULL DEFAULT '[]',
  "access_group_ids"        TEXT    NOT NULL DEFAULT '[]'
) STRICT;

-- Unique is ours: an alias is what people call a key by, and what errors name it by.
CREATE UNIQUE INDEX "LiteLLM_VerificationToken_key_alias_idx" ON "LiteLLM_VerificationToken" ("key_alias");
CREATE INDEX "LiteLLM_VerificationToken_user_id_team_id_idx"  ON "LiteLLM_VerificationToken" ("user_id", "team_id");
CREATE INDEX "LiteLLM_VerificationToken_team_id_idx"          ON "LiteLLM_VerificationToken" ("team_id");
CREATE INDEX "LiteLLM_VerificationToken_created_at_idx"       ON "LiteLLM_VerificationToken" ("created_at", "token");

CREATE TABLE "LiteLLM_TeamTable" (
  "team_id"                     TEXT    NOT NULL PRIMARY KEY,
  "team_alias"                  TEXT,
  "organization_id"             TEXT,
  "object_permission_id"        TEXT,
  "spend_nanodollars"           INTEGER NOT NULL DEFAULT 0, -- ours
  "spend"                       REAL    GENERATED ALWAYS AS ("spend_nanodollars" / 1e9) VIRTUAL,
  "max_budget_nanodollars"      INTEGER,                    -- ours
  "max_budget"                  REAL    GENERATED ALWAYS AS ("max_budget_nanodollars" / 1e9) VIRTUAL,
  "soft_budget_nanodollars"     INTEGER,                    -- ours
  "soft_budget"                 REAL    GENERATED ALWAYS AS ("soft_budget_nanodollars" / 1e9) VIRTUAL,
  "budget_duration"             TEXT,
  "budget_reset_at"             TEXT,
  "budget_limits"               TEXT,
  "max_parallel_requests"       INTEGER,
  "tpm_limit"                   INTEGER,
  "rpm_limit"                   INTEGER,
  "blocked"                     INTEGER NOT NULL DEFAULT 0,
  "model_id"                    INTEGER,
  "allow_team_guardrail_config" INTEGER NOT NULL DEFAULT 0,
  "created_at"                  TEXT    NOT NULL,
  "updated_at"                  TEXT    NOT NULL,
  "admins"                      TEXT    NOT NULL DEFAULT '[]',
  "members"                     TEXT    NOT NULL DEFAULT '[]',
  "members_with_roles"          TEXT    NOT NULL DEFAULT '[]',
  "metadata"                    TEXT    NOT NULL DEFAULT '{}', -- as a key's
  "models"                      TEXT    NOT NULL DEFAULT '[]',
  "model_spend"                 TEXT    NOT NULL DEFAULT '{}',
  "model_max_budget"            TEXT    NOT NULL DEFAULT '{}',
  "router_settings"             TEXT    NOT NULL DEFAULT '{}',
  "team_member_permissions"     TEXT    NOT NULL DEFAULT '[]',
  "access_group_ids"            TEXT    NOT NULL DEFAULT '[]',
  "policies"                    TEXT    NOT NULL DEFAULT '[]',
  "default_team_member_models"  TEXT    NOT NULL DEFAULT '[]'
) STRICT;

CREATE INDEX "LiteLLM_TeamTable_organization_id_idx" ON "LiteLLM_TeamTable" ("organization_id");
CREATE INDEX "LiteLLM_TeamTable_team_alias_idx"      ON "LiteLLM_TeamTable" ("team_alias");
CREATE INDEX "LiteLLM_TeamTable_created_at_idx"      ON "LiteLLM_TeamTable" ("created_at", "team_id");

CREATE TABLE "LiteLLM_UserTable" (
  "user_id"                 TEXT    NOT NULL PRIMARY KEY,
  "user_alias"              TEXT,
  "user_email"              TEXT,
  "user_role"               TEXT,
  "team_id"                 TEXT,
  "sso_user_id"             TEXT    UNIQUE,
  "organization_id"         TEXT,
  "object_permission_id"    TEXT,
  "password"                TEXT,
  "spend_nanodollars"       INTEGER NOT NULL DEFAULT 0, -- ours
  "spend"                   REAL    GENERATED ALWAYS AS ("spend_nanodollars" / 1e9) VIRTUAL,
  "max_budget_nanodollars"  INTEGER,                    -- ours
  "max_budget"              REAL    GENERATED ALWAYS AS ("max_budget_nanodollars" / 1e9) VIRTUAL,
  "soft_budget_nanodollars" INTEGER,                    -- ours
  "soft_budget"             REAL    GENERATED ALWAYS AS ("soft_budget_nanodollars" / 1e9) VIRTUAL, -- ours
  "budget_duration"         TEXT,
  "budget_reset_at"         TEXT,
  "max_parallel_requests"   INTEGER,
  "tpm_limit"               INTEGER,
  "rpm_limit"               INTEGER,
  "created_at"              TEXT    NOT NULL,
  "updated_at"              TEXT    NOT NULL,
  "teams"                   TEXT    NOT NULL DEFAULT '[]',
  "models"                  TEXT    NOT NULL DEFAULT '[]',
  "metadata"                TEXT    NOT NULL DEFAULT '{}', -- as a key's
  "allowed_cache_controls"  TEXT    NOT NULL DEFAULT '[]',
  "policies"                TEXT    NOT NULL DEFAULT '[]',
  "model_spend"             TEXT    NOT NULL DEFAULT '{}',
  "model_max_budget"        TEXT    NOT NULL DEFAULT '{}'
) STRICT;

CREATE INDEX "LiteLLM_UserTable_created_at_idx" ON "LiteLLM_UserTable" ("created_at", "user_id");

-- What became different, for gateways that keep keys and balances: one row per thing, its number that of its last
-- change. `key`: the SHA-256 of a key. `balance`: a row of "spillway_budget_spend". `reset`: any key.
CREATE TABLE "spillway_changes" (
  "seq"       INTEGER NOT NULL PRIMARY KEY,
  "kind"      TEXT    NOT NULL,
  "name"      TEXT    NOT NULL,
  "period_ms" INTEGER NOT NULL, -- 0 but for a balance
  UNIQUE ("kind", "name", "period_ms")
) STRICT;

-- Numbers go on from a random one, so that a gateway's cursor of another database is seen to be foreign. Sums of
-- both bounds are less than 2^53, which every JSON reader takes.
INSERT INTO "spillway_changes" ("seq", "kind", "name", "period_ms")
VALUES (1099511627776 + (random() & 1125899906842623), 'reset', '', 0);

-- What was charged to a budget in one of its periods, by all gateways, and by each of them.
CREATE TABLE "spillway_budget_spend" (
  "scope"       TEXT    NOT NULL,
  "period_ms"   INTEGER NOT NULL, -- when the period began, since the Unix epoch
  "nanodollars" INTEGER NOT NULL,
  "charged_at"  TEXT    NOT NULL, -- the last time
  PRIMARY KEY ("scope", "period_ms")
) STRICT, WITHOUT ROWID;

CREATE TABLE "spillway_budget_spend_by_gateway" (
  "scope"       TEXT    NOT NULL,
  "period_ms"   INTEGER NOT NULL,
  "gateway"     TEXT    NOT NULL,
  "nanodollars" INTEGER NOT NULL,
  PRIMARY KEY ("scope", "period_ms", "gateway")
) STRICT, WITHOUT ROWID;

CREATE INDEX "spillway_budget_spend_by_gateway_gateway_idx" ON "spillway_budget_spend_by_gateway" ("gateway");

-- Gateways that were heard of in the last day.
CREATE TABLE "spillway_gateways" (
  "gateway" TEXT NOT NULL PRIMARY KEY,
  "seen_at" TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX "spillway_gateways_seen_at_idx" ON "spillway_gateways" ("seen_at");
