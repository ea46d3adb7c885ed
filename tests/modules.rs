//! The table in `src/lib.rs` says which modules may name which: those of a row name those of rows below it, and none beside
//! them. Here the sources are held to it, but for their tests.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a test that meets what it did not expect must fail"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// Each module of the table, and the number of its row.
fn rows(text: &str) -> BTreeMap<String, usize> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | ")).skip(1);
    let mut found = BTreeMap::new();
    for (number, row) in rows.enumerate() {
        let modules = row.split('|').next().unwrap();
        for module in modules.split('`').skip(1).step_by(2) {
            assert_eq!(found.insert(module.to_owned(), number), None, "{module} is in two rows");
        }
    }
    found
}

/// The sources below a folder, without those of tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if name.ends_with("tests") || ["golden", "golden_cases"].contains(&name) {
            continue;
        }
        if path.is_dir() {
            found.extend(sources(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// The modules that a source names, up to its tests, with the number of the line.
fn named(text: &str) -> Vec<(usize, &str)> {
    let lines = text.lines().take_while(|line| *line != "mod tests {").enumerate();
    let code = lines.filter(|(_, line)| !line.trim_start().starts_with("//"));
    let names = code.flat_map(|(number, line)| {
        line.split("crate::").skip(1).flat_map(listed).map(move |path| (number + 1, word(path.trim_start())))
    });
    names.collect()
}

/// The paths of `{a::B, c}`, or the one that begins here.
fn listed(rest: &str) -> Vec<&str> {
    let list = rest.strip_prefix('{').and_then(|list| list.split('}').next());
    list.map_or_else(|| vec![rest], |list| list.split(',').collect())
}

/// The word at the beginning of a text.
fn word(text: &str) -> &str {
    let end = text.find(|letter: char| letter != '_' && !letter.is_ascii_alphanumeric());
    &text[..end.unwrap_or(text.len())]
}

#[test]
fn names_are_found_wherever_they_stand() {
    let text = "use crate::{budgets, wire::json};\n    // crate::no\nlet x = crate::hex::of(crate::wire::Y);\nmod tests {\ncrate::z";
    assert_eq!(named(text), [(1, "budgets"), (1, "wire"), (3, "hex"), (3, "wire")]);
}

#[test]
fn a_module_names_only_those_in_rows_below_its_own() {
    let map = fs::read_to_string(Path::new(SOURCES).join("lib.rs")).unwrap();
    let rows = rows(&map);
    let mut wrong = Vec::new();
    for path in sources(Path::new(SOURCES)) {
        let place = path.strip_prefix(SOURCES).unwrap();
        let module = place.components().next().unwrap().as_os_str().to_str().unwrap();
        let module = module.strip_suffix(".rs").unwrap_or(module);
        if module == "lib" {
            continue;
        }
        let row = rows.get(module).unwrap_or_else(|| panic!("{module} is not in the table of lib.rs"));
        for (line, name) in named(&fs::read_to_string(&path).unwrap()) {
            let below = rows.get(name).is_some_and(|other| other > row);
            if name != module && !below {
                wrong.push(format!("{}:{line}: {module} names {name}", place.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "not below in the table of src/lib.rs:\n{}", wrong.join("\n"));
    for declared in map.lines().filter_map(|line| line.strip_prefix("pub mod ")) {
        let declared = declared.trim_end_matches(';');
        assert!(rows.contains_key(declared), "{declared} is not in the table of lib.rs");
    }
    assert!(rows.len() > 20, "{rows:?}");
}
