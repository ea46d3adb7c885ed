//! `credential_list`: keys and addresses that several deployments take by name (`litellm_credential_name`).

use std::rc::Rc;

use super::cursor::Cursor;
use super::format;
use super::section::Section;
use super::suggest::did_you_mean;

/// The entries of the list.
pub(super) struct SharedCredentials<'a> {
    entries: Vec<(String, Rc<Section<'a>>)>,
}

impl<'a> SharedCredentials<'a> {
    /// Reads the list; no entries where there is none.
    pub fn read(file: &Section<'a>) -> Self {
        let list = file.get("credential_list").map(|at| at.list("a list of credentials")).unwrap_or_default();
        let mut entries: Vec<(String, Rc<Section<'a>>)> = Vec::new();
        for section in list.iter().filter_map(Cursor::section) {
            let name = section.need("credential_name", "a unique name");
            let values = section.need("credential_values", "a mapping, e.g. `{api_key: os.environ/NAME}`");
            section.close(&format::CREDENTIAL);
            let values = values.and_then(|at| at.section());
            let Some((at, values)) = name.zip(values) else { continue };
            let Some(name) = at.text() else { continue };
            if entries.iter().any(|(known, _)| *known == name) {
                at.error(format!("an earlier credential is named `{name}`"), "names are unique".to_owned());
            } else {
                entries.push((name, Rc::new(values)));
            }
        }
        Self { entries }
    }

    /// A deployment's parameters, with the values of the credential that they name where they have none.
    pub fn given_to(&self, params: Section<'a>) -> Section<'a> {
        let Some(at) = params.get("litellm_credential_name") else { return params };
        let Some(name) = at.text() else { return params };
        match self.entries.iter().find(|(known, _)| *known == name) {
            Some((_, values)) => params.with_shared(Rc::clone(values)),
            None => {
                let names = self.entries.iter().map(|(name, _)| name.as_str());
                let hint = did_you_mean(&name, names)
                    .unwrap_or_else(|| "write it in `credential_list`, or write `api_key` here".to_owned());
                at.error(format!("no credential is named `{name}`"), hint);
                params
            }
        }
    }

    /// Reports the keys of credentials that no deployment can take.
    pub fn close(&self) {
        self.entries.iter().for_each(|(_, values)| values.close_shared(&format::CREDENTIAL_VALUES));
    }
}
