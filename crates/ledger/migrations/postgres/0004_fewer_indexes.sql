-- What a batch of events touches in each index is most of what it costs, so those that no question needs go.

-- A request's "litellm_call_id" is its "request_id", which is the primary key.
DROP INDEX "LiteLLM_SpendLogs_litellm_call_id_idx";
-- No event names a policy; what was imported may.
DROP INDEX "LiteLLM_SpendLogGuardrailIndex_policy_id_start_time_idx";
CREATE INDEX "LiteLLM_SpendLogGuardrailIndex_policy_id_start_time_idx"
  ON "LiteLLM_SpendLogGuardrailIndex" ("policy_id", "start_time") WHERE "policy_id" IS NOT NULL;

-- There are few models, so each is a large part of an hour's rows, which are as soon read by their time.
DROP INDEX "spillway_hourly_team_spend_model_idx";
DROP INDEX "spillway_hourly_tag_spend_model_idx";
