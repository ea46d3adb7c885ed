//! Ids for calls that have none: the client names a call by its id when it sends the result.

use crate::translate::failure::Failure;
use crate::translate::told::MAX_CALLS;

/// Counts calls.
#[derive(Clone, Debug, Default)]
pub(super) struct CallIds {
    answer: Option<String>,
    count: usize,
}

impl CallIds {
    /// The answer's own id is known.
    pub(super) fn begin(&mut self, answer: Option<&str>) {
        // Responses bound their ids to 64 characters, and so do other APIs that an id may come to.
        self.answer = answer.filter(|id| id.len() <= 48).map(str::to_owned);
    }

    /// Whether there was a call.
    pub(super) fn any(&self) -> bool {
        self.count > 0
    }

    /// The next call's id: `call_{answer}_{number}`. Without an id of the answer's it is drawn from the call, so
    /// that it is another one in another turn, unless that makes the same call.
    pub(super) fn next(&mut self, name: &str, args: &str) -> Result<String, Failure> {
        if self.count == MAX_CALLS {
            return Err(Failure::malformed(format!("more than {MAX_CALLS} calls")));
        }
        let number = self.count;
        self.count += 1;
        Ok(match &self.answer {
            Some(answer) => format!("call_{answer}_{number}"),
            None => format!("call_{:016x}_{number}", hash(&[name, args])),
        })
    }
}

/// FNV-1a.
fn hash(texts: &[&str]) -> u64 {
    let bytes = texts.iter().flat_map(|text| text.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
