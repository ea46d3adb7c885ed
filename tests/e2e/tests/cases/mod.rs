//! Tests that a scenario file cannot express.

mod bodies;
mod broken_requests;
mod causes;
pub mod clients;
mod clients_that_leave;
pub mod codex;
mod cooldown;
pub mod delivery;
mod flapping;
mod guardrail_records;
mod guardrails;
mod keys;
mod ledger_killed;
mod limits;
pub mod link;
mod load;
mod memory;
mod metrics;
mod own_envoy;
mod pairs;
mod panics;
pub mod rate_service;
pub mod reload;
mod spending;
mod strategies;
mod timeouts;
mod versions;

use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::Trial;
use spillway_e2e::Failure;
use spillway_e2e::fixture::{Fixture, SUITE};

use crate::Suite;

/// What must come has come by then. Longer than two waits of a gateway that was refused, on a machine that has other things to
/// do.
const PATIENCE: Duration = Duration::from_secs(120);

/// Every test, by name.
pub fn trials(suite: &Arc<Suite>) -> Vec<Trial> {
    let at = |gateway: &str, name: &str, test: Test| {
        suite.trial(gateway, name, async move |fixture| test(fixture).await)
    };
    let on = |name: &str, test: Test| at(SUITE, name, test);
    let routing = |name: &str, test: Test| at("routing", name, test);
    let cooldowns = |name: &str, test: Test| at("cooldowns", name, test);
    let timeouts = |name: &str, test: Test| at("timeouts", name, test);
    let keys = |name: &str, test: Test| at("keys", name, test);
    let guardrails = |name: &str, test: Test| at("guardrails", name, test);
    let providers = |name: &str, test: Test| at("providers", name, test);
    let numbers = |name: &str, test: Test| at("numbers", name, test);
    vec![
        on("seed_guardrail_block_is_recorded_the_same_on_every_path", |f| {
            Box::pin(guardrail_records::same(f))
        }),
        on("a_six_megabyte_body_falls_back", |f| Box::pin(bodies::six_megabytes(f))),
        on("a_body_past_the_limit_is_a_json_413", |f| Box::pin(bodies::past_the_limit(f))),
        on("bytes_that_are_no_request_leave_the_gateway_serving", |f| Box::pin(broken_requests::raw(f))),
        on("http_1_0_is_served", |f| Box::pin(broken_requests::http_1_0(f))),
        on("64_clients_with_the_primary_down_are_all_answered", |f| Box::pin(load::primary_down(f))),
        on("a_request_limit_holds_across_workers", |f| Box::pin(limits::across_workers(f))),
        on("tokens_are_settled_against_what_was_used", |f| Box::pin(limits::settled(f))),
        on("clients_of_http1_and_http2_get_the_same_answers", |f| Box::pin(versions::answer_alike(f))),
        on("clients_of_http2_share_a_connection_with_a_stream", |f| {
            Box::pin(versions::share_a_connection(f))
        }),
        on("a_client_that_leaves_cancels_the_upstream_attempt", |f| {
            Box::pin(clients_that_leave::mid_stream(f))
        }),
        on("a_ledger_killed_under_load_loses_and_doubles_nothing", |f| {
            Box::pin(ledger_killed::under_load(f))
        }),
        guardrails("guardrails_do_as_their_table_says", |f| Box::pin(guardrails::table::every_cell(f))),
        guardrails("guardrail_services_that_fail_do_as_configured", |f| {
            Box::pin(guardrails::services::fail_as_configured(f))
        }),
        guardrails("a_mask_that_is_longer_than_envoys_buffer_is_an_error", |f| {
            Box::pin(guardrails::services::masks_that_swell(f))
        }),
        guardrails("guardrail_services_that_answer_late_wake_nobody", |f| {
            Box::pin(guardrails::services::late(f))
        }),
        guardrails("what_a_guardrail_service_said_is_remembered", |f| {
            Box::pin(guardrails::services::remembered(f))
        }),
        guardrails("guardrail_services_are_asked_at_once", |f| Box::pin(guardrails::services::at_once(f))),
        guardrails("guardrail_services_see_what_others_left", |f| {
            Box::pin(guardrails::services::in_order(f))
        }),
        routing("every_cause_on_every_dialect_streaming_or_not", |f| Box::pin(causes::every_cell(f))),
        cooldowns("a_deployment_rests_after_its_failures_for_every_worker", |f| Box::pin(cooldown::rests(f))),
        cooldowns("a_provider_tells_how_long_its_deployment_rests", |f| Box::pin(cooldown::as_told(f))),
        cooldowns("the_ledger_tells_what_rests_until_it_does_not", |f| Box::pin(cooldown::reported(f))),
        cooldowns("one_request_probes_while_32_clients_ask", |f| Box::pin(cooldown::one_probe(f))),
        cooldowns("where_all_rest_the_one_due_first_is_tried", |f| Box::pin(cooldown::all_rest(f))),
        cooldowns("a_client_that_leaves_before_an_answer_costs_no_cooldown", |f| {
            Box::pin(clients_that_leave::before_an_answer(f))
        }),
        cooldowns("a_flapping_primary_is_noticed_by_nobody", |f| Box::pin(flapping::primary(f))),
        cooldowns("a_retry_storm_is_bounded", |f| Box::pin(flapping::retry_storm(f))),
        timeouts("every_timeout_fires_within_a_tenth_and_closes_the_connection", |f| {
            Box::pin(timeouts::fire_in_time(f))
        }),
        timeouts("a_stream_that_goes_on_outlives_the_bound_of_its_beginning", |f| {
            Box::pin(timeouts::spare_streams_that_go_on(f))
        }),
        timeouts("a_second_hop_changes_no_other_failure", |f| {
            Box::pin(timeouts::leave_other_failures_alone(f))
        }),
        timeouts("an_answer_that_is_too_large_falls_back_however_it_comes", |f| {
            Box::pin(bodies::too_much_at_once(f))
        }),
        timeouts("clients_that_left_are_not_woken_when_time_is_up", |f| {
            Box::pin(timeouts::forget_clients_that_left(f))
        }),
        providers("every_dialect_meets_every_provider", |f| Box::pin(pairs::meet(f))),
        providers("a_chain_leads_through_every_provider", |f| Box::pin(pairs::chain(f))),
        providers("a_providers_error_is_in_the_clients_words", |f| Box::pin(pairs::errors(f))),
        providers("a_stream_that_breaks_tells_so_in_every_dialect", |f| Box::pin(pairs::breaking_streams(f))),
        numbers("numbers_cached_tokens_are_counted_from_every_provider", |f| {
            Box::pin(spending::cached_tokens(f))
        }),
        numbers("numbers_a_long_prompt_costs_what_its_tier_says", |f| Box::pin(spending::long_prompts(f))),
        numbers("numbers_a_stream_that_ends_early_is_charged_what_came", |f| {
            Box::pin(spending::streams_that_end_early(f))
        }),
        numbers("numbers_a_provider_gets_trace_context_where_the_file_says_so", |f| {
            Box::pin(spending::trace_context(f))
        }),
        Trial::test("numbers_metrics_tell_exactly_what_happened", || metrics::exact().map_err(Into::into)),
        numbers("numbers_no_caller_can_fill_the_statistics", |f| Box::pin(metrics::bounded(f))),
        Trial::test("the_cheapest_goes_first", || strategies::cost().map_err(Into::into)),
        Trial::test("the_slow_one_is_avoided_once_measured", || strategies::latency().map_err(Into::into)),
        Trial::test("the_busy_one_is_avoided", || strategies::least_busy().map_err(Into::into)),
        Trial::test("the_one_over_its_tokens_goes_last", || strategies::usage().map_err(Into::into)),
        keys("seed_key_limits_hold_on_a_chain_with_a_key_that_was_generated", |f| {
            Box::pin(keys::generated::chain_holds(f))
        }),
        keys("a_change_of_a_key_takes_effect_on_every_worker", |f| {
            Box::pin(keys::generated::changes_take_effect(f))
        }),
        keys("limits_of_a_team_and_of_an_end_user_hold", |f| Box::pin(keys::generated::scopes_hold(f))),
        keys("a_limit_of_a_model_leads_to_its_fallback", |f| {
            Box::pin(keys::generated::model_limits_fall_back(f))
        }),
        keys("a_flood_of_unknown_keys_is_bounded", |f| Box::pin(keys::flood::of_unknown_keys(f))),
        keys("known_keys_work_without_a_ledger", |f| Box::pin(keys::flood::without_a_ledger(f))),
        keys("a_budget_holds_while_200_clients_ask_at_once", |f| Box::pin(keys::budgets::hold_at_once(f))),
        keys("a_budget_holds_behind_a_pattern_too", |f| Box::pin(keys::budgets::hold_behind_a_pattern(f))),
        keys("a_budget_holds_where_a_fallback_is_paid", |f| {
            Box::pin(keys::budgets::hold_behind_a_fallback(f))
        }),
        keys("a_budget_expects_no_worst_case", |f| Box::pin(keys::budgets::expect_no_worst_case(f))),
        keys("a_budget_of_a_model_holds_for_that_model", |f| Box::pin(keys::budgets::of_a_model(f))),
        keys("tokens_are_settled_whatever_became_of_the_request", |f| {
            Box::pin(keys::settled::to_what_was_used(f))
        }),
        Trial::test("parallel_slots_are_neither_exceeded_nor_lost", || {
            keys::parallel::never_exceeded_nor_lost().map_err(Into::into)
        }),
        Trial::test("limits_hold_and_are_used_under_endless_demand", || {
            keys::windows::hold_and_are_used().map_err(Into::into)
        }),
        Trial::test("a_vm_has_a_maximum_of_memory", || memory::has_a_maximum().map_err(Into::into)),
        Trial::test("a_panic_fails_its_request_and_no_other", || panics::contained().map_err(Into::into)),
    ]
}

type Test = for<'f> fn(&'f Fixture) -> std::pin::Pin<Box<dyn Future<Output = Result<(), Failure>> + 'f>>;

/// Waits until something holds; `what` that is.
async fn until(what: &str, holds: impl AsyncFn() -> Result<bool, Failure>) -> Result<(), Failure> {
    let all = async {
        while !holds().await? {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    };
    tokio::time::timeout(PATIENCE, all).await.map_err(|_| format!("not so after {PATIENCE:?}: {what}"))?
}

/// Fails with a text unless the condition holds.
fn ensure(condition: bool, text: impl FnOnce() -> String) -> Result<(), Failure> {
    if condition { Ok(()) } else { Err(text()) }
}
