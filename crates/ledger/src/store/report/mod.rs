//! Spend by what it is asked by: one query for every report.

mod source;

use std::collections::BTreeSet;

use super::among::among;
use super::key_aliases;
use super::money::sql_total;
use super::spend::SpendFilter;
use super::{Store, StoreError};
use crate::db::{Connection, DbError, Flow, Param, Row, params};
use source::Source;

/// Groups in one answer. A report of more is for an export and a spreadsheet.
pub(crate) const MOST_GROUPS: usize = 50_000;

/// What spend is told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dimension {
    /// The UTC day on which the request began, `YYYY-MM-DD`.
    Day,
    /// The key's hash.
    Key,
    /// The key's owner.
    User,
    /// The key's team.
    Team,
    /// Whom the caller named.
    EndUser,
    /// The provider's name of the model.
    Model,
    /// Each of the request's tags.
    Tag,
}

/// What requests of one group cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Group {
    /// The values of the dimensions, in the order in which these were asked for; empty where a request has none.
    pub(crate) names: Vec<String>,
    /// Requests.
    pub(crate) requests: u64,
    /// Exact, in 10⁻⁹ dollars.
    pub(crate) spend_nanodollars: u64,
    /// Tokens of prompts.
    pub(crate) prompt_tokens: u64,
    /// Tokens of answers.
    pub(crate) completion_tokens: u64,
}

impl Group {
    /// Adds another group's requests to this one's.
    pub(crate) fn add(&mut self, other: &Self) {
        for (sum, part) in [
            (&mut self.requests, other.requests),
            (&mut self.spend_nanodollars, other.spend_nanodollars),
            (&mut self.prompt_tokens, other.prompt_tokens),
            (&mut self.completion_tokens, other.completion_tokens),
        ] {
            *sum = sum.saturating_add(part);
        }
    }
}

/// Whose aliases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// Keys, by their hashes.
    Keys,
    /// Teams, by their ids.
    Teams,
}

/// What people call a key or a team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Alias {
    /// Its id.
    pub(crate) id: String,
    /// What it is called.
    pub(crate) alias: Option<String>,
    /// A key, masked.
    pub(crate) masked: Option<String>,
}

/// Reports.
impl Store {
    /// The groups that there are, the dearest first; the first `top` of them, where that is told.
    ///
    /// # Errors
    /// [`StoreError::TooManyGroups`] where all are asked for, and there are more than [`MOST_GROUPS`].
    pub(crate) async fn spend_by(
        &self,
        dimensions: &'static [Dimension],
        filter: SpendFilter,
        top: Option<u32>,
    ) -> Result<Vec<Group>, StoreError> {
        self.readers.run(move |db| groups(db, dimensions, &filter, top)).await
    }

    /// What the keys or teams with these ids are called; those that are not known are left out.
    pub(crate) async fn aliases(&self, of: Named, ids: Vec<String>) -> Result<Vec<Alias>, StoreError> {
        self.readers.run(move |db| Ok(aliases(db, of, &ids)?)).await
    }
}

fn groups(
    db: &Connection,
    dimensions: &[Dimension],
    filter: &SpendFilter,
    top: Option<u32>,
) -> Result<Vec<Group>, StoreError> {
    let Source { from, names, requests, conditions } = Source::of(dimensions, filter, db.dialect());
    // The money's column, by its number: it is behind the names and the number of requests.
    let spend = names.len() + 2;
    let names = names.join(", ");
    let sums = [r#""spend_nanodollars""#, r#""prompt_tokens""#, r#""completion_tokens""#];
    let sums = sums.map(|column| sql_total(db.dialect(), column)).join(", ");
    // All of them are here sooner than there: SQLite sorts 14,000 by a tree of texts, in 50 ms.
    let order = match top {
        Some(_) => format!("ORDER BY {spend} DESC, {names}"),
        None => String::new(),
    };
    let mut params = conditions.params();
    params.push(Param::from(top.map_or(MOST_GROUPS + 1, |top| top as usize)));
    let select = format!(
        "SELECT {names}, {requests}, {sums} FROM {from} {} GROUP BY {names} {order} LIMIT ?{}",
        conditions.sql(),
        params.len(),
    );
    let mut groups = db.all(&select, &params, |row| group(row, dimensions.len()))?;
    if top.is_none() && groups.len() > MOST_GROUPS {
        return Err(StoreError::TooManyGroups);
    }
    groups.sort_unstable_by(|one, other| {
        other.spend_nanodollars.cmp(&one.spend_nanodollars).then_with(|| one.names.cmp(&other.names))
    });
    Ok(groups)
}

fn group(row: &Row, names: usize) -> Result<Group, DbError> {
    Ok(Group {
        names: (0..names).map(|index| row.get(index)).collect::<Result<_, _>>()?,
        requests: row.get(names)?,
        spend_nanodollars: row.get(names + 1)?,
        prompt_tokens: row.get(names + 2)?,
        completion_tokens: row.get(names + 3)?,
    })
}

fn aliases(db: &Connection, of: Named, ids: &[String]) -> Result<Vec<Alias>, DbError> {
    let (table, id, alias, masked) = match of {
        Named::Keys => ("LiteLLM_VerificationToken", "token", "key_alias", r#""key_name""#),
        Named::Teams => ("LiteLLM_TeamTable", "team_id", "team_alias", "NULL"),
    };
    let among = among(db, &format!(r#""{id}""#), 1);
    let select = format!(r#"SELECT "{id}", "{alias}", {masked} FROM "{table}" WHERE {among}"#);
    let mut found = Vec::new();
    db.each(&select, &params![ids], |row| {
        found.push(Alias { id: row.get(0)?, alias: row.get(1)?, masked: row.get(2)? });
        Ok(Flow::Continue(()))
    })?;
    if of == Named::Keys {
        add_told(db, ids, &mut found)?;
    }
    Ok(found)
}

/// Adds what events called those of these keys that the ledger has no name for.
fn add_told(db: &Connection, ids: &[String], found: &mut Vec<Alias>) -> Result<(), DbError> {
    let named: BTreeSet<&str> =
        found.iter().filter(|key| key.alias.is_some()).map(|key| key.id.as_str()).collect();
    let nameless: Vec<String> = ids.iter().filter(|id| !named.contains(id.as_str())).cloned().collect();
    let mut told = key_aliases::told(db, &nameless)?;
    for key in found.iter_mut().filter(|key| key.alias.is_none()) {
        key.alias = told.remove(&key.id);
    }
    found.extend(told.into_iter().map(|(id, alias)| Alias { id, alias: Some(alias), masked: None }));
    Ok(())
}
