//! The end user's id, as far as a provider takes it. It is a note about the request, and no reason to have it refused:
//! one that the provider would refuse is left out and named.

use super::conversation::{Given, Param, Params};
use super::losses::Losses;
use crate::wire::json::text;

/// The longest `user` that OpenAI takes, in characters: 400 `string_above_max_length` tells so.
pub(super) const OPENAI_LONGEST: usize = 64;
/// The longest `metadata.user_id` that Anthropic takes, in characters.
const ANTHROPIC_LONGEST: usize = 256;
/// Digits from which a number may be a phone's.
const PHONE_DIGITS: usize = 7;

/// Takes the id, under whichever parameter it is, if `fits` says that the provider takes it.
pub(super) fn take<'a>(
    params: &mut Params<'a>,
    param: Param,
    fits: impl Fn(&str) -> bool,
    losses: &mut Losses<'_>,
) -> Option<Given<'a>> {
    let given = params.take(param)?;
    if text(given.value).is_some_and(|id| !fits(&id)) {
        losses.hint(given.name);
        return None;
    }
    Some(given)
}

/// Whether it is no longer than `most` characters.
pub(super) fn is_within(most: usize) -> impl Fn(&str) -> bool {
    move |id| id.chars().count() <= most
}

/// Whether Anthropic takes it, which wants nothing that identifies a person, and answers 400 where a `user_id`
/// looks like an e-mail address or a phone number: <https://docs.anthropic.com/en/api/messages>.
pub(super) fn fits_anthropic(id: &str) -> bool {
    is_within(ANTHROPIC_LONGEST)(id) && !id.contains('@') && !is_phone_number(id)
}

fn is_phone_number(id: &str) -> bool {
    let number = id.strip_prefix('+').unwrap_or(id);
    number.chars().all(|c| c.is_ascii_digit() || " ()-".contains(c))
        && number.chars().filter(char::is_ascii_digit).count() >= PHONE_DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn anthropic_takes_no_addresses_and_numbers_of_people() {
        for id in ["u_123", "10482", "5d41402abc4b2a76", "7b7d0b2e-4a54-4c5c-9a65-1b1a3c0d7f21", "", "ü"] {
            assert!(fits_anthropic(id), "{id}");
        }
        for id in ["a@b.example", "+491234567", "(030) 123-45 67", "1234567"] {
            assert!(!fits_anthropic(id), "{id}");
        }
        assert!(fits_anthropic(&"u".repeat(256)) && !fits_anthropic(&"u".repeat(257)));
        assert!(is_within(2)("éé") && !is_within(2)("ééé"));
    }
}
