//! `guardrails`: each with its kind and its modes.
//!
//! A guardrail that cannot run as written is an error, never a warning: what it was written to stop would
//! pass.

mod categories;
mod content_filter;
mod contents;
mod modes;

use super::cursor::Cursor;
use super::known;
use super::section::Section;
use super::suggest::did_you_mean;
use crate::guardrails::{Compiled, Guardrail, Kind};

/// What the section says.
#[derive(Default)]
pub(super) struct Guardrails {
    pub guardrails: Vec<Guardrail>,
    /// Every name, also of guardrails that have an error.
    names: Vec<String>,
}

impl Guardrails {
    /// A guardrail's name; an error at `at` if there is none of that name.
    pub fn named(&self, at: &Cursor<'_>) -> Option<String> {
        let name = at.text()?;
        if !self.names.contains(&name) {
            at.error(format!("no guardrail is named `{name}`"), Some(self.hint(&name)));
            return None;
        }
        Some(name)
    }

    fn hint(&self, name: &str) -> String {
        let names = self.names.iter().map(String::as_str);
        did_you_mean(name, names).unwrap_or_else(|| {
            let names: Vec<String> = self.names.iter().map(|name| format!("`{name}`")).collect();
            match names.is_empty() {
                true => "the file has no `guardrails`".to_owned(),
                false => format!("the guardrails are {}", names.join(", ")),
            }
        })
    }

    /// The name of a guardrail, unless an earlier one has it.
    fn add_name(&mut self, at: &Cursor<'_>) -> Option<String> {
        let name = at.text()?;
        if self.names.contains(&name) {
            at.error(format!("an earlier guardrail is named `{name}`"), "names are unique".to_owned());
            return None;
        }
        self.names.push(name.clone());
        Some(name)
    }
}

/// Reads the whole section.
pub(super) fn read(file: &Section<'_>) -> Guardrails {
    let mut read = Guardrails::default();
    let Some(list) = file.get("guardrails") else { return read };
    for entry in list.list("a list of guardrails") {
        let Some(section) = entry.section() else { continue };
        let name = section.need("guardrail_name", "a unique name");
        let name = name.and_then(|at| read.add_name(&at));
        let guardrail = guardrail(&section);
        if let (Some(name), Some(guardrail)) = (name, guardrail) {
            let id = section.text("guardrail_id").unwrap_or_else(|| name.clone());
            read.guardrails.push(Guardrail { name, id, ..guardrail });
        }
        // Read above unless the guardrail has an error, and free form.
        let _shown_elsewhere = (section.get("guardrail_id"), section.get("guardrail_info"));
        section.close(known::GUARDRAIL);
    }
    check_together(&list, &read.guardrails);
    read
}

/// A guardrail but for its name.
fn guardrail(section: &Section<'_>) -> Option<Guardrail> {
    let params = section.need("litellm_params", "a mapping with `guardrail` and `mode`")?.section()?;
    let kind = params.need("guardrail", "`litellm_content_filter`")?;
    let kind_name = kind.text()?;
    if kind_name != "litellm_content_filter" {
        // Its other keys belong to that kind; they would only add noise.
        kind.error(
            format!("guardrail `{kind_name}` is not supported"),
            "`litellm_content_filter` is; a guardrail that did not run would let everything through"
                .to_owned(),
        );
        return None;
    }
    let modes = modes::read(&params);
    let default_on = params.boolean("default_on").unwrap_or(false);
    let filter = content_filter::read(&params);
    params.close(known::CONTENT_FILTER);
    Some(Guardrail { default_on, modes: modes?, kind: Kind::ContentFilter(filter), ..Guardrail::default() })
}

/// Compiles all rules together, which may be too large though none is by itself.
fn check_together(at: &Cursor<'_>, guardrails: &[Guardrail]) {
    match Compiled::new(guardrails) {
        Err(error) if error.rule.is_empty() => at.error(error.message, None),
        // One of them alone fails, which is said at its own place.
        Ok(_) | Err(_) => {}
    }
}
