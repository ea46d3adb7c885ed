//! Requests about a response that a provider keeps: the path below `/v1/responses`, and its query.

use serde::{Deserialize, Serialize};

/// What is to be done with a stored response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stored {
    /// `GET /responses/{id}`
    Get,
    /// `DELETE /responses/{id}`
    Delete,
    /// `POST /responses/{id}/cancel`
    Cancel,
    /// `GET /responses/{id}/input_items`
    InputItems,
}

/// Longest query that goes on, in bytes.
const MAX_QUERY: usize = 2048;

impl Stored {
    /// The method of the request.
    #[must_use]
    pub fn method(self) -> &'static str {
        match self {
            Self::Get | Self::InputItems => "GET",
            Self::Delete => "DELETE",
            Self::Cancel => "POST",
        }
    }

    /// What follows the id in the path.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Get | Self::Delete => "",
            Self::Cancel => "/cancel",
            Self::InputItems => "/input_items",
        }
    }

    /// Parameters of the query that the reference defines. `include` may stand several times, and as
    /// `include[]`.
    fn parameters(self) -> &'static [&'static str] {
        match self {
            Self::Get => &["include", "include_obfuscation", "starting_after", "stream"],
            Self::InputItems => &["after", "before", "include", "limit", "order"],
            Self::Delete | Self::Cancel => &[],
        }
    }

    /// Parts a query into what goes on, as it was written, and the names of what does not: what the reference
    /// does not define, and what would make the query longer than 2,048 bytes.
    #[must_use]
    pub fn query(self, query: &str) -> (String, Vec<&str>) {
        let (mut kept, mut dropped) = (String::new(), Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, _) = pair.split_once('=').unwrap_or((pair, ""));
            if self.defines(name) && kept.len() + pair.len() < MAX_QUERY {
                kept.push_str(if kept.is_empty() { "" } else { "&" });
                kept.push_str(pair);
            } else {
                dropped.push(name);
            }
        }
        (kept, dropped)
    }

    fn defines(self, name: &str) -> bool {
        let plain = ["[]", "%5B%5D", "%5b%5d"].iter().find_map(|list| name.strip_suffix(list));
        match plain {
            Some(plain) => plain == "include" && self.parameters().contains(&plain),
            None => self.parameters().contains(&name),
        }
    }

    /// Whether such a query asks for what comes after some event of a stream.
    #[must_use]
    pub fn resumes(self, query: &str) -> bool {
        self == Self::Get && query.split('&').any(|pair| pair.split('=').next() == Some("starting_after"))
    }

    /// Whether such a request, with this query, asks for a stream of events.
    #[must_use]
    pub fn streams(self, query: &str) -> bool {
        self == Self::Get && query.split('&').any(|pair| pair == "stream=true")
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{MAX_QUERY, Stored};

    #[test]
    fn a_query_keeps_what_the_reference_defines() {
        for (operation, query, kept, dropped) in [
            (Stored::Get, "", "", &[][..]),
            (Stored::Get, "stream=true&starting_after=4", "stream=true&starting_after=4", &[]),
            (
                Stored::Get,
                "include[]=a&include%5B%5D=b&include=c",
                "include[]=a&include%5B%5D=b&include=c",
                &[],
            ),
            (Stored::Get, "api-version=preview&stream[]=true&x", "", &["api-version", "stream[]", "x"]),
            (
                Stored::InputItems,
                "limit=2&order=asc&after=msg_1&stream=true",
                "limit=2&order=asc&after=msg_1",
                &["stream"],
            ),
            (Stored::Delete, "include=a", "", &["include"]),
        ] {
            assert_eq!(operation.query(query), (kept.to_owned(), dropped.to_vec()), "{query}");
        }
        let long = format!("after={}&limit=1", "x".repeat(MAX_QUERY));
        assert_eq!(Stored::InputItems.query(&long), ("limit=1".to_owned(), vec!["after"]));
    }

    #[test]
    fn only_a_response_itself_is_streamed() {
        assert!(Stored::Get.streams("include=a&stream=true"));
        assert!(!Stored::Get.streams("stream=false") && !Stored::InputItems.streams("stream=true"));
    }
}
