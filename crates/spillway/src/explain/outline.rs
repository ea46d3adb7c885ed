//! Names with what is said of them, and what stands beneath.

use std::io::{self, Write};

use serde_json::{Map, Value};

/// A list of names, in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outline {
    items: Vec<Item>,
}

#[derive(Debug, PartialEq, Eq)]
struct Item {
    name: String,
    says: String,
    beneath: Outline,
}

impl Outline {
    /// Adds a name with what is said of it.
    pub fn say(&mut self, name: impl Into<String>, says: impl Into<String>) {
        self.items.push(Item { name: name.into(), says: says.into(), beneath: Self::default() });
    }

    /// Adds a name with what is said of it, if there is anything to be said.
    pub fn say_some(&mut self, name: impl Into<String>, says: Option<impl Into<String>>) {
        if let Some(says) = says {
            self.say(name, says);
        }
    }

    /// Adds a name with an outline of its own, unless that is empty.
    pub fn part(&mut self, name: impl Into<String>, beneath: Self) {
        if !beneath.items.is_empty() {
            self.items.push(Item { name: name.into(), says: String::new(), beneath });
        }
    }

    /// Writes it as text: two spaces for each level, and what is said of neighbours one below the other.
    ///
    /// # Errors
    /// What writing fails with.
    pub fn write_text(&self, out: &mut dyn Write) -> io::Result<()> {
        for item in &self.items {
            writeln!(out, "\n{}", item.name)?;
            item.beneath.write_beneath(out, 1)?;
        }
        Ok(())
    }

    fn write_beneath(&self, out: &mut dyn Write, level: usize) -> io::Result<()> {
        let width = self
            .items
            .iter()
            .filter(|item| !item.says.is_empty())
            .map(|item| item.name.chars().count())
            .max();
        for item in &self.items {
            let (indent, pad) = (level * 2, width.unwrap_or(0));
            match item.says.is_empty() {
                true => writeln!(out, "{:indent$}{}", "", item.name)?,
                false => writeln!(out, "{:indent$}{:<pad$}  {}", "", item.name, item.says)?,
            }
            item.beneath.write_beneath(out, level + 1)?;
        }
        Ok(())
    }

    /// The outline as JSON: objects whose members are texts or objects.
    #[must_use]
    pub fn json(&self) -> Value {
        let member = |item: &Item| {
            let value = match item.beneath.items.is_empty() {
                true => Value::String(item.says.clone()),
                false => item.beneath.json(),
            };
            (item.name.clone(), value)
        };
        Value::Object(self.items.iter().map(member).collect::<Map<_, _>>())
    }
}
