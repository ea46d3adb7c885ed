//! What people call keys, teams and guardrails.

use std::collections::BTreeMap;

use crate::db::{Connection, DbError, params};
use crate::store::among::among;
use crate::store::key_aliases;
use crate::ui::data::Named;

/// Where names are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NamesOf {
    Keys,
    Teams,
    Guardrails,
}

impl NamesOf {
    /// The table, the column of the ids, and that of the names.
    fn place(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Keys => ("LiteLLM_VerificationToken", "token", "key_alias"),
            Self::Teams => ("LiteLLM_TeamTable", "team_id", "team_alias"),
            Self::Guardrails => ("spillway_guardrails", "guardrail_id", "guardrail_name"),
        }
    }

    /// Gives each of these its name, where it has one. A key that the ledger has no name for has the last that was told.
    pub(super) fn give<'a>(
        self,
        db: &Connection,
        named: impl IntoIterator<Item = &'a mut Named>,
    ) -> Result<(), DbError> {
        let named: Vec<&mut Named> = named.into_iter().collect();
        if named.is_empty() {
            return Ok(());
        }
        let (table, id, name) = self.place();
        let ids: Vec<String> = named.iter().map(|named| named.id.clone()).collect();
        let select = format!(
            r#"SELECT "{id}", "{name}" FROM "{table}" WHERE {}"#,
            among(db, &format!(r#""{id}""#), 1)
        );
        let read = db.all(&select, &params![ids.as_slice()], |row| {
            Ok((row.get::<String>(0)?, row.get::<Option<String>>(1)?))
        })?;
        let has_name = |(id, name): (String, Option<String>)| Some((id, name?));
        let mut names: BTreeMap<String, String> = read.into_iter().filter_map(has_name).collect();
        if self == Self::Keys {
            let nameless: Vec<String> = ids.into_iter().filter(|id| !names.contains_key(id)).collect();
            names.extend(key_aliases::told(db, &nameless)?);
        }
        for named in named {
            named.name = names.get(&named.id).cloned();
        }
        Ok(())
    }
}

/// What has this id, its name not known yet.
pub(super) fn unnamed(id: String) -> Named {
    Named { id, name: None }
}
