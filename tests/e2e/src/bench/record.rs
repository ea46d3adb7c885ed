//! Writes the figures into the document, between two markers; what a person wrote around them stays. Charts are files
//! beside it.

use std::fs;

use crate::Failure;
use crate::gateway::root;

const DOCUMENT: &str = "docs/BENCHMARK.md";

/// Writes the text between the markers of this benchmark, e.g. `<!-- bench-ledger:begin -->`; where.
///
/// # Errors
/// The document cannot be read or written, or has no markers.
pub fn record(benchmark: &str, text: &str) -> Result<&'static str, Failure> {
    let path = root().join(DOCUMENT);
    let told = |error: String| format!("{DOCUMENT}: {error}");
    let before = fs::read_to_string(&path).map_err(|error| told(error.to_string()))?;
    let after = replaced(&before, benchmark, text).ok_or_else(|| {
        let (begin, end) = markers(benchmark);
        told(format!("expected one line `{begin}` and a later one `{end}`, between which figures go"))
    })?;
    fs::write(&path, after).map_err(|error| told(error.to_string()))?;
    Ok(DOCUMENT)
}

/// Writes a file beside the document; where.
///
/// # Errors
/// It cannot be written.
pub fn beside(name: &str, text: &str) -> Result<String, Failure> {
    let path = format!("docs/{name}");
    fs::write(root().join(&path), text).map_err(|error| format!("{path}: {error}"))?;
    Ok(path)
}

fn markers(benchmark: &str) -> (String, String) {
    (format!("<!-- {benchmark}:begin -->"), format!("<!-- {benchmark}:end -->"))
}

fn replaced(document: &str, benchmark: &str, text: &str) -> Option<String> {
    let (begin, end) = markers(benchmark);
    let (head, rest) = document.split_once(&format!("{begin}\n"))?;
    let (_, tail) = rest.split_once(&end)?;
    Some(format!("{head}{begin}\n\n{}\n\n{end}{tail}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn only_what_is_between_the_markers_changes() {
        let document = "# Head\n<!-- bench:begin -->\nold\n<!-- bench:end -->\ntail\n";
        let new = "# Head\n<!-- bench:begin -->\n\nnew\n\n<!-- bench:end -->\ntail\n";
        assert_eq!(replaced(document, "bench", "new\n").as_deref(), Some(new));
        assert_eq!(replaced(new, "bench", "new").as_deref(), Some(new));
        assert_eq!(replaced(document, "bench-ledger", "new"), None);
        assert_eq!(replaced("# Head\n", "bench", "new"), None);
        assert_eq!(replaced("<!-- bench:end -->\n<!-- bench:begin -->\n", "bench", "new"), None);
    }
}
