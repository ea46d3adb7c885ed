//! Ids of calls, where a server bounds them. Other makers' ids may be longer or have other letters; such a one is made anew
//! from a hash of it, so that a call and its result stay together.

use crate::translate::conversation::Words;

/// What ids of calls a server takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::translate) enum CallIds {
    /// Any.
    Any,
    /// No longer ones than OpenAI does: 400 "string too long. Expected a string with maximum length 40".
    Short,
    /// Mistral's: 400 "must be a-z, A-Z, 0-9, with a length of 9".
    NineLetters,
}

/// The longest that OpenAI takes.
const LONGEST: usize = 40;
const NINE: usize = 9;
const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl CallIds {
    /// Whether the server takes it.
    pub(in crate::translate) fn takes(self, id: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Short => id.len() <= LONGEST,
            Self::NineLetters => is_nine_letters(id),
        }
    }

    /// The id, or one that stands for it.
    pub(in crate::translate) fn id<'a>(self, id: &Words<'a>) -> Words<'a> {
        let text = id.text();
        match self {
            _ if self.takes(&text) => id.clone(),
            Self::NineLetters => Words::from(nine_letters(&text)),
            _ => Words::from(format!("call_{:016x}", hash(&text))),
        }
    }
}

fn is_nine_letters(id: &str) -> bool {
    id.len() == NINE && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn nine_letters(id: &str) -> String {
    let mut rest = hash(id);
    std::iter::repeat_with(|| {
        let digit = usize::try_from(rest % 62).unwrap_or_default();
        rest /= 62;
        LETTERS.get(digit).map_or('0', |letter| char::from(*letter))
    })
    .take(NINE)
    .collect()
}

/// FNV-1a: <http://www.isthe.com/chongo/tech/comp/fnv/>.
fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn ids_that_fit_stay_and_others_stay_apart() {
        let of = |rule: CallIds, id: &str| rule.id(&Words::from(id)).text().into_owned();
        for (rule, id) in [
            (CallIds::Any, "chatcmpl-tool-0123456789abcdef0123456789abcdef"),
            (CallIds::Short, "call_0123456789abcdefghijklmn"),
            (CallIds::NineLetters, "D681PevKs"),
        ] {
            assert_eq!(of(rule, id), id);
        }
        let long: Vec<String> = (0..1_000).map(|number| format!("chatcmpl-tool-{number:032}")).collect();
        for (rule, length) in [(CallIds::Short, 21), (CallIds::NineLetters, 9)] {
            let made: BTreeSet<String> = long.iter().map(|id| of(rule, id)).collect();
            assert_eq!(made.len(), long.len());
            assert!(made.iter().all(|id| id.len() == length));
        }
        assert!(is_nine_letters(&of(CallIds::NineLetters, "")));
    }
}
