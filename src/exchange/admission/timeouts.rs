//! How long Envoy's router waits for one try of a plan.

use crate::route::{Itinerary, Router};

/// The largest bound, in milliseconds, of the deployments that the plan may reach: the router takes one for
/// all tries. A deployment whose own bound is smaller keeps it by itself. 0, which the router takes for no
/// bound, where the plan reaches none.
pub(super) fn try_timeout_ms(plan: &Itinerary, router: &Router, stream: bool) -> u64 {
    let planned = |id: &String| plan.legs.iter().any(|leg| leg.deployments.contains(id));
    let bounds = router.deployments.iter().filter(|candidate| planned(&candidate.id)).map(|candidate| {
        let own = candidate.timeouts;
        if stream { own.first_token_ms } else { own.answer_ms }
    });
    bounds.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::try_timeout_ms;
    use crate::route::{Candidate, Itinerary, Leg, Router, Timeouts};

    fn candidate(id: &str, answer_ms: u64, first_token_ms: u64) -> Candidate {
        Candidate {
            id: id.to_owned(),
            timeouts: Timeouts { answer_ms, first_token_ms },
            ..Candidate::default()
        }
    }

    #[test]
    fn the_largest_that_may_be_reached() {
        let deployments =
            vec![candidate("a", 500, 90), candidate("b", 700, 60), candidate("c", 9_000, 9_000)];
        let router = Router { deployments, ..Router::default() };
        let leg = |ids: &[&str]| Leg {
            deployments: ids.iter().map(|id| (*id).to_owned()).collect(),
            ..Leg::default()
        };
        let plan = |legs| Itinerary { legs, ..Itinerary::default() };
        let both = plan(vec![leg(&["a"]), leg(&["b"])]);
        assert_eq!((try_timeout_ms(&both, &router, false), try_timeout_ms(&both, &router, true)), (700, 90));
        let one = plan(vec![leg(&["b"])]);
        assert_eq!((try_timeout_ms(&one, &router, false), try_timeout_ms(&one, &router, true)), (700, 60));
        assert_eq!(try_timeout_ms(&plan(Vec::new()), &router, false), 0);
    }
}
