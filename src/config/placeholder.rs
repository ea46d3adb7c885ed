//! Forms in which other tools name a value that stands elsewhere. Nothing looks them up here: the name itself would be
//! the value, and as a credential a public one.

use super::cursor::Cursor;

/// The form of a text that names a credential rather than being one, as a message calls it. `os.environ/NAME`, which is
/// looked up, is none. What stands in it may be a secret (`${NAME:-sk-…}`), so no message repeats that.
pub(super) fn form(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let folded = text.to_ascii_lowercase();
    let begins = |start: &str| folded.starts_with(start);
    [
        (text.contains("${"), "${…}"),
        (text.contains("{{"), "{{…}}"),
        (text.starts_with('$'), "$…"),
        (text.starts_with('<') && text.ends_with('>'), "<…>"),
        (begins("os.environ"), "os.environ…"),
        (begins("os.getenv"), "os.getenv…"),
        (begins("env/"), "env/…"),
    ]
    .into_iter()
    .find_map(|(is_meant, form)| is_meant.then_some(form))
}

/// Reports a text that is not a credential, but names one. `variable`: which of the environment's, or of the file's own
/// `environment_variables`, held it.
pub(super) fn report(at: &Cursor<'_>, form: &str, variable: Option<&str>) {
    match variable {
        Some(name) => {
            let (message, help) = held(name, form);
            at.error(message, help);
        }
        None => at.error(
            format!("`{form}` is not looked up here: the text itself would be the credential"),
            "write `os.environ/NAME` and set NAME".to_owned(),
        ),
    }
}

/// The value of a variable that stands in for a key which the file does not have; an error for that `key` if it only
/// names a credential.
pub(super) fn refused(section: &Cursor<'_>, key: &str, variable: &str, value: &str) -> bool {
    let found = form(value).map(|form| held(variable, form));
    let is_refused = found.is_some();
    if let Some((message, help)) = found {
        section.missing(key, message, help);
    }
    is_refused
}

fn held(variable: &str, form: &str) -> (String, String) {
    (
        format!(
            "the environment variable {variable} holds `{form}`, which is not looked up here: the text itself would be the \
             credential"
        ),
        format!(
            "set {variable} to the credential itself; where `environment_variables` of this file sets it, take it out there"
        ),
    )
}

/// Warns of a text that is taken as it stands, though something was to be put in its place.
pub(super) fn warn(at: &Cursor<'_>, text: &str) {
    if text.contains("${") {
        at.warning(
            "`${…}` is not replaced here: the text is taken as it stands",
            "write `os.environ/NAME` for the whole of it, or have it replaced before".to_owned(),
        );
    }
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::form;

    #[test]
    fn names_of_credentials_are_none() {
        for (text, expected) in [
            ("${MASTER_KEY}", Some("${…}")),
            ("sk-${SUFFIX:-1234}", Some("${…}")),
            ("$MASTER_KEY", Some("$…")),
            ("{{ .Values.masterKey }}", Some("{{…}}")),
            ("<your-key>", Some("<…>")),
            ("OS.ENVIRON/MASTER_KEY", Some("os.environ…")),
            (" os.environ/MASTER_KEY", Some("os.environ…")),
            ("os.environ[\"MASTER_KEY\"]", Some("os.environ…")),
            ("os.getenv('MASTER_KEY')", Some("os.getenv…")),
            ("env/MASTER_KEY", Some("env/…")),
            ("sk-1234", None),
            ("sk-env/$x<y>{z}", None),
        ] {
            assert_eq!(form(text), expected, "{text}");
        }
    }
}
