//! Models, keys, teams and tags that cost most.

use std::collections::BTreeMap;

use super::counted::{COLUMNS, Counted};
use super::{By, spending, sums};
use crate::db::{Connection, DbError, Row};
use crate::store::money::sql_total;
use crate::store::monitor::names::{NamesOf, unnamed};
use crate::store::monitor::times::Times;
use crate::ui::data::{Filter, SpendRow};

/// The lists that there are of these, of so many rows each, the dearest first: where a team is asked for there is none by
/// tag, and none by team where a tag is.
pub(super) fn of(
    db: &Connection,
    times: &Times,
    filter: &Filter,
    asked: &[By],
    most: usize,
) -> Result<BTreeMap<By, Vec<SpendRow>>, DbError> {
    let pieces = times.pieces();
    let set: Vec<By> = By::ALL.into_iter().filter(|by| by.value(filter).is_some()).collect();
    let (mut lists, mut with_teams, mut with_tags) = (BTreeMap::new(), Vec::new(), Vec::new());
    for by in asked {
        match by {
            _ if set.iter().all(|set| set == by) => {
                let counted = Counted::totals(&pieces, *by, by.value(filter));
                lists.extend(ranked(db, &counted, &[(*by, r#""id""#)], most)?);
            }
            By::Team if filter.tag.is_some() => {}
            By::Tag if filter.team.is_some() => {}
            _ if filter.tag.is_some() || *by == By::Tag => with_tags.push((*by, by.column())),
            _ => with_teams.push((*by, by.column())),
        }
    }
    for (asked, has_tags) in [(with_teams, false), (with_tags, true)] {
        if !asked.is_empty() {
            let counted = Counted::several(&pieces, filter, has_tags);
            lists.extend(ranked(db, &counted, &asked, most)?);
        }
    }
    for (by, rows) in &mut lists {
        let named = rows.iter_mut().map(|row| &mut row.of);
        match by {
            By::Key => NamesOf::Keys.give(db, named)?,
            By::Team => NamesOf::Teams.give(db, named)?,
            By::Model | By::Tag => {}
        }
    }
    Ok(lists)
}

/// The lists by these columns, in one statement: the rows are read once, and summed by all columns first.
fn ranked(
    db: &Connection,
    counted: &Counted,
    asked: &[(By, &str)],
    most: usize,
) -> Result<BTreeMap<By, Vec<SpendRow>>, DbError> {
    let columns: Vec<&str> = asked.iter().map(|(_, column)| *column).collect();
    let columns = columns.join(", ");
    let sums = sums(db.dialect());
    let parts = COLUMNS.map(|column| format!("{} AS {column}", sql_total(db.dialect(), column))).join(", ");
    let lists = asked.iter().zip(0..).map(|((_, column), place)| {
        format!(
            r#"SELECT * FROM (SELECT {place} AS "list", {column} AS "of", {sums} FROM "part" GROUP BY {column}
               ORDER BY 6 DESC, 3 DESC, 2 LIMIT {most}) AS "list_{place}""#
        )
    });
    let select = format!(
        r#"WITH "part" AS MATERIALIZED (
             SELECT {columns}, {parts} FROM ({}) AS "rows" GROUP BY {columns})
           {} ORDER BY 1, 6 DESC, 3 DESC, 2"#,
        counted.select(&format!("{columns}, ")),
        lists.collect::<Vec<_>>().join(" UNION ALL ")
    );
    let mut ranked: BTreeMap<By, Vec<SpendRow>> = asked.iter().map(|(by, _)| (*by, Vec::new())).collect();
    let row = |row: &Row| {
        let spent = SpendRow { of: unnamed(row.get(1)?), spending: spending(row, 2)? };
        Ok((row.get::<u64>(0)?, spent))
    };
    for (list, row) in db.all(&select, &counted.params(), row)? {
        let by = usize::try_from(list).ok().and_then(|list| asked.get(list));
        let rows = by.and_then(|(by, _)| ranked.get_mut(by));
        rows.ok_or_else(|| DbError::unreadable("list", list))?.push(row);
    }
    Ok(ranked)
}
