//! Golden cases: one input, one expectation for each target beside it.
//!
//! Below `tests/golden`, a folder is an area. `<case>.input.<extension>` is an input; `<case>.<target>.<…>` is
//! what a target must make of it. To drop an input into a folder is to write a test: a missing expectation
//! fails, and so does a file that nothing reads. `UPDATE_GOLDEN=1` writes what was found instead.

/// Every file below `tests/golden`: its path from there, and its content.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/golden.rs"));

/// One input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input {
    /// Its folder, e.g. `translate/request/chat`.
    pub(crate) area: &'static str,
    /// The file's name up to the first dot.
    pub(crate) case: &'static str,
    /// The file's content.
    pub(crate) bytes: &'static [u8],
}

/// The folders directly below one, each once, in order; fails where there is none.
pub(crate) fn areas(below: &str) -> Vec<&'static str> {
    let mut areas: Vec<_> = FILES
        .iter()
        .filter(|(path, _)| path.strip_prefix(below).is_some_and(|rest| rest.starts_with('/')))
        .filter_map(|(path, _)| Some(path.rsplit_once('/')?.0))
        .collect();
    areas.dedup();
    assert!(!areas.is_empty(), "tests/golden/{below} holds no case");
    areas
}

/// Every file below a folder: its path below `tests/golden`, and its content.
pub(crate) fn files(below: &str) -> impl Iterator<Item = (&'static str, &'static [u8])> {
    let is_below = move |path: &str| path.strip_prefix(below).is_some_and(|rest| rest.starts_with('/'));
    FILES.iter().copied().filter(move |(path, _)| is_below(path))
}

/// A file by its path below `tests/golden`.
pub(crate) fn file(path: &str) -> &'static [u8] {
    let found = FILES.iter().find(|(known, _)| *known == path);
    found.unwrap_or_else(|| panic!("tests/golden/{path} is missing")).1
}

/// Runs every case of an area: what `render` makes of an input for a target must be what the file
/// `<case>.<target>.<extension>` holds. Reports all differences at once.
///
/// Files whose name has one dot (`targets.json`) are settings that the caller reads itself.
pub(crate) fn check(area: &str, targets: &[&str], extension: &str, render: impl Fn(&Input, &str) -> String) {
    let mut problems = Vec::new();
    let mut expected = Vec::new();
    for input in inputs(area) {
        for target in targets {
            let path = format!("{area}/{}.{target}.{extension}", input.case);
            compare(&path, &render(&input, target), &mut problems);
            expected.push(path);
        }
    }
    for (path, _) in FILES.iter().filter(|(path, _)| in_area(path, area)) {
        let settings = path.matches('.').count() < 2;
        if !settings && !path.contains(".input.") && !expected.iter().any(|known| known == path) {
            problems.push(format!("tests/golden/{path}: no input and target of this area belong to it"));
        }
    }
    assert!(
        problems.is_empty(),
        "{}\n\n`UPDATE_GOLDEN=1 cargo test` accepts what was found",
        problems.join("\n\n")
    );
}

/// The inputs of an area.
pub(crate) fn inputs(area: &str) -> Vec<Input> {
    let inputs: Vec<_> = FILES
        .iter()
        .filter(|(path, _)| in_area(path, area))
        .filter_map(|(path, bytes)| {
            let (area, name) = path.rsplit_once('/')?;
            let (case, rest) = name.split_once('.')?;
            rest.starts_with("input.").then_some(Input { area, case, bytes })
        })
        .collect();
    assert!(!inputs.is_empty(), "tests/golden/{area} holds no input");
    inputs
}

fn in_area(path: &str, area: &str) -> bool {
    path.rsplit_once('/').is_some_and(|(folder, _)| folder == area)
}

fn compare(path: &str, found: &str, problems: &mut Vec<String>) {
    let expected = FILES.iter().find(|(known, _)| *known == path).map(|(_, bytes)| *bytes);
    if expected == Some(found.as_bytes()) || accept(path, found) {
        return;
    }
    let expected = expected.map_or("no such file".into(), String::from_utf8_lossy);
    problems.push(format!("tests/golden/{path}\n--- expected\n{expected}\n--- found\n{found}"));
}

/// Writes what was found, where that was asked for.
#[cfg(not(target_arch = "wasm32"))]
fn accept(path: &str, found: &str) -> bool {
    if std::env::var_os("UPDATE_GOLDEN").is_none() {
        return false;
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    std::fs::write(root.join(path), found).unwrap();
    true
}

#[cfg(target_arch = "wasm32")]
fn accept(_path: &str, _found: &str) -> bool {
    false
}
