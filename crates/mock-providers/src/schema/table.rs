//! Loads a table: named types, from the YAML files in `tables/`.

use std::collections::HashMap;
use std::fmt;

use serde_yaml_ng::{Mapping, Value};

use super::{Field, Names, Shape, notation};

/// The types of one API, and the one that its bodies have.
#[derive(Clone, Debug)]
pub struct Table {
    pub(super) types: HashMap<String, Shape>,
    pub(super) root: String,
    pub(super) names: Names,
}

/// A mistake in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableError {
    /// The type in which it is.
    pub type_name: String,
    /// What it is.
    pub message: String,
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "type {}: {}", self.type_name, self.message)
    }
}

impl std::error::Error for TableError {}

impl Table {
    /// Reads `files`, all of one API, and names the type that a body has.
    ///
    /// # Errors
    /// The first mistake: text that is no YAML, a type written wrongly or twice, or a name that nothing defines.
    pub fn load(root: &str, names: Names, files: &[&str]) -> Result<Self, TableError> {
        let mut written = Mapping::new();
        for file in files {
            gather(&mut written, file)?;
        }
        let mut types = HashMap::new();
        for (name, body) in &written {
            let name = text(name);
            let shape =
                shape(body, &written).map_err(|message| TableError { type_name: name.clone(), message })?;
            types.insert(name, shape);
        }
        let table = Self { types, root: root.to_owned(), names };
        table.every_name_is_defined()?;
        Ok(table)
    }

    fn every_name_is_defined(&self) -> Result<(), TableError> {
        let wanted =
            self.types.iter().flat_map(|(of, shape)| named(shape).into_iter().map(move |name| (of, name)));
        let root = std::iter::once((&self.root, self.root.as_str()));
        match wanted.chain(root).find(|(_, name)| !self.types.contains_key(*name)) {
            None => Ok(()),
            Some((of, name)) => {
                Err(TableError { type_name: of.clone(), message: format!("nothing defines '{name}'") })
            }
        }
    }
}

fn gather(written: &mut Mapping, file: &str) -> Result<(), TableError> {
    let error = |type_name: &str, message: String| TableError { type_name: type_name.to_owned(), message };
    let types: Mapping = serde_yaml_ng::from_str(file).map_err(|e| error("(file)", e.to_string()))?;
    for (name, body) in types {
        if written.contains_key(&name) {
            return Err(error(&text(&name), "is defined twice".to_owned()));
        }
        written.insert(name, body);
    }
    Ok(())
}

fn shape(body: &Value, written: &Mapping) -> Result<Shape, String> {
    match body {
        Value::String(expression) => notation::parse(expression),
        Value::Mapping(fields) => Ok(Shape::Object(object(fields, written)?)),
        other => Err(format!("expected an expression or fields, found {other:?}")),
    }
}

fn object(fields: &Mapping, written: &Mapping) -> Result<Vec<Field>, String> {
    let mut list = Vec::new();
    for (name, body) in fields {
        match text(name).as_str() {
            "..." => list.extend(included(&text(body), written)?),
            name => list.push(field(name, body, written)?),
        }
    }
    Ok(list)
}

fn included(names: &str, written: &Mapping) -> Result<Vec<Field>, String> {
    let mut list = Vec::new();
    for name in names.split_whitespace() {
        let fields = written.get(name).and_then(Value::as_mapping);
        list.extend(object(fields.ok_or_else(|| format!("'{name}' has no fields to take over"))?, written)?);
    }
    Ok(list)
}

fn field(name: &str, body: &Value, written: &Mapping) -> Result<Field, String> {
    let (name, required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
    let shape = shape(body, written).map_err(|message| format!("field '{name}': {message}"))?;
    Ok(Field { name: name.to_owned(), required, shape })
}

fn named(shape: &Shape) -> Vec<&str> {
    match shape {
        Shape::Named(name) => vec![name],
        Shape::List(inner, _) | Shape::Map(inner, _) => named(inner),
        Shape::Either(shapes) => shapes.iter().flat_map(named).collect(),
        Shape::Object(fields) => fields.iter().flat_map(|field| named(&field.shape)).collect(),
        _ => Vec::new(),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => format!("{other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(file: &str) -> String {
        Table::load("A", Names::Exact, &[file]).expect_err("the table has a mistake").to_string()
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(complaint("A: B"), "type A: nothing defines 'B'");
        assert_eq!(
            complaint("A: {b: text}"),
            "type A: field 'b': 'text' is no type: the table's own types begin with a capital"
        );
        assert_eq!(complaint("A: {...: B}"), "type A: 'B' has no fields to take over");
        assert_eq!(complaint("B: string"), "type A: nothing defines 'A'");
    }

    #[test]
    fn a_type_is_defined_once() {
        let error = Table::load("A", Names::Exact, &["A: string", "A: string"]).expect_err("twice");
        assert_eq!(error.to_string(), "type A: is defined twice");
    }
}
