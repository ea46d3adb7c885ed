//! `additional_drop_params`: members that a deployment never gets, by path.
//!
//! `metadata`, `a.b`, `a[*].b`, `a[0].b`. Paths name the *client's* fields and apply before a body is
//! built, so they hold on every pair of dialect and API alike. What a path does not touch stays as it was
//! written.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::wire::json::{Fields, Kind, Malformed, elements};
use crate::wire::write;

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step<'p> {
    Member(&'p str),
    Element(usize),
    EachElement,
}

/// A client's body without the members that `paths` name, and the paths that were found.
///
/// # Errors
/// The body is not a JSON object.
pub(super) fn without<'b>(
    body: &'b [u8],
    paths: &[String],
) -> Result<(Cow<'b, [u8]>, Vec<String>), Malformed> {
    let mut kept = Cow::Borrowed(body);
    let mut found = Vec::new();
    for path in paths {
        let Some(steps) = parse(path) else { continue };
        if let Some(shorter) = remove(as_raw(&kept)?, &steps)? {
            kept = Cow::Owned(shorter);
            found.push(path.clone());
        }
    }
    Ok((kept, found))
}

/// Whether a text is a path that [`Target::additional_drop_params`](super::Target) can hold: names joined by
/// dots, each with `[0]` or `[*]` after it where it is a list's.
#[must_use]
pub fn is_path(text: &str) -> bool {
    parse(text).is_some()
}

fn as_raw(text: &[u8]) -> Result<&RawValue, Malformed> {
    Ok(serde_json::from_slice(text)?)
}

/// The steps of a path; `None` for one that is not of the form above (the configuration's check says so).
fn parse(path: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, indices) = part.split_once('[').map_or((part, None), |(name, rest)| (name, Some(rest)));
        if name.is_empty() || name.contains(']') {
            return None;
        }
        steps.push(Step::Member(name));
        if let Some(indices) = indices {
            for index in indices.strip_suffix(']')?.split("][") {
                steps.push(if index == "*" { Step::EachElement } else { Step::Element(position(index)?) });
            }
        }
    }
    Some(steps)
}

/// A list's index, from 0; `parse` alone would take a sign.
fn position(index: &str) -> Option<usize> {
    index.bytes().all(|byte| byte.is_ascii_digit()).then(|| index.parse().ok())?
}

/// A value without what `steps` lead to; `None` where they lead to nothing.
fn remove(value: &RawValue, steps: &[Step<'_>]) -> Result<Option<Vec<u8>>, Malformed> {
    match (steps.split_first(), Kind::of(value)) {
        (Some((Step::Member(name), deeper)), Kind::Object) => remove_member(value, name, deeper),
        (Some((Step::Element(at), deeper)), Kind::Array) => remove_elements(value, Some(*at), deeper),
        (Some((Step::EachElement, deeper)), Kind::Array) => remove_elements(value, None, deeper),
        _ => Ok(None),
    }
}

fn remove_member(value: &RawValue, name: &str, deeper: &[Step<'_>]) -> Result<Option<Vec<u8>>, Malformed> {
    let fields = Fields::of(value)?;
    let Some(member) = fields.get(name) else { return Ok(None) };
    let shorter = if deeper.is_empty() { None } else { remove(member, deeper)? };
    if shorter.is_none() && !deeper.is_empty() {
        return Ok(None);
    }
    let mut out = Vec::with_capacity(value.get().len());
    write::object(&mut out, |members| {
        for (known, value) in fields.iter() {
            match &shorter {
                _ if known != name => members.raw(known, value),
                Some(shorter) => members.name(known).extend_from_slice(shorter),
                None => {}
            }
        }
    });
    Ok(Some(out))
}

/// `at`: one element, or each.
fn remove_elements(
    value: &RawValue,
    at: Option<usize>,
    deeper: &[Step<'_>],
) -> Result<Option<Vec<u8>>, Malformed> {
    let mut touched = false;
    let mut out = Vec::with_capacity(value.get().len());
    write::array(&mut out, |array| {
        for (index, element) in elements(value)?.into_iter().enumerate() {
            if at.is_some_and(|at| at != index) {
                array.raw(element);
            } else if deeper.is_empty() {
                touched = true;
            } else if let Some(shorter) = remove(element, deeper)? {
                touched = true;
                array.element().extend_from_slice(&shorter);
            } else {
                array.raw(element);
            }
        }
        Ok::<(), Malformed>(())
    })?;
    Ok(touched.then_some(out))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const BODY: &str =
        r#"{"metadata":{"k":1.0e400},"tools":[{"a":{"b":1,"c":2}},{"a":3},4],"m":[[1,2],[3]]}"#;

    #[test]
    fn paths_remove_what_they_name_and_nothing_else() {
        for (path, kept) in [
            ("metadata", r#"{"tools":[{"a":{"b":1,"c":2}},{"a":3},4],"m":[[1,2],[3]]}"#),
            ("metadata.k", r#"{"metadata":{},"tools":[{"a":{"b":1,"c":2}},{"a":3},4],"m":[[1,2],[3]]}"#),
            ("tools[*].a", r#"{"metadata":{"k":1.0e400},"tools":[{},{},4],"m":[[1,2],[3]]}"#),
            (
                "tools[*].a.b",
                r#"{"metadata":{"k":1.0e400},"tools":[{"a":{"c":2}},{"a":3},4],"m":[[1,2],[3]]}"#,
            ),
            (
                "tools[1].a",
                r#"{"metadata":{"k":1.0e400},"tools":[{"a":{"b":1,"c":2}},{},4],"m":[[1,2],[3]]}"#,
            ),
            (
                "m[0][1]",
                r#"{"metadata":{"k":1.0e400},"tools":[{"a":{"b":1,"c":2}},{"a":3},4],"m":[[1],[3]]}"#,
            ),
            ("m[*]", r#"{"metadata":{"k":1.0e400},"tools":[{"a":{"b":1,"c":2}},{"a":3},4],"m":[]}"#),
        ] {
            let (out, found) = without(BODY.as_bytes(), &[path.to_owned()]).unwrap();
            assert_eq!(String::from_utf8_lossy(&out), kept, "{path}");
            assert_eq!(found, [path]);
        }
    }

    #[test]
    fn what_leads_nowhere_copies_nothing() {
        for path in [
            "none",
            "metadata.k.x",
            "tools[9]",
            "tools.a",
            "metadata[0]",
            "",
            "a..b",
            "a[",
            "a[x]",
            "a]",
            "a[+1]",
            "a[0]b",
        ] {
            let (out, found) = without(BODY.as_bytes(), &[path.to_owned()]).unwrap();
            assert!(matches!(out, Cow::Borrowed(_)) && found.is_empty(), "{path}");
        }
    }
}
