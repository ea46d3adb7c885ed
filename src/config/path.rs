//! Where in the file a value stands: `model_list[0].litellm_params.model`.

use std::fmt;

/// A path from the file's root. Its `Display` is what a person reads, and what a reader of the file can
/// compare with: two paths are equal exactly if they print alike.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    segments: Vec<Segment>,
}

/// One step of a [`Path`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// Into a mapping.
    Key(String),
    /// Into a list, from 0.
    Index(usize),
}

impl Path {
    /// The path of a mapping's value.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.joined(Segment::Key(key.to_owned()))
    }

    /// The path of a list's element.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.joined(Segment::Index(index))
    }

    /// The steps from the root.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    fn joined(&self, segment: Segment) -> Self {
        let mut segments = self.segments.clone();
        segments.push(segment);
        Self { segments }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.segments.is_empty() {
            return f.write_str("(the file)");
        }
        for (depth, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if !is_plain(key) => write!(f, "[{key:?}]")?,
                Segment::Key(key) if depth == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

/// Whether a key can stand after a dot without doubt about where it ends.
fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::Path;

    #[test]
    fn keys_that_could_be_misread_are_quoted() {
        let path = Path::default().key("fallbacks").index(2).key("gpt-4.1").key("a-b");
        assert_eq!(path.to_string(), r#"fallbacks[2]["gpt-4.1"].a-b"#);
        assert_eq!(Path::default().to_string(), "(the file)");
    }
}
