-- Virtual keys, their teams and their users, under LiteLLM's table and column names and with its types. Columns
-- that LiteLLM does not have are marked "ours". Money is kept as whole nanodollars; LiteLLM's columns in dollars are computed from them, so
-- that the two never differ.
--
-- LiteLLM keeps a key's soft budget in a "LiteLLM_BudgetTable" of its own, one row per key that has one, so that
-- several keys can share a budget; here keys share one through their team. It is a column of the key: a lookup
-- reads no further table, and a key and its budget cannot come apart.
--
-- "spend" is of all time: what was spent in a budget's period is in "spillway_budget_spend". When a period ends
-- follows from "budget_duration" alone, so "budget_reset_at" stays empty.

CREATE TABLE "LiteLLM_VerificationToken" (
  "token"                   TEXT COLLATE "C" NOT NULL PRIMARY KEY, -- SHA-256 of the key, lower-case hex
  "key_name"                TEXT COLLATE "C", -- the key, masked
  "key_alias"               TEXT COLLATE "C",
  "spend_nanodollars"       BIGINT           NOT NULL DEFAULT 0, -- ours
  "spend"                   DOUBLE PRECISION GENERATED ALWAYS AS ("spend_nanodollars" / 1e9::double precision) STORED,
  "max_budget_nanodollars"  BIGINT, -- ours
  "max_budget"              DOUBLE PRECISION GENERATED ALWAYS AS ("max_budget_nanodollars" / 1e9::double precision) STORED,
  "soft_budget_nanodollars" BIGINT, -- ours
  "soft_budget"             DOUBLE PRECISION GENERATED ALWAYS AS ("soft_budget_nanodollars" / 1e9::double precision) STORED, -- ours
  "soft_budget_cooldown"    BOOLEAN          NOT NULL DEFAULT false,
  "budget_duration"         TEXT COLLATE "C",
  "budget_reset_at"         TIMESTAMP(6),
  "budget_limits"           JSONB,
  "budget_id"               TEXT COLLATE "C",
  "max_parallel_requests"   BIGINT,
  "tpm_limit"               BIGINT,
  "rpm_limit"               BIGINT,
  "blocked"                 BOOLEAN,
  "expires"                 TIMESTAMP(6),
  "user_id"                 TEXT COLLATE "C",
  "team_id"                 TEXT COLLATE "C",
  "agent_id"                TEXT COLLATE "C",
  "project_id"              TEXT COLLATE "C",
  "organization_id"         TEXT COLLATE "C",
  "object_permission_id"    TEXT COLLATE "C",
  "created_at"              TIMESTAMP(6)     NOT NULL,
  "created_by"              TEXT COLLATE "C",
  "updated_at"              TIMESTAMP(6)     NOT NULL,
  "updated_by"              TEXT COLLATE "C",
  "last_active"             TIMESTAMP(6),
  "rotation_count"          BIGINT           DEFAULT 0,
  "auto_rotate"             BOOLEAN          DEFAULT false,
  "rotation_interval"       TEXT COLLATE "C",
  "last_rotation_at"        TIMESTAMP(6),
  "key_rotation_at"         TIMESTAMP(6),
  "models"                  TEXT[]           NOT NULL DEFAULT '{}',
  "aliases"                 JSONB            NOT NULL DEFAULT '{}',
  "config"                  JSONB            NOT NULL DEFAULT '{}',
  "router_settings"         JSONB            NOT NULL DEFAULT '{}',
  "permissions"             JSONB            NOT NULL DEFAULT '{}',
  "metadata"                JSONB            NOT NULL DEFAULT '{}', -- with model_rpm_limit, model_tpm_limit and guardrails
  "model_spend"             JSONB            NOT NULL DEFAULT '{}',
  "model_max_budget"        JSONB            NOT NULL DEFAULT '{}',
  "allowed_cache_controls"  TEXT[]           NOT NULL DEFAULT '{}',
  "allowed_routes"          TEXT[]           NOT NULL DEFAULT '{}',
  "policies"                TEXT[]           NOT NULL DEFAULT '{}',
  "access_group_ids"        TEXT[]           NOT NULL DEFAULT '{}'
);

-- Unique is ours: an alias is what people call a key by, and what errors name it by.
CREATE UNIQUE INDEX "LiteLLM_VerificationToken_key_alias_idx" ON "LiteLLM_VerificationToken" ("key_alias");
CREATE INDEX "LiteLLM_VerificationToken_user_id_team_id_idx"  ON "LiteLLM_VerificationToken" ("user_id", "team_id");
CREATE INDEX "LiteLLM_VerificationToken_team_id_idx"          ON "LiteLLM_VerificationToken" ("team_id");
CREATE INDEX "LiteLLM_VerificationToken_created_at_idx"       ON "LiteLLM_VerificationToken" ("created_at", "token");

CREATE TABLE "LiteLLM_TeamTable" (
  "team_id"                     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  "team_alias"                  TEXT COLLATE "C",
  "organization_id"             TEXT COLLATE "C",
  "object_permission_id"        TEXT COLLATE "C",
  "spend_nanodollars"           BIGINT           NOT NULL DEFAULT 0, -- ours
  "spend"                       DOUBLE PRECISION GENERATED ALWAYS AS ("spend_nanodollars" / 1e9::double precision) STORED,
  "max_budget_nanodollars"      BIGINT, -- ours
  "max_budget"                  DOUBLE PRECISION GENERATED ALWAYS AS ("max_budget_nanodollars" / 1e9::double precision) STORED,
  "soft_budget_nanodollars"     BIGINT, -- ours
  "soft_budget"                 DOUBLE PRECISION GENERATED ALWAYS AS ("soft_budget_nanodollars" / 1e9::double precision) STORED,
  "budget_duration"             TEXT COLLATE "C",
  "budget_reset_at"             TIMESTAMP(6),
  "budget_limits"               JSONB,
  "max_parallel_requests"       BIGINT,
  "tpm_limit"                   BIGINT,
  "rpm_limit"                   BIGINT,
  "blocked"                     BOOLEAN          NOT NULL DEFAULT false,
  "model_id"                    BIGINT,
  "allow_team_guardrail_config" BOOLEAN          NOT NULL DEFAULT false,
  "created_at"                  TIMESTAMP(6)     NOT NULL,
  "updated_at"                  TIMESTAMP(6)     NOT NULL,
  "admins"                      TEXT[]           NOT NULL DEFAULT '{}',
  "members"                     TEXT[]           NOT NULL DEFAULT '{}',
  "members_with_roles"          JSONB            NOT NULL DEFAULT '[]',
  "metadata"                    JSONB            NOT NULL DEFAULT '{}', -- as a key's
  "models"                      TEXT[]           NOT NULL DEFAULT '{}',
  "model_spend"                 JSONB            NOT NULL DEFAULT '{}',
  "model_max_budget"            JSONB            NOT NULL DEFAULT '{}',
  "router_settings"             JSONB            NOT NULL DEFAULT '{}',
  "team_member_permissions"     TEXT[]           NOT NULL DEFAULT '{}',
  "access_group_ids"            TEXT[]           NOT NULL DEFAULT '{}',
  "policies"                    TEXT[]           NOT NULL DEFAULT '{}',
  "default_team_member_models"  TEXT[]           NOT NULL DEFAULT '{}'
);

CREATE INDEX "LiteLLM_TeamTable_organization_id_idx" ON "LiteLLM_TeamTable" ("organization_id");
CREATE INDEX "LiteLLM_TeamTable_team_alias_idx"      ON "LiteLLM_TeamTable" ("team_alias");
CREATE INDEX "LiteLLM_TeamTable_created_at_idx"      ON "LiteLLM_TeamTable" ("created_at", "team_id");

CREATE TABLE "LiteLLM_UserTable" (
  "user_id"                 TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  "user_alias"              TEXT COLLATE "C",
  "user_email"              TEXT COLLATE "C",
  "user_role"               TEXT COLLATE "C",
  "team_id"                 TEXT COLLATE "C",
  "sso_user_id"             TEXT COLLATE "C" UNIQUE,
  "organization_id"         TEXT COLLATE "C",
  "object_permission_id"    TEXT COLLATE "C",
  "password"                TEXT COLLATE "C",
  "spend_nanodollars"       BIGINT           NOT NULL DEFAULT 0, -- ours
  "spend"                   DOUBLE PRECISION GENERATED ALWAYS AS ("spend_nanodollars" / 1e9::double precision) STORED,
  "max_budget_nanodollars"  BIGINT, -- ours
  "max_budget"              DOUBLE PRECISION GENERATED ALWAYS AS ("max_budget_nanodollars" / 1e9::double precision) STORED,
  "soft_budget_nanodollars" BIGINT, -- ours
  "soft_budget"             DOUBLE PRECISION GENERATED ALWAYS AS ("soft_budget_nanodollars" / 1e9::double precision) STORED, -- ours
  "budget_duration"         TEXT COLLATE "C",
  "budget_reset_at"         TIMESTAMP(6),
  "max_parallel_requests"   BIGINT,
  "tpm_limit"               BIGINT,
  "rpm_limit"               BIGINT,
  "created_at"              TIMESTAMP(6)     NOT NULL,
  "updated_at"              TIMESTAMP(6)     NOT NULL,
  "teams"                   TEXT[]           NOT NULL DEFAULT '{}',
  "models"                  TEXT[]           NOT NULL DEFAULT '{}',
  "metadata"                JSONB            NOT NULL DEFAULT '{}', -- as a key's
  "allowed_cache_controls"  TEXT[]           NOT NULL DEFAULT '{}',
  "policies"                TEXT[]           NOT NULL DEFAULT '{}',
  "model_spend"             JSONB            NOT NULL DEFAULT '{}',
  "model_max_budget"        JSONB            NOT NULL DEFAULT '{}'
);

CREATE INDEX "LiteLLM_UserTable_created_at_idx" ON "LiteLLM_UserTable" ("created_at", "user_id");

-- What became different, for gateways that keep keys and balances: one row per thing, its number that of its last
-- change. `key`: the SHA-256 of a key. `balance`: a row of "spillway_budget_spend". `reset`: any key.
CREATE TABLE "spillway_changes" (
  "seq"       BIGINT           NOT NULL PRIMARY KEY,
  "kind"      TEXT COLLATE "C" NOT NULL,
  "name"      TEXT COLLATE "C" NOT NULL,
  "period_ms" BIGINT           NOT NULL, -- 0 but for a balance
  UNIQUE ("kind", "name", "period_ms")
);

-- Numbers go on from a random one, so that a gateway's cursor of another database is seen to be foreign. Sums of
-- both bounds are less than 2^53, which every JSON reader takes.
INSERT INTO "spillway_changes" ("seq", "kind", "name", "period_ms")
VALUES (1099511627776 + floor(random() * 1125899906842624)::bigint, 'reset', '', 0);

-- What was charged to a budget in one of its periods, by all gateways, and by each of them.
CREATE TABLE "spillway_budget_spend" (
  "scope"       TEXT COLLATE "C" NOT NULL,
  "period_ms"   BIGINT           NOT NULL, -- when the period began, since the Unix epoch
  "nanodollars" BIGINT           NOT NULL,
  "charged_at"  TIMESTAMP(6)     NOT NULL, -- the last time
  PRIMARY KEY ("scope", "period_ms")
);

CREATE TABLE "spillway_budget_spend_by_gateway" (
  "scope"       TEXT COLLATE "C" NOT NULL,
  "period_ms"   BIGINT           NOT NULL,
  "gateway"     TEXT COLLATE "C" NOT NULL,
  "nanodollars" BIGINT           NOT NULL,
  PRIMARY KEY ("scope", "period_ms", "gateway")
);

CREATE INDEX "spillway_budget_spend_by_gateway_gateway_idx" ON "spillway_budget_spend_by_gateway" ("gateway");

-- Gateways that were heard of in the last day.
CREATE TABLE "spillway_gateways" (
  "gateway" TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  "seen_at" TIMESTAMP(6)     NOT NULL
);

CREATE INDEX "spillway_gateways_seen_at_idx" ON "spillway_gateways" ("seen_at");
