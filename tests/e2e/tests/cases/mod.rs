//! Tests that a scenario file cannot express.

mod bodies;
mod broken_requests;
mod clients_that_leave;
mod guardrail_records;
mod ledger_killed;
mod limits;
mod load;
mod panics;

use std::sync::Arc;

use libtest_mimic::Trial;
use spillway_e2e::Failure;
use spillway_e2e::fixture::Fixture;

use crate::Suite;

/// Every test, by name.
pub fn trials(suite: &Arc<Suite>) -> Vec<Trial> {
    let on = |name: &str, test: Test| {
        let suite = Arc::clone(suite);
        Trial::test(name, move || suite.run(async |fixture| test(fixture).await))
    };
    vec![
        on("seed_guardrail_block_is_recorded_the_same_on_every_path", |f| {
            Box::pin(guardrail_records::same(f))
        }),
        on("a_six_megabyte_body_falls_back", |f| Box::pin(bodies::six_megabytes(f))),
        on("a_body_past_the_limit_is_a_json_413", |f| Box::pin(bodies::past_the_limit(f))),
        on("bytes_that_are_no_request_leave_the_gateway_serving", |f| Box::pin(broken_requests::raw(f))),
        on("64_clients_with_the_primary_down_are_all_answered", |f| Box::pin(load::primary_down(f))),
        on("a_request_limit_holds_across_workers", |f| Box::pin(limits::across_workers(f))),
        on("tokens_are_settled_against_what_was_used", |f| Box::pin(limits::settled(f))),
        on("a_client_that_leaves_cancels_the_upstream_attempt", |f| {
            Box::pin(clients_that_leave::mid_stream(f))
        }),
        on("a_ledger_killed_under_load_loses_and_doubles_nothing", |f| {
            Box::pin(ledger_killed::under_load(f))
        }),
        Trial::test("a_panic_fails_its_request_and_no_other", || panics::contained().map_err(Into::into)),
    ]
}

type Test = for<'f> fn(&'f Fixture) -> std::pin::Pin<Box<dyn Future<Output = Result<(), Failure>> + 'f>>;

/// Fails with a text unless the condition holds.
fn ensure(condition: bool, text: impl FnOnce() -> String) -> Result<(), Failure> {
    if condition { Ok(()) } else { Err(text()) }
}
