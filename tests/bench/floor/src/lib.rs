//! The floor of `make bench`: a pair of filters in the places of the gateway's two roles, which do what every such
//! gateway must, in the cheapest way there is, and nothing else.
//!
//! * Admission, in the listener's chain, holds the request until its body is whole, and reads all of it.
//! * Attempt, in the cluster's chain, writes another model's name into the body where it stands, and the new length
//!   into the headers.
//! * Responses pass both as they come.
//! * For `make bench-calls`, admission makes one kind of call to the host so many times, when the body is whole.
//!
//! It is built as the gateway's module is. Nothing is checked, so it serves nobody but the benchmark.

// For `tag`, as the filter has it.
#![cfg_attr(all(target_os = "wasi", panic = "unwind"), feature(asm_experimental_arch))]

#[cfg(target_os = "wasi")]
mod calls;
#[cfg(target_os = "wasi")]
mod host;
#[cfg(all(target_os = "wasi", panic = "unwind"))]
#[path = "../../../../src/host/tag.rs"]
#[allow(unsafe_code, reason = "assembly counts as such")]
mod tag;

/// What the attempt adds to the model's name.
pub const SUFFIX: &str = "-floor";
/// The member that holds it, as the benchmark's bodies write it.
const MEMBER: &[u8] = b"\"model\":\"";

/// Where in a body the model's name ends.
#[must_use]
pub fn end_of_model(body: &[u8]) -> Option<usize> {
    let begin = body.windows(MEMBER.len()).position(|window| window == MEMBER)? + MEMBER.len();
    let length = body.get(begin..)?.iter().position(|byte| *byte == b'"')?;
    Some(begin + length)
}

#[cfg(test)]
mod tests {
    use super::end_of_model;

    #[test]
    fn a_name_ends_before_its_quote() {
        assert_eq!(end_of_model(br#"{"model":"gpt-4.1","n":1}"#), Some(17));
        assert_eq!(end_of_model(br#"{"model":"gpt"#), None);
        assert_eq!(end_of_model(b"{}"), None);
    }
}
