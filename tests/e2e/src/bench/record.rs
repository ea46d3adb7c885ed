//! Writes the figures into the document, between two markers; what a person wrote around them stays.

use std::fs;

use crate::Failure;
use crate::gateway::root;

const DOCUMENT: &str = "docs/BENCHMARK.md";
const BEGIN: &str = "<!-- bench:begin -->\n";
const END: &str = "<!-- bench:end -->";

/// Writes the text; where.
///
/// # Errors
/// The document cannot be read or written, or has no markers.
pub fn record(text: &str) -> Result<&'static str, Failure> {
    let path = root().join(DOCUMENT);
    let told = |error: String| format!("{DOCUMENT}: {error}");
    let before = fs::read_to_string(&path).map_err(|error| told(error.to_string()))?;
    let after = replaced(&before, text).ok_or_else(|| {
        told(format!(
            "expected one line `{}` and a later one `{END}`, between which figures go",
            BEGIN.trim_end()
        ))
    })?;
    fs::write(&path, after).map_err(|error| told(error.to_string()))?;
    Ok(DOCUMENT)
}

fn replaced(document: &str, text: &str) -> Option<String> {
    let (head, rest) = document.split_once(BEGIN)?;
    let (_, tail) = rest.split_once(END)?;
    Some(format!("{head}{BEGIN}\n{}\n\n{END}{tail}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let document = "# Head\n<!-- bench:begin -->\nold\n<!-- bench:end -->\ntail\n";
        let new = "# Head\n<!-- bench:begin -->\n\nnew\n\n<!-- bench:end -->\ntail\n";
        assert_eq!(replaced(document, "new\n").as_deref(), Some(new));
        assert_eq!(replaced(new, "new").as_deref(), Some(new));
        assert_eq!(replaced("# Head\n", "new"), None);
        assert_eq!(replaced("<!-- bench:end -->\n<!-- bench:begin -->\n", "new"), None);
    }
}
