//! What a provider's answer means for the request: done, the caller's fault, or somebody else's turn.

/// The meaning of one attempt's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// The provider answered.
    Success,
    /// The request itself is at fault: another deployment would refuse it too, so it is not replayed.
    Fatal(&'static str),
    /// The deployment, its credential or its provider is at fault: the next one may answer.
    Retryable(&'static str),
}

impl Judgement {
    /// The word for the event and the monitor.
    #[must_use]
    pub fn cause(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Fatal(cause) | Self::Retryable(cause) => cause,
        }
    }
}

/// Judges a status. Statuses of the providers' error references:
/// <https://platform.openai.com/docs/guides/error-codes>, <https://docs.anthropic.com/en/api/errors> (529).
#[must_use]
pub fn judge(status: u16) -> Judgement {
    use Judgement::{Fatal, Retryable, Success};
    match status {
        200..=299 => Success,
        // The gateway's credential for this deployment, not the caller's key.
        401 => Retryable("authentication"),
        402 => Retryable("payment_required"),
        403 => Retryable("permission"),
        // The model or route is missing at this deployment.
        404 => Retryable("not_found"),
        408 => Retryable("timeout"),
        409 => Retryable("conflict"),
        413 => Fatal("request_too_large"),
        429 => Retryable("rate_limit"),
        400..=499 => Fatal("invalid_request"),
        503 => Retryable("unavailable"),
        504 => Retryable("timeout"),
        529 => Retryable("overloaded"),
        500..=599 => Retryable("server_error"),
        // 1xx never gets here; a redirect would carry the credential to an address that nobody configured.
        _ => Retryable("unexpected_status"),
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn a_malformed_request_is_not_replayed() {
        for status in [400, 405, 413, 415, 422] {
            assert!(matches!(judge(status), Judgement::Fatal(_)), "{status}");
        }
    }

    #[test]
    fn what_the_deployment_did_wrong_moves_on() {
        for status in [302, 401, 403, 404, 408, 409, 429, 500, 502, 503, 504, 529] {
            assert!(matches!(judge(status), Judgement::Retryable(_)), "{status}");
        }
    }

    #[test]
    fn every_2xx_is_an_answer() {
        assert!((200..300).all(|status| judge(status) == Judgement::Success));
    }
}
