//! A page's address, taken apart and put together again.

use axum::http::Uri;

use super::Wrong;

/// Bytes of the longest query string.
const LONGEST_QUERY: usize = 4_096;

/// A path and its parameters. Each is there once, and none is empty: a form sends every field, filled in or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::ui) struct Address {
    path: String,
    parameters: Vec<(String, String)>,
    /// Whether parameters without a value were left out.
    shortened: bool,
}

impl Address {
    /// A path without parameters.
    pub(in crate::ui) fn of(path: &str) -> Self {
        Self { path: path.to_owned(), ..Self::default() }
    }

    /// The address of a request.
    pub(in crate::ui) fn read(uri: &Uri) -> Result<Self, Wrong> {
        let mut address = Self::of(uri.path());
        let query = uri.query().unwrap_or_default();
        if query.len() > LONGEST_QUERY {
            return Err(Wrong(format!(
                "The query string has {} bytes; it may have {LONGEST_QUERY}.",
                query.len()
            )));
        }
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            // Spaces are part of a name: a link that loses them shows what belongs to another one.
            if value.is_empty() {
                address.shortened = true;
            } else if address.get(&name).is_some() {
                return Err(Wrong(format!("“{name}” is given twice; leave one of them out.")));
            } else {
                address.parameters.push((name.into_owned(), value.into_owned()));
            }
        }
        Ok(address)
    }

    /// Fails where a parameter is not one of these: a misspelt filter shows everything otherwise.
    pub(in crate::ui) fn expect(&self, known: &[&str]) -> Result<(), Wrong> {
        match self.parameters.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some((name, _)) => {
                Err(Wrong(format!("This page has no “{name}”; it has: {}.", known.join(", "))))
            }
        }
    }

    /// The path alone.
    pub(in crate::ui) fn path(&self) -> &str {
        &self.path
    }

    /// Whether a shorter address means the same.
    pub(in crate::ui) fn is_shortened(&self) -> bool {
        self.shortened
    }

    /// A parameter's value, never empty.
    pub(in crate::ui) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The same address with this parameter set, in its place.
    pub(in crate::ui) fn with(mut self, name: &str, value: &str) -> Self {
        match self.parameters.iter_mut().find(|(given, _)| given == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.parameters.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// The same address without these parameters.
    pub(in crate::ui) fn without(mut self, names: &[&str]) -> Self {
        self.parameters.retain(|(name, _)| !names.contains(&name.as_str()));
        self
    }

    /// The same address with these parameters only.
    pub(in crate::ui) fn keeping(mut self, names: &[&str]) -> Self {
        self.parameters.retain(|(name, _)| names.contains(&name.as_str()));
        self
    }

    /// The same parameters at another path.
    pub(in crate::ui) fn at(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// As it stands in a link.
    pub(in crate::ui) fn href(&self) -> String {
        if self.parameters.is_empty() {
            return self.path.clone();
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.parameters).finish();
        format!("{}?{query}", self.path)
    }
}

/// A text as one segment of a path.
pub(in crate::ui) fn segment(text: &str) -> String {
    // The encoding of forms writes a space as `+`, which a path takes literally; a plus is `%2B` in it already.
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(uri: &str) -> Result<Address, Wrong> {
        Address::read(&uri.parse().unwrap())
    }

    #[test]
    fn what_a_form_leaves_empty_is_not_there() {
        let address = read("/ui/spend?model=&team=a%20b&tag=").unwrap();
        assert_eq!(address.href(), "/ui/spend?team=a+b");
        assert!(address.is_shortened());
        assert!(!read("/ui/spend?team=a").unwrap().is_shortened());
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let twice = read("/ui?team=a&team=b").unwrap_err();
        assert_eq!(twice.0, "“team” is given twice; leave one of them out.");
        let unknown = read("/ui?tema=a").unwrap().expect(&["team", "tag"]).unwrap_err();
        assert_eq!(unknown.0, "This page has no “tema”; it has: team, tag.");
        assert!(read(&format!("/ui?team={}", "x".repeat(LONGEST_QUERY))).is_err());
    }

    #[test]
    fn a_value_is_never_more_than_a_value() {
        for nasty in ["a&b=c#d\"><script>/é", " lead", "trail ", " "] {
            let address = Address::of("/ui").with("team", nasty);
            assert_eq!(read(&address.href()).unwrap().get("team"), Some(nasty));
        }
        assert_eq!(segment("a/b?c d+e"), "a%2Fb%3Fc%20d%2Be");
    }

    #[test]
    fn parameters_change_in_their_place() {
        let address = read("/ui?a=1&b=2&c=3").unwrap();
        assert_eq!(address.clone().with("b", "9").href(), "/ui?a=1&b=9&c=3");
        assert_eq!(address.clone().without(&["a", "c"]).href(), "/ui?b=2");
        assert_eq!(address.keeping(&["c"]).at("/ui/spend").href(), "/ui/spend?c=3");
    }
}
