//! Functions of a namespace, in APIs that have none: a flat name going up, the namespace and the name back.
//! And which of the names are those of custom tools, for APIs that know functions only; and of functions that have an
//! argument sealed, for APIs that seal nothing.
//!
//! Codex offers the tools of each MCP server as a `namespace` tool. Its calls name both: `function_call` has
//! `namespace` and `name`. What is offered to another API is `{namespace}__{name}`. The way back needs no state
//! of its own: an answer repeats its request's `tools` ([`echo`](super::echo())), and the names follow from them.
//!
//! Codex's agents speak with each other by functions whose `message` has `"encrypted": true` in its schema: OpenAI seals
//! that argument for the agent that is spoken to. Codex takes it for sealed unless the call says
//! `"encrypted_function_args": []` (<https://github.com/openai/codex/pull/35845>), and so says each call here.

use std::collections::BTreeMap;

use crate::translate::tool_names::fitting;
use crate::wire::json::{Fields, elements};

/// A namespace and a name in it.
type Inner = (String, String);

/// The name of a namespace's tool for an API without namespaces.
pub(super) fn flat(namespace: &str, name: &str) -> String {
    fitting(&format!("{namespace}__{name}"))
}

/// The flat names of a request's tools.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    namespaced: BTreeMap<String, Inner>,
    odd: BTreeMap<String, Odd>,
}

/// What is not as with any function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Odd {
    /// It is a custom tool.
    Custom,
    /// It has an argument sealed.
    Sealing,
}

impl Names {
    /// Reads `tools` out of the members of an echo. What cannot be read has no names.
    pub(super) fn of_echo(echo: &[u8]) -> Self {
        let mut names = Self::default();
        let object = [b"{", echo, b"}"].concat();
        if let Ok(fields) = Fields::parse(&object) {
            names.collect(&fields);
        }
        names
    }

    /// The namespace and the name behind a flat name.
    pub(super) fn inner(&self, flat: &str) -> Option<(&str, &str)> {
        self.namespaced.get(flat).map(|(namespace, name)| (namespace.as_str(), name.as_str()))
    }

    /// Whether a flat name is that of a custom tool.
    pub(super) fn is_custom(&self, flat: &str) -> bool {
        self.odd.get(flat) == Some(&Odd::Custom)
    }

    /// Whether a client takes an argument of a function for sealed, by its flat name.
    pub(super) fn is_sealing(&self, flat: &str) -> bool {
        self.odd.get(flat) == Some(&Odd::Sealing)
    }

    fn collect(&mut self, fields: &Fields<'_>) {
        for tool in objects(fields, "tools") {
            let name = tool.text("name").unwrap_or_default();
            match tool.text("type").as_deref() {
                Some("namespace") => self.collect_inner(&name, &tool),
                kind => self.collect_one(kind, name.into_owned(), &tool),
            }
        }
    }

    fn collect_one(&mut self, kind: Option<&str>, flat: String, tool: &Fields<'_>) {
        if kind == Some("custom") {
            self.odd.insert(flat, Odd::Custom);
        } else if seals(tool) {
            self.odd.insert(flat, Odd::Sealing);
        }
    }

    fn collect_inner(&mut self, namespace: &str, tool: &Fields<'_>) {
        for inner in objects(tool, "tools") {
            let name = inner.text("name").unwrap_or_default();
            let whole = flat(namespace, &name);
            self.collect_one(inner.text("type").as_deref(), whole.clone(), &inner);
            self.namespaced.insert(whole, (namespace.to_owned(), name.into_owned()));
        }
    }
}

/// Whether a function's schema has an argument sealed.
fn seals(function: &Fields<'_>) -> bool {
    let parameters = function.set("parameters").filter(|schema| schema.get().contains("\"encrypted\""));
    let parameters = parameters.and_then(|schema| Fields::of(schema).ok());
    let properties = parameters.and_then(|schema| Fields::of(schema.set("properties")?).ok());
    let Some(properties) = properties else { return false };
    properties.iter().any(|(_, one)| Fields::of(one).is_ok_and(|one| one.read("encrypted") == Some(true)))
}

fn objects<'a>(fields: &Fields<'a>, name: &str) -> Vec<Fields<'a>> {
    let list = fields.set(name).and_then(|list| elements(list).ok()).unwrap_or_default();
    list.into_iter().filter_map(|object| Fields::of(object).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_flat_name_leads_back() {
        let echo = br#""tools":[{"type":"function","name":"f"},
            {"type":"namespace","name":"mcp__repl","tools":[{"type":"function","name":"js"}]}]"#;
        let names = Names::of_echo(echo);
        assert_eq!(names.inner(&flat("mcp__repl", "js")), Some(("mcp__repl", "js")));
        assert_eq!(names.inner("f"), None);
    }
}
