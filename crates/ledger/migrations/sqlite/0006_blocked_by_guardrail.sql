-- What one guardrail blocked or flagged, newest first: the index by guardrail and time goes past all that it let pass.
CREATE INDEX "LiteLLM_SpendLogGuardrailIndex_guardrail_id_action_idx"
  ON "LiteLLM_SpendLogGuardrailIndex" ("guardrail_id", "action", "start_time", "request_id") WHERE "action" <> 'passed';
