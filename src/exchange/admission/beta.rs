//! `anthropic-beta` and `openai-beta`: the betas that a client of Anthropic's or OpenAI's own API asks for, by name.
//!
//! Besides trace context, where the file says so, the one header of a client's that a provider gets: without it, the fields that belong to a beta are refused. It goes to
//! the dialect's own API only. Those by which Anthropic is told who is billed stay here, and the caller is told so: whose
//! workspace it is, the deployment's credential says.

use crate::exchange::Headers;
use crate::reject::Reject;

/// Most bytes of all names together: some forty of them.
const MAX_BYTES: usize = 1024;

/// The names in the headers called `name`, separated by commas, however many there are.
///
/// # Errors
/// 400 for what is no list of names, or longer than the bound.
pub(super) fn read(headers: &Headers, name: &'static str) -> Result<Option<String>, Reject> {
    let mut all = String::new();
    for (_, value) in headers.iter().filter(|(known, _)| known == name) {
        let value = std::str::from_utf8(value).ok().filter(|value| value.bytes().all(is_allowed));
        let value =
            value.ok_or_else(|| invalid(name, "found other characters than letters, digits and `-_.=, `"))?;
        if !all.is_empty() {
            all.push(',');
        }
        all.push_str(value.trim());
        if all.len() > MAX_BYTES {
            return Err(invalid(name, &format!("found more than {MAX_BYTES} bytes")));
        }
    }
    Ok(Some(all).filter(|all| !all.is_empty()))
}

/// Headers of Anthropic's SDK (`user_profile_id` and `workspace_id` there) that name whom a request is billed to.
const BILLED_TO: [&str; 2] = ["anthropic-user-profile-id", "anthropic-workspace-id"];

/// Which of them came. They do not go on.
pub(super) fn not_sent(headers: &Headers) -> Vec<String> {
    let came = |name: &&str| headers.iter().any(|(known, _)| known == name);
    BILLED_TO.iter().filter(|name| came(name)).map(ToString::to_string).collect()
}

fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_,.= -".contains(&byte)
}

fn invalid(name: &'static str, found: &str) -> Reject {
    Reject::invalid(format!(
        "Invalid header '{name}': expected names of betas, separated by commas; {found}."
    ))
    .at(name)
    .code("invalid_header")
}

#[cfg(test)]
mod tests {
    use super::read;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn of(values: &[&[u8]]) -> Result<Option<String>, String> {
        let named = values.iter().map(|value| ("anthropic-beta".to_owned(), value.to_vec()));
        let mut headers: Vec<_> = named.collect();
        headers.push(("anthropic-version".to_owned(), b"2023-06-01".to_vec()));
        read(&headers, "anthropic-beta").map_err(|reject| reject.message)
    }

    #[test]
    fn names_are_one_list() {
        assert_eq!(of(&[]), Ok(None));
        assert_eq!(of(&[b""]), Ok(None));
        assert_eq!(
            of(&[b"claude-code-20250219,a_b.c-1"]),
            Ok(Some("claude-code-20250219,a_b.c-1".to_owned()))
        );
        assert_eq!(of(&[b" a, b ", b"c"]), Ok(Some("a, b,c".to_owned())));
    }

    #[test]
    fn what_is_no_list_of_names_is_refused() {
        for value in [&b"a\r\nx: y"[..], b"\xff", b"a;b", b"{}"] {
            assert!(of(&[value]).unwrap_err().contains("other characters"), "{value:?}");
        }
        assert!(of(&[&[b'a'; 1025]]).unwrap_err().ends_with("found more than 1024 bytes."));
        assert!(of(&[&[b'a'; 600], &[b'b'; 600]]).is_err());
    }
}
